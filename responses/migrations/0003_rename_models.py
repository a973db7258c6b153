"""Standard names: autosaved forms, idempotency keys, editing sessions."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("responses", "0002_desk"), ("consultations", "0005_rename_fields")]
    operations = [
        migrations.RenameModel("UnsavedText", "AutosavedForm"),
        migrations.RenameField("AutosavedForm", "kept_at", "saved_at"),
        migrations.RenameModel("SentForm", "IdempotencyKey"),
        migrations.RenameModel("AtWork", "EditingSession"),
        migrations.RenameField("DraftFile", "alive_at", "heartbeat_at"),
    ]
