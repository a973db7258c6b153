"""Outages of the database: which errors they raise, and how to wait for their end."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator

from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
)
from django.utils import timezone

logger = logging.getLogger(__name__)

OUTAGE_ERRORS = (OperationalError, InterfaceError)
"""The errors of a database that does not respond, or that closed a connection."""

LONGEST_PAUSE = 10
"""Most seconds between two attempts to reach the database."""

RECORDING_PERIOD = dt.timedelta(hours=1)
"""How long to try to store the result of an act that cannot be undone."""


def outage_pauses() -> Iterator[int]:
    """Yield the seconds to wait before each attempt: 1, 2, 4, 8, then 10."""
    seconds = 1
    while True:
        yield min(seconds, LONGEST_PAUSE)
        seconds *= 2


def pause(seconds: float) -> None:
    """Wait; the tests move their clock instead."""
    time.sleep(seconds)


def store_despite_outage(store: Callable[[], None], *, what: str) -> None:
    """Store the result of an act that cannot be undone, once the database responds.

    Raise the error of the database if it does not respond for an hour, and at once
    inside a transaction, which the error has ended.
    """
    give_up_at = timezone.now() + RECORDING_PERIOD
    for seconds in outage_pauses():
        try:
            store()
        except OUTAGE_ERRORS as error:
            if connection.in_atomic_block or timezone.now() >= give_up_at:
                raise
            logger.warning("%s was not recorded: %s. Trying again.", what, error)
            close_old_connections()
            pause(seconds)
        else:
            return
