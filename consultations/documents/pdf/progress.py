"""How far a PDF has got: its child process tells of each page that it lays out.

WeasyPrint 70 logs every page it lays out, and again when it comes back to one; the
numbers go through a pipe of their own, so that neither the PDF nor the errors are in
the way.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LAYOUT = "Step 5 - Creating layout - Page %d"

Pages = Callable[[int], object]
"""What is told how many pages are laid out."""


def tell(pipe: int) -> None:
    """Write the number of every page that is laid out to a pipe, a line each."""
    logger = logging.getLogger("weasyprint.progress")
    logger.addHandler(_Teller(pipe))
    logger.setLevel(logging.INFO)


class _Teller(logging.Handler):
    """Writes pages to a pipe; where nobody reads it any more, that is nobody's harm."""

    def __init__(self, pipe: int) -> None:
        super().__init__()
        self.pipe = pipe

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a page on; the other steps are too short to be told of."""
        if record.msg == LAYOUT and isinstance(record.args, tuple):
            with contextlib.suppress(OSError):
                os.write(self.pipe, f"{record.args[0]}\n".encode())


def run(
    command: Sequence[str],
    job: bytes,
    *,
    timeout: float,
    folder: Path,
    environment: Mapping[str, str],
    pages: Pages,
) -> subprocess.CompletedProcess[bytes]:
    """Run a child that is given a pipe for `tell` as its last argument.

    `pages` is called here, in the caller's thread; what it raises ends the child.
    Raises subprocess.TimeoutExpired after `timeout` seconds, as subprocess.run does.
    """
    reading, writing = os.pipe()
    with open(reading, "rb") as told:  # noqa: PTH123 - a descriptor has no path
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
                for line in told:
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
