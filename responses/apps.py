from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    name = "responses"
    verbose_name = "Responses and comments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have editions and new words checked before they become public."""
        from consultations.editions.new_words import register_new_words_check
        from consultations.editions.workflow import (
            register_publication_check,
            register_withdrawal_check,
        )
        from responses.checks.new_words import new_words_blockers
        from responses.checks.publication import disclosure_reasons, withdrawal_reasons

        register_publication_check(disclosure_reasons)
        register_withdrawal_check(withdrawal_reasons)
        register_new_words_check(new_words_blockers)
