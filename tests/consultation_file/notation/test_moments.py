"""Days, months and London times, as written and read back."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consultations.documents.wording import printed_date, printed_month
from responses.consultation_file.notation.moments import (
    Month,
    NonexistentTime,
    day_or_month,
    london_time,
    parse_day,
    printed_day_or_month,
    single_moment,
    time_of_day,
    written_time,
)

pytestmark = pytest.mark.once

SPRING = dt.datetime(2026, 3, 29, 1, 0, tzinfo=dt.UTC)
AUTUMN = dt.datetime(2026, 10, 25, 1, 0, tzinfo=dt.UTC)


@given(st.integers(-2_177_000_000, 16_725_000_000))
@example(1_792_888_200)  # 01:30 BST on 25 October 2026
@example(1_792_891_800)  # 01:30 GMT, an hour later
@example(-833_500_000)  # double summer time, in August 1943
def test_every_minute_is_written_so_that_it_is_read_back(seconds: int) -> None:
    at = dt.datetime.fromtimestamp(seconds // 60 * 60, dt.UTC)
    assert london_time(written_time(at)) == at


@pytest.mark.parametrize("minutes", range(-120, 121, 15))
@pytest.mark.parametrize("change", [SPRING, AUTUMN])
def test_the_hours_round_a_change_of_clocks_are_read_back(
    change: dt.datetime, minutes: int
) -> None:
    at = change + dt.timedelta(minutes=minutes)
    assert london_time(written_time(at)) == at


def test_only_a_time_that_exists_twice_says_which_it_is() -> None:
    assert written_time(AUTUMN - dt.timedelta(minutes=30)) == "2026-10-25 01:30 BST"
    assert written_time(AUTUMN + dt.timedelta(minutes=30)) == "2026-10-25 01:30 GMT"
    assert written_time(AUTUMN + dt.timedelta(minutes=60)) == "2026-10-25 02:00"
    assert written_time(SPRING) == "2026-03-29 02:00"


def test_a_time_may_always_say_which_it_is() -> None:
    assert london_time("2026-07-01 12:00 BST") == london_time("2026-07-01 12:00")


def test_a_time_that_exists_twice_is_refused_with_both_readings() -> None:
    with pytest.raises(NonexistentTime, match=r"01:30 BST \(00:30 UTC\) and 01:30 GMT"):
        london_time("2026-10-25 01:30")


def test_a_time_that_does_not_exist_is_refused_with_both_readings() -> None:
    with pytest.raises(NonexistentTime, match="as 00:30 GMT or as 02:30 BST"):
        london_time("2026-03-29 01:30")


@pytest.mark.parametrize("written", ["2026-03-29 01:30 GMT", "2026-03-29 01:30 BST"])
def test_naming_a_reading_does_not_make_a_time_exist(written: str) -> None:
    with pytest.raises(NonexistentTime, match="in London then"):
        london_time(written)


@given(st.times())
def test_every_time_of_day_is_read(clock: dt.time) -> None:
    assert time_of_day(f"{clock:%H:%M}") == clock.replace(second=0, microsecond=0)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.times())
def test_a_time_on_a_day_is_the_instant_that_the_file_would_write(
    day: dt.date, clock: dt.time
) -> None:
    written = f"{day} {clock:%H:%M}"
    try:
        expected = london_time(written)
    except NonexistentTime:
        with pytest.raises(NonexistentTime):
            single_moment(day, time_of_day(f"{clock:%H:%M}"))
    else:
        assert single_moment(day, time_of_day(f"{clock:%H:%M}")) == expected


def test_a_time_of_day_that_exists_twice_is_refused_with_both_readings() -> None:
    with pytest.raises(NonexistentTime, match=r"01:30 BST .* and 01:30 GMT .* Choose"):
        single_moment(dt.date(2026, 10, 25), dt.time(1, 30))


def test_a_time_of_day_that_does_not_exist_is_refused_with_both_readings() -> None:
    with pytest.raises(NonexistentTime, match="as 00:30 GMT or as 02:30 BST"):
        single_moment(dt.date(2026, 3, 29), dt.time(1, 30))


@given(st.dates(dt.date(1900, 1, 1), dt.date(9999, 12, 31)))
def test_every_day_is_read(date: dt.date) -> None:
    assert parse_day(date.isoformat()) == date
    assert day_or_month(f"{date:%Y-%m}") == Month(date.year, date.month)


@given(st.text(max_size=12))
def test_other_words_are_no_dates(text: str) -> None:
    for read in (parse_day, day_or_month, london_time, time_of_day):
        try:
            read(text)
        except NonexistentTime:
            continue
        raise AssertionError(text)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)))
def test_printed_dates_are_read_back(date: dt.date) -> None:
    assert printed_day_or_month(printed_date(date)) == date
    month = Month(date.year, date.month)
    assert printed_day_or_month(printed_month(date)) == month


def test_no_date_is_read_back_from_other_words() -> None:
    assert printed_day_or_month("") is None
    assert printed_day_or_month("in due course") is None
