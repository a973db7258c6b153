from django.apps import AppConfig
from django.core.checks import register


class SiteConfig(AppConfig):
    """The site itself, an app so that its checks are registered."""

    name = "config"

    def ready(self) -> None:
        """Register the checks of config/checks.py and the log-in receivers."""
        from config import checks
        from config.accounts import (  # noqa: F401 - these connect receivers
            lockout_notices,
            sessions,
            sign_in_addresses,
        )

        register(checks.check_pdf_libraries)
        register(checks.check_pdf_versions)
        register(checks.check_postgresql_driver)
