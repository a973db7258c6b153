from django.apps import AppConfig
from django.core.checks import register


class SiteConfig(AppConfig):
    """The site itself, an app so that its checks are registered."""

    name = "config"

    def ready(self) -> None:
        """Register the checks, the log-in receivers and the composers of emails."""
        from config import checks
        from config.accounts import (
            lockout_notices,  # noqa: F401 - connects its receivers
            passwords,
            recording,  # noqa: F401 - connects its receivers
            sessions,  # noqa: F401 - connects its receivers
            sign_in_addresses,  # noqa: F401 - connects its receivers
        )
        from consultations.notifications.notices import register_composer

        register_composer(passwords.RESET_LINK, passwords.compose_reset_link)
        register(checks.check_pdf_libraries)
        register(checks.check_pdf_versions)
        register(checks.check_postgresql_driver)
