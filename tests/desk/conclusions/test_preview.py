"""The preview of a conclusion: live preview, preview page and checks panel."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consultations.documents.conclusion.compose import compose
from consultations.documents.html import extract_article, render_article
from consultations.models import Conclusion, ConclusionSection
from responses.analysis.conclusion_content import conclusion_content
from tests.support.factories import make_comment, make_conclusion, make_question
from tests.support.pages import (
    answered_consultation,
    attach,
    closed_consultation,
    log_in,
    queries,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


@pytest.fixture
def conclusion() -> Conclusion:
    return make_conclusion(answered_consultation())


def address(name: str, *args: object, of: str = "answered") -> str:
    return reverse(f"responses:{name}", args=[of, *args])


def form_of(row: ConclusionSection, **values: Any) -> dict[str, str]:
    """Return what the unchanged form of a section sends."""
    return {
        "heading": row.heading,
        "kind": row.kind,
        "document": str(row.document_id or ""),
        "question": str(row.question_id or ""),
        "shows_tally": "unknown",
        "shows_table": "unknown",
        "text": row.text,
        "shown": str(row.version),
        **values,
    }


def post_live_preview(
    client: Client, query: str = "", of: str = "answered", **sent: str
) -> str:
    return text_of(client.post(address("live_preview", of=of) + query, sent))


def introduction(conclusion: Conclusion) -> ConclusionSection:
    return conclusion.sections.get(heading="Introduction")


# Live preview


def test_unchanged_form_previews_the_edition_article(
    staff: Client, conclusion: Conclusion
) -> None:
    wanted = render_article(compose(conclusion_content(conclusion)))
    for row in conclusion.sections.all():
        html = post_live_preview(staff, f"?section={row.pk}", **form_of(row))
        assert extract_article(html) == wanted


def test_typed_form_previews_what_saving_gives(
    staff: Client, conclusion: Conclusion
) -> None:
    row = introduction(conclusion)
    sent = form_of(row, heading="Why", text="See [[section: Attachments]].\n\n- one")
    shown = extract_article(post_live_preview(staff, f"?section={row.pk}", **sent))
    assert staff.post(address("section", row.pk), sent).status_code == 302
    assert shown == render_article(compose(conclusion_content(conclusion)))


def test_live_preview_saves_nothing(staff: Client, conclusion: Conclusion) -> None:
    row = introduction(conclusion)
    post_live_preview(staff, f"?section={row.pk}", **form_of(row, text="Otherwise."))
    row.refresh_from_db()
    assert (row.text, row.version) == ("<p>Some words.</p>", 1)


def test_new_section_is_previewed_at_its_place(
    staff: Client, conclusion: Conclusion
) -> None:
    row = introduction(conclusion)
    new = ConclusionSection(heading="Fresh", kind="text", text="New words.")
    html = post_live_preview(staff, f"?new=1&after={row.pk}", **form_of(new))
    assert '<span class="number">2.</span> Fresh</h2>' in html
    assert 'data-edited="fresh"' in html


def test_new_section_is_previewed_inside_another(
    staff: Client, conclusion: Conclusion
) -> None:
    row = introduction(conclusion)
    new = ConclusionSection(heading="Fresh", kind="text", text="New words.")
    html = post_live_preview(staff, f"?new=1&inside={row.pk}", **form_of(new))
    assert '<span class="number">1.1.</span> Fresh</h3>' in html


def test_new_section_without_heading_is_previewed(
    staff: Client, conclusion: Conclusion
) -> None:
    new = ConclusionSection(kind="text", text="New words.")
    assert "New words." in post_live_preview(staff, "?new=1", **form_of(new))


def test_edited_section_is_marked_in_preview(
    staff: Client, conclusion: Conclusion
) -> None:
    row = conclusion.sections.get(kind="changes")
    html = post_live_preview(staff, f"?section={row.pk}", **form_of(row))
    assert 'data-edited="summary-of-changes"' in html


def test_invalid_markup_shows_error_instead_of_preview(
    staff: Client, conclusion: Conclusion
) -> None:
    row = introduction(conclusion)
    html = post_live_preview(
        staff, f"?section={row.pk}", **form_of(row, text="<video>x</video>")
    )
    assert "Text: " in html
    assert "video" in html
    assert "<article" not in html


def test_preview_without_form_shows_stored_draft(
    staff: Client, conclusion: Conclusion
) -> None:
    wanted = render_article(compose(conclusion_content(conclusion)))
    assert extract_article(post_live_preview(staff)) == wanted


def test_question_switches_take_effect_in_preview(
    staff: Client, conclusion: Conclusion
) -> None:
    analysis = conclusion.sections.get(kind="analysis")
    question = conclusion.consultation.questions.get(key="q1")
    own = ConclusionSection(kind="question", question=question)
    sent = form_of(own, shows_table="false")
    html = post_live_preview(staff, f"?new=1&inside={analysis.pk}", **sent)
    assert 'id="comment-k1"' not in html
    assert 'id="comment-k2"' in html


def test_preview_of_deleted_section_returns_404(
    staff: Client, conclusion: Conclusion
) -> None:
    sent = form_of(introduction(conclusion))
    response = staff.post(address("live_preview") + "?section=999999", sent)
    assert response.status_code == 404


def test_anonymous_respondent_is_not_named_in_preview(
    staff: Client, conclusion: Conclusion
) -> None:
    assert "Secret Supplier" not in post_live_preview(staff)


def test_live_preview_returns_404_without_role(
    client: Client, conclusion: Conclusion
) -> None:
    response = log_in(client, "").post(address("live_preview"))
    assert response.status_code == 404


def test_live_preview_query_count_is_constant(staff: Client) -> None:
    def visit(slug: str) -> int:
        row = introduction(Conclusion.objects.get(slug=slug))
        return queries(
            lambda: post_live_preview(
                staff, f"?section={row.pk}", of=slug, **form_of(row)
            )
        )

    for slug, rows in (("few", 2), ("many", 30)):
        make_conclusion(answered_consultation(slug, rows))
    assert visit("many") == visit("few")


# The preview page


def test_preview_links_to_related_pages(staff: Client, conclusion: Conclusion) -> None:
    page = text_of(staff.get(address("preview")))
    for name in ("sections", "sign_off", "as_it_stood", "draft_files", "enclosures"):
        assert f'"{address(name)}"' in page


def test_draft_attachment_is_downloaded_from_preview(
    staff: Client, conclusion: Conclusion
) -> None:
    attach(conclusion, b"%PDF-1.7 a notice", "notice.pdf")
    path = f"{address('preview')}attachments/1/"
    assert f'href="{path}"' in text_of(staff.get(address("preview")))
    response = staff.get(path)
    assert response.content == b"%PDF-1.7 a notice"
    assert "no-store" in response["Cache-Control"]


def test_missing_draft_attachment_returns_404(
    staff: Client, conclusion: Conclusion
) -> None:
    assert staff.get(f"{address('preview')}attachments/1/").status_code == 404


def test_draft_attachment_is_not_public(client: Client, conclusion: Conclusion) -> None:
    attach(conclusion, b"%PDF-1.7 a notice", "notice.pdf")
    page = f"{address('preview')}attachments/1/"
    assert client.get(page).status_code == 302
    assert log_in(client, "").get(page).status_code == 404


# The checks panel


@pytest.fixture
def blocked_conclusion() -> Conclusion:
    consultation = closed_consultation("answered")
    make_comment(consultation, make_question(consultation))
    return make_conclusion(consultation)


def test_findings_link_to_edit_pages(
    staff: Client, blocked_conclusion: Conclusion
) -> None:
    page = text_of(staff.get(address("checks")))
    assert "Fix before publishing" in page
    assert f'href="{address("comment", "k1")}"' in page


def test_checks_panel_is_an_html_fragment(
    staff: Client, blocked_conclusion: Conclusion
) -> None:
    part = text_of(staff.get(address("checks_panel") + "?level=4"))
    assert "<h4>Fix before publishing" in part
    assert "<html" not in part


def test_checks_panel_polls_only_when_watching(
    staff: Client, blocked_conclusion: Conclusion
) -> None:
    assert "every 30s" in text_of(staff.get(address("checks_panel") + "?watch=1"))
    assert "every 30s" not in text_of(staff.get(address("checks_panel")))


def shown_mark(staff: Client) -> str:
    part = text_of(staff.get(address("checks_panel") + "?watch=1"))
    return part.partition("shown=")[2].partition('"')[0]


def test_unchanged_checks_panel_returns_204(
    staff: Client, blocked_conclusion: Conclusion
) -> None:
    asked = f"{address('checks_panel')}?watch=1&shown={shown_mark(staff)}"
    assert staff.get(asked).status_code == 204


def test_checks_panel_is_updated_after_a_save(
    staff: Client, blocked_conclusion: Conclusion
) -> None:
    asked = f"{address('checks_panel')}?watch=1&shown={shown_mark(staff)}"
    blocked_conclusion.date = None
    blocked_conclusion.save()
    assert "date" in text_of(staff.get(asked))


def test_editor_shows_cached_findings_or_loads_them(
    staff: Client, blocked_conclusion: Conclusion
) -> None:
    assert 'hx-trigger="load"' in text_of(staff.get(address("sections")))
    staff.get(address("checks_panel"))
    page = text_of(staff.get(address("sections")))
    assert "Fix before publishing" in page
    assert 'hx-trigger="every 30s"' in page
