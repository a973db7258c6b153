"""Logging: redaction of rows, suppression of routine lines."""

import logging
import re
from types import TracebackType

ExcInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None]
    | tuple[None, None, None]
)


class RowRedactingFormatter(logging.Formatter):
    """Removes the lines in which PostgreSQL quotes a refused row.

    `DETAIL: Key (email)=(someone@example.org) already exists.` is personal data.
    """

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802
        """Return the traceback without those lines."""
        return re.sub(r"(?m)^(DETAIL|CONTEXT): .*\n?", "", super().formatException(ei))


class RoutineTaskFilter(logging.Filter):
    """Drops the two lines that the worker logs for each successful task.

    The command sets the levels of its loggers itself, so settings cannot.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is logged."""
        is_of_tasks = record.name.partition(".")[0] == "django_tasks"
        return not is_of_tasks or record.levelno >= logging.WARNING
