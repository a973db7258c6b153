"""Ways to print less of a conclusion, so that readers can work out less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from consultations.documents.wording import join_words
from consultations.models import Question
from responses.checks.printed_answers import PrintedDocument

UNLISTED = (
    "do not list the respondents: remove the list of respondents, the table of "
    "answers, and the columns Respondent, Category and Answer"
)
"""How to print a conclusion in which no respondent can be told from another."""


NO_TALLY = dict.fromkeys(("tally", "answered", "uncounted", "responding"))
"""The values of a question whose tally is not printed."""


def ways_to_print_less(
    draft: PrintedDocument, question: Question, phrase: str
) -> Iterator[tuple[str, PrintedDocument]]:
    """Yield each way to print less on a question, and the draft printed so."""
    key = question.key
    printed = draft.question(question.pk)
    if printed and printed.tally:
        yield (
            f"do not show the tally of {phrase}",
            _with_question(draft, key, **NO_TALLY),
        )
    if printed and printed.answers:
        yield (
            "remove the table of answers and the Answer column",
            _with_question(draft, key, answers=()),
        )
    if draft.lists_people:
        yield UNLISTED, _without_people(draft)


def _with_question(draft: PrintedDocument, key: str, **less: object) -> PrintedDocument:
    """Return a document that prints less of the question with a key."""
    questions = tuple(
        replace(each, **less) if each.key == key else each  # type: ignore[arg-type]
        for each in draft.content.questions
    )
    return replace(draft, content=replace(draft.content, questions=questions))


def _without_people(draft: PrintedDocument) -> PrintedDocument:
    """Return a document that lists no respondents."""
    questions = tuple(
        replace(
            question,
            answers=(),
            comments=tuple(replace(each, respondents=()) for each in question.comments),
        )
        for question in draft.content.questions
    )
    content = replace(draft.content, respondents=(), questions=questions)
    return replace(draft, content=content)


def remedy_sentence(remedies: Sequence[str], phrase: str) -> str:
    """Return what to do against an answer that can be worked out."""
    if not remedies:
        return (
            f"Print neither the tally nor the answers to {phrase}, and remove "
            "numbers of respondents from the texts on the question."
        )
    words = (
        join_words(remedies, " or ") if len(remedies) < 3 else "; or ".join(remedies)
    )
    return f"{words[:1].upper()}{words[1:]}."
