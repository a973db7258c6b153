from django.apps import AppConfig
from django.core.checks import register


class SiteConfig(AppConfig):
    """The site itself, an app so that its checks are registered."""

    name = "config"

    def ready(self) -> None:
        """Register the checks of config/checks.py."""
        from config import checks

        register(checks.pdf_libraries)
        register(checks.postgresql_driver)
