"""Rendering a PDF in a child process with limits of time and memory.

The text of a document is untrusted: if it exhausts the limits, the child process ends
and the caller gets a PdfError.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from consultations.documents import codec
from consultations.documents.pdf.errors import PdfError, deep_nesting_as_pdf_error
from consultations.documents.pdf.progress import PageCallback
from consultations.documents.tree import Document

CHILD_MODULE = "consultations.documents.pdf"
"""What the child process runs: __main__ of this package."""

IMPORT_ROOT = Path(__file__).resolve().parents[3]

# What a megabyte of job takes, with a margin: a comment and its response are about
# two thousand bytes, 0.05 s and 0.4 MB.
SECONDS_PER_MEGABYTE = 150
MEGABYTES_PER_MEGABYTE = 600
LEAST_SECONDS = 60
LEAST_MEGABYTES = 1024

# The child gets these variables and no other: no secret of the site is among them.
PASSED_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "TMPDIR")
# SOURCE_DATE_EPOCH is the date that fontTools writes into the fonts it saves.
FIXED_ENVIRONMENT = {
    "PYTHONPATH": str(IMPORT_ROOT),
    "PYTHONIOENCODING": "utf-8",
    "SOURCE_DATE_EPOCH": "0",
}
_TOO_LARGE = (
    "Split the longest table, or tell the person who runs this site that the document "
    "is too large."
)
EXIT_REFUSED = 3
EXIT_OUT_OF_MEMORY = 4
MEMORY_SIGNALS = (signal.SIGABRT, signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS)


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
    seconds, megabytes = seconds or enough[0], megabytes or enough[1]
    try:
        child = _run(
            [sys.executable, "-m", CHILD_MODULE, str(seconds), str(megabytes)],
            job,
            # Wall-clock time, for a child that hangs without using the processor.
            timeout=60 + 4 * seconds,
            folder=IMPORT_ROOT,
            environment=_environment(),
            pages=pages,
        )
    except subprocess.TimeoutExpired as error:
        raise PdfError(_timeout_message(seconds)) from error
    if child.returncode == 0:
        return child.stdout
    raise PdfError(_failure_message(child.returncode, child.stderr, seconds, megabytes))


def default_limits(size: int) -> tuple[int, int]:
    """Return the seconds and megabytes that a job of `size` bytes is allowed."""
    return (
        LEAST_SECONDS + SECONDS_PER_MEGABYTE * size // 10**6,
        LEAST_MEGABYTES + MEGABYTES_PER_MEGABYTE * size // 10**6,
    )


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in PASSED_VARIABLES if name in os.environ}
    return kept | FIXED_ENVIRONMENT


def _failure_message(code: int, stderr: bytes, seconds: int, megabytes: int) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return _timeout_message(seconds)
    if code == EXIT_OUT_OF_MEMORY or -code in MEMORY_SIGNALS:
        return (
            f"The PDF could not be created: its layout needs more than {megabytes} MB "
            f"of memory. {_TOO_LARGE}"
        )
    last_line = stderr.decode(errors="replace").strip().rpartition("\n")[2]
    if code == EXIT_REFUSED:
        return last_line
    return (
        f"The PDF could not be created: the process ended with status {code}. "
        f"{last_line}"
    )


def _timeout_message(seconds: int) -> str:
    return (
        f"The PDF could not be created: its layout takes more than {seconds} seconds "
        f"of processor time. {_TOO_LARGE}"
    )


def _run(
    command: Sequence[str],
    job: bytes,
    *,
    timeout: float,
    folder: Path,
    environment: Mapping[str, str],
    pages: PageCallback,
) -> subprocess.CompletedProcess[bytes]:
    """Run a child whose last argument is a pipe for the numbers of its pages.

    `pages` is called here, in the caller's thread; what it raises ends the child.
    Raises subprocess.TimeoutExpired after `timeout` seconds, as subprocess.run does.
    """
    reading, writing = os.pipe()
    with open(reading, "rb") as page_numbers:  # noqa: PTH123 - a descriptor has no path
        try:
            child = subprocess.Popen(
                [*command, str(writing)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=environment,
                pass_fds=[writing],
            )
        finally:
            os.close(writing)
        with child, ThreadPoolExecutor(1) as reader:
            ended = reader.submit(_communicate, child, job, timeout)
            try:
                for line in page_numbers:
                    pages(int(line))
            except BaseException:
                child.kill()
                raise
            output, errors = ended.result()
    return subprocess.CompletedProcess(command, child.returncode, output, errors)


def _communicate(
    child: subprocess.Popen[bytes], job: bytes, timeout: float
) -> tuple[bytes, bytes]:
    """Return what the child wrote; killing one that is too slow ends its pipe."""
    try:
        return child.communicate(job, timeout)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise
