"""The files of an edition and its document control."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from consultations.documents import formats
from consultations.documents.conclusion.content import Revision, SectionContent
from consultations.documents.pdf import pango
from consultations.documents.pdf.errors import PdfError
from consultations.documents.wording import printed_date
from consultations.editions import submission, workflow
from consultations.editions.classification import classification_blockers
from consultations.editions.workflow import Refusal
from consultations.models import Conclusion
from responses.analysis.document_control import published_editions, revisions_from
from tests.support.editions import approver, make_content, make_published, submit
from tests.support.factories import make_conclusion, make_consultation

pytestmark = pytest.mark.django_db


@pytest.fixture
def conclusion() -> Conclusion:
    return make_conclusion(make_consultation(slug="remote-2026"))


# --- files --------------------------------------------------------------------------


@pytest.mark.usefixtures("pdf")
def test_edition_has_every_format(conclusion: Conclusion) -> None:
    edition = submit(conclusion, formats=formats.FORMATS)
    names = [file.name for file in edition.files.all()]
    assert names == ["html", "pdf", "docx", "txt", "json"]


@pytest.mark.usefixtures("pdf")
def test_same_content_renders_to_same_bytes(conclusion: Conclusion) -> None:
    content = make_content(conclusion)
    first = formats.render_files(content, "a")
    assert formats.render_files(content, "a") == first


@pytest.mark.usefixtures("pdf")
def test_pdf_contains_hash_of_its_content(conclusion: Conclusion) -> None:
    content = make_content(conclusion)
    data, _ = formats.canonical_json(content)
    digest = hashlib.sha256(data).hexdigest()
    assert digest.encode() in formats.render(content, "pdf")


def test_files_omit_unprinted_response_count(conclusion: Conclusion) -> None:
    content = make_content(conclusion, responses=34_567)
    for name in ("html", "txt", "json"):
        assert b"34,567" not in formats.render(content, name)
        assert b"34567" not in formats.render(content, name)


def test_pdf_failure_refuses_submission_with_reason(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PdfError("PDF export needs Pango.")

    monkeypatch.setattr("consultations.documents.formats.render_pdf", fail)
    with pytest.raises(Refusal, match="PDF export needs Pango"):
        submit(conclusion, formats=formats.FORMATS)


def test_pdf_is_unavailable_without_pango(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pango, "missing_libraries", lambda: ["libpango"])
    assert formats.available_formats() == ("html", "docx", "txt", "json")


def test_files_are_rendered_before_conclusion_is_locked(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of calls, the lock comes after the files."""
    calls = []

    def noted(name: str) -> Callable[..., Any]:
        original = getattr(submission, name)

        def call(*args: Any) -> Any:
            calls.append(name)
            return original(*args)

        return call

    for name in ("freeze", "lock_conclusion"):
        monkeypatch.setattr(submission, name, noted(name))
    submit(conclusion)
    assert calls == ["freeze", "lock_conclusion"]


@pytest.mark.parametrize(
    ("filename", "media_type"),
    [
        ("S1SR.PDF", "application/pdf"),
        ("matrix.csv", "text/csv; charset=utf-8"),
        ("page.html", "application/octet-stream"),
        ("drawing.svg", "application/octet-stream"),
        ("noending", "application/octet-stream"),
    ],
)
def test_attachment_media_type_is_never_executable(
    filename: str, media_type: str
) -> None:
    assert formats.attachment_media_type(filename) == media_type


# --- the classification gate ------------------------------------------------------


def test_public_classification_of_publisher_is_accepted(
    conclusion: Conclusion,
) -> None:
    assert classification_blockers(make_content(conclusion)) == []
    lower = make_content(conclusion, classification="public")
    assert classification_blockers(lower) == []


def test_settings_replace_public_classifications(
    conclusion: Conclusion, settings: Settings
) -> None:
    settings.PUBLIC_CLASSIFICATIONS = ["Open"]
    content = make_content(conclusion)
    assert classification_blockers(content) == [
        "The conclusion is classified DCC Public. Change the classification to Open."
    ]
    assert classification_blockers(replace(content, classification="Open")) == []


# --- document control -----------------------------------------------------------------


def revisions_for(conclusion: Conclusion, correction: str = "") -> tuple[Revision, ...]:
    return revisions_from(
        published_editions(conclusion),
        date=conclusion.date,
        today=timezone.localdate(),
        correction=correction,
    )


def test_first_edition_has_one_revision(conclusion: Conclusion) -> None:
    assert revisions_for(conclusion) == (
        Revision("1", "16 February 2026", "First edition"),
    )


def test_revision_of_undated_conclusion_has_no_date(conclusion: Conclusion) -> None:
    conclusion.date = None
    assert revisions_for(conclusion) == (Revision("1", "", "First edition"),)


def test_correction_lists_previous_revisions(conclusion: Conclusion) -> None:
    make_published(conclusion)
    conclusion.date = dt.date(2026, 3, 2)
    assert revisions_for(conclusion, "<p>Clause 4 was <b>wrong</b>.</p>") == (
        Revision("1", "16 February 2026", "First edition"),
        Revision("2", "2 March 2026", "Clause 4 was wrong."),
    )


def test_correction_with_unchanged_date_is_dated_today(conclusion: Conclusion) -> None:
    make_published(conclusion)
    (_, coming) = revisions_for(conclusion)
    assert coming == Revision("2", printed_date(timezone.localdate()), "Correction")


def test_revision_of_withdrawn_edition_says_withdrawn(conclusion: Conclusion) -> None:
    edition = make_published(conclusion)
    workflow.withdraw_edition(edition, by=approver(), reason="The wrong annex.")
    assert revisions_for(conclusion)[0].changes == "First edition (withdrawn)"


def test_stored_correction_is_listed_in_next_edition(conclusion: Conclusion) -> None:
    make_published(conclusion)
    make_published(conclusion, words="Better.", correction="A word was wrong.")
    lines = [line.changes for line in revisions_for(conclusion, "Another word.")]
    assert lines == ["First edition", "A word was wrong.", "Another word."]


def test_edition_prints_document_control(conclusion: Conclusion) -> None:
    content = make_content(
        conclusion,
        sections=(SectionContent("Document control", "document-control"),),
        revisions=revisions_for(conclusion),
    )
    text = submit(conclusion, content=content).files.get(name="txt").file.content
    assert b"1\t16 February 2026\tFirst edition" in bytes(text)
