"""A document as an accessible PDF, the same bytes wherever it is made.

`to_pdf` renders here and now. `render_pdf` does it in a process of its own, with
limits, because the words of the document are other people's: what would exhaust the
machine ends that process, and the caller gets a sentence. The same file is the child:
`python -m consultations.documents.pdf` reads a `Job` and writes a PDF.

Nothing is fetched: the styles are in the page, the fonts come from a package, and the
fetcher refuses every address. The only date in the file is the document's own.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consultations.documents import codec
from consultations.documents.html import page
from consultations.documents.pdf import fonts, progress, tags
from consultations.documents.tree import Document

FOLDER = Path(__file__).resolve().parents[1]
ROOT = FOLDER.parents[1]

# What a megabyte of job takes, with room to spare: a comment and its response are about
# two thousand bytes, 0.05 s and 0.4 MB.
SECONDS_PER_MEGABYTE = 150
MEGABYTES_PER_MEGABYTE = 600
LEAST_SECONDS = 60
LEAST_MEGABYTES = 1024

# The child gets these variables and no other: no secret of the site is among them.
ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "TMPDIR")
REFUSED = 3
OUT_OF_MEMORY = 4
MEMORY_SIGNALS = (signal.SIGABRT, signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS)
NEEDS_PANGO = (
    "PDF export needs Pango, which cannot be loaded ({error}). On Debian or Ubuntu: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
NESTED = (
    "The PDF was not made: lists or tables are nested too deeply. Take a level out of "
    "the deepest one."
)


class PdfError(Exception):
    """Why no PDF was made and what can be done, as a sentence."""


@dataclass(frozen=True)
class Job:
    """What the child process is given."""

    document: Document
    identifier: str
    draft: str = ""


def to_pdf(document: Document, *, identifier: str, draft: str = "") -> bytes:
    """Return the document as PDF/UA-1; `identifier` becomes the file's ID.

    `draft` is a sentence that every page then has at its top, across the word DRAFT.
    Use `render_pdf` for text that others wrote: this has no limits.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise PdfError(NEEDS_PANGO.format(error=error)) from error

    def finish(layout: Any, pdf: Any) -> None:
        tags.mend(layout, pdf, tags.titles(document))

    refuse = type("Refuse", (URLFetcher,), {"fetch": _refuse})()
    with _limited_nesting():
        html = page(fonts.printable(document), _css(draft), draft)
        written: bytes = HTML(string=html, url_fetcher=refuse).write_pdf(
            font_config=fonts.packaged_fonts(),
            pdf_variant="pdf/ua-1",
            pdf_identifier=identifier.encode(),
            finisher=finish,
        )
    return written


def _css(draft: str) -> str:
    names = ("print.css", "draft.css") if draft else ("print.css",)
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)


@contextlib.contextmanager
def _limited_nesting() -> Iterator[None]:
    try:
        yield
    except RecursionError as error:
        raise PdfError(NESTED) from error


def _refuse(_: object, url: str, *__: object) -> None:
    raise ValueError(f"A PDF is made without fetching anything: {url[:200]}")


def render_pdf(
    document: Document,
    *,
    identifier: str,
    draft: str = "",
    seconds: int | None = None,
    megabytes: int | None = None,
    pages: progress.Pages = lambda _: None,
) -> bytes:
    """Return what `to_pdf` returns, made in a process with limits.

    `seconds` is processor time and `megabytes` address space; both grow with the
    document unless given. Raise PdfError with a sentence when they do not suffice.
    `pages` is called with the number of each page as it is laid out, some twice.
    """
    with _limited_nesting():
        job = codec.dumps(Job(document, identifier, draft))
    enough = default_limits(len(job))
    seconds, megabytes = seconds or enough[0], megabytes or enough[1]
    try:
        child = progress.run(
            [sys.executable, "-m", __name__, str(seconds), str(megabytes)],
            job,
            # The clock on the wall is only for a child that sleeps.
            timeout=60 + 4 * seconds,
            folder=ROOT,
            environment=_environment(),
            pages=pages,
        )
    except subprocess.TimeoutExpired as error:
        raise PdfError(_out_of_time(seconds)) from error
    if child.returncode == 0:
        return child.stdout
    raise PdfError(_explanation(child.returncode, child.stderr, seconds, megabytes))


def default_limits(size: int) -> tuple[int, int]:
    """Return the seconds and megabytes that a job of `size` bytes is allowed."""
    return (
        LEAST_SECONDS + SECONDS_PER_MEGABYTE * size // 10**6,
        LEAST_MEGABYTES + MEGABYTES_PER_MEGABYTE * size // 10**6,
    )


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def _explanation(code: int, stderr: bytes, seconds: int, megabytes: int) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return _out_of_time(seconds)
    if code == OUT_OF_MEMORY or -code in MEMORY_SIGNALS:
        return (
            f"The PDF was not made: its layout needs more than {megabytes} MB of "
            "memory. Divide the longest table, or allow more (megabytes)."
        )
    last_line = stderr.decode(errors="replace").strip().rpartition("\n")[2]
    if code == REFUSED:
        return last_line
    return f"The PDF was not made: the process ended with status {code}. {last_line}"


def _out_of_time(seconds: int) -> str:
    return (
        f"The PDF was not made: its layout takes more than {seconds} seconds of "
        "processor time. Divide the longest table, or allow more (seconds)."
    )


def main(arguments: list[str]) -> int:
    """Read a job on standard input, write its PDF on standard output."""
    seconds, megabytes, *pipes = map(int, arguments)
    for pipe in pipes:
        progress.tell(pipe)
    _quicken()
    _limit(seconds, megabytes)
    try:
        with _limited_nesting():
            job = codec.loads(Job, sys.stdin.buffer.read())
        written = to_pdf(job.document, identifier=job.identifier, draft=job.draft)
        sys.stdout.buffer.write(written)
    except PdfError as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _limit(seconds: int, megabytes: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 10**6,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _quicken() -> None:
    """Spare this process work; the bytes stay the same (1.35 times at 1,000 comments).

    The collector has little to find in a layout, and pydyf builds the list of all pages
    anew whenever one is asked for.
    """
    import pydyf

    # Before the limits, which are for the document; to_pdf says what is missing.
    with contextlib.suppress(OSError):
        import weasyprint  # noqa: F401

    def page_references(pdf: Any) -> tuple[bytes, ...]:
        kids = pdf.pages["Kids"]
        known: tuple[bytes, ...] = getattr(pdf, "known_pages", ())
        if 3 * len(known) != len(kids):
            known = pdf.known_pages = tuple(b"%d 0 R" % number for number in kids[::3])
        return known

    pydyf.PDF.page_references = property(page_references)
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
