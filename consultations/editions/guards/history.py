"""Guards of history rows: rows are added, and never changed or deleted."""

from __future__ import annotations

from django.apps import apps
from simple_history.models import HistoricalChanges

from consultations.editions.guards.rules import Guard, GuardRule, forbid

REMEDY = "To erase personal data, run `python manage.py erase_history`."


def history_tables() -> tuple[str, ...]:
    """Return the tables with the history of a model, of every app."""
    return tuple(
        sorted(
            model._meta.db_table
            for model in apps.get_models(include_auto_created=True)
            if issubclass(model, HistoricalChanges)
        )
    )


def history_guards(table: str) -> tuple[Guard, ...]:
    """Return the guards of one table of history rows.

    PostgreSQL has no statement that replaces a row as it inserts one.
    """
    return (
        Guard(
            table,
            "INSERT",
            (
                GuardRule(
                    f"EXISTS (SELECT 1 FROM {table} h"  # noqa: S608 - a table's name
                    " WHERE h.history_id = NEW.history_id)",
                    "A history row cannot be replaced.",
                ),
            ),
            only="sqlite",
        ),
        forbid(table, "UPDATE", f"A history row cannot be changed. {REMEDY}"),
        forbid(table, "DELETE", f"A history row cannot be deleted. {REMEDY}"),
    )
