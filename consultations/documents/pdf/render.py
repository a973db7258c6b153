"""A document as an accessible PDF, the same bytes wherever it is made.

`to_pdf` renders in the process that calls it and has no limits; for text that others
wrote use `child_process.render_pdf`.

Nothing is fetched: the styles are in the page, the fonts come from a package, and the
fetcher refuses every address. The only date in the file is the document's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from consultations.documents.html import render_page
from consultations.documents.pdf import fonts, tags
from consultations.documents.pdf.errors import (
    NEEDS_PANGO,
    PdfError,
    deep_nesting_as_pdf_error,
)
from consultations.documents.tree import Document

STYLESHEET_FOLDER = Path(__file__).resolve().parents[1]


def to_pdf(document: Document, *, identifier: str, draft: str = "") -> bytes:
    """Return the document as PDF/UA-1; `identifier` becomes the file's ID.

    `draft` is a sentence that every page then has at its top, across the word DRAFT.
    Raise PdfError where Pango is missing or the document is nested too deeply.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise PdfError(NEEDS_PANGO.format(error=error)) from error

    def finish(layout: Any, pdf: Any) -> None:
        tags.mend(layout, pdf, tags.titles(document))

    refuse = type("Refuse", (URLFetcher,), {"fetch": _refuse_to_fetch})()
    with deep_nesting_as_pdf_error():
        html = render_page(fonts.printable(document), _css(draft), draft)
        written: bytes = HTML(string=html, url_fetcher=refuse).write_pdf(
            font_config=fonts.packaged_fonts(),
            pdf_variant="pdf/ua-1",
            pdf_identifier=identifier.encode(),
            finisher=finish,
        )
    return written


def _css(draft: str) -> str:
    names = ("print.css", "draft.css") if draft else ("print.css",)
    return "\n".join(
        (STYLESHEET_FOLDER / name).read_text(encoding="utf-8") for name in names
    )


def _refuse_to_fetch(_: object, url: str, *__: object) -> None:
    raise ValueError(f"A PDF is made without fetching anything: {url[:200]}")
