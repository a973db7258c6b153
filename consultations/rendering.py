"""A conclusion's content as files: the five formats, each from the same document."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from config import pango
from consultations.documents import codec, html, pdf, text
from consultations.documents.conclusion import compose
from consultations.documents.content import ConclusionContent, printed_only
from consultations.documents.tree import Document

STYLES = Path(__file__).resolve().parent / "documents" / "article.css"

OFFICE = "application/vnd.openxmlformats-officedocument"

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
    "json": "application/json",
}

FORMATS = tuple(MEDIA_TYPES)
"""What a conclusion can be had as, by the ending of the file."""

ATTACHMENT_MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
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
class _Source:
    """What every format is made from, worked out once."""

    content: ConclusionContent
    document: Document
    identifier: str


def frozen(content: ConclusionContent) -> tuple[bytes, ConclusionContent]:
    """Return the canonical JSON of what the content prints, and that JSON read back."""
    data = codec.dumps(printed_only(content))
    return data, codec.loads(ConclusionContent, data)


def rendered(content: ConclusionContent, name: str) -> bytes:
    """Return the conclusion in one format.

    Raises markup.MarkupError for a text that is not restricted HTML, and
    pdf.PdfError where no PDF can be made.
    """
    return _RENDERERS[name](_source(content))


def rendered_files(
    content: ConclusionContent, slug: str, formats: Sequence[str] = FORMATS
) -> tuple[RenderedFile, ...]:
    """Return the conclusion in every format asked for; the files are named `slug`."""
    source = _source(content)
    return tuple(
        RenderedFile(
            name, f"{slug}.{name}", MEDIA_TYPES[name], _RENDERERS[name](source)
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


def _source(content: ConclusionContent) -> _Source:
    """Compose from the JSON, so that what is printed is what is stored."""
    data, decoded = frozen(content)
    return _Source(decoded, compose(decoded), hashlib.sha256(data).hexdigest())


def _html(source: _Source) -> bytes:
    return html.page(source.document, STYLES.read_text(encoding="utf-8")).encode()


def _pdf(source: _Source) -> bytes:
    return pdf.render_pdf(source.document, identifier=source.identifier)


def _docx(source: _Source) -> bytes:
    from consultations.documents import docx  # slow to import, and seldom needed

    return docx.to_docx(source.document)


def _txt(source: _Source) -> bytes:
    return text.to_text(source.document).encode()


def _json(source: _Source) -> bytes:
    return codec.dumps(
        {
            "content": codec.encode(source.content),
            "document": codec.encode(source.document),
        }
    )


_RENDERERS: dict[str, Callable[[_Source], bytes]] = {
    "html": _html,
    "pdf": _pdf,
    "docx": _docx,
    "txt": _txt,
    "json": _json,
}
