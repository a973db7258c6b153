"""Extending the deadline, for all questions or for some."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.models import Consultation, Extension
from responses.desk.setup import forms_deadlines
from tests.support.factories import (
    freeze,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
)
from tests.support.pages import at, log_in, open_consultation, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def address(name: str, *args: object) -> str:
    return reverse(f"responses:{name}", args=["about", *args])


def due(moment: str, shown: object = 1) -> dict[str, str]:
    day, clock = moment.split()
    return {"closes_date": day, "closes_time": clock, "shown": str(shown)}


def more(days: int, **values: Any) -> dict[str, Any]:
    day = timezone.localdate(at(days)).isoformat()
    given = {"until_date": day, "until_time": "16:00", "reason": "They asked for it."}
    return {**given, "shown": "0", **values}


def extend(client: Client, days: int, **values: Any) -> str:
    response = client.post(address("new_extension"), more(days, **values))
    return text_of(response)


def test_deadline_is_extended(staff: Client) -> None:
    row = open_consultation("about")
    extend(staff, 17)
    row = Consultation.objects.get(pk=row.pk)
    assert row.deadline == at(17)
    extension = row.extensions.get()
    assert (extension.was, extension.reason) == (
        at(10),
        "<p>They asked for it.</p>",
    )


def test_extension_is_recorded_in_trail(staff: Client) -> None:
    row = open_consultation("about")
    extend(staff, 17)
    event = row.events.get(kind="extended")
    assert event.summary.startswith("Deadline extended from 16:00 on ")


def test_second_extension_starts_from_the_first(staff: Client) -> None:
    row = open_consultation("about")
    extend(staff, 17)
    extend(staff, 24)
    assert [(e.was, e.until) for e in row.extensions.all()] == [
        (at(10), at(17)),
        (at(17), at(24)),
    ]


def test_extension_without_more_time_is_refused(staff: Client) -> None:
    row = open_consultation("about")
    assert "is not later than the current deadline" in extend(staff, 10)
    assert not row.extensions.exists()


def test_extension_of_over_a_year_is_refused(staff: Client) -> None:
    row = open_consultation("about")
    assert "more than a year after the current deadline" in extend(staff, 3000)
    assert not row.extensions.exists()


def test_selected_questions_are_extended(staff: Client) -> None:
    row = open_consultation("about")
    first, second = make_question(row), make_question(row)
    freeze(row)
    extend(staff, 17, asked=[str(first.pk)])
    row = Consultation.objects.get(pk=row.pk)
    assert row.deadline_for(first) == at(17)
    assert row.deadline_for(second) == at(10)
    summaries = row.events.values_list("summary", flat=True)
    assert "Deadline for Question 1 extended" in " ".join(summaries)


def test_questions_with_different_deadlines_need_separate_extensions(
    staff: Client,
) -> None:
    row = open_consultation("about")
    first, second = make_question(row), make_question(row)
    freeze(row)
    extend(staff, 17, asked=[str(first.pk)])
    page = extend(staff, 24, asked=[str(first.pk), str(second.pk)])
    assert "The selected questions have different deadlines" in page
    assert row.extensions.count() == 1


def test_questions_of_another_consultation_are_not_extended(staff: Client) -> None:
    row = open_consultation("about")
    make_question(row)
    freeze(row)
    other = make_question(make_consultation("elsewhere"))
    extend(staff, 17, asked=[str(other.pk)])
    assert not row.extensions.exists()


def test_concurrent_extension_is_refused(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = open_consultation("about")
    extend(staff, 17)
    # As if both forms had been judged before either was stored.
    monkeypatch.setattr(forms_deadlines, "extension_problems", lambda *a, **k: [])
    monkeypatch.setattr(forms_deadlines, "current_deadlines", lambda *a: [at(10)])
    assert "Someone else changed the deadline while you were editing" in extend(
        staff, 20
    )
    assert row.extensions.count() == 1


def test_extension_without_deadline_is_refused(staff: Client) -> None:
    make_consultation("about", opens_on=None, closes=None)
    response = staff.get(address("new_extension"), follow=True)
    assert "There is no deadline to extend. Set the deadline first." in text_of(
        response
    )


def test_extension_form_warns_of_immediate_publication(staff: Client) -> None:
    open_consultation("about")
    page = text_of(staff.get(address("new_extension")))
    assert "The new deadline is public as soon as you save." in page


def test_extension_reason_is_editable_and_dates_are_not(staff: Client) -> None:
    row = open_consultation("about")
    extend(staff, 17)
    extension = row.extensions.get()
    sent = {"reason": "Three asked.", "until_date": "2030-01-01", "shown": "1"}
    staff.post(address("extension", extension.pk), sent)
    extension.refresh_from_db()
    assert (extension.reason, extension.until) == ("<p>Three asked.</p>", at(17))


def test_extended_deadline_cannot_be_moved_past_extension(staff: Client) -> None:
    row = make_consultation("about", opens_on=None, closes=at(10))
    extend(staff, 17)
    day = timezone.localdate(at(20)).isoformat()
    page = text_of(staff.post(address("deadline"), due(f"{day} 16:00")))
    assert "To give more time, extend the deadline again." in page
    row.refresh_from_db()
    assert row.closes == at(10)


def test_extension_of_another_consultation_returns_404(staff: Client) -> None:
    make_consultation("about")
    other = open_consultation("elsewhere")
    extension = Extension.objects.create(
        consultation=other, was=at(10), until=at(11), reason="More."
    )
    assert staff.get(address("extension", extension.pk)).status_code == 404


def test_reason_does_not_name_a_respondent(staff: Client) -> None:
    row = open_consultation("about")
    make_respondent(row, "Zork Quartzite", email="jan@zork.example")
    named = make_respondent(row, "Umber Glade", email="sam@umber.example")
    make_submission(named, attribution="named")
    page = extend(staff, 17, reason="Zork Quartzite asked for more time.")
    assert (
        "Remove “Zork Quartzite”, the name of Zork Quartzite. Respondents who" in page
    )
    page = extend(staff, 17, reason="Umber Glade asked: sam@umber.example.")
    assert "Remove “sam@umber.example”, the email address of Umber Glade." in page
    assert "Remove “Umber" not in page
    assert not row.extensions.exists()
    extend(staff, 17, reason="Umber Glade and Zork asked.")  # Zork is for a person
    extension = row.extensions.get()
    sent = {"reason": "Zork Quartzite asked.", "shown": "1"}
    staff.post(address("extension", extension.pk), sent)
    extension.refresh_from_db()
    assert extension.reason == "<p>Umber Glade and Zork asked.</p>"


def test_question_that_is_not_published_cannot_be_chosen(staff: Client) -> None:
    row = open_consultation("about")
    make_question(row)
    freeze(row)
    unpublished = make_question(row)
    extend(staff, 17, asked=[str(unpublished.pk)])
    assert not row.extensions.exists()
