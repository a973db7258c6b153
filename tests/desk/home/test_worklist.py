"""The workspace's home page: pending work of every consultation."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from consultations.editions import workflow
from consultations.editions.authorship import NO_AUTHORS
from consultations.models import Commitment, Consultation, Designation, Edition
from consultations.public.paging import page_and_cursor
from responses.analysis.conclusion_content import conclusion_content
from responses.desk.home import views
from responses.desk.home.views import unfinished_consultations
from responses.desk.home.worklist import sort_by_urgency, worklist_items
from tests.support.factories import (
    make_comment,
    make_conclusion,
    make_question,
    make_respondent,
    make_submission,
    make_user,
)
from tests.support.pages import (
    answered_consultation,
    at,
    closed_consultation,
    concluded,
    day,
    future_consultation,
    log_in,
    open_consultation,
    publish,
    queries,
    text_of,
    withdraw,
)

pytestmark = pytest.mark.django_db


def pending_lines(consultation: Consultation) -> list[str]:
    """Return the pending work of a consultation, each with its urgency."""
    (work,) = worklist_items(Consultation.objects.filter(pk=consultation.pk))
    return [f"{wait.tone}: {wait.text}" for wait in work.tasks]


def has_pending(consultation: Consultation, words: str) -> bool:
    return any(words in wait for wait in pending_lines(consultation))


def submitted(consultation: Consultation) -> Edition:
    conclusion = make_conclusion(consultation)
    return workflow.submit_edition(
        conclusion,
        content=conclusion_content(conclusion),
        authorship=NO_AUTHORS,
        blockers=[],
        by=make_user("dora", "Drafter"),
        formats=("txt",),
    )


# The period for responses


def test_unopened_consultation_waits_for_opening() -> None:
    assert has_pending(future_consultation(), "waiting: The consultation opens on")
    undated = future_consultation("undated", opens_on=None)
    assert pending_lines(undated) == ["due: Opening date not set"]


def test_open_consultation_waits_for_responses() -> None:
    calm = open_consultation(closes=at(30))
    assert has_pending(calm, "waiting: Open for responses until 16:00 on")
    forever = open_consultation(closes=None)
    assert pending_lines(forever) == ["waiting: Open for responses, no deadline set"]


def test_deadline_within_a_fortnight_is_due() -> None:
    assert has_pending(open_consultation(), "due: Open for responses until 16:00 on")


def test_undecided_late_submission_is_due() -> None:
    consultation = closed_consultation()
    person = make_respondent(consultation, "Late Limited")
    submission = make_submission(person, received=at(-9))
    assert has_pending(consultation, "due: 1 late response needs a decision")
    submission.accepted = False
    submission.save()
    assert not has_pending(consultation, "late response")


def test_partial_extension_applies_to_its_questions_only() -> None:
    consultation = closed_consultation()
    first, second = make_question(consultation), make_question(consultation)
    more = consultation.extensions.create(was=at(-10), until=at(-3), reason="Time.")
    more.questions.add(second)
    for question, name in ((first, "Late"), (second, "In time")):
        person = make_respondent(consultation, name)
        make_submission(person, received=at(-5), stances={question: "agree"})
    assert has_pending(consultation, "1 late response needs a decision")


def test_submission_in_extended_time_is_not_late() -> None:
    consultation = closed_consultation()
    consultation.extensions.create(was=at(-10), until=at(-5), reason="Time.")
    make_submission(make_respondent(consultation, "A"), received=at(-7))
    assert not has_pending(consultation, "late response")


# Comments and responses


def test_submissions_without_comments_are_due() -> None:
    consultation = closed_consultation()
    make_submission(make_respondent(consultation, "A"), received=at(-12))
    assert has_pending(consultation, "due: No comments extracted from responses yet")


def test_missing_responses_and_dispositions_are_due() -> None:
    consultation = closed_consultation()
    question = make_question(consultation)
    make_comment(consultation, question)
    make_comment(consultation, question)
    make_comment(consultation, question, response="Yes.")
    make_comment(consultation, question, response="No.", disposition="noted")
    assert has_pending(consultation, "due: 2 comments need a response")
    assert has_pending(consultation, "due: 1 response needs an outcome")


def test_progress_counts_answered_comments(client: Client) -> None:
    consultation = closed_consultation()
    make_comment(consultation)
    make_comment(consultation, response="Yes.", disposition="noted")
    html = text_of(log_in(client, "Drafter").get("/desk/"))
    assert "1 of 2 comments answered" in html
    assert '<progress value="1" max="2"' in html


# The conclusion


def test_closed_consultation_waits_for_conclusion() -> None:
    consultation = closed_consultation(target_conclusion=day(5))
    assert has_pending(consultation, "due: No conclusion drafted yet")
    assert has_pending(consultation, "waiting: Conclusion due by")
    consultation.target_conclusion = day(-1)
    consultation.save()
    assert has_pending(consultation, "overdue: Conclusion overdue: was due by")


def test_edition_waits_for_approval_and_publication() -> None:
    consultation = answered_consultation()
    edition = submitted(consultation)
    assert has_pending(consultation, "due: Submitted for approval by dora on")
    approver = make_user(role="Approver")
    workflow.approve_edition(edition, by=approver, sha256=edition.sha256)
    assert has_pending(consultation, "due: Approved, ready to publish")
    workflow.publish_edition(edition, by=approver)
    assert pending_lines(consultation) == []


def test_rejected_edition_is_due() -> None:
    consultation = answered_consultation()
    edition = submitted(consultation)
    approver = make_user(role="Approver")
    workflow.reject_edition(edition, by=approver, sha256=edition.sha256, remarks="No.")
    assert has_pending(consultation, "due: Returned to drafter")


def test_withdrawn_conclusion_makes_consultation_pending() -> None:
    edition = concluded()
    assert not unfinished_consultations().exists()
    withdraw(edition)
    assert unfinished_consultations().count() == 1


# After the conclusion


def test_designation_is_overdue_after_its_last_day() -> None:
    consultation = concluded().conclusion.consultation
    designation = Designation.objects.create(
        consultation=consultation, addressee="Secretary of State", target=day(-5)
    )
    assert has_pending(consultation, "overdue: Designation overdue: was due by")
    designation.fallback_months = 1
    designation.save()
    assert has_pending(consultation, "waiting: Designation due by")
    designation.designated = day(0)
    designation.save()
    assert pending_lines(consultation) == []


def test_designation_is_not_pending_before_conclusion() -> None:
    consultation = closed_consultation()
    Designation.objects.create(consultation=consultation, addressee="X", target=day(-5))
    assert not has_pending(consultation, "esignation")


def test_commitments_are_overdue_due_or_waiting() -> None:
    consultation = concluded().conclusion.consultation
    for due in (day(-1), day(20), day(90), None):
        Commitment.objects.create(consultation=consultation, text="Do it.", due=due)
    Commitment.objects.create(consultation=consultation, text="Done.", done=day(-1))
    assert pending_lines(consultation) == [
        "overdue: 1 commitment overdue",
        "due: 1 commitment due within 30 days",
        "waiting: 2 commitments outstanding",
    ]


def test_commitment_due_in_a_month_is_due_until_month_end() -> None:
    consultation = concluded().conclusion.consultation
    Commitment.objects.create(
        consultation=consultation,
        text="Do it.",
        due=timezone.localdate().replace(day=1),
        due_is_month=True,
    )
    assert pending_lines(consultation) == ["due: 1 commitment due within 30 days"]


# The page


def test_overdue_consultations_come_first() -> None:
    open_consultation("calm", closes=at(30))
    closed_consultation("overdue", target_conclusion=day(-1))
    closed_consultation("due")
    works = sort_by_urgency(worklist_items(Consultation.objects.order_by("slug")))
    slugs = [work.status.consultation.slug for work in works]
    assert slugs == ["overdue", "due", "calm"]


def test_desk_separates_pending_and_finished_consultations(client: Client) -> None:
    open_consultation("in-hand", title="Still going")
    concluded("finished")
    html = text_of(log_in(client, "Drafter").get("/desk/"))
    going, done = html.split('id="finished"')
    assert "/desk/consultations/in-hand/" in going
    assert "/desk/consultations/finished/" in done
    assert "/desk/consultations/finished/" not in going


def test_finished_consultations_are_paginated_by_key(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_threes = partial(page_and_cursor, size=3)
    monkeypatch.setattr(views, "page_and_cursor", by_threes)
    for number in range(5):
        publish(make_conclusion(closed_consultation(f"c{number:02}")), formats=("txt",))
    log_in(client, "Drafter")
    first = text_of(client.get("/desk/"))
    cursor = first.split("after=")[1].split('"')[0]
    second = text_of(client.get(f"/desk/?after={cursor}"))
    shown = [
        {n for n in range(5) if f"/desk/consultations/c{n:02}/" in html}
        for html in (first, second)
    ]
    assert [len(each) for each in shown] == [3, 2]
    assert shown[0] & shown[1] == set()


def test_desk_query_count_is_constant(
    client: Client,
) -> None:
    log_in(client, "Drafter")
    for number in range(3):
        answered_consultation(f"few{number}", 2)
    few = queries(lambda: client.get("/desk/"))
    for number in range(12):
        answered_consultation(f"many{number}", 4)
    assert queries(lambda: client.get("/desk/")) == few
