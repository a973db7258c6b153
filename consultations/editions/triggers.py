"""The guards of frozen rows as triggers of SQLite and of PostgreSQL.

SQLite drops the triggers of a table that a migration rebuilds: such a migration has
the operation `LIFT` before and `INSTALL` after. Tests and `manage.py verify` find
omissions with `missing_guards`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import migrations, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from consultations.editions.guard_kinds import Guard
from consultations.editions.guards import GUARDS


def install_guards(database: BaseDatabaseWrapper) -> None:
    """Create the triggers of all guards; replace existing ones.

    An earlier migration creates those whose tables and columns exist by then.
    """
    remove_guards(database)
    columns = _existing_columns(database)
    guards = [guard for guard in GUARDS if _can_install(guard, columns)]
    _execute(
        database, [s for g in guards for s in _create_statements(g, database.vendor)]
    )


def remove_guards(database: BaseDatabaseWrapper) -> None:
    """Drop the triggers of all guards."""
    _execute(
        database, [s for g in GUARDS for s in _drop_statements(g, database.vendor)]
    )


@contextmanager
def without_guards(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Suspend the guards within one transaction, such as to restore a backup."""
    with transaction.atomic(using=database.alias):
        remove_guards(database)
        yield
        if database.vendor == "postgresql":
            # PostgreSQL creates no trigger on a table with deferred checks pending.
            _execute(database, ["SET CONSTRAINTS ALL IMMEDIATE"])
        install_guards(database)


def missing_guards(database: BaseDatabaseWrapper) -> list[str]:
    """Return the names of guards whose trigger is missing or altered."""
    found = _installed_triggers(database)
    return [
        g.name
        for g in GUARDS
        if found.get(g.name) != _trigger_source(g, database.vendor)
    ]


def _install_operation(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    install_guards(editor.connection)


def _remove_operation(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    remove_guards(editor.connection)


INSTALL = migrations.RunPython(_install_operation, _remove_operation)
LIFT = migrations.RunPython(_remove_operation, _install_operation)


# --- SQL of each database --------------------------------------------------------


def _trigger_source(guard: Guard, vendor: str) -> str:
    """Return the source of a guard's trigger as the database stores it."""
    if vendor == "sqlite":
        steps = "\n".join(
            f"SELECT RAISE(ABORT, '{rule.message}') WHERE {rule.violation.strip()};"
            for rule in guard.rules
        )
        return (
            f"CREATE TRIGGER {guard.name} BEFORE {guard.operation} ON {guard.table} "
            f"FOR EACH ROW BEGIN\n{steps.replace('<differs>', 'IS NOT')}\nEND"
        )
    steps = "\n".join(
        f"IF {rule.violation.strip()} THEN RAISE EXCEPTION USING MESSAGE = "
        f"'{rule.message}', ERRCODE = 'integrity_constraint_violation'; END IF;"
        for rule in guard.rules
    )
    row = "OLD" if guard.operation == "DELETE" else "NEW"
    return (
        f"BEGIN\n{steps.replace('<differs>', 'IS DISTINCT FROM')}\nRETURN {row};\nEND"
    )


def _existing_columns(database: BaseDatabaseWrapper) -> dict[str, set[str]]:
    """Return the columns of each existing table that guards read."""
    inspect = database.introspection
    read = set().union(*map(_tables_read, GUARDS))
    with database.cursor() as cursor:
        return {
            table: {
                column.name for column in inspect.get_table_description(cursor, table)
            }
            for table in sorted(read & set(inspect.table_names(cursor)))
        }


def _can_install(guard: Guard, columns: Mapping[str, set[str]]) -> bool:
    """Return whether the tables and the columns that a guard reads exist."""
    named = set(re.findall(r"\b(?:NEW|OLD)\.(\w+)", _conditions(guard)))
    return _tables_read(guard) <= columns.keys() and named <= columns[guard.table]


def _tables_read(guard: Guard) -> set[str]:
    return {guard.table, *re.findall(r"\bconsultations_\w+", _conditions(guard))}


def _conditions(guard: Guard) -> str:
    return " ".join(rule.violation for rule in guard.rules)


def _create_statements(guard: Guard, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [_trigger_source(guard, vendor)]
    function = (
        f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $guard${_trigger_source(guard, vendor)}$guard$"
    )
    trigger = (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.operation} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()"
    )
    return [function, trigger]


def _drop_statements(guard: Guard, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {guard.name}"]
    return [
        f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}",
        f"DROP FUNCTION IF EXISTS {guard.name}()",
    ]


TRIGGER_QUERIES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT t.tgname, p.prosrc FROM pg_trigger t "
    "JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') "
    "AND pg_table_is_visible(t.tgrelid)",
}
"""Queries for the name and source of every enabled trigger."""


def _installed_triggers(database: BaseDatabaseWrapper) -> dict[str, str]:
    with database.cursor() as cursor:
        cursor.execute(TRIGGER_QUERIES[database.vendor])
        return dict(cursor.fetchall())


def _execute(database: BaseDatabaseWrapper, statements: list[str]) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
