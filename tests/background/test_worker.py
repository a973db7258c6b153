"""The background worker: outages, crashed workers, recurring jobs; on a moved clock."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from consultations.background import (
    abandoned_tasks,
    outages,
    schema,
    status,
    worker,
    workers,
)
from consultations.background.abandoned_tasks import requeue_abandoned_tasks
from consultations.background.worker import TaskWorker
from consultations.background.workers import record_heartbeat
from consultations.management.commands.worker import RECURRING_JOBS
from consultations.models import BackgroundWorker, Notice
from consultations.notifications import notices
from responses.conclusions import draft_files
from responses.models import DraftFile
from tests.support.clocks import MovableClock
from tests.support.factories import (
    make_conclusion,
    make_consultation,
    make_notice,
    make_user,
)
from tests.support.pages import answered_consultation
from tests.support.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _database_queue(settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


class Simulation:
    """A worker on a moved clock, that can lose the database and the mail server."""

    def __init__(self, clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = clock
        self.worker = TaskWorker("simulated", jobs=RECURRING_JOBS)
        self.worker.interval = 30
        self.events: list[tuple[dt.datetime, Callable[[], object]]] = []
        self.without_mail = self.without_database = (clock.now, clock.now)
        self.errors_of_database = 0
        send = EmailMessage.send

        def send_unless_away(message: EmailMessage, **options: Any) -> int:
            if self.without_mail[0] <= clock.now < self.without_mail[1]:
                raise ConnectionRefusedError("no mail server")
            clock.advance(seconds=1)
            return send(message, **options)

        monkeypatch.setattr(EmailMessage, "send", send_unless_away)
        monkeypatch.setattr(outages, "pause", self.pause)

    def pause(self, seconds: float) -> None:
        """Move on, and do what is planned for the time that passed."""
        self.clock.advance(seconds=seconds)
        while self.events and self.events[0][0] <= self.clock.now:
            self.events.pop(0)[1]()

    def at(self, action: Callable[[], object], **after: float) -> None:
        """Plan an action, at a time from now."""
        self.events.append((self.clock.now + dt.timedelta(**after), action))
        self.events.sort(key=lambda event: event[0])

    def run(self, **duration: float) -> None:
        """Let the worker run for a time, and stop it."""

        def stop() -> None:
            self.worker.running = False

        self.at(stop, **duration)
        with connection.execute_wrapper(self._execute):
            self.worker.serve()

    def _execute(self, execute: Callable[..., Any], *args: Any) -> Any:
        if self.without_database[0] <= self.clock.now < self.without_database[1]:
            self.errors_of_database += 1
            raise OperationalError("no database")
        return execute(*args)


@pytest.fixture
def simulation(clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    return Simulation(clock, monkeypatch)


def queue(*addresses: str) -> None:
    notices.queue_notices(
        make_consultation(), to=addresses, subject="Published", body="Read it."
    )


def copies_sent() -> Counter[str]:
    return Counter(message.to[0] for message in mail.outbox)


def after(clock: MovableClock, **duration: float) -> dt.datetime:
    return clock.now + dt.timedelta(**duration)


# --- outages ------------------------------------------------------------------------


def test_every_notice_is_sent_once_after_three_hours_without_mail(
    simulation: Simulation, clock: MovableClock
) -> None:
    simulation.worker.interval = 60
    simulation.without_mail = (clock.now, after(clock, hours=3))
    queue(*(f"early{n}@example.org" for n in range(16)))
    simulation.at(lambda: queue("during@example.org"), minutes=90)
    simulation.at(lambda: queue("after@example.org"), minutes=200)
    simulation.run(hours=4)
    assert len(copies_sent()) == 18
    assert set(copies_sent().values()) == {1}
    assert not Notice.objects.pending().exists()
    assert not Notice.objects.failed().exists()


def test_every_notice_is_sent_once_after_five_minutes_without_database(
    simulation: Simulation, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    queue(*(f"early{n}@example.org" for n in range(4)))
    # The outage begins while the second email is on its way to the mail server.
    simulation.without_database = (
        after(clock, seconds=1.5),
        after(clock, minutes=5),
    )
    simulation.at(lambda: queue("after@example.org"), minutes=6)
    simulation.run(minutes=8)
    assert simulation.errors_of_database > 20
    assert "was not recorded" in caplog.text
    assert len(copies_sent()) == 5
    assert set(copies_sent().values()) == {1}
    states = Counter(DBTaskResult.objects.values_list("status", flat=True))
    assert states == {TaskResultStatus.SUCCESSFUL: 5}


def test_idle_worker_waits_for_database_with_growing_pauses(
    simulation: Simulation, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    simulation.without_database = (clock.now, after(clock, minutes=5))
    simulation.run(minutes=6)
    told = [
        record.args[1]
        for record in caplog.records
        if "does not respond" in record.msg and isinstance(record.args, tuple)
    ]
    assert told[:6] == [1, 2, 4, 8, 10, 10]
    assert "The database responds again after 305 s." in caplog.text


def test_task_that_failed_for_the_database_is_run_again(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver = notices.deliver
    errors = [OperationalError("server closed the connection")]

    def fail_once(pk: int) -> Notice | None:
        if errors:
            raise errors.pop()
        return deliver(pk)

    monkeypatch.setattr(notices, "deliver", fail_once)
    monkeypatch.setattr(worker, "JOB_INTERVAL", dt.timedelta(days=1))
    simulation.worker._jobs_due_at += dt.timedelta(days=1)
    queue("ann@example.org")
    simulation.run(minutes=1)
    assert copies_sent() == {"ann@example.org": 1}


def test_exported_draft_is_made_after_an_outage_during_its_layout(
    simulation: Simulation, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    outages_to_come = [dt.timedelta(minutes=5)]

    def lose_database(*args: object) -> bytes:
        if outages_to_come:
            end = clock.now + outages_to_come.pop()
            simulation.without_database = (clock.now, end)
        return b"words"

    monkeypatch.setattr(draft_files, "render_format", lose_database)
    conclusion = make_conclusion(answered_consultation())
    draft = draft_files.request_draft_file(
        conclusion, "txt", by=make_user(role="Drafter")
    )
    record_heartbeat("simulated")
    monkeypatch.setattr(draft_files, "current_worker", lambda: "simulated")
    simulation.run(minutes=5.5)
    draft.refresh_from_db()
    assert simulation.errors_of_database > 20
    assert (draft.state, draft.attempts) == (DraftFile.State.READY, 2)


def test_task_that_failed_by_itself_is_not_run_again(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def fail(pk: int) -> None:
        calls.append(pk)
        raise KeyError(pk)

    monkeypatch.setattr(Notice.objects, "due", fail)
    notices.send_notice.enqueue(1)
    simulation.worker._jobs = ()
    simulation.run(minutes=1)
    assert len(calls) == 1
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED


def test_failing_job_does_not_stop_the_others(
    clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    done = []

    def fail() -> None:
        raise KeyError("fault")

    TaskWorker("w", jobs=[fail, lambda: done.append(1)]).serve(until_idle=True)
    assert done == [1]
    assert "A recurring job of the background worker failed." in caplog.text


def test_notice_that_the_queue_lost_is_sent(simulation: Simulation) -> None:
    make_notice(to="lost@example.org")
    simulation.run(minutes=1)
    assert copies_sent() == {"lost@example.org": 1}


# --- crashed workers ----------------------------------------------------------------


def make_running_task(clock: MovableClock, *names: str) -> DBTaskResult[Any, Any]:
    """Return a task that the last of some workers has started."""
    notices.send_notice.enqueue(make_notice().pk)
    task = DBTaskResult.objects.latest("enqueued_at")
    for name in names:
        task.claim(name)
    return task


def status_of(task: DBTaskResult[Any, Any]) -> str:
    task.refresh_from_db()
    return str(task.status)


def test_task_of_crashed_worker_is_taken_within_30_seconds(
    simulation: Simulation, clock: MovableClock
) -> None:
    record_heartbeat("crashed")
    task = make_running_task(clock, "crashed")
    simulation.worker._connected_at = clock.now
    simulation.worker.interval = 1
    finished: list[dt.datetime] = []
    began_at = clock.now

    def look() -> None:
        if not finished and status_of(task) == TaskResultStatus.SUCCESSFUL:
            finished.append(clock.now)
        simulation.at(look, seconds=1)

    simulation.worker._jobs = ()
    simulation.at(look, seconds=1)
    simulation.run(seconds=40)
    assert finished[0] - began_at < dt.timedelta(seconds=30)
    assert not BackgroundWorker.objects.filter(name="crashed").exists()


def test_task_of_worker_with_heartbeat_is_left_alone(clock: MovableClock) -> None:
    record_heartbeat("other")
    task = make_running_task(clock, "other")
    clock.advance(seconds=14)
    assert requeue_abandoned_tasks(idle_worker="own") == 0
    clock.advance(seconds=2)
    assert requeue_abandoned_tasks(idle_worker="own") == 1
    assert status_of(task) == TaskResultStatus.READY


def test_task_of_unknown_worker_is_left_alone_for_ten_minutes(
    clock: MovableClock,
) -> None:
    make_running_task(clock, "of the package")
    clock.advance(minutes=9)
    assert requeue_abandoned_tasks(idle_worker="own") == 0
    clock.advance(minutes=2)
    assert requeue_abandoned_tasks(idle_worker="own") == 1


def test_own_interrupted_task_is_requeued_at_once(clock: MovableClock) -> None:
    record_heartbeat("own")
    task = make_running_task(clock, "own")
    assert requeue_abandoned_tasks(idle_worker="own", others=False) == 1
    assert status_of(task) == TaskResultStatus.READY


def test_task_that_crashes_every_worker_is_given_up(
    clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    task = make_running_task(clock, *"abcde")
    clock.advance(minutes=11)
    requeue_abandoned_tasks(idle_worker="own")
    assert status_of(task) == TaskResultStatus.FAILED
    assert "was given up: it was started 5 times" in caplog.text
    assert abandoned_tasks.MAX_RUNS == 5


def test_heartbeats_of_others_are_not_judged_just_after_an_outage(
    simulation: Simulation, clock: MovableClock
) -> None:
    record_heartbeat("other")
    task = make_running_task(clock, "other")
    simulation.worker._jobs = ()
    simulation.worker.interval = 1
    simulation.without_database = (clock.now, after(clock, minutes=5))

    def recover() -> None:
        simulation.at(recover, seconds=3)
        if clock.now >= simulation.without_database[1] + dt.timedelta(seconds=8):
            record_heartbeat("other")

    simulation.at(recover, seconds=3)
    simulation.run(minutes=6)
    assert status_of(task) == TaskResultStatus.RUNNING


# --- heartbeats and the command -----------------------------------------------------


def test_worker_row_lives_as_long_as_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "HEARTBEAT_INTERVAL", dt.timedelta(milliseconds=1))
    with workers.heartbeats("w"):
        assert workers.current_worker() == "w"
        rows = BackgroundWorker.objects.filter(name="w")
        wait_for(rows.exists, "there is no heartbeat", seconds=60)
        later = rows.filter(heartbeat_at__gt=rows.get().heartbeat_at)
        wait_for(later.exists, "there is no second heartbeat", seconds=60)
        assert not workers.worker_has_crashed("w")
    assert workers.current_worker() == ""
    assert not BackgroundWorker.objects.exists()
    assert workers.worker_has_crashed("w")


def test_command_refuses_database_that_is_not_migrated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schema, "count_unapplied_migrations", lambda: 2)
    with pytest.raises(CommandError, match=r"Migrations to apply: 2\."):
        call_command("worker", "--until-idle", stdout=StringIO())


def test_command_starts_without_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise OperationalError("connection refused")

    monkeypatch.setattr(schema, "count_unapplied_migrations", fail)
    queue("ann@example.org")
    call_command("worker", "--until-idle")
    assert copies_sent() == {"ann@example.org": 1}


# --- stuck work ---------------------------------------------------------------------


def test_work_is_stuck_only_without_worker_and_with_work(clock: MovableClock) -> None:
    assert not status.work_is_stuck()
    notice = make_notice()
    assert not status.work_is_stuck()
    clock.advance(seconds=61)
    assert status.work_is_stuck()
    record_heartbeat("w")
    assert not status.work_is_stuck()
    clock.advance(seconds=61)
    assert status.work_is_stuck()
    notice.delete()
    assert not status.work_is_stuck()


@pytest.mark.parametrize("state", ["ready", "running"])
def test_task_without_worker_is_stuck(state: str, clock: MovableClock) -> None:
    task = make_running_task(clock, "crashed")
    Notice.objects.all().delete()
    if state == "ready":
        abandoned_tasks.requeue(task)
    clock.advance(seconds=61)
    assert status.work_is_stuck()
    task.set_successful(None)
    assert not status.work_is_stuck()
