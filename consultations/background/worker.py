"""The background worker: runs queued tasks and recurring jobs, through outages."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import close_old_connections
from django.utils import timezone
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from consultations.background import outages
from consultations.background.abandoned_tasks import (
    failed_in_outage,
    requeue,
    requeue_abandoned_tasks,
)
from consultations.background.outages import OUTAGE_ERRORS, outage_pauses
from consultations.background.workers import HEARTBEAT_TIMEOUT

logger = logging.getLogger(__name__)

Job = Callable[[], object]

JOB_INTERVAL = dt.timedelta(seconds=3)
"""How often the recurring jobs run, between two tasks."""

POLL_SECONDS = 1
"""The time between two looks at an empty queue."""


class TaskWorker(Worker):
    """A worker of django-tasks-db that waits for the database when it is away.

    The worker of the package ends with the first error of the database. This one runs
    its loop for one task at a time. When the database responds again, a task that was
    interrupted is started again: tasks are written to be started twice.
    """

    def __init__(self, name: str, *, jobs: Sequence[Job]) -> None:
        super().__init__(
            queue_names=["*"],
            interval=POLL_SECONDS,
            batch=True,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
            excluded_queue_names=[],
        )
        self._jobs = jobs
        self._jobs_due_at = timezone.now()
        self._connected_at = timezone.now()
        self._outage_began_at: dt.datetime | None = None
        self._pauses: Iterator[int] = outage_pauses()

    def serve(self, *, until_idle: bool = False) -> None:
        """Run tasks and jobs until a signal asks to stop, or until none is left."""
        while self.running:
            try:
                ran_task = self.run_next()
            except OUTAGE_ERRORS as error:
                self._wait_for_database(error)
                continue
            if not ran_task:
                if until_idle:
                    return
                outages.pause(self.interval)

    def run_next(self) -> bool:
        """Run the jobs that are due and one task; return whether there was a task."""
        self._run_due_jobs()
        self._note_recovery()
        before = self._run_tasks
        self.max_tasks = before + 1
        self.run()
        return self._run_tasks > before

    def run_task(self, db_task_result: DBTaskResult[Any, Any]) -> None:
        """Run a task; requeue it if the database went away meanwhile."""
        super().run_task(db_task_result)
        if failed_in_outage(db_task_result):
            requeue(db_task_result)

    def _run_due_jobs(self) -> None:
        """Run the recurring jobs; a signal to stop waits for their end."""
        now = timezone.now()
        if now < self._jobs_due_at:
            return
        self.running_task = True
        try:
            close_old_connections()
            self._requeue_abandoned_tasks()
            for job in self._jobs:
                self._run_job(job)
        finally:
            self.running_task = False
        self._jobs_due_at = timezone.now() + JOB_INTERVAL

    def _requeue_abandoned_tasks(self) -> None:
        """Requeue this worker's interrupted task, and those of crashed workers.

        For some seconds after a start or an outage every heartbeat may be old.
        """
        settled = (
            self._outage_began_at is None
            and timezone.now() >= self._connected_at + HEARTBEAT_TIMEOUT
        )
        requeue_abandoned_tasks(idle_worker=self.worker_id, others=settled)

    def _run_job(self, job: Job) -> None:
        try:
            job()
        except OUTAGE_ERRORS:
            raise
        except Exception:
            logger.exception("A recurring job of the background worker failed.")

    def _wait_for_database(self, error: BaseException) -> None:
        """Log an error of the database, and wait before the next attempt."""
        seconds = next(self._pauses)
        if self._outage_began_at is None:
            self._outage_began_at = timezone.now()
            self._jobs_due_at = self._outage_began_at
        logger.error(
            "The database does not respond: %s. The worker tries again in %d s.",
            str(error).strip(),
            seconds,
        )
        close_old_connections()
        outages.pause(seconds)

    def _note_recovery(self) -> None:
        """Log the end of an outage; called after a query that succeeded."""
        if self._outage_began_at is None:
            return
        self._connected_at = timezone.now()
        lasted = self._connected_at - self._outage_began_at
        logger.warning(
            "The database responds again after %d s.", int(lasted.total_seconds())
        )
        self._outage_began_at = None
        self._pauses = outage_pauses()
