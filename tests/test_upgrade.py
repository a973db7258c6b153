"""A database of an earlier release migrates, and what it published stays as it was."""

from __future__ import annotations

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

from tests.support.earlier_release import NOVEMBER_2026, STOOD_AT
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


def run(database: str, *command: str) -> str:
    """Run a Python command on a database and return what it printed."""
    ran = subprocess.run(
        [sys.executable, *command],
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
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_database_of_the_release_of_november_2026_migrates(empty_database: str) -> None:
    file = str(NOVEMBER_2026)
    run(empty_database, "-m", "tests.support.earlier_release", "load", file)
    run(empty_database, "manage.py", "migrate", "--verbosity", "0")
    run(empty_database, "-m", "tests.support.earlier_release", "compare", file)
    paths = "from django_tasks_db.models import DBTaskResult as R; "
    paths += "from importlib import import_module as m; "
    paths += "[getattr(m(a), b) for a, _, b in {p.rpartition('.') for p in "
    paths += "R.objects.values_list('task_path', flat=True)}]"
    run(empty_database, "manage.py", "shell", "-v", "0", "-c", paths)
    verified = run(empty_database, "manage.py", "verify")
    assert "Everything matches: 30 files, 7 editions" in verified
    for slug in ("device-behaviours-2026", "s1sr-moc-secure"):
        checked = ["check_conclusion", slug, "--json"]
        assert "blockers" in run(empty_database, "manage.py", *checked)
    for app, migration in STOOD_AT:
        run(empty_database, "manage.py", "migrate", app, migration, "--verbosity", "0")
    run(empty_database, "-m", "tests.support.earlier_release", "compare", file)
