"""The overview page of a consultation, and the preview of a conclusion."""

from __future__ import annotations

import pytest
from django.test import Client

from consultations.access import ROLES_BY_ACTION, Action, Role
from consultations.models import Commitment, Edition
from responses.desk.check_results import check_conclusion
from responses.templatetags.desk import NAVIGATION
from tests.support.factories import (
    make_comment,
    make_conclusion,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
)
from tests.support.pages import (
    answered_consultation,
    at,
    closed_consultation,
    concluded,
    day,
    log_in,
    publish,
    queries,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(text_of(response).split())


# The overview


def test_overview_shows_tally_of_answers(staff: Client) -> None:
    consultation = closed_consultation("tally")
    question = make_question(consultation)
    choice = make_question(consultation, kind="choice", options=["Yes", "No"])
    make_question(consultation, kind="open")
    for name, stance in (("A", "agree"), ("B", "no-opinion")):
        person = make_respondent(consultation, name)
        submission = make_submission(
            person, stances={question: stance}, received=at(-12)
        )
        submission.answers.create(question=choice, choice="No")
    html = page(staff, "/desk/consultations/tally/")
    assert "One respondent agreed while one did not express an opinion." in html
    assert "Both respondents answered “No”." in html
    assert "No respondents answered this question." in html


def test_overview_links_questions_to_their_comments(staff: Client) -> None:
    consultation = closed_consultation("state")
    question = make_question(consultation)
    make_comment(consultation, question, response="Yes.")
    make_comment(consultation, question)
    html = page(staff, "/desk/consultations/state/")
    assert 'comments/?question=q1" >1 of 2</a>' in html


def test_overview_links_to_every_module(staff: Client) -> None:
    closed_consultation("rooms")
    html = page(staff, "/desk/consultations/rooms/")
    navigation = html.split('class="consultation-nav"')[1].split("</nav>")[0]
    addresses = [each.split('"')[0] for each in navigation.split('href="')[1:]]
    assert len(addresses) == len(NAVIGATION)
    assert {staff.get(address).status_code for address in addresses} == {200}


def test_findings_link_to_edit_pages(
    staff: Client,
) -> None:
    consultation = closed_consultation("blocked")
    make_comment(consultation, make_question(consultation))
    make_conclusion(consultation)
    html = page(staff, "/desk/conclusions/blocked/checks/")
    assert "Fix before publishing" in html
    assert '/desk/consultations/blocked/comments/k1/">Comment Q1.1' in html


def test_cached_findings_are_shown_at_once(staff: Client) -> None:
    conclusion = make_conclusion(closed_consultation("checked"))
    assert "Issues to fix before publishing" in page(
        staff, "/desk/consultations/checked/"
    )
    check_conclusion(conclusion)
    assert "Fix before publishing" in page(staff, "/desk/consultations/checked/")


def test_overview_shows_pending_work_and_trail(staff: Client) -> None:
    consultation = concluded().conclusion.consultation
    Commitment.objects.create(consultation=consultation, text="Report.", due=day(-3))
    html = page(staff, "/desk/consultations/answered/")
    assert "1 commitment overdue" in html
    for event in consultation.events.all():
        assert event.summary.split(" ")[-1] in html.split('id="trail"')[1]


def test_overview_lists_editions_of_each_conclusion(staff: Client) -> None:
    publish(make_conclusion(answered_consultation("editions")))
    html = page(staff, "/desk/consultations/editions/")
    assert "/conclusions/editions/editions/1/" in html
    assert "Published" in html


def test_empty_consultation_shows_messages(staff: Client) -> None:
    make_consultation("empty", opens_on=None)
    html = page(staff, "/desk/consultations/empty/")
    assert "No conclusions." in html
    assert "No comments yet" in html
    assert "No activity recorded." in html


def test_overview_query_count_is_constant(
    staff: Client,
) -> None:
    for slug, rows in (("few", 2), ("many", 30)):
        make_conclusion(answered_consultation(slug, rows))
    few = queries(lambda: staff.get("/desk/consultations/few/"))
    assert queries(lambda: staff.get("/desk/consultations/many/")) == few


@pytest.mark.parametrize(
    "address", ["/desk/consultations/none/", "/desk/conclusions/none/preview/"]
)
def test_unknown_slug_returns_404(staff: Client, address: str) -> None:
    assert staff.get(address).status_code == 404


# The preview


def test_preview_shows_current_draft(staff: Client) -> None:
    conclusion = make_conclusion(answered_consultation())
    address = "/desk/conclusions/answered/preview/"
    assert "DRAFT" in page(staff, address)
    conclusion.title = "A better title"
    conclusion.save()
    html = page(staff, address)
    assert "A better title</h1>" in html
    assert 'id="comment-k1"' in html
    assert not Edition.objects.exists()


def test_preview_does_not_name_anonymous_respondents(staff: Client) -> None:
    make_conclusion(answered_consultation())
    html = page(staff, "/desk/conclusions/answered/preview/")
    article = html[html.index("<article") : html.index("</article>")]
    assert "Secret Supplier" not in article


def test_preview_shows_blockers(staff: Client) -> None:
    consultation = closed_consultation("blocked")
    make_comment(consultation, make_question(consultation))
    make_conclusion(consultation)
    html = page(staff, "/desk/conclusions/blocked/preview/")
    assert "Fix before publishing" in html


def test_preview_query_count_is_constant(
    staff: Client,
) -> None:
    for slug, rows in (("few", 2), ("many", 30)):
        make_conclusion(answered_consultation(slug, rows))
    few = queries(lambda: staff.get("/desk/conclusions/few/preview/"))
    assert queries(lambda: staff.get("/desk/conclusions/many/preview/")) == few


def test_downloads_are_offered_by_role(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROLES_BY_ACTION, Action.EXPORT, frozenset({Role.ADMINISTRATOR}))
    make_conclusion(answered_consultation())
    address = "/desk/conclusions/answered/preview/"
    form = 'method="post" action="/desk/conclusions/answered/files/"'
    assert form not in page(log_in(client, "Drafter"), address)
    assert form in page(log_in(client, "Administrator"), address)
