"""A database of an earlier release migrates, and what it published stays as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from tests.support.earlier_release import NOVEMBER_2026
from tests.support.migrating import structure_as_json
from tests.support.structure import ROOT


@pytest.fixture
def empty_database(tmp_path: Path, db: None) -> Iterator[str]:
    """Return the address of a new, empty database of the kind under test."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/upgraded.sqlite3"
        return
    address = urlsplit(os.environ["DATABASE_URL"])
    name = f"upgraded_{os.getpid()}"
    server = psycopg2.connect(os.environ["DATABASE_URL"])
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(address._replace(path=f"/{name}"))
    finally:
        with server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        server.close()


def run_module(name: str, database: str, *arguments: str) -> str:
    """Return what a module prints that works on another database; it has to succeed."""
    ran = subprocess.run(
        [sys.executable, "-m", name, *arguments],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": database,
            "SECRET_KEY": settings.SECRET_KEY,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.long
def test_database_of_november_2026_release_migrates(empty_database: str) -> None:
    printed = run_module(
        "tests.support.earlier_release", empty_database, str(NOVEMBER_2026)
    )
    assert (
        "Everything matches: 51 files, 7 editions, 6 releases, 5 consultation editions"
        in printed
    )
    assert printed.count('"blockers"') == 2


@pytest.mark.soak
@pytest.mark.soak_only
def test_migrations_make_the_database_of_the_tests(empty_database: str) -> None:
    """The tests' own is migrated with shortcuts."""
    printed = run_module("tests.support.migrating", empty_database)
    assert json.loads(printed) == json.loads(structure_as_json())
