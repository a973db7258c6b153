"""A database that is away, or that goes away at a chosen statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, OperationalError, connection


class ServerError(Exception):
    """What psycopg2 raises; there is no SQLSTATE when the server cannot send one."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("server closed the connection unexpectedly")
        self.pgcode = sqlstate


def lost_connection(sqlstate: str | None = None) -> OperationalError:
    """Return Django's error for a connection that the server has closed."""
    error = OperationalError("server closed the connection unexpectedly")
    error.__cause__ = ServerError(sqlstate)
    return error


@dataclass
class FailedStatements:
    """How many statements have failed."""

    count: int = 0


@contextmanager
def fail_statements(
    error: DatabaseError, times: int, matching: Callable[[str], bool] = bool
) -> Iterator[FailedStatements]:
    """Let the first statements fail, of those that match."""
    failed = FailedStatements()

    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if failed.count < times and matching(sql):
            failed.count += 1
            raise error
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield failed


@contextmanager
def execute_nothing(error: DatabaseError) -> Iterator[None]:
    """Let every statement fail."""
    with fail_statements(error, times=1_000_000):
        yield


def terminate(*, own: int | None = None) -> int:
    """Terminate backends of this database, or one; return how many there were.

    On a connection of its own, which stays.
    """
    server = connection.copy()
    try:
        with server.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                "datname = current_database() AND pid <> pg_backend_pid() AND "
                "backend_type = 'client backend' AND (%s::int IS NULL OR pid = %s)",
                [own, own],
            )
            return len(cursor.fetchall())
    finally:
        server.close()


@contextmanager
def terminate_at_statement(number: int) -> Iterator[FailedStatements]:
    """Terminate this connection's backend just before a statement, counted from 1.

    `count` is how many statements there were.
    """
    seen = FailedStatements()

    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.count += 1
        if seen.count == number:
            terminate(own=context["connection"].connection.info.backend_pid)
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield seen
