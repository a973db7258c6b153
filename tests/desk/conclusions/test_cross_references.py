"""The list of cross-references of a conclusion, and the panel beside the editors."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from consultations.documents.conclusion.compose import compose
from consultations.documents.conclusion.numbering import unresolved_references
from consultations.models import Conclusion, ConclusionSection
from responses.analysis.conclusion_content import conclusion_content
from responses.conclusions.cross_references import (
    CrossReference,
    find_cross_references,
)
from responses.text_matching.search_terms import parse_search_terms
from tests.support.factories import make_comment, make_conclusion
from tests.support.pages import answered_consultation, attach, log_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def conclusion() -> Conclusion:
    found = make_conclusion(answered_consultation())
    attach(found, b"%PDF-1.7 a notice", "notice.pdf")
    return found


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def listed(conclusion: Conclusion, find: str = "") -> dict[str, CrossReference]:
    """Return the references found, by their tokens."""
    groups = find_cross_references(conclusion, parse_search_terms(find))
    return {each.token: each for group in groups for each in group.references}


def list_address(conclusion: Conclusion) -> str:
    return reverse("responses:cross_references", args=[conclusion.slug])


def test_every_kind_of_target_is_listed_with_number_and_name(
    conclusion: Conclusion,
) -> None:
    groups = find_cross_references(conclusion, parse_search_terms(""))
    assert [group.heading for group in groups] == [
        "Sections",
        "Tables",
        "Attachments",
        "Questions",
        "Comments",
        "Clause changes",
    ]
    found = listed(conclusion)
    comment = conclusion.consultation.comments.first()
    assert comment is not None
    assert found["[[section: Introduction]]"].printed == "Section 1"
    assert found["[[attachment: Attached notice.pdf]]"].printed == "Attachment 1"
    assert found["[[table: question 1]]"].name == "Comments relating to question 1"
    named = found[f"[[comment: {comment.key}]]"]
    assert named.name.startswith("Q1.1: ")
    assert re.fullmatch(r"comment 1 in Table \d", named.printed)
    change = conclusion.consultation.changes.first()
    assert change is not None
    assert change.reference in found[f"[[change: {change.key}]]"].printed


def test_every_listed_token_resolves(conclusion: Conclusion) -> None:
    heading = "Scope & <terms>: part (a)"
    ConclusionSection.objects.create(
        conclusion=conclusion, heading=heading, kind="text", position=50
    )
    tokens = list(listed(conclusion))
    assert f"[[section: {heading}]]" in tokens
    section = conclusion.sections.get(heading="Introduction")
    for token in tokens:
        section.text = f"<p>{html.escape(token, quote=False)}</p>"
        section.save()
        document = compose(conclusion_content(conclusion))
        assert unresolved_references(document) == [], token


def test_each_target_is_listed_once(conclusion: Conclusion) -> None:
    questions = [token for token in listed(conclusion) if "question:" in token]
    assert len(questions) == conclusion.consultation.questions.count()


def test_heading_with_an_unpaired_bracket_is_not_listed(
    conclusion: Conclusion,
) -> None:
    for position, heading in enumerate(("Annex [A]", "Annex [B", "Annex C]"), 50):
        ConclusionSection.objects.create(
            conclusion=conclusion, heading=heading, kind="text", position=position
        )
    listed_here = [token for token in listed(conclusion) if "Annex" in token]
    assert listed_here == ["[[section: Annex [A]]]"]


def test_comment_that_no_section_prints_is_not_listed() -> None:
    conclusion = make_conclusion(
        answered_consultation(), sections=(("Introduction", "text"),)
    )
    comment = make_comment(conclusion.consultation)
    assert f"[[comment: {comment.key}]]" not in listed(conclusion)


def test_search_matches_number_and_name(conclusion: Conclusion) -> None:
    assert next(iter(listed(conclusion, '"Section 1"'))) == "[[section: Introduction]]"
    assert len(listed(conclusion, "Q1.1")) == 1
    assert listed(conclusion, "no such words") == {}


def test_page_has_tokens_to_copy_and_search(
    staff: Client, conclusion: Conclusion
) -> None:
    page = staff.get(list_address(conclusion))
    assert "[[section: Introduction]]" in text_of(page)
    assert "data-reference" not in page.content.decode()
    found = staff.get(list_address(conclusion), {"find": "zebra"})
    assert "No cross-references match your search." in text_of(found)


def test_panel_has_buttons(staff: Client, conclusion: Conclusion) -> None:
    part = staff.get(list_address(conclusion), headers={"HX-Request": "true"})
    assert 'data-reference="[[section: Introduction]]"' in part.content.decode()
    assert "<h1" not in part.content.decode()


@pytest.mark.parametrize("page", ["section", "comment", "change", "new_change"])
def test_editors_offer_the_list(
    staff: Client, conclusion: Conclusion, page: str
) -> None:
    consultation = conclusion.consultation
    comment, change = consultation.comments.first(), consultation.changes.first()
    section = conclusion.sections.get(heading="Introduction")
    assert comment is not None
    assert change is not None
    arguments: dict[str, list[object]] = {
        "section": [conclusion.slug, section.pk],
        "comment": [consultation.slug, comment.key],
        "change": [consultation.slug, change.key],
        "new_change": [consultation.slug],
    }
    shown = staff.get(reverse(f"responses:{page}", args=arguments[page]))
    assert "Insert cross-reference" in text_of(shown)
    assert list_address(conclusion) in shown.content.decode()


def test_consultation_without_conclusion_has_no_list(staff: Client) -> None:
    consultation = answered_consultation()
    comment = consultation.comments.first()
    assert comment is not None
    shown = staff.get(
        reverse("responses:comment", args=[consultation.slug, comment.key])
    )
    assert "Insert cross-reference" not in text_of(shown)
