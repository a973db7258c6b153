"""The rule of deadlines, used by models, querysets and pages; pure functions.

An extension moves the deadline of all questions, or of those it names. The deadline of
a question is the latest of the extensions that cover it; where none does, it is the
time at which the consultation closes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

QuestionId = int | str
"""What names a question: the key of its row, or its key in a frozen text."""

OptionalDeadline = dt.datetime | None
"""An instant; None where there is no deadline."""


@dataclass(frozen=True)
class MovedDeadline:
    """An extension as a value; without `questions` it applies to all."""

    until: dt.datetime
    questions: frozenset[QuestionId] = frozenset()

    def covers(self, question: QuestionId | None) -> bool:
        """True when it moves the deadline of a question, or of all for None."""
        return not self.questions or question in self.questions


def deadline_of(
    closes: OptionalDeadline,
    moved: Iterable[MovedDeadline],
    question: QuestionId | None = None,
) -> OptionalDeadline:
    """Return the deadline of a question (its key); of those never named for None."""
    return max((each.until for each in moved if each.covers(question)), default=closes)


def last_deadline_of(
    closes: OptionalDeadline, moved: Sequence[MovedDeadline]
) -> OptionalDeadline:
    """Return when the last question stops taking responses; None for never."""
    general = deadline_of(closes, moved)
    untils = [each.until for each in moved]
    return max([*untils, *([general] if general else [])], default=None)
