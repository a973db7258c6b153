"""Progress of rendering a PDF: the child process reports each page that it lays out.

WeasyPrint logs every page it lays out, and again when it comes back to one, in a
message that is known for proved versions only (`weasyprint_private.LAYOUT_MESSAGE`).
The numbers go through a pipe of their own, separate from the PDF and the errors.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable

PageCallback = Callable[[int], object]
"""Called with the number of each page that is laid out."""


def write_pages_to(pipe: int, layout_message: str) -> None:
    """Write the number of every page that is laid out to a pipe, a line each.

    `layout_message` is what WeasyPrint logs for a page, with `%d` for the number.
    """
    logger = logging.getLogger("weasyprint.progress")
    logger.addHandler(_PageHandler(pipe, layout_message))
    logger.setLevel(logging.INFO)


class _PageHandler(logging.Handler):
    """Writes page numbers to a pipe; ignores a closed pipe."""

    def __init__(self, pipe: int, layout_message: str) -> None:
        super().__init__()
        self.pipe = pipe
        self.layout_message = layout_message

    def emit(self, record: logging.LogRecord) -> None:
        """Write the page number of a layout message; ignore other messages."""
        if record.msg == self.layout_message and isinstance(record.args, tuple):
            with contextlib.suppress(OSError):
                os.write(self.pipe, f"{record.args[0]}\n".encode())
