"""Users named in history rows cannot be deleted; the histories get their guards."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from consultations.editions import triggers

HISTORIES = (
    "historicalanswer",
    "historicalchangecause",
    "historicalcomment",
    "historicalcommentsource",
    "historicalconfirmedfinding",
    "historicaldccresponse",
    "historicalrespondent",
    "historicalsubmission",
)


class Migration(migrations.Migration):
    dependencies = [
        ("responses", "0011_names_on_screens"),
        ("consultations", "0017_permanent_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        triggers.LIFT,
        *(
            migrations.AlterField(
                model_name=name,
                name="history_user",
                field=models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            )
            for name in HISTORIES
        ),
        triggers.INSTALL,
    ]
