from django.apps import AppConfig
from django.core.checks import register


class SiteConfig(AppConfig):
    """The site itself, an app so that its checks are registered."""

    name = "config"

    def ready(self) -> None:
        """Register the checks of config/checks.py and the log-in receivers."""
        from config import checks
        from config.accounts import recording, sessions  # noqa: F401 - their receivers

        register(checks.check_pdf_libraries)
        register(checks.check_pdf_versions)
        register(checks.check_postgresql_driver)
        register(checks.check_trusted_proxies, deploy=True)
