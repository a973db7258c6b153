"""Retries of requests that the database did not complete.

PostgreSQL aborts one of two transactions that wait for each other: nothing is stored,
so the request can be processed again. When the connection is lost, a commit may have
been stored or not: only what cannot be stored twice is processed again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, Error, InterfaceError, OperationalError, connection
from django.http import HttpRequest

R = TypeVar("R")

MAX_DEADLOCK_TRIES = 5
MAX_RETRY_DELAY = 0.2
"""Most seconds between two tries; random, so that the two do not collide again."""

RETRYABLE_SQLSTATES = ("40P01", "40001")
"""SQLSTATE of a deadlock, and of a serialization failure."""

LOST_CONNECTION_SQLSTATES = ("08", "57P01", "57P02", "57P03")
"""Beginnings of the SQLSTATE of a lost connection, and of a server that shuts down."""

READING_METHODS = ("GET", "HEAD")


def retry_on_deadlock(request: HttpRequest, answer: Callable[[], R]) -> R:
    """Return the response to a request; retry deadlocks up to `MAX_DEADLOCK_TRIES`."""
    for _ in range(MAX_DEADLOCK_TRIES - 1):
        try:
            return answer()
        except OperationalError as error:
            if not _is_retryable(error) or connection.in_atomic_block:
                raise
        rewind_files(request)
        time.sleep(random.uniform(0, MAX_RETRY_DELAY))  # noqa: S311 - no secret
    return answer()


def _is_retryable(error: OperationalError) -> bool:
    return getattr(error.__cause__, "pgcode", None) in RETRYABLE_SQLSTATES


def rewind_files(request: HttpRequest) -> None:
    """Rewind the uploaded files, so that the request can be processed again."""
    for _, files in request.FILES.lists():
        for file in files:
            file.seek(0)


def mark_idempotent(request: HttpRequest) -> None:
    """Record that processing the request again stores nothing twice.

    A view calls this before it writes, when the form has an idempotency token that it
    claims in the transaction of its rows.
    """
    request.is_idempotent = True  # type: ignore[attr-defined]


def may_retry(request: HttpRequest) -> bool:
    """Return whether a request can be processed again, whatever it has stored."""
    return request.method in READING_METHODS or getattr(request, "is_idempotent", False)


def database_error(error: BaseException | None) -> Error | None:
    """Return the error of a database that is away, among an error and its causes.

    Errors of the data or of a statement are not of a database that is away.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        # psycopg2 raises a bare DatabaseError when the server goes in mid-result.
        if isinstance(error, OperationalError | InterfaceError) or (
            type(error) is DatabaseError
        ):
            return error
        error = error.__cause__ or error.__context__
    return None


def is_connection_lost(error: Error) -> bool:
    """Return whether an error is of a lost connection, not of one statement.

    SQLite has no connection to lose; its errors have no SQLSTATE.
    """
    sqlstate = getattr(error.__cause__, "pgcode", "")
    return sqlstate is None or sqlstate.startswith(LOST_CONNECTION_SQLSTATES)
