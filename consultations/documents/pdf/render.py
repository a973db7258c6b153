"""A document as an accessible PDF, the same bytes wherever it is made.

`to_pdf` renders in the process that calls it and has no limits; for text that others
wrote use `child_process.render_pdf`.

Nothing is fetched: the styles are in the page, the fonts come from a package, and the
fetcher refuses every other address. The only date in the file is the document's own.

With versions of WeasyPrint and pydyf that `weasyprint_private` was not proved on, only
their documented API is used. The words and pages are the same; but the tags are as
WeasyPrint makes them, so the file does not claim to be PDF/UA-1, and its bytes may
depend on the machine and, outside the child process, on the date.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from consultations.documents.colours import read_stylesheet
from consultations.documents.html import render_page
from consultations.documents.pdf import fonts, weasyprint_private
from consultations.documents.pdf.errors import (
    NEEDS_PANGO,
    PdfError,
    deep_nesting_as_pdf_error,
)
from consultations.documents.tree import Document
from consultations.documents.typeface import font_files

STYLESHEET_FOLDER = Path(__file__).resolve().parents[1]


def to_pdf(document: Document, *, identifier: str, draft: str = "") -> bytes:
    """Return the document as PDF; `identifier` becomes the file's ID.

    It is PDF/UA-1 where the versions of WeasyPrint and pydyf are proved ones. `draft`
    is a sentence that every page then has at its top, across the word DRAFT.
    Raise PdfError where Pango is missing or the document is nested too deeply.
    """
    try:
        from weasyprint import HTML
    except OSError as error:
        raise PdfError(NEEDS_PANGO.format(error=error)) from error

    with deep_nesting_as_pdf_error():
        css, allowed = _css(draft), frozenset[str]()
        if weasyprint_private.versions_are_proved():
            options = weasyprint_private.pdf_ua_options(document)
        else:
            css = f"{fonts.font_face_rules()}\n{css}"
            allowed = frozenset(path.as_uri() for path in font_files())
            options = _documented_options()
        printable = fonts.replace_unprintable(document)
        html = render_page(printable, css, draft, for_print=True)
        written: bytes = HTML(string=html, url_fetcher=_fetcher(allowed)).write_pdf(
            pdf_identifier=identifier.encode(), **options
        )
    return written


def _documented_options() -> dict[str, Any]:
    """Return documented options: tagged, without the claim of PDF/UA-1."""
    from weasyprint.text.fonts import FontConfiguration

    return {"font_config": FontConfiguration(), "pdf_tags": True}


def _css(draft: str) -> str:
    names = ("print.css", "draft.css") if draft else ("print.css",)
    return "\n".join(read_stylesheet(STYLESHEET_FOLDER / name) for name in names)


def _fetcher(allowed: frozenset[str]) -> Any:
    """Return a fetcher that refuses every address but the allowed ones."""
    try:
        from weasyprint.urls import URLFetcher
    except ImportError:  # before WeasyPrint 68, where a fetcher is a function
        from weasyprint import default_url_fetcher

        return lambda url: default_url_fetcher(_require_allowed(url, allowed))

    def fetch(self: Any, url: str, headers: Any = None) -> Any:
        return URLFetcher.fetch(self, _require_allowed(url, allowed), headers)

    return type("Fetcher", (URLFetcher,), {"fetch": fetch})()


def _require_allowed(url: str, allowed: frozenset[str]) -> str:
    if url not in allowed:
        raise ValueError(f"PDF rendering does not fetch addresses: {url[:200]}")
    return url
