"""Days, months and London times: writing and parsing."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consultations.documents.wording import printed_date, printed_month
from responses.consultation_file.notation.moments import (
    Month,
    NonexistentTime,
    format_time,
    parse_day,
    parse_day_or_month,
    parse_london_time,
    parse_printed_date,
    parse_time_of_day,
    single_moment,
)

pytestmark = pytest.mark.once

SPRING = dt.datetime(2026, 3, 29, 1, 0, tzinfo=dt.UTC)
AUTUMN = dt.datetime(2026, 10, 25, 1, 0, tzinfo=dt.UTC)


@given(st.integers(-2_177_000_000, 16_725_000_000))
@example(1_792_888_200)  # 01:30 BST on 25 October 2026
@example(1_792_891_800)  # 01:30 GMT, an hour later
@example(-833_500_000)  # double summer time, in August 1943
def test_written_time_round_trips_for_every_minute(seconds: int) -> None:
    at = dt.datetime.fromtimestamp(seconds // 60 * 60, dt.UTC)
    assert parse_london_time(format_time(at)) == at


@pytest.mark.parametrize("minutes", range(-120, 121, 15))
@pytest.mark.parametrize("change", [SPRING, AUTUMN])
def test_written_time_round_trips_around_clock_changes(
    change: dt.datetime, minutes: int
) -> None:
    at = change + dt.timedelta(minutes=minutes)
    assert parse_london_time(format_time(at)) == at


def test_only_ambiguous_time_is_written_with_its_zone() -> None:
    assert format_time(AUTUMN - dt.timedelta(minutes=30)) == "2026-10-25 01:30 BST"
    assert format_time(AUTUMN + dt.timedelta(minutes=30)) == "2026-10-25 01:30 GMT"
    assert format_time(AUTUMN + dt.timedelta(minutes=60)) == "2026-10-25 02:00"
    assert format_time(SPRING) == "2026-03-29 02:00"


def test_unambiguous_time_accepts_zone() -> None:
    assert parse_london_time("2026-07-01 12:00 BST") == parse_london_time(
        "2026-07-01 12:00"
    )


def test_ambiguous_time_is_refused_with_both_readings() -> None:
    with pytest.raises(NonexistentTime, match=r"01:30 BST \(00:30 UTC\) and 01:30 GMT"):
        parse_london_time("2026-10-25 01:30")


def test_nonexistent_time_is_refused_with_both_readings() -> None:
    with pytest.raises(NonexistentTime, match="Use 00:30 GMT or 02:30 BST"):
        parse_london_time("2026-03-29 01:30")


@pytest.mark.parametrize("written", ["2026-03-29 01:30 GMT", "2026-03-29 01:30 BST"])
def test_nonexistent_time_with_zone_is_refused(written: str) -> None:
    with pytest.raises(NonexistentTime, match="London"):
        parse_london_time(written)


@given(st.times())
def test_time_of_day_parses_every_minute(clock: dt.time) -> None:
    assert parse_time_of_day(f"{clock:%H:%M}") == clock.replace(second=0, microsecond=0)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.times())
def test_single_moment_agrees_with_london_time(day: dt.date, clock: dt.time) -> None:
    written = f"{day} {clock:%H:%M}"
    try:
        expected = parse_london_time(written)
    except NonexistentTime:
        with pytest.raises(NonexistentTime):
            single_moment(day, parse_time_of_day(f"{clock:%H:%M}"))
    else:
        assert single_moment(day, parse_time_of_day(f"{clock:%H:%M}")) == expected


def test_ambiguous_time_of_day_is_refused_with_both_readings() -> None:
    with pytest.raises(NonexistentTime, match=r"01:30 BST .* and 01:30 GMT .* Choose"):
        single_moment(dt.date(2026, 10, 25), dt.time(1, 30))


def test_nonexistent_time_of_day_is_refused_with_both_readings() -> None:
    with pytest.raises(NonexistentTime, match="Use 00:30 GMT or 02:30 BST"):
        single_moment(dt.date(2026, 3, 29), dt.time(1, 30))


@given(st.dates(dt.date(1900, 1, 1), dt.date(9999, 12, 31)))
def test_every_day_and_month_is_parsed(date: dt.date) -> None:
    assert parse_day(date.isoformat()) == date
    assert parse_day_or_month(f"{date:%Y-%m}") == Month(date.year, date.month)


@given(st.text(max_size=12))
def test_arbitrary_text_is_not_parsed_as_date(text: str) -> None:
    for read in (parse_day, parse_day_or_month, parse_london_time, parse_time_of_day):
        try:
            read(text)
        except NonexistentTime:
            continue
        raise AssertionError(text)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)))
def test_printed_dates_round_trip(date: dt.date) -> None:
    assert parse_printed_date(printed_date(date)) == date
    month = Month(date.year, date.month)
    assert parse_printed_date(printed_month(date)) == month


def test_printed_non_date_reads_as_none() -> None:
    assert parse_printed_date("") is None
    assert parse_printed_date("in due course") is None
