"""Labels of outcomes, positions and other fields; no column changes."""

import consultations.fields.model_fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("responses", "0005_task_paths"),
    ]

    operations = [
        migrations.AlterField(
            model_name="answer",
            name="choice",
            field=consultations.fields.model_fields.LineField(
                blank=True, default="", max_length=300, verbose_name="option chosen"
            ),
        ),
        migrations.AlterField(
            model_name="answer",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="answer",
            name="stance",
            field=models.CharField(
                blank=True,
                choices=[
                    ("agree", "Agree"),
                    ("disagree", "Disagree"),
                    ("neutral", "Neutral"),
                    ("no-opinion", "No opinion"),
                ],
                default="",
                max_length=10,
                verbose_name="position",
            ),
        ),
        migrations.AlterField(
            model_name="changecause",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="comment",
            name="concerns",
            field=consultations.fields.model_fields.LinesField(
                blank=True, default=list, verbose_name="related clauses"
            ),
        ),
        migrations.AlterField(
            model_name="comment",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="comment",
            name="replies_to",
            field=consultations.fields.model_fields.LineField(
                blank=True,
                default="",
                max_length=300,
                verbose_name="follows an earlier response",
            ),
        ),
        migrations.AlterField(
            model_name="commentsource",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="dccresponse",
            name="disposition",
            field=models.CharField(
                blank=True,
                choices=[
                    ("clarified", "Clarified"),
                    ("changed", "Accepted: text changed"),
                    ("not-changed", "Not accepted"),
                    ("noted", "Noted"),
                ],
                default="",
                max_length=12,
                verbose_name="outcome",
            ),
        ),
        migrations.AlterField(
            model_name="historicalanswer",
            name="choice",
            field=consultations.fields.model_fields.LineField(
                blank=True, default="", max_length=300, verbose_name="option chosen"
            ),
        ),
        migrations.AlterField(
            model_name="historicalanswer",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="historicalanswer",
            name="stance",
            field=models.CharField(
                blank=True,
                choices=[
                    ("agree", "Agree"),
                    ("disagree", "Disagree"),
                    ("neutral", "Neutral"),
                    ("no-opinion", "No opinion"),
                ],
                default="",
                max_length=10,
                verbose_name="position",
            ),
        ),
        migrations.AlterField(
            model_name="historicalchangecause",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="historicalcomment",
            name="concerns",
            field=consultations.fields.model_fields.LinesField(
                blank=True, default=list, verbose_name="related clauses"
            ),
        ),
        migrations.AlterField(
            model_name="historicalcomment",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="historicalcomment",
            name="replies_to",
            field=consultations.fields.model_fields.LineField(
                blank=True,
                default="",
                max_length=300,
                verbose_name="follows an earlier response",
            ),
        ),
        migrations.AlterField(
            model_name="historicalcommentsource",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="historicaldccresponse",
            name="disposition",
            field=models.CharField(
                blank=True,
                choices=[
                    ("clarified", "Clarified"),
                    ("changed", "Accepted: text changed"),
                    ("not-changed", "Not accepted"),
                    ("noted", "Noted"),
                ],
                default="",
                max_length=12,
                verbose_name="outcome",
            ),
        ),
        migrations.AlterField(
            model_name="historicalrespondent",
            name="aliases",
            field=consultations.fields.model_fields.LinesField(
                blank=True, default=list, verbose_name="other names"
            ),
        ),
        migrations.AlterField(
            model_name="historicalrespondent",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="historicalrespondent",
            name="represents",
            field=consultations.fields.model_fields.LinesField(
                blank=True, default=list, verbose_name="organisations represented"
            ),
        ),
        migrations.AlterField(
            model_name="historicalsubmission",
            name="accepted",
            field=models.BooleanField(
                blank=True, null=True, verbose_name="late response accepted"
            ),
        ),
        migrations.AlterField(
            model_name="historicalsubmission",
            name="accepted_reason",
            field=consultations.fields.model_fields.RichTextField(
                blank=True, default="", verbose_name="reason for the decision"
            ),
        ),
        migrations.AlterField(
            model_name="historicalsubmission",
            name="attribution",
            field=models.CharField(
                blank=True,
                choices=[
                    ("anonymous", "Anonymous"),
                    ("named", "Named"),
                    ("confidential", "Confidential"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="historicalsubmission",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[
                    ("web", "Website"),
                    ("email", "Email"),
                    ("post", "Post"),
                    ("meeting", "Meeting"),
                    ("import", "Import"),
                ],
                default="",
                max_length=10,
                verbose_name="received by",
            ),
        ),
        migrations.AlterField(
            model_name="historicalsubmission",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="respondent",
            name="aliases",
            field=consultations.fields.model_fields.LinesField(
                blank=True, default=list, verbose_name="other names"
            ),
        ),
        migrations.AlterField(
            model_name="respondent",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="respondent",
            name="represents",
            field=consultations.fields.model_fields.LinesField(
                blank=True, default=list, verbose_name="organisations represented"
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="accepted",
            field=models.BooleanField(
                blank=True, null=True, verbose_name="late response accepted"
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="accepted_reason",
            field=consultations.fields.model_fields.RichTextField(
                blank=True, default="", verbose_name="reason for the decision"
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="attribution",
            field=models.CharField(
                blank=True,
                choices=[
                    ("anonymous", "Anonymous"),
                    ("named", "Named"),
                    ("confidential", "Confidential"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[
                    ("web", "Website"),
                    ("email", "Email"),
                    ("post", "Post"),
                    ("meeting", "Meeting"),
                    ("import", "Import"),
                ],
                default="",
                max_length=10,
                verbose_name="received by",
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="order"),
        ),
    ]
