"""Tallies of answers, and of how many respondents they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from consultations.documents.conclusion import content as public
from consultations.documents.wording import STANCES, TallyBase
from consultations.models import Question
from responses.analysis.counted import CountedResponses


class _StanceOrChoice(Protocol):
    stance: str
    choice: str


def tally_of(
    question: Question, answers: Iterable[_StanceOrChoice]
) -> tuple[public.Count, ...]:
    """Count the answers by stance, or by option for a question of choice."""
    given = list(answers)
    if question.kind == Question.Kind.CHOICE:
        return tuple(
            public.Count(option, sum(a.choice == option for a in given))
            for option in question.options
        )
    if not Question.Kind(question.kind).takes_stance:
        return ()
    return tuple(
        public.Count(stance, sum(a.stance == stance for a in given))
        for stance in STANCES
    )


def tally_base(question: Question, number: str, counted: CountedResponses) -> TallyBase:
    """Return of how many respondents the tally of a question is."""
    uncounted = counted.uncounted.get(question.pk, frozenset())
    return TallyBase(
        number,
        respondents=len(counted.respondents),
        answered=len(counted.answers.get(question.pk, ())),
        uncounted=len(uncounted & counted.numbers.keys()),
    )
