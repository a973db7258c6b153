"""How far a PDF has got: its child process tells of each page that it lays out.

WeasyPrint logs every page it lays out, and again when it comes back to one, in words
that only a proved version is known to use (`weasyprint_private.LAYOUT_MESSAGE`). The
numbers go through a pipe of their own, so that neither the PDF nor the errors are in
the way.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable

Pages = Callable[[int], object]
"""What is told how many pages are laid out."""


def write_pages_to(pipe: int, layout_message: str) -> None:
    """Write the number of every page that is laid out to a pipe, a line each.

    `layout_message` is what WeasyPrint logs for a page, with `%d` for the number.
    """
    logger = logging.getLogger("weasyprint.progress")
    logger.addHandler(_PageHandler(pipe, layout_message))
    logger.setLevel(logging.INFO)


class _PageHandler(logging.Handler):
    """Writes pages to a pipe; where nobody reads it any more, that is nobody's harm."""

    def __init__(self, pipe: int, layout_message: str) -> None:
        super().__init__()
        self.pipe = pipe
        self.layout_message = layout_message

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a page on; the other steps are too short to be told of."""
        if record.msg == self.layout_message and isinstance(record.args, tuple):
            with contextlib.suppress(OSError):
                os.write(self.pipe, f"{record.args[0]}\n".encode())
