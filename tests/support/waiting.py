"""Waiting for other threads and processes, never without a limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

TOGETHER_SECONDS = 60
"""The longest time for calls in threads to end on a busy machine."""


def wait_for(condition: Callable[[], object], what: str, *, seconds: float) -> float:
    """Wait for an event of another process or thread; return how long it took.

    Raise TimeoutError, which says what did not happen.
    """
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"After {seconds:g} seconds: {what}.")
        connection.close()
        time.sleep(0.05)  # leaves the processor to the process that is waited for
    return time.monotonic() - began


def call_together(
    *calls: Callable[[], Any],
    expected: tuple[type[Exception], ...] = (),
    seconds: float = TOGETHER_SECONDS,
) -> list[Any]:
    """Make the calls in a thread each, as close together as can be.

    Return their results; an expected exception is a result, another is raised. Raise
    TimeoutError when a call does not end.
    """
    results: list[Any] = [None] * len(calls)
    errors: list[Exception] = []
    together = threading.Barrier(len(calls), timeout=seconds)

    def make(place: int, call: Callable[[], Any]) -> None:
        try:
            together.wait()
            results[place] = call()
        except expected as error:
            results[place] = error
        except Exception as error:  # noqa: BLE001 - raised again in the test's thread
            errors.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=make, args=each, daemon=True)
        for each in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    join_all(threads, seconds=seconds)
    for error in errors:
        raise error
    return results


def join_all(threads: list[threading.Thread], *, seconds: float) -> None:
    """Wait until the threads have ended; raise TimeoutError when one does not."""
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
        if thread.is_alive():
            raise TimeoutError(f"{thread.name} runs after {seconds:g} seconds.")
