"""Comments similar to one, and whether their responses are consistent."""

from __future__ import annotations

from dataclasses import dataclass

from responses.comments.consistency import refers_to, response_difference
from responses.models import Comment, DCCResponse
from responses.text_matching.similarity import (
    ALIKE_THRESHOLD,
    SIMILAR_THRESHOLD,
    similar_texts,
)

MAX_SIMILAR_SHOWN = 6


@dataclass(frozen=True)
class SimilarComment:
    """A comment similar to another; `warning` says that the responses disagree."""

    comment: Comment
    response: DCCResponse | None
    percent: int
    warning: str


def find_similar_comments(comment: Comment) -> list[SimilarComment]:
    """Return the most similar comments of the consultation, with their responses."""
    others = Comment.objects.filter(consultation=comment.consultation_id)
    others = others.exclude(pk=comment.pk).order_by()
    texts = others.values_list("pk", "text")
    found = dict(
        similar_texts(
            comment.text, texts, least=SIMILAR_THRESHOLD, most=MAX_SIMILAR_SHOWN
        )
    )
    rows = others.select_related("question", "dcc_response").in_bulk(list(found))
    return [
        SimilarComment(
            rows[pk],
            response_of(rows[pk]),
            round(100 * score),
            inconsistent_answers(comment, rows[pk]) if score >= ALIKE_THRESHOLD else "",
        )
        for pk, score in found.items()
    ]


def response_of(comment: Comment) -> DCCResponse | None:
    """Return the response to a comment; None where there is none."""
    return getattr(comment, "dcc_response", None)


def inconsistent_answers(one: Comment, another: Comment) -> str:
    """Return a sentence on how the responses to similar comments disagree.

    It is empty where they agree, or where one refers to the other comment: the
    drafter has seen both.
    """
    mine, other = response_of(one), response_of(another)
    if (
        mine is None
        or other is None
        or refers_to(mine, another)
        or refers_to(other, one)
    ):
        return ""
    differs = response_difference(mine, other)
    if differs == "disposition":
        return (
            f"This comment has the outcome “{mine.get_disposition_display()}”; "
            f"the similar comment has “{other.get_disposition_display()}”."
        )
    if differs:
        return "The comments are similar but the responses are not."
    return ""
