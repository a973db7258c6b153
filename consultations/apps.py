from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = "Consultations and conclusions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Install the guards that a migration dropped; register what verify checks."""
        from consultations.editions.triggers import install_missing_guards
        from consultations.editions.verification import register_consultation_check
        from consultations.record.unrecorded import unrecorded_faults

        register_consultation_check(unrecorded_faults)
        post_migrate.connect(install_missing_guards, sender=self)
