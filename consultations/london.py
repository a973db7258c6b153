"""Times in London: conversion to instants, and messages on problems."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def instants_for(naive: dt.datetime) -> list[dt.datetime]:
    """Return the instants of a wall-clock time: one, none or two."""
    both = [naive.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1)]
    real = [each for each in both if _round_trip(each) == naive]
    if len(real) == 2 and real[0].utcoffset() == real[1].utcoffset():
        return real[:1]
    return real


def _round_trip(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).astimezone(LONDON).replace(tzinfo=None, fold=0)


def ambiguous_message(both: list[dt.datetime]) -> str:
    """Return the sentence on a repeated time, with its two instants."""
    first, second = both
    return (
        "occurs twice in London on that day, because the clocks go back: "
        f"{first:%H:%M} {first.tzname()} ({first.astimezone(dt.UTC):%H:%M} UTC) and "
        f"{second:%H:%M} {second.tzname()} ({second.astimezone(dt.UTC):%H:%M} UTC)."
    )


def nonexistent_message(naive: dt.datetime) -> str:
    """Return the sentences on a skipped time, with the times it may mean."""
    later, earlier = (
        naive.replace(tzinfo=LONDON, fold=fold).astimezone(dt.UTC).astimezone(LONDON)
        for fold in (0, 1)
    )
    return (
        "does not exist in London on that day, because the clocks go forward. "
        f"Use {earlier:%H:%M} {earlier.tzname()} or {later:%H:%M} {later.tzname()} "
        "instead."
    )
