from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = "Consultations and conclusions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the guards installed that a migration dropped with a table."""
        from consultations.editions.triggers import install_missing_guards

        post_migrate.connect(install_missing_guards, sender=self)
