"""The child process that renders one PDF: `python -m consultations.documents.pdf`.

It reads a `Job` on standard input and writes a PDF on standard output, within the
limits of processor time and memory that its arguments give.
"""

from __future__ import annotations

import contextlib
import gc
import sys

from consultations.documents import codec
from consultations.documents.child_processes import (
    EXIT_OUT_OF_MEMORY,
    EXIT_REFUSED,
    Limits,
    limit_resources,
)
from consultations.documents.pdf import progress, weasyprint_private
from consultations.documents.pdf.child_process import Job
from consultations.documents.pdf.errors import PdfError, deep_nesting_as_pdf_error
from consultations.documents.pdf.render import to_pdf


def main(arguments: list[str]) -> int:
    """Read a job on standard input, write its PDF on standard output."""
    seconds, megabytes, *pipes = map(int, arguments)
    if weasyprint_private.versions_are_proved():
        weasyprint_private.cache_page_references()
        for pipe in pipes:
            progress.write_pages_to(pipe, weasyprint_private.LAYOUT_MESSAGE)
    _reduce_garbage_collection()
    limit_resources(Limits(seconds, megabytes))
    try:
        with deep_nesting_as_pdf_error():
            job = codec.loads(Job, sys.stdin.buffer.read())
        written = to_pdf(job.document, identifier=job.identifier, draft=job.draft)
        sys.stdout.buffer.write(written)
    except PdfError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_REFUSED
    except MemoryError:
        return EXIT_OUT_OF_MEMORY
    return 0


def _reduce_garbage_collection() -> None:
    """Collect rarely: the collector has little to find in a layout.

    With the cache of page references this is 1.35 times faster at 1,000 comments.
    """
    # Before the limits, which are for the document; to_pdf says what is missing.
    with contextlib.suppress(OSError):
        import weasyprint  # noqa: F401

    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
