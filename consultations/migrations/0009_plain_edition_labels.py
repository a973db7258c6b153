"""Editions are submitted for approval and returned, in the words of the screens."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0008_choice_labels")]
    operations = [
        migrations.AlterField(
            model_name="edition",
            name="state",
            field=models.CharField(
                choices=[
                    ("submitted", "Submitted for approval"),
                    ("approved", "Approved"),
                    ("rejected", "Returned"),
                    ("published", "Published"),
                    ("superseded", "Superseded"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="submitted",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="signoff",
            name="decision",
            field=models.CharField(
                choices=[("approve", "Approved"), ("reject", "Returned")], max_length=7
            ),
        ),
    ]
