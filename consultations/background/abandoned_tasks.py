"""Tasks whose worker crashed: back into the queue, up to a bound."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from consultations.background.outages import OUTAGE_ERRORS
from consultations.background.workers import HEARTBEAT_TIMEOUT, delete_crashed_workers
from consultations.models import BackgroundWorker

logger = logging.getLogger(__name__)

MAX_RUNS = 5
"""How often a task is started whose worker crashes each time."""

UNKNOWN_WORKER_TIMEOUT = dt.timedelta(minutes=10)
"""After this, a task is abandoned whose worker has no row, and never had a heartbeat
or is long gone."""


@transaction.atomic
def requeue_abandoned_tasks(*, idle_worker: str = "", others: bool = True) -> int:
    """Requeue the running tasks of crashed workers; return their number.

    `idle_worker` is the caller's own name: it runs no task now, so a task of its own
    was interrupted. With `others` false, only these are requeued. Rows of crashed
    workers are deleted.
    """
    now = timezone.now()
    running = DBTaskResult.objects.select_for_update(skip_locked=True).running()
    workers = dict(BackgroundWorker.objects.values_list("name", "heartbeat_at"))
    abandoned = [
        task
        for task in running
        if _is_abandoned(task, workers, now, idle_worker=idle_worker, others=others)
    ]
    for task in abandoned:
        requeue(task)
    if others:
        delete_crashed_workers(now)
    return len(abandoned)


def _is_abandoned(
    task: DBTaskResult[Any, Any],
    heartbeats: dict[str, dt.datetime],
    now: dt.datetime,
    *,
    idle_worker: str,
    others: bool,
) -> bool:
    worker = task.worker_ids[-1] if task.worker_ids else ""
    if idle_worker and worker == idle_worker:
        return True
    if not others:
        return False
    if worker in heartbeats:
        return heartbeats[worker] < now - HEARTBEAT_TIMEOUT
    return bool(task.started_at and task.started_at < now - UNKNOWN_WORKER_TIMEOUT)


def requeue(task: DBTaskResult[Any, Any]) -> None:
    """Put a task back into the queue; fail it if it was started too often."""
    if len(task.worker_ids) >= MAX_RUNS:
        logger.error(
            "Task %s (%s) was given up: it was started %d times, and its worker "
            "crashed or lost its connection to the database each time.",
            task.pk,
            task.task_path,
            len(task.worker_ids),
        )
        task.status = TaskResultStatus.FAILED
        task.finished_at = timezone.now()
        task.save(update_fields=["status", "finished_at"])
        return
    logger.warning(
        "Task %s (%s) was put back in the queue: its worker crashed or lost its "
        "connection to the database.",
        task.pk,
        task.task_path,
    )
    task.status = TaskResultStatus.READY
    task.started_at = task.finished_at = None
    task.exception_class_path = task.traceback = ""
    task.save(
        update_fields=[
            *("status", "started_at", "finished_at"),
            *("exception_class_path", "traceback"),
        ]
    )


def failed_in_outage(task: DBTaskResult[Any, Any]) -> bool:
    """Return whether a task failed because the database did not respond."""
    paths = [f"{error.__module__}.{error.__qualname__}" for error in OUTAGE_ERRORS]
    return task.status == TaskResultStatus.FAILED and task.exception_class_path in paths
