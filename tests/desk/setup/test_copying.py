"""Copying a consultation: what is copied and what is not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import (
    Conclusion,
    ConclusionSection,
    Consultation,
    ConsultationAttachment,
    GlossaryTerm,
    Question,
    StoredFile,
)
from tests.support.factories import make_conclusion, make_question
from tests.support.pages import answered_consultation, log_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def address(name: str, *args: object) -> str:
    return reverse(f"responses:{name}", args=args)


def make_copy(client: Client, earlier: Consultation, *take: str, **values: Any) -> Any:
    sent: dict[str, Any] = {"title": "Round two", "slug": "round-two"}
    sent |= {"relation": "further", "take": list(take), "shown": "0", **values}
    response = client.post(address("copy_consultation", earlier.slug), sent)
    assert response.status_code == 302, text_of(response)
    return Consultation.objects.get(slug="round-two")


def make_full_consultation() -> Consultation:
    earlier = answered_consultation("round-one")
    above = earlier.questions.order_by("pk")[0]
    make_question(earlier, key="sub", parent=above, kind="choice", options=["a", "b"])
    GlossaryTerm.objects.create(consultation=earlier, short="SEC", long="The Code")
    conclusion = make_conclusion(earlier)
    top = conclusion.sections.get(kind="analysis")
    ConclusionSection.objects.create(
        conclusion=conclusion, parent=top, kind="question", question=above, position=9
    )
    ConsultationAttachment.objects.create(
        consultation=earlier,
        title="Text",
        file=StoredFile.objects.store(b"x"),
        filename="a.txt",
    )
    return earlier


ALL = ("details", "documents", "questions", "glossary", "sections", "attachments")


def test_copy_has_questions_with_their_keys(staff: Client) -> None:
    row = make_copy(staff, make_full_consultation(), *ALL)
    sub = row.questions.get(key="sub")
    assert sub.options == ["a", "b"]
    assert (sub.parent.key, sub.parent.consultation) == ("q1", row)


def test_copied_sections_refer_to_copied_questions(staff: Client) -> None:
    row = make_copy(staff, make_full_consultation(), *ALL)
    section = row.conclusions.get().sections.get(kind="question")
    assert section.question == row.questions.get(key="q1")
    assert section.parent.kind == "analysis"


def test_sections_on_uncopied_questions_are_not_copied(staff: Client) -> None:
    row = make_copy(staff, make_full_consultation(), "sections")
    kinds = {section.kind for section in row.conclusions.get().sections.all()}
    assert "question" not in kinds
    assert "analysis" in kinds


def test_copy_is_not_public_and_has_no_dates(staff: Client) -> None:
    row = make_copy(staff, make_full_consultation(), *ALL)
    dates = (row.opens_on, row.opens_at_time, row.closes, row.target_conclusion)
    assert dates == (None, None, None, None)
    assert row.conclusions.get().date is None


def test_copy_has_no_responses_comments_or_changes(staff: Client) -> None:
    row = make_copy(staff, make_full_consultation(), *ALL)
    assert not row.respondents.exists()
    assert not row.comments.exists()
    assert not row.changes.exists()


def test_copying_leaves_original_unchanged(staff: Client) -> None:
    earlier = make_full_consultation()
    before = Question.objects.filter(consultation=earlier).count()
    make_copy(staff, earlier, *ALL)
    assert Question.objects.filter(consultation=earlier).count() == before
    assert Conclusion.objects.filter(consultation=earlier).count() == 1


def test_copy_has_only_selected_parts(staff: Client) -> None:
    row = make_copy(staff, make_full_consultation())
    assert not row.questions.exists()
    assert not row.document_links.exists()
    assert not row.glossary.exists()
    assert not row.conclusions.exists()
    assert (row.summary, row.mailbox) == ("", "")


def test_attachments_are_not_copied_by_default(staff: Client) -> None:
    earlier = make_full_consultation()
    page = text_of(staff.get(address("copy_consultation", earlier.slug)))
    ticked = re.findall(r'name="take" value="(\w+)"[^>]* checked', page)
    assert ticked == list(ALL[:-1])
    assert not make_copy(staff, earlier, *ALL[:-1]).attachments.exists()


def test_copy_follows_the_original(staff: Client) -> None:
    row = make_copy(staff, make_full_consultation(), *ALL)
    assert (row.follows, row.relation) == ("round-one", "further")


def test_copy_without_relation_follows_nothing(staff: Client) -> None:
    row = make_copy(staff, make_full_consultation(), *ALL, relation="")
    assert (row.follows, row.relation) == ("", "")


def test_copy_is_recorded_in_trail_and_histories(staff: Client) -> None:
    earlier = make_full_consultation()
    row = make_copy(staff, earlier, *ALL)
    assert row.events.get().kind == "copied"
    history = Question.history.filter(consultation=row.pk)
    reasons = {each.history_change_reason for each in history}
    assert reasons == {f"Copied from “{earlier.title}”"}


def test_long_title_is_cut_in_the_reason_of_a_copy(staff: Client) -> None:
    earlier = make_full_consultation()
    earlier.title = "Long title " * 20
    earlier.save()
    row = make_copy(staff, earlier, *ALL)
    reason = Question.history.filter(consultation=row.pk)[0].history_change_reason
    assert reason.startswith("Copied from “Long title")
    assert reason.endswith(" …”")
    assert len(reason) <= 100
