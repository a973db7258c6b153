from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    name = "responses"
    verbose_name = "Responses and comments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have editions checked again when they are published."""
        from consultations.editions.workflow import (
            register_publication_check,
            register_withdrawal_check,
        )
        from responses.checks.publication import disclosure_reasons, withdrawal_reasons

        register_publication_check(disclosure_reasons)
        register_withdrawal_check(withdrawal_reasons)
