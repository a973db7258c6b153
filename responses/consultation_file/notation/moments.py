"""Days, months and London wall-clock times as the file writes them.

A time that exists twice, when the clocks go back, is written with the abbreviation of
the instant meant: `2026-10-25 01:30 BST`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from consultations.london import (
    LONDON,
    ambiguous_message,
    instants_for,
    nonexistent_message,
)

DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
MONTH = r"[0-9]{4}-[0-9]{2}"
CLOCK = r"[0-9]{2}:[0-9]{2}"
TIME = rf"{DAY} [0-9]{{2}}:[0-9]{{2}}( [A-Z]{{3,4}})?"

EARLIEST_YEAR = 1900

_MONTHS = (
    "January February March April May June July August September October November "
    "December"
).split()


@dataclass(frozen=True, order=True)
class Month:
    """A date known to the month."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first_day(self) -> dt.date:
        """The first day, which is stored."""
        return dt.date(self.year, self.month, 1)


class NonexistentTime(ValueError):
    """No such day or time; the message is a sentence without the value."""


def parse_day(text: str) -> dt.date:
    """Read `2026-02-28`; raise NonexistentTime."""
    if not re.fullmatch(DAY, text):
        raise NonexistentTime(
            "is not a date; write YYYY-MM-DD, for example 2026-02-28."
        )
    year, month, number = (int(part) for part in text.split("-"))
    _check_month(year, month)
    try:
        return dt.date(year, month, number)
    except ValueError:
        name = f"{_MONTHS[month - 1]} {year}"
        last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(1)).day
        raise NonexistentTime(f"does not exist: {name} has {last} days.") from None


def parse_day_or_month(text: str) -> dt.date | Month:
    """Read `2026-02-28` or `2026-02`; raise NonexistentTime."""
    if re.fullmatch(MONTH, text):
        year, month = (int(part) for part in text.split("-"))
        _check_month(year, month)
        return Month(year, month)
    if not re.fullmatch(DAY, text):
        raise NonexistentTime(
            "is not a date or a month; write YYYY-MM-DD or YYYY-MM, for example "
            "2026-09."
        )
    return parse_day(text)


def _check_month(year: int, month: int) -> None:
    if year < EARLIEST_YEAR:
        raise NonexistentTime(f"is before {EARLIEST_YEAR}, the earliest year.")
    if not 1 <= month <= 12:
        raise NonexistentTime("does not exist: months are 01 to 12.")


def parse_london_time(text: str) -> dt.datetime:
    """Read `2026-02-02 16:00` of a London clock as an instant; raise NonexistentTime.

    The instant is in UTC: times in a repeated hour never equal times of another zone
    in Python (PEP 495).
    """
    if re.fullmatch(DAY, text):
        raise NonexistentTime(f"has no time; add one, for example {text} 16:00.")
    if not re.fullmatch(TIME, text):
        raise NonexistentTime(
            "is not a date and time; write YYYY-MM-DD HH:MM, for example "
            "2026-02-02 16:00."
        )
    date, clock, *name = text.split(" ")
    at = parse_time_of_day(clock)
    naive = dt.datetime.combine(parse_day(date), at)
    if name:
        return _instant_with_name(naive, name[0]).astimezone(dt.UTC)
    first = naive.replace(tzinfo=LONDON)
    add = f"Add the zone, for example {first:%Y-%m-%d %H:%M} {first.tzname()}."
    return _single_instant(naive, add)


def parse_time_of_day(text: str) -> dt.time:
    """Read `09:00`; raise NonexistentTime."""
    if not re.fullmatch(CLOCK, text):
        raise NonexistentTime(
            'is not a time; write HH:MM in quotes, for example "09:00".'
        )
    hour, minute = (int(part) for part in text.split(":"))
    if hour > 23 or minute > 59:
        raise NonexistentTime("does not exist: times are 00:00 to 23:59.")
    return dt.time(hour, minute)


def single_moment(date: dt.date, clock: dt.time) -> dt.datetime:
    """Return the instant of a day and a time of day in London.

    Raises NonexistentTime for a time that does not exist, or exists twice.
    """
    return _single_instant(dt.datetime.combine(date, clock), "Choose another time.")


def _single_instant(naive: dt.datetime, remedy: str) -> dt.datetime:
    instants = instants_for(naive)
    if len(instants) == 1:
        return instants[0].astimezone(dt.UTC)
    raise NonexistentTime(
        f"{ambiguous_message(instants)} {remedy}"
        if instants
        else nonexistent_message(naive)
    )


def format_time(moment: dt.datetime) -> str:
    """Return an instant as the file writes it, to the minute."""
    local = moment.astimezone(LONDON)
    text = f"{local.year:04}-{local:%m-%d %H:%M}"
    naive = local.replace(tzinfo=None, fold=0, second=0, microsecond=0)
    return f"{text} {local.tzname()}" if len(instants_for(naive)) > 1 else text


def _instant_with_name(naive: dt.datetime, name: str) -> dt.datetime:
    instants = instants_for(naive)
    for instant in instants:
        if instant.tzname() == name:
            return instant
    if not instants:
        raise NonexistentTime(nonexistent_message(naive))
    names = " or ".join(str(instant.tzname()) for instant in instants)
    raise NonexistentTime(
        f"is not in {name}: London time is {names} then; use {names}."
    )


def parse_printed_date(printed: str) -> dt.date | Month | None:
    """Read back `2 February 2026` or `February 2026`; None for no date."""
    *number, name, year = ("", *printed.split()) if printed else ("", "")
    if name not in _MONTHS or not year.isdecimal():
        return None
    month = _MONTHS.index(name) + 1
    days = [part for part in number if part]
    if days:
        return dt.date(int(year), month, int(days[0]))
    return Month(int(year), month)
