"""Rendering a PDF in a child process with limits of time and memory.

The text of a document is untrusted: if it exhausts the limits, the child process ends
and the caller gets a PdfError.
"""

from __future__ import annotations

from dataclasses import dataclass

from consultations.documents import codec
from consultations.documents.child_processes import Ended, Limits, Outcome, run_module
from consultations.documents.pdf.errors import PdfError, deep_nesting_as_pdf_error
from consultations.documents.pdf.progress import PageCallback
from consultations.documents.tree import Document

CHILD_MODULE = "consultations.documents.pdf"
"""What the child process runs: __main__ of this package."""

# What a megabyte of job takes, with a margin: a comment and its response are about
# two thousand bytes, 0.05 s and 0.4 MB.
SECONDS_PER_MEGABYTE = 150
MEGABYTES_PER_MEGABYTE = 600
LEAST_SECONDS = 60
LEAST_MEGABYTES = 1024

_TOO_LARGE = (
    "Split the longest table, or tell the person who runs this site that the document "
    "is too large."
)


@dataclass(frozen=True)
class Job:
    """What the child process is given."""

    document: Document
    identifier: str
    draft: str = ""


def render_pdf(
    document: Document,
    *,
    identifier: str,
    draft: str = "",
    seconds: int | None = None,
    megabytes: int | None = None,
    pages: PageCallback = lambda _: None,
) -> bytes:
    """Return what `to_pdf` returns, made in a process with limits.

    `seconds` is processor time and `megabytes` address space; both grow with the
    document unless given. Raise PdfError with a sentence when they do not suffice.
    `pages` is called with the number of each page as it is laid out, some twice.
    """
    with deep_nesting_as_pdf_error():
        job = codec.dumps(Job(document, identifier, draft))
    enough = default_limits(len(job))
    limits = Limits(seconds or enough[0], megabytes or enough[1])
    ended = run_module(CHILD_MODULE, job, limits, lambda line: pages(int(line)))
    if ended.outcome is Outcome.DONE:
        return ended.output
    raise PdfError(_failure_message(ended, limits))


def default_limits(size: int) -> tuple[int, int]:
    """Return the seconds and megabytes that a job of `size` bytes is allowed."""
    return (
        LEAST_SECONDS + SECONDS_PER_MEGABYTE * size // 10**6,
        LEAST_MEGABYTES + MEGABYTES_PER_MEGABYTE * size // 10**6,
    )


def _failure_message(ended: Ended, limits: Limits) -> str:
    match ended.outcome:
        case Outcome.OUT_OF_TIME:
            return (
                "The PDF could not be created: its layout takes more than "
                f"{limits.seconds} seconds of processor time. {_TOO_LARGE}"
            )
        case Outcome.OUT_OF_MEMORY:
            return (
                "The PDF could not be created: its layout needs more than "
                f"{limits.megabytes} MB of memory. {_TOO_LARGE}"
            )
        case Outcome.REFUSED:
            return ended.last_line
    return (
        f"The PDF could not be created: the process ended with status {ended.status}. "
        f"{ended.last_line}"
    )
