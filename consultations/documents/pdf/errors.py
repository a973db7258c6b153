"""The error of rendering a PDF, and its messages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

NEEDS_PANGO = (
    "PDF export needs Pango, which cannot be loaded ({error}). On Debian or Ubuntu: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)


TOO_DEEPLY_NESTED = (
    "The PDF could not be created: lists or tables are nested too deeply. Use fewer "
    "levels."
)


class PdfError(Exception):
    """A PDF could not be made; the message says why and what can be done."""


@contextlib.contextmanager
def deep_nesting_as_pdf_error() -> Iterator[None]:
    """Raise PdfError in place of the RecursionError of a document nested too deeply."""
    try:
        yield
    except RecursionError as error:
        raise PdfError(TOO_DEEPLY_NESTED) from error
