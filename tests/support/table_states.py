"""The rows of every table, to find what a request changed."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection

CHANGED_BY_EVERY_REQUEST = {"django_session"}
"""Tables that a refused request may change: when a session was last seen."""


def table_names() -> list[str]:
    """Return the tables of the site, histories and links included."""
    models = apps.get_models(include_auto_created=True)
    names = {model._meta.db_table for model in models if model._meta.managed}
    return sorted(names - CHANGED_BY_EVERY_REQUEST)


def rows_of_table(name: str, without: Container[str] = ()) -> list[tuple[object, ...]]:
    """Return the rows of a table by their first column, without some columns."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)} ORDER BY 1")
        columns = [
            number
            for number, column in enumerate(cursor.description)
            if column[0] not in without
        ]
        return [
            tuple(_comparable(row[number]) for number in columns)
            for row in cursor.fetchall()
        ]


def table_digests(names: Iterable[str] | None = None) -> Mapping[str, str]:
    """Return a hash of the rows of each table."""
    return {
        name: hashlib.sha256(repr(rows_of_table(name)).encode()).hexdigest()
        for name in (table_names() if names is None else names)
    }


def changed_tables(before: Mapping[str, str]) -> list[str]:
    """Return the tables whose rows are not those of earlier digests any more."""
    after = table_digests(before)
    return [name for name in before if before[name] != after[name]]


def reset_sequences() -> None:
    """Let the next rows have the numbers after those that exist.

    PostgreSQL does not roll back what a request took from a sequence.
    """
    statements = connection.ops.sequence_reset_sql(
        no_style(), apps.get_models(include_auto_created=True)
    )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _comparable(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
