"""Faults of the database itself: guards, and what could act beside or before them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from consultations.editions.guards import every_guard, guarded_tables
from consultations.editions.triggers import existing_columns, missing_guards

_REMEDY = (
    "Find out who changed the database, undo the change, and compare the database with "
    "a backup."
)

_UNKNOWN_TRIGGER = (
    "The table {} has the trigger {}, which does not belong to this site."
)

_IN_TABLES = (
    "FROM pg_class c {} WHERE pg_table_is_visible(c.oid) AND c.relname = ANY(%s)"
)

_POSTGRESQL_CHECKS = (
    (
        "SELECT c.relname, t.tgname "
        + _IN_TABLES.format("JOIN pg_trigger t ON t.tgrelid = c.oid")
        + " AND NOT t.tgisinternal AND NOT t.tgname = ANY(%s)",
        _UNKNOWN_TRIGGER,
    ),
    (
        "SELECT DISTINCT c.relname, n.conname "
        + _IN_TABLES.format(
            "JOIN pg_trigger t ON t.tgrelid = c.oid "
            "JOIN pg_constraint n ON n.oid = t.tgconstraint"
        )
        + " AND t.tgisinternal AND t.tgenabled NOT IN ('O', 'A')",
        "The table {} does not check its foreign key {}.",
    ),
    (
        "SELECT c.relname, r.rulename "
        + _IN_TABLES.format("JOIN pg_rewrite r ON r.ev_class = c.oid"),
        "The table {} has the rule {}, which does not belong to this site.",
    ),
    (
        "SELECT c.relname, p.polname "
        + _IN_TABLES.format("JOIN pg_policy p ON p.polrelid = c.oid"),
        "The table {} has the row security policy {}, which can hide rows.",
    ),
    (
        "SELECT c.relname, i.inhrelid::regclass::text "
        + _IN_TABLES.format("JOIN pg_inherits i ON i.inhparent = c.oid"),
        "The table {} includes the rows of another table, {}.",
    ),
    (
        "SELECT c.relname, c.relkind::text "
        + _IN_TABLES.format("")
        + " AND c.relkind <> 'r'",
        "{} is not a table but an object of the kind {}.",
    ),
)
"""Queries on the guarded tables, and the fault that each row found is."""

_SQLITE_TRIGGERS = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"


def guard_faults(database: BaseDatabaseWrapper) -> list[str]:
    """Return a fault for each missing guard and for each thing that can bypass one."""
    missing = [
        f"The database trigger {name} is missing or has been changed, so frozen rows "
        "are not protected. Run `python manage.py verify --mend-guards`."
        for name in missing_guards(database)
    ]
    return [*missing, *_bypass_faults(database)]


def _bypass_faults(database: BaseDatabaseWrapper) -> Iterator[str]:
    tables = list(guarded_tables())
    names = [guard.name for guard in every_guard(database.vendor)]
    if database.vendor == "sqlite":
        for table, name in _select(database, _SQLITE_TRIGGERS):
            if table in tables and name not in names:
                yield f"{_UNKNOWN_TRIGGER.format(table, name)} {_REMEDY}"
        return
    for query, sentence in _POSTGRESQL_CHECKS:
        values = [tables, names][: query.count("%s")]
        for row in _select(database, query, values):
            yield f"{sentence.format(*row)} {_REMEDY}"
    setting = "SELECT current_setting('session_replication_role')"
    ((role,),) = _select(database, setting)
    if role != "origin":
        yield (
            f"With session_replication_role {role}, no database trigger acts, so "
            f"frozen rows are not protected. {_REMEDY}"
        )


def missing_tables(database: BaseDatabaseWrapper) -> list[str]:
    """Return the tables and columns of the site's models that do not exist."""
    columns = existing_columns(database)
    missing = []
    for model in apps.get_models(include_auto_created=True):
        table, options = model._meta.db_table, model._meta
        if not options.managed or options.app_label not in (
            "consultations",
            "responses",
        ):
            continue
        needed = {str(field.column) for field in options.local_concrete_fields}
        if table not in columns:
            missing.append(f"The table {table}")
        else:
            absent = sorted(needed - columns[table])
            missing += [
                f"The column {column} of the table {table}" for column in absent
            ]
    return missing


def dangling_references(database: BaseDatabaseWrapper) -> list[str]:
    """Return a fault for each row of SQLite that refers to a row that does not exist.

    SQLite checks references only for clients that ask; PostgreSQL checks them always.
    """
    if database.vendor != "sqlite":
        return []
    return [
        f"The row {row} of the table {table} refers to a row of the table {parent} "
        "that does not exist. Restore that row from a backup."
        for table, row, parent, _ in _select(database, "PRAGMA foreign_key_check")
    ]


def cut_off_faults(database: BaseDatabaseWrapper) -> list[str]:
    """Return a fault for each guarded table of SQLite whose last rows are missing.

    SQLite remembers the highest key that a table has had. PostgreSQL's sequences skip
    keys, so that nothing follows from them.
    """
    if database.vendor != "sqlite":
        return []
    guarded = set(guarded_tables())
    faults = []
    for table, highest in _select(database, "SELECT name, seq FROM sqlite_sequence"):
        if table not in guarded:
            continue
        ((last,),) = _select(database, f'SELECT max(rowid) FROM "{table}"')  # noqa: S608 - a guarded table's name
        if last is not None and last < highest:
            faults.append(
                f"The last rows of the table {table} are missing: the last key is "
                f"{last}, but the database has already used the key {highest}. Restore "
                "the rows from a backup."
            )
    return faults


def _select(
    database: BaseDatabaseWrapper, query: str, values: list[Any] | None = None
) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
