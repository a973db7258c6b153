"""What the log may say."""

import logging
import re
from types import TracebackType

ExcInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None]
    | tuple[None, None, None]
)


class WithoutRows(logging.Formatter):
    """Leaves out the lines in which PostgreSQL quotes the row that it refused.

    `DETAIL: Key (email)=(someone@example.org) already exists.` is personal data.
    """

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802
        """Return the traceback without those lines."""
        return re.sub(r"(?m)^(DETAIL|CONTEXT): .*\n?", "", super().formatException(ei))


class WithoutTasksDone(logging.Filter):
    """Leaves out the two lines that the worker writes of each task that goes well.

    The command sets its loggers' levels itself, so that settings cannot.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is worth a line."""
        is_of_tasks = record.name.partition(".")[0] == "django_tasks"
        return not is_of_tasks or record.levelno >= logging.WARNING
