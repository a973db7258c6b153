"""Keys of rows that an event names before the row is stored."""

from __future__ import annotations

from django.db import connections, models, router


def reserve_key(model: type[models.Model]) -> int:
    """Return the key of a row to be created in this transaction.

    SQLite lets one transaction write at a time, so nobody else takes the key there.
    """
    table = model._meta.db_table
    database = connections[router.db_for_write(model)]
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s))",
                [f'"{table}"', model._meta.pk.column],
            )
        else:
            cursor.execute(
                "SELECT 1 + coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s",
                [table],
            )
        (key,) = cursor.fetchone()
    return int(key)
