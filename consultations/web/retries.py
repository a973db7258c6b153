"""Retries of requests whose transaction was aborted by a deadlock.

PostgreSQL aborts one of two transactions that wait for each other. Nothing of it is
stored, so the request can be processed again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection
from django.http import HttpRequest

R = TypeVar("R")

MAX_DEADLOCK_TRIES = 5
MAX_RETRY_DELAY = 0.2
"""Most seconds between two tries; random, so that the two do not collide again."""

RETRYABLE_SQLSTATES = ("40P01", "40001")
"""SQLSTATE of a deadlock, and of a serialization failure."""


def retry_on_deadlock(request: HttpRequest, answer: Callable[[], R]) -> R:
    """Return the response to a request; retry deadlocks up to `MAX_DEADLOCK_TRIES`."""
    for _ in range(MAX_DEADLOCK_TRIES - 1):
        try:
            return answer()
        except OperationalError as error:
            if not _is_retryable(error) or connection.in_atomic_block:
                raise
        for _, files in request.FILES.lists():
            for file in files:
                file.seek(0)
        time.sleep(random.uniform(0, MAX_RETRY_DELAY))  # noqa: S311 - no secret
    return answer()


def _is_retryable(error: OperationalError) -> bool:
    return getattr(error.__cause__, "pgcode", None) in RETRYABLE_SQLSTATES
