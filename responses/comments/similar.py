"""Comments that say much the same as one, and whether they were answered alike."""

from __future__ import annotations

from dataclasses import dataclass

from responses.comments.consistency import refers_to, response_difference
from responses.models import Comment, DCCResponse
from responses.text_matching.similarity import ALIKE, SIMILAR, similar_texts

MAX_SIMILAR_SHOWN = 6


@dataclass(frozen=True)
class SimilarComment:
    """A comment like another; `warning` says that they were answered unlike."""

    comment: Comment
    response: DCCResponse | None
    percent: int
    warning: str


def find_similar_comments(comment: Comment) -> list[SimilarComment]:
    """Return the comments of the consultation most like one, with their responses."""
    others = Comment.objects.filter(consultation=comment.consultation_id)
    others = others.exclude(pk=comment.pk).order_by()
    texts = others.values_list("pk", "text")
    found = dict(
        similar_texts(comment.text, texts, least=SIMILAR, most=MAX_SIMILAR_SHOWN)
    )
    rows = others.select_related("question", "dcc_response").in_bulk(list(found))
    return [
        SimilarComment(
            rows[pk],
            response_of(rows[pk]),
            round(100 * score),
            inconsistent_answers(comment, rows[pk]) if score >= ALIKE else "",
        )
        for pk, score in found.items()
    ]


def response_of(comment: Comment) -> DCCResponse | None:
    """Return the response to a comment; None where none was begun."""
    return getattr(comment, "dcc_response", None)


def inconsistent_answers(one: Comment, another: Comment) -> str:
    """Return a sentence on how two comments of one point were answered unlike.

    Where one response refers to the other comment, the drafter has seen both.
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
            f"They make one point, but this one is “{mine.get_disposition_display()}” "
            f"and that one “{other.get_disposition_display()}”."
        )
    little = "They make one point, but the responses have little in common."
    return little if differs else ""
