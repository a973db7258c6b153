"""The desk's page of a consultation, and the preview of a conclusion."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from consultations.access import TABLE, Action, Role
from consultations.documents.pdf import PdfError
from consultations.models import Commitment, Designation, Edition
from tests.factories import (
    make_change,
    make_comment,
    make_conclusion,
    make_question,
    make_respondent,
    make_submission,
)
from tests.pages import (
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


@pytest.fixture
def administrator(client: Client) -> Client:
    return log_in(client, "Administrator")


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(text_of(response).split())


# The overview


def test_it_shows_what_the_answers_come_to(staff: Client) -> None:
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


def test_late_responses_are_marked_with_what_was_decided(staff: Client) -> None:
    consultation = closed_consultation("late")
    for name, accepted in (("Undecided", None), ("Taken", True), ("Refused", False)):
        person = make_respondent(consultation, name)
        make_submission(person, received=at(-5), accepted=accepted)
    make_submission(make_respondent(consultation, "In time"), received=at(-12))
    make_respondent(consultation, "Silent")
    html = page(staff, "/desk/consultations/late/").split('id="respondents"')[1]
    rows = {
        name: html.split(f">{name} <")[1].split("</tr>")[0]
        for name in ("Undecided", "Taken", "Refused", "In time", "Silent")
    }
    assert ">Late<" in rows["Undecided"]
    assert "Not decided" in rows["Undecided"]
    assert "Yes, by decision" in rows["Taken"]
    assert "No, by decision" in rows["Refused"]
    assert ">Late<" not in rows["In time"]
    assert "Nothing yet" in rows["Silent"]


def test_it_shows_who_the_public_will_see(staff: Client) -> None:
    consultation = closed_consultation("labels")
    make_submission(make_respondent(consultation, "Shy Limited"), received=at(-12))
    make_submission(
        make_respondent(consultation, "Proud Limited"),
        received=at(-12),
        attribution="named",
    )
    html = page(staff, "/desk/consultations/labels/")
    assert "<td>Respondent A</td>" in html
    assert "<td>Proud Limited</td>" in html


def test_comments_show_their_state_and_their_changes(staff: Client) -> None:
    consultation = closed_consultation("state")
    person = make_respondent(consultation, "Northmere")
    comment = make_comment(
        consultation, response="Yes.", disposition="changed", sources=(person,)
    )
    make_change(consultation, because_of=(comment,), reference="Clause 9.9")
    make_comment(consultation, text="Unanswered")
    make_change(consultation, own_initiative="Found in testing.")
    make_change(consultation)
    html = page(staff, "/desk/consultations/state/")
    assert 'href="#change-c1">S1SR Clause 9.9</a>' in html
    assert 'href="#comment-k1">Comment k1</a>' in html
    assert 'href="#respondent-r1">Northmere</a>' in html
    for words in ("No response", "No disposition", "From nobody", "No cause"):
        assert words in html
    assert "Found in testing." in html


def test_blockers_and_warnings_are_sentences_that_lead_to_their_row(
    staff: Client,
) -> None:
    consultation = closed_consultation("blocked")
    make_comment(consultation, make_question(consultation))
    make_conclusion(consultation)
    html = page(staff, "/desk/consultations/blocked/")
    assert "Cannot be published yet" in html
    assert '/desk/consultations/blocked/#comment-k1">Comment k1' in html
    assert "Look again at" in html


def test_it_shows_what_comes_after_the_conclusion_and_the_trail(
    staff: Client,
) -> None:
    consultation = concluded().conclusion.consultation
    Designation.objects.create(
        consultation=consultation, addressee="the Panel", target=day(3)
    )
    Commitment.objects.create(consultation=consultation, text="Report.", due=day(-3))
    html = page(staff, "/desk/consultations/answered/")
    assert "to the Panel" in html
    assert "Report." in html
    assert "Overdue" in html
    for event in consultation.events.all():
        assert event.summary.split(" ")[-1] in html.split('id="trail"')[1]


def test_it_lists_the_editions_of_each_conclusion(staff: Client) -> None:
    publish(make_conclusion(answered_consultation("editions")))
    html = page(staff, "/desk/consultations/editions/")
    assert "/conclusions/editions/editions/1/" in html
    assert "Published" in html


def test_an_empty_consultation_says_so(staff: Client) -> None:
    closed_consultation("empty")
    html = page(staff, "/desk/consultations/empty/")
    assert "No conclusion has been drafted." in html
    assert "No response has come in." in html
    assert "Nothing has been recorded." in html


def test_the_overview_takes_as_many_queries_for_many_rows_as_for_few(
    staff: Client,
) -> None:
    for slug, rows in (("few", 2), ("many", 30)):
        make_conclusion(answered_consultation(slug, rows))
    few = queries(lambda: staff.get("/desk/consultations/few/"))
    assert queries(lambda: staff.get("/desk/consultations/many/")) == few


@pytest.mark.parametrize(
    "address", ["/desk/consultations/none/", "/desk/conclusions/none/preview/"]
)
def test_what_does_not_exist_is_not_found(staff: Client, address: str) -> None:
    assert staff.get(address).status_code == 404


# The preview


def test_the_preview_shows_the_draft_as_it_is_now(staff: Client) -> None:
    conclusion = make_conclusion(answered_consultation())
    address = "/desk/conclusions/answered/preview/"
    assert "DRAFT" in page(staff, address)
    conclusion.title = "A better title"
    conclusion.save()
    html = page(staff, address)
    assert "A better title</h1>" in html
    assert 'id="comment-k1"' in html
    assert not Edition.objects.exists()


def test_the_preview_hides_respondents_as_the_public_page_will(staff: Client) -> None:
    make_conclusion(answered_consultation())
    html = page(staff, "/desk/conclusions/answered/preview/")
    article = html[html.index("<article") : html.index("</article>")]
    assert "Secret Supplier" not in article


def test_the_preview_names_what_stands_in_the_way(staff: Client) -> None:
    consultation = closed_consultation("blocked")
    make_comment(consultation, make_question(consultation))
    make_conclusion(consultation)
    html = page(staff, "/desk/conclusions/blocked/preview/")
    assert "Cannot be published yet" in html


def test_the_preview_takes_as_many_queries_for_many_rows_as_for_few(
    staff: Client,
) -> None:
    for slug, rows in (("few", 2), ("many", 30)):
        make_conclusion(answered_consultation(slug, rows))
    few = queries(lambda: staff.get("/desk/conclusions/few/preview/"))
    assert queries(lambda: staff.get("/desk/conclusions/many/preview/")) == few


def test_downloads_are_offered_to_who_may_have_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TABLE, Action.EXPORT, frozenset({Role.ADMINISTRATOR}))
    make_conclusion(answered_consultation())
    address = "/desk/conclusions/answered/preview/"
    assert "draft.pdf" not in page(log_in(client, "Drafter"), address)
    assert "draft.pdf" in page(log_in(client, "Administrator"), address)


# Drafts as files


@pytest.mark.parametrize(
    ("ending", "media_type", "start"),
    [
        ("txt", "text/plain; charset=utf-8", b"Conclusion on"),
        ("json", "application/json", b"{"),
        ("docx", "application/vnd.openxmlformats-officedocument", b"PK"),
    ],
)
def test_a_draft_is_rendered_on_the_way_out(
    administrator: Client, ending: str, media_type: str, start: bytes
) -> None:
    make_conclusion(answered_consultation())
    response = administrator.get(f"/desk/conclusions/answered/draft.{ending}")
    assert response.content.startswith(start)
    assert response["Content-Type"].startswith(media_type)
    assert f'filename="DRAFT-answered.{ending}"' in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.usefixtures("pdf")
def test_a_draft_is_had_as_pdf(administrator: Client) -> None:
    make_conclusion(answered_consultation())
    response = administrator.get("/desk/conclusions/answered/draft.pdf")
    assert response.content.startswith(b"%PDF-")


def test_without_pdf_the_page_says_why(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> bytes:
        raise PdfError("Pango is missing.")

    monkeypatch.setattr("responses.views.preview.rendered", fail)
    make_conclusion(answered_consultation())
    response = administrator.get("/desk/conclusions/answered/draft.pdf")
    assert response.status_code == 503
    assert "Pango is missing." in text_of(response)


def test_the_json_of_a_draft_holds_public_words_only(administrator: Client) -> None:
    make_conclusion(answered_consultation())
    response = administrator.get("/desk/conclusions/answered/draft.json")
    assert json.loads(response.content)
    assert "Secret Supplier" not in text_of(response)
