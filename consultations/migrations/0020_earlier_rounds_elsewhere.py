"""An earlier consultation that is not on this site: title, day of opening, address."""

import consultations.fields.model_fields
from consultations.editions import triggers
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0019_first_published"),
    ]

    operations = [
        triggers.LIFT,
        migrations.RemoveConstraint(
            model_name="consultation",
            name="consultation_relation_with_follows",
        ),
        migrations.AddField(
            model_name="consultation",
            name="follows_opened",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="consultation",
            name="follows_title",
            field=consultations.fields.model_fields.LineField(
                blank=True, default="", max_length=300
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="follows_url",
            field=consultations.fields.model_fields.LineField(
                blank=True, default="", max_length=500
            ),
        ),
        migrations.AddField(
            model_name="historicalconsultation",
            name="follows_opened",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalconsultation",
            name="follows_title",
            field=consultations.fields.model_fields.LineField(
                blank=True, default="", max_length=300
            ),
        ),
        migrations.AddField(
            model_name="historicalconsultation",
            name="follows_url",
            field=consultations.fields.model_fields.LineField(
                blank=True, default="", max_length=500
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("follows", ""), ("follows_title", ""), ("relation", "")),
                    models.Q(
                        models.Q(("relation", ""), _negated=True),
                        models.Q(("follows", ""), ("follows_title", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="consultation_relation_with_follows",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("follows_title", ""), _negated=True),
                    models.Q(("follows_opened", None), ("follows_url", "")),
                    _connector="OR",
                ),
                name="consultation_follows_facts_have_a_title",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("follows_url", ""),
                    ("follows_url__startswith", "https://"),
                    ("follows_url__startswith", "http://"),
                    _connector="OR",
                ),
                name="consultation_follows_url_is_a_web_address",
            ),
        ),
        triggers.INSTALL,
    ]
