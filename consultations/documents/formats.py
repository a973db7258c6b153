"""Rendering a conclusion's content as files of five formats."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from consultations.documents import html, text
from consultations.documents.colours import read_stylesheet
from consultations.documents.conclusion import stored
from consultations.documents.conclusion.compose import compose
from consultations.documents.conclusion.content import (
    ConclusionContent,
    strip_unprinted,
)
from consultations.documents.pdf import pango, progress
from consultations.documents.pdf.child_process import render_pdf
from consultations.documents.tree import Document

ARTICLE_STYLESHEET = Path(__file__).resolve().parent / "article.css"

OFFICE_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument"

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": f"{OFFICE_MEDIA_TYPE}.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
    "json": "application/json",
}

FORMATS = tuple(MEDIA_TYPES)
"""What a conclusion can be had as, by the ending of the file."""

ATTACHMENT_MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": f"{OFFICE_MEDIA_TYPE}.wordprocessingml.document",
    ".xlsx": f"{OFFICE_MEDIA_TYPE}.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".zip": "application/zip",
}
"""What an attachment is served as; any other is just bytes, so no browser runs it."""


@dataclass(frozen=True)
class RenderedFile:
    """A file made of a conclusion; `name` is its format, `filename` for readers."""

    name: str
    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class RenderInput:
    """What all formats are rendered from.

    `draft` is the sentence that marks a draft; without one the file is not marked.
    """

    content: ConclusionContent
    document: Document
    identifier: str
    draft: str = ""


def canonical_json(content: ConclusionContent) -> tuple[bytes, ConclusionContent]:
    """Return the canonical JSON of what the content prints, and that JSON read back."""
    data = stored.write_content(strip_unprinted(content))
    return data, stored.read_content(data)


def render(content: ConclusionContent, name: str, draft: str = "") -> bytes:
    """Return the conclusion in one format, marked as a draft where `draft` says so.

    Raises markup.MarkupError for a text that is not restricted HTML, and
    pdf.errors.PdfError where no PDF can be made.
    """
    return render_format(compose_for_output(content, draft), name)


def compose_for_output(content: ConclusionContent, draft: str = "") -> RenderInput:
    """Compose from the JSON, so that what is printed is what is stored."""
    data, decoded = canonical_json(content)
    identifier = hashlib.sha256(data + draft.encode()).hexdigest()
    return RenderInput(decoded, compose(decoded), identifier, draft)


def render_format(
    source: RenderInput, name: str, pages: progress.PageCallback = lambda _: None
) -> bytes:
    """Return the input in one format; `pages` is called for each page of a PDF."""
    if name == "pdf":
        return _render_pdf(source, pages)
    return _RENDERERS[name](source)


def render_files(
    content: ConclusionContent, slug: str, formats: Sequence[str] = FORMATS
) -> tuple[RenderedFile, ...]:
    """Return the conclusion in every format asked for.

    The files are named after `slug` and the edition: `example-2026-edition-2.pdf`.
    """
    source = compose_for_output(content)
    number = content.publication.edition if content.publication else None
    stem = f"{slug}-edition-{number}" if number else slug
    return tuple(
        RenderedFile(
            name, f"{stem}.{name}", MEDIA_TYPES[name], render_format(source, name)
        )
        for name in formats
    )


def available_formats() -> tuple[str, ...]:
    """Return the formats this machine can make: without Pango there is no PDF."""
    return tuple(f for f in FORMATS if f != "pdf" or not pango.missing_libraries())


def attachment_media_type(filename: str) -> str:
    """Return the media type under which an attachment is served."""
    ending = Path(filename).suffix.lower()
    return ATTACHMENT_MEDIA_TYPES.get(ending, "application/octet-stream")


def _render_html(source: RenderInput) -> bytes:
    css = read_stylesheet(ARTICLE_STYLESHEET)
    return html.render_page(source.document, css, source.draft).encode()


def _render_pdf(source: RenderInput, pages: progress.PageCallback) -> bytes:
    return render_pdf(
        source.document,
        identifier=source.identifier,
        draft=source.draft,
        pages=pages,
    )


def _render_docx(source: RenderInput) -> bytes:
    from consultations.documents.word.render import to_docx  # slow to import

    return to_docx(source.document, source.draft)


def _render_text(source: RenderInput) -> bytes:
    return text.to_text(source.document, source.draft).encode()


def _render_json(source: RenderInput) -> bytes:
    mark = {"draft": source.draft} if source.draft else {}
    return stored.write_edition(source.content, source.document, **mark)


_RENDERERS: dict[str, Callable[[RenderInput], bytes]] = {
    "html": _render_html,
    "docx": _render_docx,
    "txt": _render_text,
    "json": _render_json,
}
