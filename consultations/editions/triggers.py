"""Guards in the database: installing, suspending and checking their triggers.

SQLite drops the triggers of a table that a migration rebuilds: such a migration has
the operation `LIFT` before and `INSTALL` after. What a migration forgets is installed
when `migrate` ends. Tests and `manage.py verify` find omissions with `missing_guards`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation

from consultations.editions.guards import GUARDS, every_guard, guarded_tables
from consultations.editions.trigger_sql import (
    Columns,
    Trigger,
    create_statements,
    drop_statements,
    installable,
    shared_statements,
    trigger_of,
)


def install_guards(database: BaseDatabaseWrapper) -> None:
    """Create the triggers of all guards; replace existing ones.

    An earlier migration creates those whose tables and columns exist by then.
    """
    remove_guards(database)
    vendor, schema = database.vendor, current_schema(database)
    columns = existing_columns(database)
    # Migrations from before history rows were guarded know nothing of those guards.
    began = "subject" in columns.get("consultations_event", ())
    guards = every_guard(vendor) if began else GUARDS
    found = [installable(guard, columns) for guard in guards]
    statements = [
        statement
        for guard in found
        if guard
        for statement in create_statements(guard, vendor, schema)
    ]
    _execute(database, [*shared_statements(vendor, schema), *statements])


def remove_guards(database: BaseDatabaseWrapper) -> None:
    """Drop the triggers of all guards."""
    vendor = database.vendor
    statements = [
        statement
        for guard in every_guard(vendor)
        for statement in drop_statements(guard, vendor)
    ]
    _execute(database, statements)


@contextmanager
def without_guards(
    database: BaseDatabaseWrapper, tables: Iterable[str] | None = None
) -> Iterator[None]:
    """Suspend the guards within one transaction, such as to restore a backup.

    `tables` are the tables whose guards are suspended; all tables by default.
    """
    with transaction.atomic(using=database.alias):
        suspend, reinstate = suspension(database, tables)
        if database.vendor == "postgresql":
            # PostgreSQL alters no table with deferred checks pending.
            check, defer = (
                "SET CONSTRAINTS ALL IMMEDIATE",
                "SET CONSTRAINTS ALL DEFERRED",
            )
            suspend = [check, *suspend, defer]
            reinstate = [check, *reinstate, defer]
        _execute(database, suspend)
        yield
        _execute(database, reinstate)


def suspension(
    database: BaseDatabaseWrapper, tables: Iterable[str] | None = None
) -> tuple[list[str], list[str]]:
    """Return the statements that suspend the guards, and those that reinstate them.

    Both lists belong in one transaction.
    """
    names = set(guarded_tables() if tables is None else tables)
    if database.vendor == "sqlite":
        found = [
            (name, sql)
            for table, name, sql in _select(database, _SQLITE_TRIGGERS)
            if table in names
        ]
        drop = [f'DROP TRIGGER "{name}"' for name, _ in found]
        return drop, [sql for _, sql in found]
    with database.cursor() as cursor:
        existing = names & set(database.introspection.table_names(cursor))
    ordered = sorted(existing)
    return (
        [f'ALTER TABLE "{table}" DISABLE TRIGGER USER' for table in ordered],
        [f'ALTER TABLE "{table}" ENABLE TRIGGER USER' for table in ordered],
    )


def missing_guards(database: BaseDatabaseWrapper) -> list[str]:
    """Return the names of guards whose trigger is missing or altered."""
    found = installed_triggers(database)
    vendor, schema = database.vendor, current_schema(database)
    return [
        guard.name
        for guard in every_guard(vendor)
        if found.get((guard.table, guard.name)) != trigger_of(guard, vendor, schema)
    ]


def install_missing_guards(using: str, **kwargs: object) -> None:
    """Install the guards again if a migration has left any out."""
    database = connections[using]
    if missing_guards(database):
        with transaction.atomic(using=using):
            install_guards(database)


_GuardChange = Callable[[BaseDatabaseWrapper], None]


class _GuardOperation(Operation):
    """Changes the guards; unlike RunPython, it does not have every model made."""

    reduces_to_sql = False

    def __init__(self, forwards: _GuardChange, backwards: _GuardChange) -> None:
        self.forwards, self.backwards = forwards, backwards

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change no model."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self.forwards(schema_editor.connection)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self.backwards(schema_editor.connection)

    def describe(self) -> str:
        """Return the line of `migrate --plan`."""
        return f"Guards: {self.forwards.__name__.replace('_', ' ')}"


INSTALL = _GuardOperation(install_guards, remove_guards)
LIFT = _GuardOperation(remove_guards, install_guards)


# --- what the database has ------------------------------------------------------------

_SQLITE_TRIGGERS = (
    "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"
)

_POSTGRESQL_TRIGGERS = """
    SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid, true), p.prosrc, l.lanname,
           coalesce(array_to_string(p.proconfig, '; '), '')
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang
    WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
    AND pg_table_is_visible(c.oid)
"""


def installed_triggers(
    database: BaseDatabaseWrapper,
) -> dict[tuple[str, str], Trigger]:
    """Return every enabled trigger by its table and its name."""
    on_sqlite = database.vendor == "sqlite"
    rows = _select(database, _SQLITE_TRIGGERS if on_sqlite else _POSTGRESQL_TRIGGERS)
    return {(table, name): Trigger(*values) for table, name, *values in rows}


def current_schema(database: BaseDatabaseWrapper) -> str:
    """Return the schema of the site's tables; empty on SQLite, which has none."""
    if database.vendor == "sqlite":
        return ""
    ((schema,),) = _select(database, "SELECT quote_ident(current_schema())")
    return str(schema)


def existing_columns(database: BaseDatabaseWrapper) -> Columns:
    """Return the columns of each table."""
    query = (
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
        "WHERE m.type = 'table'"
        if database.vendor == "sqlite"
        else "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema()"
    )
    columns: dict[str, set[str]] = {}
    for table, column in _select(database, query):
        columns.setdefault(table, set()).add(column)
    return {table: frozenset(names) for table, names in columns.items()}


def _select(database: BaseDatabaseWrapper, query: str) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _execute(database: BaseDatabaseWrapper, statements: list[str]) -> None:
    """Execute statements; PostgreSQL takes them in one message."""
    if database.vendor == "postgresql" and statements:
        statements = [";\n".join(statements)]
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
