"""The checks for monitoring: healthz and readyz, and each reason not to be ready."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config import health
from consultations.background import schema
from consultations.background.workers import record_heartbeat
from tests.support.clocks import MovableClock
from tests.support.factories import make_notice
from tests.support.structure import ROOT

SECRETS = ("ann@example.org", "postgres", "example.org", "secret", "Published")


def ready(client: Client, **options: Any) -> dict[str, Any]:
    """Return the JSON of readyz; its status agrees with it."""
    response = client.get("/readyz", {"format": "json"}, **options)
    found: dict[str, Any] = response.json()
    assert response.status_code == (200 if found["ready"] else 503)
    assert found["ready"] == all(each["ok"] for each in found["checks"].values())
    assert not any(secret in response.text for secret in SECRETS)
    return found


def faults(client: Client) -> dict[str, str]:
    """Return the messages of the checks that are not met."""
    checks = ready(client)["checks"]
    return {name: each["message"] for name, each in checks.items() if not each["ok"]}


def test_healthz_returns_200_without_asking_the_database(client: Client) -> None:
    # pytest-django refuses every connection of a test without its marker.
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_returns_200_when_every_check_is_met(client: Client) -> None:
    record_heartbeat("w")
    make_notice(sent_at=timezone.now())
    make_notice()
    assert list(ready(client)["checks"]) == ["database", "migrations", "worker", "mail"]
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        "database: ok: The database responds.",
        "migrations: ok: All migrations are applied.",
        "worker: ok: A background worker is running.",
        "mail: ok: Emails are being sent.",
    ]


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("application/json", True),
        ("text/html,*/*;q=0.8", False),
        ("*/*", False),
        ("text/plain", False),
    ],
)
@pytest.mark.django_db
def test_readyz_is_text_unless_json_is_preferred(
    accept: str, is_json: bool, client: Client
) -> None:
    response = client.get("/readyz", headers={"accept": accept})
    assert (response["Content-Type"] == "application/json") == is_json


@pytest.mark.django_db
def test_readyz_is_red_without_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def fail() -> None:
        tries.append(1)
        raise OperationalError("password authentication failed for user postgres")

    monkeypatch.setattr(connection, "cursor", fail)
    assert faults(client) == health.UNREADABLE
    assert len(tries) == 1


@pytest.mark.django_db
def test_readyz_is_red_with_unapplied_migrations(client: Client) -> None:
    record_heartbeat("w")
    newest = MigrationRecorder(connection).migration_qs.filter(app="consultations")
    newest.latest("id").delete()
    message = "The database is not up to date. Migrations to apply: 1. "
    assert faults(client) == {"migrations": message + "Run: python manage.py migrate"}


@pytest.mark.django_db
def test_readyz_is_red_without_tables_of_new_code(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ProgrammingError('relation "consultations_secret" does not exist')

    monkeypatch.setattr(health, "last_sign_of_life", fail)
    assert faults(client) == {"worker": health.UNREADABLE["worker"]}


@pytest.mark.django_db
def test_readyz_is_red_without_worker(client: Client, clock: MovableClock) -> None:
    start = "Start one: python manage.py worker"
    assert faults(client) == {"worker": f"No background worker is running. {start}"}
    record_heartbeat("w")
    clock.advance(seconds=60)
    assert faults(client) == {}
    clock.advance(seconds=1)
    message = f"No background worker has responded for 61 seconds. {start}"
    assert faults(client) == {"worker": message}


@pytest.mark.django_db
def test_readyz_is_red_when_due_email_is_not_tried(
    client: Client, clock: MovableClock
) -> None:
    make_notice()
    clock.advance(minutes=9)
    record_heartbeat("w")
    assert faults(client) == {}
    clock.advance(minutes=3)
    record_heartbeat("w")
    assert faults(client) == {
        "mail": "The oldest email that is due has been waiting for 12 minutes. "
        "Check the background worker."
    }


@pytest.mark.django_db
def test_readyz_is_red_when_mail_server_is_away(
    client: Client, clock: MovableClock
) -> None:
    record_heartbeat("w")
    queued_at = clock.now - dt.timedelta(minutes=31)
    make_notice(queued_at=queued_at, due_at=clock.now, attempts=5)
    message = "No email could be sent for 31 minutes. Check the mail server and "
    assert faults(client) == {"mail": f"{message}EMAIL_URL."}
    make_notice(sent_at=clock.now)
    assert faults(client) == {}


@pytest.mark.django_db
def test_readyz_makes_few_queries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    schema.count_unapplied_migrations()
    for _ in range(5):
        make_notice(attempts=1, queued_at=timezone.now() - dt.timedelta(hours=1))
    with django_assert_max_num_queries(8):
        client.get("/readyz")


@pytest.mark.django_db
def test_checks_are_not_redirected_to_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    record_heartbeat("w")
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert client.get("/accounts/login/").status_code == 301


@pytest.mark.once
def test_server_start_prints_one_line_without_migrations(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path}/empty.sqlite3"
    for words in (["-c", "import config.wsgi"], ["manage.py", "worker"]):
        ran = subprocess.run(
            [sys.executable, "-W", "ignore", *words],
            cwd=ROOT,
            env={
                "DATABASE_URL": url,
                "SECRET_KEY": site_settings.SECRET_KEY,
                "TRUSTED_PROXIES": "0",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        (line,) = ran.stderr.splitlines()
        assert "The database is not up to date. " in line
        assert line.endswith("Run: python manage.py migrate")


@pytest.mark.parametrize("error", [None, OperationalError("away")])
def test_server_start_prints_nothing_else(
    error: Exception | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def count() -> int:
        if error:
            raise error
        return 0

    monkeypatch.setattr(schema, "count_unapplied_migrations", count)
    schema.report_unapplied_migrations()
    assert capsys.readouterr().err == ""
