"""The numbers by which staff know comments: `Q2.3` is the third on question 2.

They follow the order of the comments, as the printed numbers do. Where a question goes
by its label, so do its comments: `“Any other comments” 3`. A comment on no question is
`G1`, a general comment.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from consultations.documents.conclusion.labels import comment_number, question_numbers
from consultations.models import Consultation, Question
from responses.models import Comment

_CACHE_ATTRIBUTE = "_comment_numbers"


def comment_numbers(consultation: Consultation) -> Mapping[int, str]:
    """Return the number of each comment by its id, in two queries at the first call.

    The consultation keeps them: ask another instance after comments have changed.
    """
    if _CACHE_ATTRIBUTE not in consultation.__dict__:
        load_comment_numbers([consultation])
    numbers: Mapping[int, str] = consultation.__dict__[_CACHE_ATTRIBUTE]
    return numbers


def load_comment_numbers(consultations: Iterable[Consultation]) -> None:
    """Have consultations keep the numbers of their comments, in two queries."""
    consultations = list(consultations)
    comments: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    rows = Comment.objects.filter(consultation__in=consultations)
    for owner, pk, question in rows.order_by("position", "pk").values_list(
        "consultation_id", "pk", "question_id"
    ):
        comments[owner].append((pk, question))
    numbers = printed_question_numbers(consultations)
    for each in consultations:
        each.__dict__[_CACHE_ATTRIBUTE] = number_comments(comments[each.pk], numbers)


def printed_question_numbers(consultations: Iterable[Consultation]) -> dict[int, str]:
    """Return the printed numbers of the consultations' questions by their ids."""
    rows: dict[int, list[tuple[int, str, str, str]]] = defaultdict(list)
    questions = Question.objects.filter(consultation__in=consultations)
    for owner, pk, key, label, parent in questions.values_list(
        "consultation_id", "pk", "key", "label", "parent__key"
    ):
        rows[owner].append((pk, key, label, parent or ""))
    found: dict[int, str] = {}
    for own in rows.values():
        numbers = question_numbers([question[1:] for question in own])
        found |= {pk: numbers[key] for pk, key, _, _ in own}
    return found


def number_comments(
    comments: Iterable[tuple[int, int | None]], numbers: Mapping[int, str]
) -> dict[int, str]:
    """Return the number of each comment of (id, question id), given in their order."""
    counts: Counter[str | None] = Counter()
    found = {}
    for pk, question in comments:
        printed = None if question is None else numbers[question]
        counts[printed] += 1
        position = counts[printed]
        found[pk] = (
            f"G{position}" if printed is None else comment_number(printed, position)
        )
    return found


def comment_label(comment: Comment, consultation: Consultation) -> str:
    """Return what staff call a comment of a consultation: `Comment Q2.3`.

    A comment that was deleted or moved elsewhere has no number, and is called by its
    first words.
    """
    number = comment_numbers(consultation).get(comment.pk)
    return f"Comment {number}" if number else f"Comment “{comment.lead}”"
