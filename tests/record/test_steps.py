"""Steps of editions and notices need their events; published dates are guarded."""

from __future__ import annotations

import pytest
from django.db import connection

from consultations.editions.triggers import without_guards
from consultations.editions.verification import verify_everything
from consultations.models import (
    Consultation,
    ConsultationEdition,
    ConsultationNotice,
    Extension,
    Question,
)
from consultations.record.notices import request_notice
from consultations.timetable.extensions import record_extension
from tests.support.editions import approver, drafter
from tests.support.factories import freeze, make_consultation, make_question
from tests.support.pages import at, day
from tests.support.sql import refused, run

pytestmark = pytest.mark.django_db

UNRECORDED = "only after the activity log records the step"
EDITION = "consultations_consultationedition"
NOTICE = "consultations_consultationnotice"
NO_NUMBER = {"number": "NULL", "edition_id": "NULL"}


@pytest.fixture
def asked() -> Consultation:
    """Return an open consultation with an extension, and an edited question."""
    row = make_consultation("asked", opens_on=day(-10), closes=at(10))
    question = make_question(row, text="<p>First wording?</p>")
    freeze(row)
    extension = Extension.objects.create(
        consultation=row, was=at(10), until=at(17), reason="<p>Asked for.</p>"
    )
    record_extension(extension, by=drafter())
    question.text = "<p>Second wording?</p>"
    question.save()
    return row


def requested(row: Consultation) -> ConsultationNotice:
    return request_notice(row, kind="corrected", text="A typing error.", by=drafter())


@pytest.mark.parametrize("state", ["approved", "refused", "cancelled"])
def test_decision_without_its_event_is_refused(asked: Consultation, state: str) -> None:
    notice = requested(asked)
    number = "2, effective_at = requested_at" if state == "approved" else "NULL"
    by = (notice.requested_by_id or 0) if state == "cancelled" else approver().pk
    message = refused(
        f"UPDATE {NOTICE} SET state = %s, number = {number},"
        " decided_at = requested_at, decided_by_id = %s WHERE id = %s",
        state,
        by,
        notice.pk,
    )
    assert f"A notice becomes {state} {UNRECORDED}" in message


def test_confirmation_without_its_event_is_refused(asked: Consultation) -> None:
    message = refused(
        f"UPDATE {NOTICE} SET state = 'confirmed', decided_at = requested_at,"
        " decided_by_id = %s",
        approver().pk,
    )
    assert f"A notice becomes confirmed {UNRECORDED}" in message


def test_another_persons_cancellation_is_refused(asked: Consultation) -> None:
    notice = requested(asked)
    message = refused(
        f"UPDATE {NOTICE} SET state = 'cancelled', decided_at = requested_at,"
        " decided_by_id = %s WHERE id = %s",
        approver().pk,
        notice.pk,
    )
    assert "cancelled only by its requester" in message


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        (EDITION, {"number": "NULL", "public_from": "NULL"}),
        (NOTICE, {"state": "'waiting'", "effective_at": "NULL", **NO_NUMBER}),
        (NOTICE, {"number": "9", "edition_id": "NULL"}),
    ],
)
def test_row_without_its_event_is_refused(
    asked: Consultation, table: str, changes: dict[str, str]
) -> None:
    model = ConsultationEdition if table == EDITION else ConsultationNotice
    columns = [str(each.column) for each in model._meta.concrete_fields][1:]
    values = ", ".join(changes.get(column, column) for column in columns)
    names = ", ".join(columns)
    message = refused(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id ="
        f" (SELECT max(id) FROM {table})"
    )
    assert UNRECORDED in message


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("number = 3, public_from = frozen_at", "public"),
        ("discarded_at = frozen_at", "discarded"),
    ],
)
def test_step_of_an_edition_without_its_event_is_refused(
    asked: Consultation, change: str, state: str
) -> None:
    edition = requested(asked).edition
    assert edition is not None
    message = refused(f"UPDATE {EDITION} SET {change} WHERE id = %s", edition.pk)
    expected = "only by a notice" if state == "public" else UNRECORDED
    assert expected in message


@pytest.mark.parametrize(
    ("table", "change", "named"),
    [
        (EDITION, "public_from = '2020-01-01 00:00:00'", "the time from which it is"),
        (EDITION, "origin = 'command'", "the origin is “command”"),
        (NOTICE, "effective_at = '2020-01-01 00:00:00'", "the time from which it is"),
        (NOTICE, "number = 7", "the number is “7”"),
    ],
)
def test_verify_names_what_differs_from_the_activity_log(
    asked: Consultation, table: str, change: str, named: str
) -> None:
    with without_guards(connection):
        run(f"UPDATE {table} SET {change} WHERE number = 1")
    faults = verify_everything().faults
    assert any(named in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE consultations_consultation SET opens_on = '2020-01-01'", "is frozen"),
        (
            "UPDATE consultations_consultation SET opens_at_time = '09:00:00'",
            "is frozen",
        ),
        ("UPDATE consultations_consultation SET closes = NULL", "cannot change"),
        ("DELETE FROM consultations_consultation", "never deleted"),
        ("UPDATE consultations_extension SET until = was", "cannot change"),
        ("DELETE FROM consultations_extension", "never deleted"),
    ],
)
def test_published_dates_are_guarded(
    asked: Consultation, statement: str, message: str
) -> None:
    assert message in refused(statement)


def test_dates_before_the_opening_can_change() -> None:
    row = make_consultation("soon", opens_on=day(10), closes=at(20))
    freeze(row)
    run("UPDATE consultations_consultation SET closes = NULL")
    assert "is frozen" in refused("UPDATE consultations_consultation SET opens_on=NULL")


# What the guards cannot refuse


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "UPDATE consultations_question SET text = '<p>Other?</p>'",
            "was changed (text) outside the site. Differs from edition 2: Question 1.",
        ),
        (
            "UPDATE consultations_consultation SET title = 'Other'",
            "was changed (title) outside the site. Differs from edition 2: Title",
        ),
        (
            "UPDATE consultations_regulateddocument SET reference = 'Other'",
            "was changed (reference) outside the site. Differs from edition 2:",
        ),
        (
            "UPDATE consultations_extension SET reason = '<p>Other.</p>'",
            "was changed (reason) outside the site.",
        ),
        (
            "DELETE FROM consultations_consultationdocument",
            "was deleted outside the site. Differs from edition 2: List of documents",
        ),
    ],
)
def test_verify_names_rows_changed_outside_the_site(
    asked: Consultation, statement: str, named: str
) -> None:
    assert verify_everything().faults == []
    run(statement)
    faults = verify_everything().faults
    assert any(named in fault for fault in faults), faults
    assert all("asked: the " in fault for fault in faults)


def test_change_on_the_site_is_no_fault(asked: Consultation) -> None:
    Question.objects.get().delete()
    asked.title = "Another title"
    asked.save()
    assert verify_everything().faults == []
