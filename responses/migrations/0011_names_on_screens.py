"""Models are named in the words of the screens."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("responses", "0010_draft_file_worker"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="changecause",
            options={
                "ordering": ["position", "pk"],
                "verbose_name": "comment that led to a clause change",
                "verbose_name_plural": "comments that led to clause changes",
            },
        ),
        migrations.AlterModelOptions(
            name="commentsource",
            options={
                "ordering": ["position", "pk"],
                "verbose_name": "respondent who raised a comment",
                "verbose_name_plural": "respondents who raised comments",
            },
        ),
        migrations.AlterModelOptions(
            name="confirmedfinding",
            options={"ordering": ["at", "pk"], "verbose_name": "confirmed issue"},
        ),
        migrations.AlterModelOptions(
            name="dccresponse",
            options={"verbose_name": "DCC response"},
        ),
        migrations.AlterModelOptions(
            name="historicalchangecause",
            options={
                "get_latest_by": ("history_date", "history_id"),
                "ordering": ("-history_date", "-history_id"),
                "verbose_name": "historical comment that led to a clause change",
                "verbose_name_plural": "historical comments that led to clause changes",
            },
        ),
        migrations.AlterModelOptions(
            name="historicalcommentsource",
            options={
                "get_latest_by": ("history_date", "history_id"),
                "ordering": ("-history_date", "-history_id"),
                "verbose_name": "historical respondent who raised a comment",
                "verbose_name_plural": "historical respondents who raised comments",
            },
        ),
        migrations.AlterModelOptions(
            name="historicalconfirmedfinding",
            options={
                "get_latest_by": ("history_date", "history_id"),
                "ordering": ("-history_date", "-history_id"),
                "verbose_name": "historical confirmed issue",
                "verbose_name_plural": "historical confirmed issues",
            },
        ),
        migrations.AlterModelOptions(
            name="historicaldccresponse",
            options={
                "get_latest_by": ("history_date", "history_id"),
                "ordering": ("-history_date", "-history_id"),
                "verbose_name": "historical DCC response",
                "verbose_name_plural": "historical DCC responses",
            },
        ),
        migrations.AlterModelOptions(
            name="historicalsubmission",
            options={
                "get_latest_by": ("history_date", "history_id"),
                "ordering": ("-history_date", "-history_id"),
                "verbose_name": "historical response",
                "verbose_name_plural": "historical responses",
            },
        ),
        migrations.AlterModelOptions(
            name="submission",
            options={"ordering": ["position", "pk"], "verbose_name": "response"},
        ),
    ]
