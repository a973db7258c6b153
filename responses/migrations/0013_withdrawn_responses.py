"""A response can be withdrawn by its respondent: when, and for what reason."""

from django.db import migrations, models

import consultations.fields.model_fields
from consultations.editions import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("responses", "0012_permanent_history"),
        ("consultations", "0019_first_published"),
    ]

    operations = [
        triggers.LIFT,
        migrations.AddField(
            model_name="historicalsubmission",
            name="withdrawn_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="withdrawn by the respondent"
            ),
        ),
        migrations.AddField(
            model_name="historicalsubmission",
            name="withdrawn_reason",
            field=consultations.fields.model_fields.RichTextField(
                blank=True, default="", verbose_name="reason for the withdrawal"
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="withdrawn_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="withdrawn by the respondent"
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="withdrawn_reason",
            field=consultations.fields.model_fields.RichTextField(
                blank=True, default="", verbose_name="reason for the withdrawal"
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_reason", "")),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="withdrawn_response_has_a_reason",
            ),
        ),
        triggers.INSTALL,
    ]
