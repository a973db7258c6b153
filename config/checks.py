"""System checks of the machine, registered by config/apps.py."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections

from consultations.documents.pdf import pango, weasyprint_private


def check_pdf_libraries(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn when this machine cannot render PDF."""
    missing = pango.missing_libraries()
    if not missing:
        return []
    return [
        checks.Warning(
            f"PDF export is off: {', '.join(missing)} cannot be loaded.",
            hint=f"Install Pango: {pango.INSTALL_COMMAND}",
            id="config.W001",
        )
    ]


def check_pdf_versions(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn when PDF is rendered by versions that are not tested."""
    if weasyprint_private.versions_are_proved():
        return []
    proved = weasyprint_private.PROVED_VERSIONS
    weasyprint, pydyf = proved[0]
    return [
        checks.Warning(
            f"Found {weasyprint_private.installed_versions()}. PDF export is tested "
            f"only with {' or '.join(map(str, proved))}. PDF files are readable and "
            "tagged, but do not conform to PDF/UA-1, and the progress of an "
            "export is not shown.",
            hint="Install the tested versions: "
            f"pip install weasyprint=={weasyprint} pydyf=={pydyf}",
            id="config.W003",
        )
    ]


def check_postgresql_driver(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse psycopg 3, which Django prefers to psycopg2 if it is installed."""
    if connections["default"].vendor != "postgresql":
        return []
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    if not is_psycopg3:
        return []
    return [
        checks.Error(
            "The PostgreSQL driver is psycopg 3, not psycopg2.",
            hint="Another package has installed psycopg. Run: pip uninstall psycopg",
            id="config.E001",
        )
    ]
