"""The opening and the deadline of a consultation."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.audit.trail import broken_links
from consultations.editions.workflow import Refusal
from consultations.models import Consultation, Extension
from consultations.timetable.opening import (
    cancel_opening,
    opening_blockers,
    opening_warnings,
    set_opening,
    working_days,
)
from tests.desk.setup.test_extensions import extend
from tests.support.factories import london, make_consultation, make_question, make_user
from tests.support.pages import (
    Read,
    at,
    future_consultation,
    log_in,
    open_consultation,
    text_of,
)

pytestmark = pytest.mark.django_db

NOW = london("2026-03-02 10:00")
SOON = london("2026-03-09 09:00")


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def make_ready(slug: str = "about", **values: Any) -> Consultation:
    values.setdefault("closes", london("2026-04-06 16:00"))
    row = make_consultation(slug, opens_on=None, **values)
    make_question(row)
    return row


def blocker_text(
    row: Consultation, when: dt.datetime | None = SOON, **more: Any
) -> str:
    return " ".join(opening_blockers(row, when=when, at=NOW, **more))


def address(name: str, *args: object) -> str:
    return reverse(f"responses:{name}", args=["about", *args])


# Setting the opening


def test_consultation_becomes_public_at_opening_time() -> None:
    row = set_opening(make_ready(), when=SOON, by=make_user(role="Drafter"), at=NOW)
    minute = dt.timedelta(minutes=1)
    assert not row.is_public(SOON - minute)
    assert row.is_public(SOON)
    assert Consultation.objects.public(SOON).exists()
    assert not Consultation.objects.public(SOON - minute).exists()


def test_opening_time_is_in_london_time_in_summer() -> None:
    when = london("2026-06-01 09:00")
    row = make_ready(closes=london("2026-07-01 16:00"))
    row = set_opening(row, when=when, by=make_user(role="Drafter"), at=NOW)
    assert (row.opens_on, row.opens_at_time) == (dt.date(2026, 6, 1), dt.time(9))
    assert row.opens == when


def test_consultation_is_opened_now() -> None:
    row = set_opening(make_ready(), when=None, by=make_user(role="Drafter"), at=NOW)
    assert row.is_public(NOW)
    event = row.events.get(kind="opening-set")
    assert event.summary == "Consultation opened at 10:00 on 2 March 2026."


def test_midnight_opening_is_stored_as_day_without_time() -> None:
    when = london("2026-03-09 00:00")
    row = set_opening(make_ready(), when=when, by=make_user(role="Drafter"), at=NOW)
    assert (row.opens_on, row.opens_at_time) == (dt.date(2026, 3, 9), None)


def test_opening_is_recorded_in_trail_and_history() -> None:
    user = make_user(role="Drafter")
    row = set_opening(make_ready(), when=SOON, by=user, at=NOW)
    event = row.events.get(kind="opening-set")
    assert event.by == user
    assert row.history.latest().history_user == user
    assert broken_links(row) == []


def test_second_opening_time_replaces_the_first() -> None:
    user = make_user(role="Drafter")
    row = set_opening(make_ready(), when=SOON, by=user, at=NOW)
    later = SOON + dt.timedelta(days=1)
    assert set_opening(row, when=later, by=user, at=NOW).opens == later


def test_only_drafter_can_set_opening() -> None:
    with pytest.raises(Refusal, match="You need the role Drafter"):
        set_opening(make_ready(), when=SOON, by=make_user(role="Approver"), at=NOW)


# Blockers


def test_ready_consultation_has_no_opening_blockers() -> None:
    assert blocker_text(make_ready()) == ""


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": " "}, "The consultation has no title. Enter the title"),
        ({"documents": ()}, "No documents added. Add the documents consulted on."),
        ({"closes": None}, "No deadline set. Set the deadline."),
        (
            {"closes": london("2026-03-09 09:00")},
            "The deadline, 09:00 on 9 March 2026, is not after the opening",
        ),
        (
            {"classification": "DCC Controlled"},
            "The classification is DCC Controlled. A public consultation must be "
            "classified DCC Public or",
        ),
    ],
)
def test_missing_detail_blocks_opening(values: dict[str, Any], sentence: str) -> None:
    assert sentence in blocker_text(make_ready(**values))


def test_question_without_text_blocks_opening() -> None:
    row = make_ready()
    make_question(row, text="")
    assert "Question 2 has no text. Enter the question text." in blocker_text(row)


def test_choice_without_options_blocks_opening() -> None:
    row = make_ready()
    make_question(row, kind="choice")
    assert "Question 2 has no options. Enter the options" in blocker_text(row)


def test_opening_without_questions_needs_confirmation() -> None:
    row = make_consultation("about", opens_on=None, closes=london("2026-04-06 16:00"))
    assert "No questions added. Add a question" in blocker_text(row)
    assert blocker_text(row, allow_no_questions=True) == ""


def test_past_opening_time_is_refused() -> None:
    found = blocker_text(make_ready(), when=NOW - dt.timedelta(hours=1))
    assert "09:00 on 2 March 2026 is in the past" in found


def test_closed_consultation_can_be_recorded_as_opened() -> None:
    row = make_ready(closes=london("2026-02-06 16:00"))
    user = make_user(role="Drafter")
    when = london("2026-01-05 09:30")
    row = set_opening(row, when=when, by=user, at=NOW)
    assert row.opens == when
    event = row.events.latest("number")
    said = "Consultation recorded as opened at 09:30 on 5 January 2026."
    assert event.summary == said


def test_extended_consultation_cannot_be_recorded_as_opened() -> None:
    row = make_ready(closes=london("2026-02-06 16:00"))
    Extension.objects.create(
        consultation=row,
        was=london("2026-02-06 16:00"),
        until=london("2026-03-06 16:00"),
        reason="X",
    )
    assert "is in the past" in blocker_text(row, when=london("2026-01-05 09:30"))


def test_ambiguous_opening_time_is_refused() -> None:
    row = make_ready(closes=london("2026-12-01 16:00"))
    assert "occurs twice in London" in blocker_text(
        row, when=london("2026-10-25 01:30")
    )


def test_public_consultation_cannot_be_opened_again() -> None:
    row = open_consultation("about")
    found = " ".join(opening_blockers(row, when=None))
    assert "The consultation cannot be opened again." in found


def test_short_response_time_is_warned_about() -> None:
    row = make_ready(closes=london("2026-03-20 16:00"))
    found = " ".join(opening_warnings(row, when=SOON, at=NOW))
    assert "Respondents have 9 working days to respond" in found


@pytest.mark.parametrize(
    ("end", "days"), [("03-02", 0), ("03-06", 4), ("03-08", 4), ("03-23", 15)]
)
def test_working_days_exclude_weekends(end: str, days: int) -> None:
    assert working_days(NOW, london(f"2026-{end} 16:00")) == days


# Cancelling


def test_future_opening_is_cancelled() -> None:
    user = make_user(role="Drafter")
    row = set_opening(make_ready(), when=SOON, by=user, at=NOW)
    row = cancel_opening(row, by=user, at=NOW)
    assert (row.opens_on, row.opens_at_time) == (None, None)
    assert row.events.latest("number").kind == "opening-taken-back"


def test_past_opening_cannot_be_cancelled() -> None:
    user = make_user(role="Drafter")
    row = set_opening(make_ready(), when=SOON, by=user, at=NOW)
    with pytest.raises(Refusal, match="The opening cannot be cancelled"):
        cancel_opening(row, by=user, at=SOON)


def test_cancelling_unset_opening_is_refused() -> None:
    with pytest.raises(Refusal, match="No opening is scheduled"):
        cancel_opening(make_ready(), by=make_user(role="Drafter"), at=NOW)


# The page


def make_unopened(**values: Any) -> Consultation:
    return make_ready(**{"closes": at(40), **values})


def sent(row: Consultation, how: str = "later", days: int = 5) -> dict[str, str]:
    local = timezone.localtime(at(days))
    return {
        "how": how,
        "when_date": local.date().isoformat(),
        "when_time": "16:00",
        "shown": str(row.version),
    }


def test_opening_page_sets_time(staff: Client) -> None:
    row = make_unopened()
    staff.post(address("opening"), sent(row))
    row.refresh_from_db()
    assert row.opens == at(5)


def test_opening_page_opens_now(staff: Client) -> None:
    row = make_unopened()
    staff.post(address("opening"), {"how": "now", "shown": str(row.version)})
    row.refresh_from_db()
    assert row.is_public()
    staff.logout()
    assert staff.get(row.get_absolute_url()).status_code == 200


def test_opening_after_the_deadline_is_recorded(staff: Client) -> None:
    row = make_unopened()
    assert "Schedule opening</button>" in text_of(staff.get(address("opening")))
    Consultation.objects.filter(pk=row.pk).update(closes=at(-1))
    assert "Record opening</button>" in text_of(staff.get(address("opening")))


def test_opening_page_shows_blockers(staff: Client) -> None:
    row = make_unopened(documents=())
    page = text_of(staff.get(address("opening")))
    assert "Fix before opening" in page
    assert "No documents added. Add the documents consulted on." in page
    page = text_of(staff.post(address("opening"), sent(row)))
    assert "There is a problem" in page
    row.refresh_from_db()
    assert row.opens_on is None


def test_stale_opening_form_is_refused(staff: Client) -> None:
    row = make_unopened()
    page = text_of(staff.post(address("opening"), {**sent(row), "shown": "0"}))
    assert "Someone else changed the consultation after you opened this page" in page
    assert f'name="shown" value="{row.version}"' in page


def test_scheduled_opening_needs_date_and_time(staff: Client) -> None:
    row = make_unopened()
    for when in ({"when_date": ""}, {"when_date": "", "when_time": ""}):
        page = text_of(staff.post(address("opening"), {**sent(row), **when}))
        assert "Enter the opening date and time." in page


def test_opening_page_cancels_opening(staff: Client) -> None:
    row = make_unopened()
    staff.post(address("opening"), sent(row))
    assert "Opens automatically at" in text_of(staff.get(address("opening")))
    staff.post(address("take_back_opening"))
    row.refresh_from_db()
    assert row.opens_on is None


# The deadline


def due(moment: str, shown: object = 1) -> dict[str, str]:
    day, clock = moment.split()
    return {"closes_date": day, "closes_time": clock, "shown": str(shown)}


def test_deadline_is_set(staff: Client) -> None:
    row = make_ready(closes=None)
    staff.post(address("deadline"), due("2026-07-03 16:00"))
    row.refresh_from_db()
    assert row.closes == london("2026-07-03 16:00")


def test_deadline_time_defaults_to_four_pm(staff: Client) -> None:
    make_ready(closes=None)
    assert 'value="16:00"' in text_of(staff.get(address("deadline")))


def test_deadline_before_opening_is_refused(staff: Client) -> None:
    make_consultation("about", opens_on=dt.date(2026, 5, 1), closes=None)
    page = text_of(staff.post(address("deadline"), due("2026-04-30 16:00")))
    assert "16:00 on 30 April 2026 is not after the opening" in page


@pytest.mark.parametrize("days", [5, 15])
def test_published_deadline_cannot_be_edited(staff: Client, days: int) -> None:
    row = open_consultation("about")
    page = text_of(staff.get(address("deadline")))
    assert "The deadline is published and cannot change." in page
    day = timezone.localdate(at(days)).isoformat()
    page = text_of(staff.post(address("deadline"), due(f"{day} 16:00")))
    assert "To give more time, extend the deadline." in page
    row.refresh_from_db()
    assert row.closes == at(10)


@pytest.mark.parametrize("name", ["opening", "deadline", "new_extension"])
@pytest.mark.parametrize("is_public", [True, False])
def test_deadline_pages_have_no_markup_faults(
    staff: Client, name: str, is_public: bool
) -> None:
    row = (open_consultation if is_public else future_consultation)("about")
    make_question(row)
    extend(staff, 45)
    assert Read(text_of(staff.get(address(name)))).faults == []
