"""The SQL of guards as triggers of SQLite and of PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from consultations.editions.guards.rules import Guard, GuardRule

FORBIDDING_FUNCTION = "guard_forbid"
"""The function of PostgreSQL that refuses every row; its argument is the message."""

FORBIDDING_SOURCE = (
    "BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], "
    "ERRCODE = 'integrity_constraint_violation'; END"
)


@dataclass(frozen=True)
class Trigger:
    """A trigger as the database stores it; the last three are PostgreSQL's.

    The functions look up tables in the site's schema first and among temporary tables
    last, so that no temporary table can stand in for the activity log.
    """

    definition: str
    source: str = ""
    language: str = ""
    settings: str = ""


def trigger_of(guard: Guard, vendor: str, schema: str) -> Trigger:
    """Return the trigger of a guard."""
    if vendor == "sqlite":
        return Trigger(_sqlite_trigger(guard))
    source = FORBIDDING_SOURCE if guard.forbids_always else _checking_source(guard)
    return Trigger(_postgresql_trigger(guard), source, "plpgsql", _search_path(schema))


def create_statements(guard: Guard, vendor: str, schema: str) -> list[str]:
    """Return the statements that create a guard's trigger."""
    if vendor == "sqlite":
        return [_sqlite_trigger(guard)]
    if guard.forbids_always:
        return [_postgresql_trigger(guard)]
    function = _function(guard.name, _checking_source(guard), schema)
    return [function, _postgresql_trigger(guard)]


def shared_statements(vendor: str, schema: str) -> list[str]:
    """Return the statements that create what the triggers share."""
    if vendor == "sqlite":
        return []
    return [_function(FORBIDDING_FUNCTION, FORBIDDING_SOURCE, schema)]


def drop_statements(guard: Guard, vendor: str) -> list[str]:
    """Return the statements that drop a guard's trigger, if it exists."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {guard.name}"]
    return [
        f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}",
        f"DROP FUNCTION IF EXISTS {guard.name}() CASCADE",
    ]


# --- SQLite ---------------------------------------------------------------------------


def _sqlite_trigger(guard: Guard) -> str:
    steps = "\n".join(
        f"SELECT RAISE(ABORT, '{rule.message}') WHERE {rule.violation.strip()};"
        for rule in guard.rules
    )
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.operation} ON {guard.table} "
        f"FOR EACH ROW BEGIN\n{steps.replace('<differs>', 'IS NOT')}\nEND"
    )


# --- PostgreSQL -----------------------------------------------------------------------


def _postgresql_trigger(guard: Guard) -> str:
    """Return the statement as pg_get_triggerdef prints it."""
    each = "STATEMENT" if guard.operation == "TRUNCATE" else "ROW"
    function = f"{guard.name}()"
    if guard.forbids_always:
        function = f"{FORBIDDING_FUNCTION}('{guard.rules[0].message}')"
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.operation} ON {guard.table} "
        f"FOR EACH {each} EXECUTE FUNCTION {function}"
    )


def _checking_source(guard: Guard) -> str:
    steps = "\n".join(
        f"IF {rule.violation.strip()} THEN RAISE EXCEPTION USING MESSAGE = "
        f"'{rule.message}', ERRCODE = 'integrity_constraint_violation'; END IF;"
        for rule in guard.rules
    )
    row = "OLD" if guard.operation == "DELETE" else "NEW"
    return (
        f"BEGIN\n{steps.replace('<differs>', 'IS DISTINCT FROM')}\nRETURN {row};\nEND"
    )


def _function(name: str, source: str, schema: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"SET {_search_path(schema).replace('=', ' = ')} AS $guard${source}$guard$"
    )


def _search_path(schema: str) -> str:
    """Return the setting of a function, as PostgreSQL stores it."""
    return f"search_path={schema}, pg_temp"


# --- databases in the middle of their migrations --------------------------------------

Columns = Mapping[str, frozenset[str]]
"""The columns of each table that exists."""


def installable(guard: Guard, columns: Columns) -> Guard | None:
    """Return a guard with the rules whose tables and columns exist; None for none."""
    if guard.table not in columns:
        return None
    rules = tuple(rule for rule in guard.rules if _can_read(guard, rule, columns))
    return replace(guard, rules=rules) if rules else None


def _can_read(guard: Guard, rule: GuardRule, columns: Columns) -> bool:
    aliases = {"NEW": {guard.table}, "OLD": {guard.table}}
    for table, alias in re.findall(r"\b(?:FROM|JOIN)\s+(\w+)\s+(\w+)", rule.violation):
        aliases.setdefault(alias, set()).add(table)
    if not set().union(*aliases.values()) <= columns.keys():
        return False
    return all(
        any(column in columns[table] for table in aliases[alias])
        for alias, column in re.findall(r"\b(\w+)\.(\w+)\b", rule.violation)
        if alias in aliases
    )
