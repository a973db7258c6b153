"""Heartbeats of workers: who runs, who has crashed."""

from __future__ import annotations

import datetime as dt
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from django.db import Error, connection
from django.utils import timezone

from consultations.models import BackgroundWorker

HEARTBEAT_INTERVAL = dt.timedelta(seconds=3)

HEARTBEAT_TIMEOUT = dt.timedelta(seconds=15)
"""The time without a heartbeat after which a worker is considered crashed."""

STOPPING_SECONDS = 5
"""How long a worker that stops waits for the database."""

_current_worker: ContextVar[str] = ContextVar("current_worker", default="")


def current_worker() -> str:
    """Return the name of the worker with heartbeats that runs this code, or blank."""
    return _current_worker.get()


def record_heartbeat(name: str) -> None:
    """Store that a worker of this process runs now."""
    now = timezone.now()
    if BackgroundWorker.objects.filter(name=name).update(heartbeat_at=now):
        return
    BackgroundWorker.objects.create(
        name=name,
        host=socket.gethostname(),
        pid=os.getpid(),
        started_at=now,
        heartbeat_at=now,
    )


def worker_has_crashed(name: str) -> bool:
    """Return whether a worker has no heartbeat, or no process on this machine."""
    seen = BackgroundWorker.objects.seen_since(timezone.now() - HEARTBEAT_TIMEOUT)
    worker = seen.filter(name=name).first()
    if worker is None:
        return True
    return worker.host == socket.gethostname() and not _process_exists(worker.pid)


def delete_crashed_workers(now: dt.datetime) -> None:
    """Delete the rows of workers whose heartbeats have stopped."""
    BackgroundWorker.objects.silent_since(now - HEARTBEAT_TIMEOUT).delete()


def _process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class HeartbeatThread(threading.Thread):
    """Records heartbeats while the worker's main thread runs a task.

    An error of the database ends no heartbeat: the next one may succeed.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._worker = name
        self._stopped = threading.Event()

    def run(self) -> None:
        while True:
            with suppress(Error):
                record_heartbeat(self._worker)
            connection.close_if_unusable_or_obsolete()
            if self._stopped.wait(HEARTBEAT_INTERVAL.total_seconds()):
                break
        with suppress(Error):
            BackgroundWorker.objects.filter(name=self._worker).delete()
        connection.close()

    def stop(self) -> None:
        """Stop, and delete the worker's row if the database responds soon."""
        self._stopped.set()
        self.join(STOPPING_SECONDS)


@contextmanager
def heartbeats(name: str) -> Iterator[None]:
    """Run the code of a block as a worker with heartbeats, under a name."""
    token = _current_worker.set(name)
    thread = HeartbeatThread(name)
    thread.start()
    try:
        yield
    finally:
        thread.stop()
        _current_worker.reset(token)
