"""The table of routes: every way to rewrite the record is refused or named by verify.

Each route is tried on its own copy of the same record: on PostgreSQL as a role that
owns nothing, on SQLite with the file itself, past the application and foreign keys.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoDbBlocker

from consultations.editions.role_grants import grant_statements, role_fault
from consultations.editions.verification import verify_everything
from tests.support.sql import run
from tests.tampering import routes_everywhere, routes_postgresql, routes_sqlite
from tests.tampering.routes import Route
from tests.tampering.routes_sqlite import LIFT, REINSTATE
from tests.tampering.world import World, make_world

pytestmark = pytest.mark.each_database

WEB_ROLE = f"web_{os.getpid()}"
ON_POSTGRESQL = [*routes_everywhere.ROUTES, *routes_postgresql.ROUTES]
ON_SQLITE = [*routes_everywhere.ROUTES, *routes_sqlite.ROUTES]
ROUTES = ON_POSTGRESQL if os.environ["TEST_DATABASE"] == "postgresql" else ON_SQLITE

Attack = Callable[[Route], None]
"""Tries a route and leaves the database as the route leaves it; raises DatabaseError
or sqlite3.DatabaseError for the statement that is refused.
"""


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Store the record once: in a file of its own, or in a transaction undone later."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            yield from _world_in_a_file(tmp_path_factory.mktemp("record"))
        else:
            yield from _world_in_a_transaction()


def _world_in_a_file(folder: Path) -> Iterator[World]:
    original = connection.settings_dict["NAME"]
    connection.close()
    shutil.copy(original, folder / "record.sqlite3")
    _connect_to(folder / "record.sqlite3")
    made = make_world()
    yield made
    _connect_to(original)


def _world_in_a_transaction() -> Iterator[World]:
    with transaction.atomic():
        made = make_world()
        run(f"CREATE ROLE {WEB_ROLE}")
        assert role_fault(connection, WEB_ROLE) == ""
        for statement in grant_statements(connection, WEB_ROLE):
            run(statement)
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run("SET CONSTRAINTS ALL DEFERRED")
        yield made
        transaction.set_rollback(True)


def _connect_to(path: Path | str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = str(path)


@pytest.fixture
def attack(world: World, tmp_path: Path) -> Iterator[Attack]:
    """Return how a route is tried on the database under test."""
    if connection.vendor == "sqlite":
        yield from _attack_on_a_copy(world, tmp_path / "copy.sqlite3")
        return
    with transaction.atomic():
        run(f"SET LOCAL ROLE {WEB_ROLE}")

        def by_the_role(route: Route) -> None:
            for statement in route.statements(world):
                with transaction.atomic():
                    run(statement)

        yield by_the_role
        transaction.set_rollback(True)


def _attack_on_a_copy(world: World, copy: Path) -> Iterator[Attack]:
    record = connection.settings_dict["NAME"]
    connection.close()
    shutil.copy(record, copy)
    client = sqlite3.connect(copy, isolation_level=None)

    def with_the_file(route: Route) -> None:
        lifted: list[tuple[str, str]] = []
        for statement in route.statements(world):
            if statement == LIFT:
                lifted = drop_triggers(client)
            elif statement == REINSTATE:
                for _, sql in lifted:
                    client.execute(sql)
            else:
                client.execute(statement)

    _connect_to(copy)
    yield with_the_file
    client.close()
    _connect_to(record)


def drop_triggers(client: sqlite3.Connection) -> list[tuple[str, str]]:
    """Drop every trigger and return their names and statements."""
    found: list[tuple[str, str]] = client.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    for name, _ in found:
        client.execute(f"DROP TRIGGER {name}")
    return found


def faults() -> str:
    """Return what verify names, as somebody who connects anew."""
    if connection.vendor == "postgresql":
        run("RESET search_path")
    return " ".join(verify_everything().faults)


def test_untouched_record_has_no_faults(attack: Attack) -> None:
    assert faults() == ""


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_route_is_refused_or_named(route: Route, attack: Attack) -> None:
    if route.named:
        attack(route)
        assert route.named in faults()
        return
    refusals: Any = (DatabaseError, sqlite3.DatabaseError)
    with pytest.raises(refusals) as refusal:
        attack(route)
    assert route.refused in str(refusal.value)
    assert (route.leaves in faults()) if route.leaves else (faults() == "")


def test_there_are_as_many_routes_as_promised() -> None:
    assert len(ON_POSTGRESQL) >= 45
    assert len(ON_SQLITE) >= 30
    for table in (ON_POSTGRESQL, ON_SQLITE):
        assert len({route.name for route in table}) == len(table)
