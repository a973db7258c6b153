"""The date of a publication before a conclusion was entered here."""

from django.db import migrations, models

from consultations.editions import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0018_consultation_editions"),
    ]

    operations = [
        triggers.LIFT,
        migrations.AddField(
            model_name="conclusion",
            name="first_published",
            field=models.DateField(
                blank=True, null=True, verbose_name="date first published"
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="first_published",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalconclusion",
            name="first_published",
            field=models.DateField(
                blank=True, null=True, verbose_name="date first published"
            ),
        ),
        triggers.INSTALL,
    ]
