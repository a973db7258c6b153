"""The guards refuse in the words of the screens."""

from django.db import migrations

from consultations.editions import triggers


class Migration(migrations.Migration):
    dependencies = [("consultations", "0009_plain_edition_labels")]
    operations = [triggers.LIFT, triggers.INSTALL]
