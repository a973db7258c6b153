"""Respondents and their submissions at the desk: list, entry, editing, removal."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import Consultation
from responses.desk.received.views import RESPONDENTS_PER_PAGE
from responses.models import Answer, Respondent, Submission
from tests.support.factories import (
    london,
    make_comment,
    make_question,
    make_respondent,
    make_submission,
)
from tests.support.form_reading import form_with
from tests.support.pages import Read, at, closed_consultation, log_in, queries, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def about() -> Consultation:
    return closed_consultation("about")


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def address(name: str, *args: object) -> str:
    return reverse(f"responses:{name}", args=["about", *args])


def list_page(client: Client, query: str = "") -> str:
    return " ".join(text_of(client.get(address("received") + query)).split())


def row_of(page: str, name: str) -> str:
    return page.split(f">{name}<")[1].split("</tr>", maxsplit=1)[0]


def post_submission(client: Client, person: Respondent, **typed: Any) -> Any:
    sent = {
        "received_date": "2026-02-02",
        "received_time": "11:04",
        "channel": "email",
        "shown": "0",
        **typed,
    }
    return client.post(address("new_submission", person.pk), sent)


# The list


def test_late_submissions_show_the_decision(staff: Client, about: Consultation) -> None:
    for name, accepted in (("Undecided", None), ("Taken", True), ("Refused", False)):
        person = make_respondent(about, name)
        make_submission(person, received=at(-5), accepted=accepted)
    make_submission(make_respondent(about, "In time"), received=at(-12))
    make_respondent(about, "Silent")
    page = list_page(staff)
    assert ">Late<" in row_of(page, "Undecided")
    assert "Decision needed" in row_of(page, "Undecided")
    assert "Accepted" in row_of(page, "Taken")
    assert "Rejected" in row_of(page, "Refused")
    assert ">Late<" not in row_of(page, "In time")
    assert "Record response" in row_of(page, "Silent")


def test_list_shows_public_names_of_respondents(
    staff: Client, about: Consultation
) -> None:
    make_submission(make_respondent(about, "Shy Limited"), received=at(-12))
    proud = make_respondent(about, "Proud Limited")
    make_submission(proud, received=at(-12), attribution="named")
    page = list_page(staff)
    assert "<td>Respondent A</td>" in page
    assert "<td>Proud Limited</td>" in page


def test_respondent_list_is_paginated_by_key(
    staff: Client, about: Consultation
) -> None:
    for number in range(RESPONDENTS_PER_PAGE + 2):
        make_respondent(about, f"Supplier {number}")
    first = list_page(staff)
    second = list_page(staff, f"?after=r{RESPONDENTS_PER_PAGE}")
    assert f"?after=r{RESPONDENTS_PER_PAGE}" in first
    assert second.count('id="respondent-') == 2


def test_unknown_cursor_returns_404(staff: Client, about: Consultation) -> None:
    assert staff.get(address("received") + "?after=nobody").status_code == 404


def test_respondent_list_query_count_is_constant(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)

    def people(count: int) -> None:
        for _ in range(count):
            person = make_respondent(about, "A")
            make_submission(person, stances={question: "agree"}, received=at(-12))

    people(2)
    few = queries(lambda: list_page(staff))
    people(30)
    assert queries(lambda: list_page(staff)) == few


def test_excluded_respondent_takes_no_public_label(
    staff: Client, about: Consultation
) -> None:
    late = make_respondent(about, "Late Limited")
    make_submission(late, received=at(-5), accepted=False)
    make_submission(make_respondent(about, "Good Limited"), received=at(-12))
    page = list_page(staff)
    assert "Not published" in row_of(page, "Late Limited")
    assert "Respondent A" in row_of(page, "Good Limited")


def test_submission_entered_after_removal_comes_last(
    staff: Client, about: Consultation
) -> None:
    person = make_respondent(about, "Northmere")
    first = make_submission(person, received=at(-13))
    second = make_submission(person, received=at(-12), position=1)
    first.delete()
    post_submission(staff, person)
    assert person.submissions.first() == second
    assert list(person.submissions.values_list("position", flat=True)) == [1, 2]


def test_list_links_submissions_to_their_comments(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    row = make_submission(
        make_respondent(about, "Northmere"),
        received=at(-12),
        stances={question: "agree"},
    )
    drawn = make_respondent(about, "Saltmarsh")
    make_submission(drawn, received=at(-12), stances={question: "agree"})
    make_comment(about, question, sources=(drawn,))
    page = list_page(staff)
    itself = reverse("responses:submission", args=["about", row.pk])
    assert f'<a href="{itself}">Extract comments' in row_of(page, "Northmere")
    assert f"?respondent={drawn.key}" in row_of(page, "Saltmarsh")


def test_decision_is_expanded_for_late_submission(
    staff: Client, about: Consultation
) -> None:
    person = make_respondent(about, "Northmere")
    late = make_submission(person, received=at(-5))
    in_time = make_submission(person, received=at(-12))
    for row, is_open in ((late, True), (in_time, False)):
        address = reverse("responses:submission", args=["about", row.pk])
        page = text_of(staff.get(address))
        assert ('<details class="folded" open>' in page) == is_open


def test_empty_respondent_list_shows_message(
    staff: Client, about: Consultation
) -> None:
    assert "No responses recorded." in list_page(staff)


def test_approver_has_read_only_respondent_list(
    client: Client, about: Consultation
) -> None:
    make_submission(make_respondent(about, "Northmere"), received=at(-12))
    page = list_page(log_in(client, "Approver"))
    assert "Northmere" in page
    assert "Record response" not in page


def test_approver_has_read_only_submission_pages(
    client: Client, about: Consultation
) -> None:
    question = make_question(about)
    person = make_respondent(about, "Northmere")
    row = make_submission(person, received=at(-12), stances={question: "agree"})
    row.answers.update(text="<p>Ten days are <strong>too few</strong>.</p>")
    log_in(client, "Approver")
    for name, pk in (("submission", row.pk), ("respondent", person.pk)):
        address = reverse(f"responses:{name}", args=["about", pk])
        page = text_of(client.get(address))
        assert "<p>Ten days are <strong>too few</strong>.</p>" in page
        assert "This response has no answers." not in page
        assert '<form method="post"' not in page.partition("<main")[2]
        assert client.post(address, {}).status_code == 403


# Entering


def test_new_respondent_redirects_to_new_submission(
    staff: Client, about: Consultation
) -> None:
    sent = {"name": "Northmere", "key": "r1", "shown": "0"}
    answer = staff.post(address("new_respondent"), sent)
    person = Respondent.objects.get(name="Northmere")
    assert answer.headers["Location"] == address("new_submission", person.pk)


def test_empty_respondent_key_gets_next_free_key(
    staff: Client, about: Consultation
) -> None:
    make_respondent(about, "First", key="r8")
    sent = {"name": "Second", "key": "", "shown": "0"}
    assert staff.post(address("new_respondent"), sent).status_code == 302
    assert about.respondents.get(name="Second").key == "r9"


def test_duplicate_respondent_key_is_refused(
    staff: Client, about: Consultation
) -> None:
    make_respondent(about, "First", key="r1")
    sent = {"name": "Second", "key": "r1", "shown": "0"}
    page = text_of(staff.post(address("new_respondent"), sent))
    assert "Another respondent has the reference “r1”" in page


def test_submission_is_entered_with_its_answers(
    staff: Client, about: Consultation
) -> None:
    first, second = make_question(about), make_question(about)
    person = make_respondent(about, "Northmere")
    typed = {
        f"q{first.pk}-stance": "agree",
        f"q{first.pk}-text": "We agree.",
        f"q{second.pk}-stance": "",
        f"q{second.pk}-text": "",
    }
    assert post_submission(staff, person, **typed).status_code == 302
    (answer,) = Answer.objects.all()
    assert (answer.question, answer.stance, answer.text) == (
        first,
        "agree",
        "<p>We agree.</p>",
    )


def test_unknown_choice_is_refused(staff: Client, about: Consultation) -> None:
    question = make_question(about, kind="choice", options=["Yes", "No"])
    person = make_respondent(about, "Northmere")
    page = text_of(
        post_submission(staff, person, **{f"q{question.pk}-choice": "Perhaps"})
    )
    assert "Perhaps is not one of the available choices" in page


def test_late_decision_needs_a_reason(staff: Client, about: Consultation) -> None:
    person = make_respondent(about, "Northmere")
    page = text_of(post_submission(staff, person, accepted="yes"))
    assert "Enter the reason for the decision" in page
    assert not Submission.objects.exists()


def test_late_decision_is_saved_with_reason(staff: Client, about: Consultation) -> None:
    person = make_respondent(about, "Northmere")
    post_submission(
        staff, person, accepted="no", accepted_reason="It came a month late."
    )
    submission = Submission.objects.get()
    assert submission.accepted is False
    assert submission.accepted_reason == "<p>It came a month late.</p>"


# Editing


def submission_form_data(
    client: Client, submission: Submission
) -> dict[str, list[str]]:
    page = text_of(client.get(address("submission", submission.pk)))
    return form_with(page, "received_date")


def test_unchanged_submission_form_saves_nothing(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    person = make_respondent(about, "Northmere")
    submission = make_submission(person, stances={question: "agree"})
    staff.post(
        address("submission", submission.pk), submission_form_data(staff, submission)
    )
    versions = [Submission.objects.get().version, Answer.objects.get().version]
    assert versions == [1, 1]


def test_seconds_of_received_time_are_kept(staff: Client, about: Consultation) -> None:
    received = at(-12).replace(second=59)
    submission = make_submission(make_respondent(about, "A"), received=received)
    fields = submission_form_data(staff, submission) | {"channel": ["post"]}
    staff.post(address("submission", submission.pk), fields)
    submission.refresh_from_db()
    assert (submission.received, submission.channel) == (received, "post")


def test_conflict_in_one_answer_saves_no_form(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    person = make_respondent(about, "Northmere")
    submission = make_submission(person, stances={question: "agree"})
    mine = submission_form_data(staff, submission)
    theirs = mine | {f"q{question.pk}-text": ["Their words."]}
    staff.post(address("submission", submission.pk), theirs)
    mine |= {f"q{question.pk}-text": ["My words."], "channel": ["post"]}
    page = text_of(staff.post(address("submission", submission.pk), mine))
    submission.refresh_from_db()
    assert "Their words." in page
    assert "My words." in page
    assert submission.channel == ""


def test_choice_kept_as_stored_is_unchanged(staff: Client, about: Consultation) -> None:
    question = make_question(about, kind="choice", options=["Yes", "No"])
    submission = make_submission(make_respondent(about, "A"))
    answer = submission.answers.create(question=question, choice="Yes")
    mine = submission_form_data(staff, submission) | {
        f"q{question.pk}-choice": ["No"],
        f"keep-q{question.pk}-choice": ["stored"],
    }
    staff.post(address("submission", submission.pk), mine)
    answer.refresh_from_db()
    assert answer.choice == "Yes"


def test_unchanged_decision_is_no_conflict(staff: Client, about: Consultation) -> None:
    submission = make_submission(
        make_respondent(about, "A"), accepted=True, accepted_reason="<p>Near.</p>"
    )
    mine = submission_form_data(staff, submission)
    staff.post(address("submission", submission.pk), mine | {"channel": ["post"]})
    page = staff.post(address("submission", submission.pk), mine)
    assert "keep-accepted" not in text_of(page)


def test_submission_of_another_consultation_returns_404(
    staff: Client, about: Consultation
) -> None:
    other = make_submission(make_respondent(closed_consultation("other"), "A"))
    assert staff.get(address("submission", other.pk)).status_code == 404


# Removing


def test_respondent_with_comments_is_not_removed(
    staff: Client, about: Consultation
) -> None:
    person = make_respondent(about, "Northmere")
    make_comment(about, sources=(person,))
    page = text_of(staff.post(address("remove_respondent", person.pk), {"shown": "1"}))
    assert (
        "Northmere raised comment G1. Remove the respondent from the comment first."
        in page
    )
    assert Respondent.objects.exists()


def test_respondent_pages_number_their_comments(
    client: Client, about: Consultation
) -> None:
    person = make_respondent(about, "Northmere")
    make_comment(about, make_question(about), sources=(person,))
    for role in ("Drafter", "Approver"):
        log_in(client, role)
        page = text_of(client.get(address("respondent", person.pk)))
        assert ">Q1.1</a>" in page


def test_removed_respondent_and_submission_are_in_trail(
    staff: Client, about: Consultation
) -> None:
    person = make_respondent(about, "Northmere")
    make_submission(person, stances={make_question(about): "agree"})
    staff.post(address("remove_respondent", person.pk), {"shown": "1"})
    assert not Submission.objects.exists()
    page = text_of(staff.get(address("trail"))).split('id="removed"')[1]
    assert "Northmere" in page
    assert "Response, deleted at" in page


def test_submission_is_removed(staff: Client, about: Consultation) -> None:
    submission = make_submission(make_respondent(about, "Northmere"))
    staff.post(address("remove_submission", submission.pk), {"shown": "1"})
    assert not Submission.objects.exists()


def test_received_pages_have_no_markup_faults(
    staff: Client, about: Consultation
) -> None:
    make_question(about)
    make_question(about, kind="choice", options=["Yes", "No"])
    person = make_respondent(about, "Northmere")
    submission = make_submission(person, received=at(-5))
    make_comment(about, sources=(person,))
    pages = [
        address("received"),
        address("new_respondent"),
        address("respondent", person.pk),
        address("remove_respondent", person.pk),
        address("new_submission", person.pk),
        address("submission", submission.pk),
        address("remove_submission", submission.pk),
    ]
    faults = {page: Read(text_of(staff.get(page))).faults for page in pages}
    assert faults == {page: [] for page in pages}


# Withdrawn responses


def test_response_is_withdrawn_with_a_date_and_a_reason(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    submission = make_submission(
        make_respondent(about, "Northmere"), stances={question: "agree"}
    )
    fields = submission_form_data(staff, submission) | {
        "withdrawn_at_date": ["2026-02-10"],
        "withdrawn_at_time": ["09:30"],
    }
    page = text_of(staff.post(address("submission", submission.pk), fields))
    assert "Enter the reason for the withdrawal." in page
    fields |= {"withdrawn_reason": ["The company was sold."]}
    staff.post(address("submission", submission.pk), fields)
    submission.refresh_from_db()
    assert submission.withdrawn_at == london("2026-02-10 09:30")
    assert submission.history.count() == 2
    page = text_of(staff.get(address("received")))
    assert "Withdrawn</span>" in page
    assert "09:30 on 10" in page
    assert "The company was sold." in page
    assert "Not published" in page


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        (
            {"withdrawn_reason": ["Sold."]},
            "Enter the date and time of the withdrawal, or remove the reason.",
        ),
        (
            {
                "withdrawn_reason": ["Sold."],
                "withdrawn_at_date": ["2020-02-10"],
                "withdrawn_at_time": ["09:30"],
            },
            "The withdrawal must be at or after the time when the response was "
            "received.",
        ),
    ],
)
def test_withdrawal_needs_a_date_after_the_response(
    staff: Client, about: Consultation, fields: dict[str, list[str]], error: str
) -> None:
    submission = make_submission(make_respondent(about, "Northmere"))
    posted = submission_form_data(staff, submission) | fields
    assert error in text_of(staff.post(address("submission", submission.pk), posted))
    submission.refresh_from_db()
    assert not submission.is_withdrawn
