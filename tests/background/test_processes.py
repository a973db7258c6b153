"""Real workers, killed; and a real database that refuses connections."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from pathlib import Path

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from pytest_django import Settings

from consultations.models import BackgroundWorker, Conclusion, Notice
from consultations.notifications import notices
from responses.conclusions.draft_files import request_draft_file
from responses.models import DraftFile
from tests.support import sizes
from tests.support.factories import make_conclusion, make_consultation, make_user
from tests.support.pages import answered_consultation
from tests.support.waiting import wait_for
from tests.support.worker_process import HANG_IN_RENDERING, WorkerProcess

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.soak,
    pytest.mark.soak_only,
]
Start = Callable[..., WorkerProcess]
START_SECONDS = 60
"""The longest time for a process to start on a busy machine."""


@pytest.fixture(autouse=True)
def _database_queue(settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start workers that end with the test."""
    started: list[WorkerProcess] = []

    def start_one(code: str = "") -> WorkerProcess:
        started.append(WorkerProcess(tmp_path, code=code))
        return started[-1]

    yield start_one
    for each in started:
        each.kill()


@pytest.fixture
def conclusion() -> Conclusion:
    return make_conclusion(answered_consultation())


def stored(draft: DraftFile) -> DraftFile:
    draft.refresh_from_db()
    return draft


def start_and_kill_during_layout(conclusion: Conclusion, start: Start) -> DraftFile:
    """Return a draft file whose worker was killed, with heartbeats until then."""
    draft = request_draft_file(conclusion, "txt", by=make_user(role="Drafter"))
    worker = start(HANG_IN_RENDERING)
    wait_for(
        lambda: stored(draft).step == "Laying out the pages",
        "the draft is not being laid out",
        seconds=START_SECONDS,
    )
    row = BackgroundWorker.objects.get()
    wait_for(
        lambda: BackgroundWorker.objects.get().heartbeat_at > row.heartbeat_at,
        "the worker has no new heartbeat",
        seconds=20,
    )
    call_command("make_waiting_draft_files", stdout=StringIO())
    assert (stored(draft).state, draft.attempts) == (DraftFile.State.WORKING, 1)
    worker.kill()
    return draft


def test_draft_of_killed_worker_is_made_by_next_worker(
    conclusion: Conclusion, start: Start
) -> None:
    draft = start_and_kill_during_layout(conclusion, start)
    start()
    wait_for(
        lambda: BackgroundWorker.objects.count() == 2,
        "the second worker has no heartbeat",
        seconds=START_SECONDS,
    )
    took = wait_for(
        lambda: stored(draft).state == DraftFile.State.READY,
        "the draft is not made",
        seconds=START_SECONDS,
    )
    assert took < 30
    wait_for(
        lambda: BackgroundWorker.objects.count() == 1,
        "the killed worker still has a row",
        seconds=START_SECONDS,
    )


def test_draft_of_killed_worker_is_made_by_command_at_once(
    conclusion: Conclusion, start: Start
) -> None:
    draft = start_and_kill_during_layout(conclusion, start)
    call_command("make_waiting_draft_files", stdout=StringIO())
    assert (stored(draft).state, draft.attempts) == (DraftFile.State.READY, 2)


def test_stopped_worker_leaves_no_row(start: Start) -> None:
    worker = start()
    wait_for(
        BackgroundWorker.objects.exists,
        "the worker has no heartbeat",
        seconds=START_SECONDS,
    )
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(timeout=START_SECONDS) == 0
    assert not BackgroundWorker.objects.exists()


def unclaimed_notices() -> QuerySet[Notice]:
    return Notice.objects.filter(sent_at=None, sending_since=None)


def has_sent_or_claimed_all(worker: WorkerProcess, goal: int) -> bool:
    """Return whether so many emails were sent, or no more can be before the kill."""
    return len(worker.emails()) >= goal or not unclaimed_notices().exists()


@pytest.mark.parametrize("seed", sizes.seeds(1, whole=2))
def test_notices_of_killed_workers_are_sent_once_each(seed: int, start: Start) -> None:
    rng = random.Random(seed)
    count = 40
    addresses = [f"user{number}@example.org" for number in range(count)]
    notices.queue_notices(
        make_consultation(), to=addresses, subject="Published", body="Read it."
    )
    killed = 0
    worker = start()
    while unclaimed_notices().exists():
        goal = min(count, len(worker.emails()) + rng.randint(1, 10))
        wait_for(
            partial(has_sent_or_claimed_all, worker, goal),
            f"fewer than {goal} emails are sent",
            seconds=START_SECONDS,
        )
        worker.kill()
        killed += 1
        worker = start()
    # A worker that is killed while it sends leaves its claim for ten minutes.
    Notice.objects.filter(sent_at=None).update(sending_since=None)
    wait_for(
        lambda: not Notice.objects.pending().exists(),
        "some notices are not sent",
        seconds=START_SECONDS,
    )
    copies = Counter(worker.emails())
    assert len(copies) == count
    # Only what was sent, and not yet recorded as sent, is sent again.
    assert sum(copies.values()) - count <= killed


def test_worker_outlives_database_that_refuses_connections(start: Start) -> None:
    if connection.vendor != "postgresql":
        return  # SQLite is a file
    worker = start()
    wait_for(
        BackgroundWorker.objects.exists,
        "the worker has no heartbeat",
        seconds=START_SECONDS,
    )
    name = connection.settings_dict["NAME"]
    connection.close()
    server = psycopg2.connect(os.environ["DATABASE_URL"])
    server.autocommit = True
    quoted = connection.ops.quote_name(name)
    try:
        with server.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {quoted} ALLOW_CONNECTIONS false")
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = %s",
                [name],
            )
        wait_for(
            lambda: worker.log.read_text().count("does not respond") > 3,
            "the worker has not met the outage",
            seconds=START_SECONDS,
        )
        assert worker.is_running()
    finally:
        with server.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {quoted} ALLOW_CONNECTIONS true")
        server.close()
    notices.queue_notices(
        make_consultation(), to=["a@example.org"], subject="x", body="y"
    )
    wait_for(worker.emails, "no email is sent", seconds=START_SECONDS)
    assert worker.is_running()
    assert "The database responds again" in worker.log.read_text()
