"""Designation, commitments and glossary at the desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import Commitment, Consultation, Designation, GlossaryTerm
from tests.support.factories import make_consultation, make_respondent
from tests.support.pages import Read, log_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def about() -> Consultation:
    return make_consultation("about")


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def address(name: str, *args: object) -> str:
    return reverse(f"responses:{name}", args=["about", *args])


ASKED = {"addressee": "Secretary of State", "submitted": "2026-02-16", "shown": "0"}
PROMISED = {"text": "To publish a guide.", "due": "2026-09-01", "shown": "0"}


def test_designation_is_saved(staff: Client, about: Consultation) -> None:
    assert staff.post(address("designation"), ASKED).status_code == 302
    assert Designation.objects.get().addressee == "Secretary of State"


def test_follow_up_page_says_what_is_still_to_do(
    staff: Client, about: Consultation
) -> None:
    assert "No designation recorded" in text_of(staff.get(address("after")))
    Designation.objects.create(consultation=about, addressee="Secretary of State")
    page = text_of(staff.get(address("after")))
    for words in ("Secretary of State", "Not submitted", "No date set"):
        assert words in page


def test_designation_before_submission_is_refused(
    staff: Client, about: Consultation
) -> None:
    sent = {**ASKED, "designated": "2026-02-01"}
    response = staff.post(address("designation"), sent)
    assert "is before 16 February 2026, the date of submission" in text_of(response)


@pytest.mark.parametrize("field", ["addressee", "fallback_wording", "outcome"])
def test_designation_does_not_name_a_hidden_respondent(
    staff: Client, about: Consultation, field: str
) -> None:
    make_respondent(about, "Zork Quartzite")
    sent = {**ASKED, field: "Zork Quartzite asked for it."}
    page = text_of(staff.post(address("designation"), sent))
    assert "Remove “Zork Quartzite”, the name of Zork Quartzite." in page
    assert not Designation.objects.exists()


def test_concurrently_created_designation_is_a_conflict(
    staff: Client, about: Consultation
) -> None:
    staff.post(address("designation"), ASKED)
    other = {**ASKED, "addressee": "The Authority"}
    response = staff.post(address("designation"), other)
    assert Designation.objects.get().addressee == "Secretary of State"
    assert "Someone else saved changes" in text_of(response)


def test_commitment_is_created_and_completed(
    staff: Client, about: Consultation
) -> None:
    staff.post(address("new_commitment"), PROMISED)
    row = Commitment.objects.get()
    kept = {**PROMISED, "shown": "1", "done": "2026-08-30", "done_by": "The guide"}
    staff.post(address("commitment", row.pk), kept)
    row.refresh_from_db()
    assert (str(row.done), row.done_by) == ("2026-08-30", "The guide")


def test_commitments_keep_their_order_of_entry(
    staff: Client, about: Consultation
) -> None:
    for words in ("First.", "Second."):
        staff.post(address("new_commitment"), {**PROMISED, "text": words})
    assert [row.text for row in about.commitments.all()] == [
        "<p>First.</p>",
        "<p>Second.</p>",
    ]


def test_duplicate_glossary_term_is_refused(staff: Client, about: Consultation) -> None:
    sent = {"short": "DSP", "long": "Data Service Provider", "shown": "0"}
    staff.post(address("new_term"), sent)
    response = staff.post(address("new_term"), sent)
    assert "“DSP” is already in the glossary" in text_of(response)


def test_glossary_term_is_removed(staff: Client, about: Consultation) -> None:
    term = GlossaryTerm.objects.create(consultation=about, short="DSP", long="D")
    staff.post(address("remove_term", term.pk), {"shown": "1"})
    assert not GlossaryTerm.objects.exists()


def test_outcome_pages_have_no_markup_faults(
    staff: Client, about: Consultation
) -> None:
    Designation.objects.create(consultation=about, addressee="Secretary of State")
    promise = Commitment.objects.create(consultation=about, text="Soon.")
    term = GlossaryTerm.objects.create(consultation=about, short="DSP", long="D")
    pages = [
        address("after"),
        address("designation"),
        address("new_commitment"),
        address("commitment", promise.pk),
        address("remove_commitment", promise.pk),
        address("new_term"),
        address("term", term.pk),
    ]
    faults = {page: Read(text_of(staff.get(page))).faults for page in pages}
    assert faults == {page: [] for page in pages}


def test_commitment_of_another_consultation_returns_404(
    staff: Client, about: Consultation
) -> None:
    other = make_consultation("elsewhere")
    foreign = Commitment.objects.create(consultation=other, text="Soon.")
    assert staff.get(address("commitment", foreign.pk)).status_code == 404
