"""Models, account events and guards are named in the words of the screens."""

from django.db import migrations, models

from consultations.editions import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0014_versions_public_from_opening"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="accountevent",
            options={
                "ordering": ["number"],
                "verbose_name": "account log entry",
                "verbose_name_plural": "account log entries",
            },
        ),
        migrations.AlterModelOptions(
            name="consultationdocument",
            options={
                "ordering": ["position", "pk"],
                "verbose_name": "document consulted on",
                "verbose_name_plural": "documents consulted on",
            },
        ),
        migrations.AlterModelOptions(
            name="documentevent",
            options={
                "ordering": ["number"],
                "verbose_name": "activity log entry on a document",
                "verbose_name_plural": "activity log entries on documents",
            },
        ),
        migrations.AlterModelOptions(
            name="editionauthor",
            options={
                "ordering": ["pk"],
                "verbose_name": "author of an edition",
                "verbose_name_plural": "authors of editions",
            },
        ),
        migrations.AlterModelOptions(
            name="editiondocument",
            options={
                "ordering": ["pk"],
                "verbose_name": "document named in an edition",
                "verbose_name_plural": "documents named in editions",
            },
        ),
        migrations.AlterModelOptions(
            name="editionfile",
            options={
                "ordering": ["pk"],
                "verbose_name": "file of an edition",
                "verbose_name_plural": "files of editions",
            },
        ),
        migrations.AlterModelOptions(
            name="editiontext",
            options={
                "ordering": ["pk"],
                "verbose_name": "document text of an edition",
                "verbose_name_plural": "document texts of editions",
            },
        ),
        migrations.AlterModelOptions(
            name="event",
            options={
                "ordering": ["number"],
                "verbose_name": "activity log entry",
                "verbose_name_plural": "activity log entries",
            },
        ),
        migrations.AlterModelOptions(
            name="extension",
            options={
                "ordering": ["position", "pk"],
                "verbose_name": "deadline extension",
            },
        ),
        migrations.AlterModelOptions(
            name="extensionquestion",
            options={
                "ordering": ["pk"],
                "verbose_name": "question with a deadline extension",
                "verbose_name_plural": "questions with a deadline extension",
            },
        ),
        migrations.AlterModelOptions(
            name="historicalconsultationdocument",
            options={
                "get_latest_by": ("history_date", "history_id"),
                "ordering": ("-history_date", "-history_id"),
                "verbose_name": "historical document consulted on",
                "verbose_name_plural": "historical documents consulted on",
            },
        ),
        migrations.AlterModelOptions(
            name="historicalextension",
            options={
                "get_latest_by": ("history_date", "history_id"),
                "ordering": ("-history_date", "-history_id"),
                "verbose_name": "historical deadline extension",
                "verbose_name_plural": "historical deadline extensions",
            },
        ),
        migrations.AlterModelOptions(
            name="historicalextensionquestion",
            options={
                "get_latest_by": ("history_date", "history_id"),
                "ordering": ("-history_date", "-history_id"),
                "verbose_name": "historical question with a deadline extension",
                "verbose_name_plural": "historical questions with a deadline extension",
            },
        ),
        migrations.AlterModelOptions(
            name="historicalpassage",
            options={
                "get_latest_by": ("history_date", "history_id"),
                "ordering": ("-history_date", "-history_id"),
                "verbose_name": "historical standard text",
                "verbose_name_plural": "historical standard texts",
            },
        ),
        migrations.AlterModelOptions(
            name="historicalremark",
            options={
                "get_latest_by": ("history_date", "history_id"),
                "ordering": ("-history_date", "-history_id"),
                "verbose_name": "historical review remark",
                "verbose_name_plural": "historical review remarks",
            },
        ),
        migrations.AlterModelOptions(
            name="notice",
            options={"ordering": ["pk"], "verbose_name": "email"},
        ),
        migrations.AlterModelOptions(
            name="passage",
            options={
                "ordering": ["title", "pk"],
                "verbose_name": "standard text",
                "verbose_name_plural": "standard texts",
            },
        ),
        migrations.AlterModelOptions(
            name="remark",
            options={"ordering": ["pk"], "verbose_name": "review remark"},
        ),
        migrations.AlterModelOptions(
            name="signoff",
            options={
                "ordering": ["pk"],
                "verbose_name": "decision on an edition",
                "verbose_name_plural": "decisions on editions",
            },
        ),
        migrations.AlterModelOptions(
            name="texttakeover",
            options={
                "ordering": ["pk"],
                "verbose_name": "text taken over",
                "verbose_name_plural": "texts taken over",
            },
        ),
        migrations.AlterModelOptions(
            name="versionrelease",
            options={"ordering": ["pk"], "verbose_name": "release"},
        ),
        migrations.AlterField(
            model_name="accountevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("recorded", "State recorded"),
                    ("created", "Account created"),
                    ("deleted", "Account deleted"),
                    ("activated", "Account activated"),
                    ("deactivated", "Account deactivated"),
                    ("role-given", "Role given"),
                    ("role-removed", "Role removed"),
                    ("superuser-given", "Superuser status given"),
                    ("superuser-removed", "Superuser status removed"),
                    ("password-set", "Password set"),
                    ("password-rehashed", "Password storage upgraded"),
                    ("email-changed", "Email address changed"),
                    ("renamed", "Username changed"),
                    ("second-factor-added", "Two-step verification added"),
                    ("second-factor-removed", "Two-step verification removed"),
                    ("sign-on-linked", "Single sign-on linked"),
                    ("sign-on-removed", "Single sign-on removed"),
                ],
                max_length=30,
            ),
        ),
        triggers.LIFT,
        triggers.INSTALL,
    ]
