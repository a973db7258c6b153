"""The database refuses to change what is frozen (see consultations/editions/triggers.py)."""

from django.db import migrations

from consultations.editions import triggers


class Migration(migrations.Migration):
    dependencies = [("consultations", "0001_initial")]
    operations = [triggers.INSTALL]
