from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = "Consultations and conclusions"
    default_auto_field = "django.db.models.BigAutoField"
