"""What was posted is tried again where the database ended it for another's sake.

PostgreSQL ends one of two transactions that wait for each other. Nothing of it is
stored then, so the same request can be answered once more.
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
"""Seconds between two tries, at most: those who met come back at different times."""

RETRYABLE_SQLSTATES = ("40P01", "40001")
"""SQLSTATE of a deadlock, and of a serialization failure."""


def retry_on_deadlock(request: HttpRequest, answer: Callable[[], R]) -> R:
    """Return the answer to a request, tried up to `MAX_DEADLOCK_TRIES` times."""
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
