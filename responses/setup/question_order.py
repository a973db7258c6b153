"""The order of questions, which are a tree, and why one cannot be deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet

from consultations.documents.wording import join_words
from consultations.editions.workflow import Refusal
from consultations.models import (
    ConclusionSection,
    Consultation,
    ExtensionQuestion,
    Question,
)
from responses.comments.numbers import comment_numbers
from responses.editing.ordering import move_by_steps, order_by_keys, put_in_order
from responses.models import Answer, Comment

MAX_NAMED = 10
"""How many rows a sentence on what prevents a deletion names."""


@dataclass(frozen=True)
class OrderedQuestion:
    """A question in the order of reading; `depth` counts the questions above it."""

    question: Question
    depth: int
    is_first: bool
    is_last: bool


def reading_order(questions: Iterable[Question]) -> list[OrderedQuestion]:
    """Return questions by position, each followed by its sub-questions.

    Questions that are each other's parents are left out.
    """
    children: dict[int | None, list[Question]] = {}
    for question in questions:
        children.setdefault(question.parent_id, []).append(question)

    def walk(parent: int | None, depth: int) -> Iterator[OrderedQuestion]:
        rows = children.get(parent, [])
        for row in rows:
            yield OrderedQuestion(row, depth, row == rows[0], row == rows[-1])
            yield from walk(row.pk, depth + 1)

    return list(walk(None, 0))


@transaction.atomic
def number_questions(consultation: Consultation, *, by: User) -> None:
    """Store the order of reading.

    Raises workflow.Refusal where two users at once have made two questions each
    other's parent: the lock serialises them.
    """
    _store_reading_order(_lock_questions(consultation), by=by)


@transaction.atomic
def move_question(question: Question, step: int, *, by: User) -> None:
    """Move a question, with its sub-questions, among those with the same parent."""
    rows = _lock_questions(question.consultation)
    if question not in rows:  # deleted meanwhile
        return
    siblings = [row for row in rows if row.parent_id == question.parent_id]
    others = [row for row in rows if row not in siblings]
    _store_reading_order([*move_by_steps(siblings, question, step), *others], by=by)


@transaction.atomic
def reorder_questions(
    consultation: Consultation, keys: Sequence[str], *, by: User
) -> None:
    """Put the questions in the order of their primary keys, each below its parent."""
    _store_reading_order(order_by_keys(_lock_questions(consultation), keys), by=by)


def _lock_questions(consultation: Consultation) -> list[Question]:
    """Lock the questions until the end of the transaction and return them."""
    Consultation.objects.select_for_update().get(pk=consultation.pk)
    return list(consultation.questions.select_for_update())


def _store_reading_order(rows: Sequence[Question], *, by: User) -> None:
    ordered = [each.question for each in reading_order(rows)]
    if len(ordered) < len(rows):
        names = join_words([row.label for row in rows if row not in ordered])
        problem = f"{names} would be sub-questions of each other."
        raise Refusal([f"{problem} Select another level for one question."])
    put_in_order(Question, ordered, by=by)


def questions_with_counts(consultation: Consultation) -> QuerySet[Question]:
    """Return the questions with their `answer_count` and `comment_count`."""
    rows = Question.objects.filter(consultation=consultation)
    rows = rows.annotate(
        answer_count=Count("answers", distinct=True),
        comment_count=Count("comments", distinct=True),
    )
    return rows.order_by("position", "pk")  # counting drops the model's own order


# --- blockers -----------------------------------------------------------------------


def kind_blockers(question: Question) -> list[str]:
    """Return why the kind and the options of a question cannot be changed."""
    given = Answer.objects.filter(question=question).count()
    if not given:
        return []
    have = "answer has" if given == 1 else "answers have"
    found = f"{given} {have} been given to {question.label}, so the answer type and the"
    return [f"{found} options cannot be changed. Add another question instead."]


def question_removal_blockers(question: Question) -> list[str]:
    """Return why a question cannot be deleted: the rows that refer to it."""
    found = []
    given = Answer.objects.filter(question=question).count()
    if given:
        answers = "1 answer" if given == 1 else f"{given} answers"
        found.append(f"{question.label} has {answers}, so it cannot be deleted.")
    comments = list(Comment.objects.filter(question=question))
    if comments:
        numbers = comment_numbers(question.consultation)
        named = join_some([numbers[comment.pk] for comment in comments])
        found.append(f"Move these comments to another question first: {named}.")
    below = list(question.subquestions.values_list("label", flat=True))
    if below:
        found.append(f"Move or delete the sub-questions first: {join_some(below)}.")
    sections = ConclusionSection.objects.filter(question=question)
    found += [
        f"Delete the conclusion section “{section}” on {question.label} first."
        for section in sections[:MAX_NAMED]
    ]
    return found + _extension_blockers(question)


def _extension_blockers(question: Question) -> list[str]:
    """Return a blocker for each extension that is for this question only."""
    links = ExtensionQuestion.objects.filter(question=question)
    another = ExtensionQuestion.objects.filter(extension=OuterRef("extension"))
    another = another.exclude(question=question)
    only = links.filter(~Exists(another)).select_related("extension")
    return [
        f"The deadline extension {link.extension} is for {question.label} only. "
        "Readers have seen the extension, so the question cannot be deleted."
        for link in only
    ]


def join_some(names: Sequence[str]) -> str:
    """Return the first names in words: `Q2.1, Q2.2 and 15 more`."""
    more = len(names) - MAX_NAMED
    return join_words([*names[:MAX_NAMED], *([f"{more:,} more"] if more > 0 else [])])
