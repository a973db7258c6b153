"""The order of questions, which are a tree, and why one cannot be removed."""

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
from responses.editing.ordering import move_by_steps, order_by_keys, put_in_order
from responses.models import Answer, Comment


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
    if question not in rows:  # removed meanwhile
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
        raise Refusal([f"{names} would be below each other. Put one elsewhere."])
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
    are = "answer has" if given == 1 else "answers have"
    found = f"{given} {are} been given to {question.label} as it is"
    return [f"{found}: its kind and options stay. Ask another question instead."]


def question_removal_blockers(question: Question) -> list[str]:
    """Return why a question cannot be removed: the rows that refer to it."""
    found = []
    given = Answer.objects.filter(question=question).count()
    if given:
        found.append(f"It has been answered: {given} times. Answers are not lost.")
    keys = Comment.objects.filter(question=question).values_list("key", flat=True)
    if keys:
        found.append(f"Comments were made on it: {join_words(list(keys[:10]))}.")
    below = list(question.subquestions.values_list("label", flat=True))
    if below:
        found.append(f"{join_words(below)} is below it: move or remove that first.")
    sections = ConclusionSection.objects.filter(question=question)
    found += [
        f"Section “{section}” of the conclusion is about it: remove that first."
        for section in sections[:10]
    ]
    return found + _extension_blockers(question)


def _extension_blockers(question: Question) -> list[str]:
    """Return a blocker for each extension that is for this question only."""
    links = ExtensionQuestion.objects.filter(question=question)
    another = ExtensionQuestion.objects.filter(extension=OuterRef("extension"))
    another = another.exclude(question=question)
    only = links.filter(~Exists(another)).select_related("extension")
    return [
        f"The extension {link.extension} is for it alone, and has been told to readers."
        for link in only
    ]
