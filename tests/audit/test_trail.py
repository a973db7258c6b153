"""The trail of a consultation: a hash chain that reveals every tampering."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from consultations.audit import trail
from consultations.audit.trail import broken_links
from consultations.editions import triggers
from consultations.models import Consultation, Event
from tests.support.factories import london, make_consultation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultation() -> Consultation:
    consultation = make_consultation(slug="remote-2026")
    for number in range(1, 5):
        trail.record_event(
            consultation, kind="noted", summary=f"Event {number}.", by=None
        )
    return consultation


def run_without_guards(sql: str) -> None:
    """Run SQL with the guards down, as the owner of the database could."""
    with triggers.without_guards(connection), connection.cursor() as cursor:
        cursor.execute(sql)


def test_event_records_kind_summary_user_and_time() -> None:
    by, at = make_user(), london("2026-02-16 09:00")
    trail.record_event(
        make_consultation(), kind="opened", summary="Opened.", by=by, at=at
    )
    event = Event.objects.get()
    assert (event.kind, event.summary, event.by, event.at) == (
        "opened",
        "Opened.",
        by,
        at,
    )


def test_events_are_numbered_from_1(consultation: Consultation) -> None:
    assert [event.number for event in consultation.events.all()] == [1, 2, 3, 4]


def test_each_consultation_has_its_own_chain(consultation: Consultation) -> None:
    other = make_consultation()
    assert (
        trail.record_event(other, kind="noted", summary="First.", by=None).number == 1
    )


def test_untouched_chain_is_valid(consultation: Consultation) -> None:
    assert broken_links(consultation) == []


def test_event_hash_is_independent_of_time_zone() -> None:
    consultation = make_consultation()
    at = dt.datetime(2026, 7, 1, 9, 0, 0, 123456, tzinfo=dt.UTC)
    event = trail.record_event(consultation, kind="noted", summary="x", by=None, at=at)
    event.at = event.at.astimezone(dt.timezone(dt.timedelta(hours=1)))
    assert trail.event_hash(event, previous="") == event.sha256


@pytest.mark.parametrize(
    "change",
    [
        "summary = 'Nothing.'",
        "kind = 'other'",
        "at = '2020-01-01 00:00:00+00:00'",
        "sha256 = 'x'",
    ],
)
def test_altered_event_is_reported(consultation: Consultation, change: str) -> None:
    run_without_guards(f"UPDATE consultations_event SET {change} WHERE number = 2")
    assert "remote-2026: entry 2" in broken_links(consultation)[0]


def test_deleted_event_is_reported(consultation: Consultation) -> None:
    run_without_guards("DELETE FROM consultations_event WHERE number = 2")
    assert broken_links(consultation)[0] == (
        "remote-2026: entry 3 follows entry 1: an entry is missing."
    )


def test_deleted_event_with_renumbered_rest_is_reported(
    consultation: Consultation,
) -> None:
    run_without_guards("DELETE FROM consultations_event WHERE number = 2")
    run_without_guards("UPDATE consultations_event SET number = 2 WHERE number = 3")
    run_without_guards("UPDATE consultations_event SET number = 3 WHERE number = 4")
    first = broken_links(consultation)[0]
    assert "entry 2 (noted) does not match its checksum." in first


def test_changed_user_of_event_is_reported() -> None:
    consultation, other = make_consultation(), make_user()
    trail.record_event(consultation, kind="noted", summary="x", by=make_user())
    run_without_guards(f"UPDATE consultations_event SET by_id = {other.pk}")
    assert broken_links(consultation)
