"""Whether the migrations of this code are applied to the database."""

from __future__ import annotations

import sys
from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

NOT_MIGRATED_MESSAGE = (
    "The database is not up to date. Migrations to apply: {count}. "
    "Run: python manage.py migrate"
)


@cache
def _migrations_of_code() -> frozenset[tuple[str, str]]:
    """Return the migrations on the disk, read once; without those since squashed."""
    loader = MigrationLoader(None)
    replaced = {
        key for migration in loader.replacements.values() for key in migration.replaces
    }
    return frozenset(loader.disk_migrations) - replaced


def count_unapplied_migrations() -> int:
    """Return how many migrations of this code the database does not have."""
    applied = MigrationRecorder(connection).applied_migrations()
    return len(_migrations_of_code() - set(applied))


def not_migrated_message() -> str:
    """Return the sentence for a database that is not migrated, else nothing."""
    count = count_unapplied_migrations()
    return NOT_MIGRATED_MESSAGE.format(count=count) if count else ""


def report_unapplied_migrations() -> None:
    """Print one line if the database is not migrated; a server calls it at its start.

    A database that does not respond is not this line's business.
    """
    try:
        message = not_migrated_message()
    except Error:
        return
    finally:
        connection.close()
    if message:
        print(message, file=sys.stderr, flush=True)  # noqa: T201 - logs may be filtered
