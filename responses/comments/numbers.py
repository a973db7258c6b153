"""The numbers by which staff know comments: `Q2.3` is the third on question 2.

They follow the order of the comments, as the printed numbers do. A comment on no
question is `G1`, a general comment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from consultations.documents.conclusion.labels import question_numbers
from consultations.models import Consultation
from responses.models import Comment

_CACHE_ATTRIBUTE = "_comment_numbers"


def comment_numbers(consultation: Consultation) -> Mapping[int, str]:
    """Return the number of each comment by its id, in two queries at the first call.

    The consultation keeps them: ask another instance after comments have changed.
    """
    kept = consultation.__dict__
    if _CACHE_ATTRIBUTE not in kept:
        comments = Comment.objects.filter(consultation=consultation)
        kept[_CACHE_ATTRIBUTE] = number_comments(
            comments.order_by("position", "pk").values_list("pk", "question_id"),
            printed_question_numbers(consultation),
        )
    numbers: Mapping[int, str] = kept[_CACHE_ATTRIBUTE]
    return numbers


def printed_question_numbers(consultation: Consultation) -> dict[int, str]:
    """Return the printed number of each question by its id."""
    rows = consultation.questions.values_list("pk", "key", "label", "parent__key")
    numbers = question_numbers(
        [(key, label, parent or "") for _, key, label, parent in rows]
    )
    return {pk: numbers[key] for pk, key, _, _ in rows}


def number_comments(
    comments: Iterable[tuple[int, int | None]], numbers: Mapping[int, str]
) -> dict[int, str]:
    """Return the number of each comment of (id, question id), given in their order."""
    counts: Counter[int | None] = Counter()
    found = {}
    for pk, question in comments:
        counts[question] += 1
        found[pk] = (
            f"G{counts[question]}"
            if question is None
            else f"Q{numbers[question]}.{counts[question]}"
        )
    return found


def comment_label(comment: Comment, consultation: Consultation) -> str:
    """Return what staff call a comment of a consultation: `Comment Q2.3`.

    A comment that has been deleted since, or moved elsewhere, is called by its key.
    """
    number = comment_numbers(consultation).get(comment.pk, comment.key)
    return f"Comment {number}"
