"""Standard names for scheduled publications and for when a consultation opens."""

from django.db import migrations

from consultations.editions import triggers


class Migration(migrations.Migration):
    dependencies = [("consultations", "0004_desk")]
    operations = [
        triggers.LIFT,
        migrations.RenameModel("PlannedPublication", "ScheduledPublication"),
        migrations.RenameField("ScheduledPublication", "planned_at", "scheduled_at"),
        migrations.RemoveConstraint("consultation", "consultation_opens_at_on_a_day"),
        migrations.RenameField("Consultation", "opened", "opens_on"),
        migrations.RenameField("Consultation", "opens_at", "opens_at_time"),
        migrations.RenameField("HistoricalConsultation", "opened", "opens_on"),
        migrations.RenameField("HistoricalConsultation", "opens_at", "opens_at_time"),
        triggers.INSTALL,
    ]
