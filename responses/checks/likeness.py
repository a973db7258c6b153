"""Warnings about similar comments with inconsistent responses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from responses.checks.subject import CheckContext, Finding
from responses.comments.consistency import refers_to, response_difference
from responses.models import Comment, DCCResponse
from responses.text_matching.similarity import alike_pairs


def likeness_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield comments whose response is inconsistent with that to a similar one.

    Only the most similar earlier comment is named. There is no warning where one
    response refers to the other comment: the drafter has seen both.
    """
    for comment, others in _similar_earlier_comments(context):
        mine = context.responses[comment.pk]
        answered = [(other, context.responses[other.pk]) for other in others]
        if any(
            refers_to(mine, other) or refers_to(response, comment)
            for other, response in answered
        ):
            continue
        for other, response in answered:
            if difference := _difference_phrase(mine, response):
                yield Finding(
                    f"{context.comment_label(comment)} is similar to "
                    f"{context.comment_label(other)}, but {difference}. Answer both in "
                    "the same way, or add a cross-reference from one response to the "
                    "other.",
                    f"comment:{comment.key}",
                )
                break


def _similar_earlier_comments(
    context: CheckContext,
) -> Iterator[tuple[Comment, list[Comment]]]:
    """Yield answered comments with similar earlier ones, the most similar first."""
    answered = [c for c in context.comments if c.pk in context.responses]
    earlier: dict[int, list[Comment]] = defaultdict(list)
    for one, other, _ in alike_pairs([(n, c.text) for n, c in enumerate(answered)]):
        earlier[other].append(answered[one])
    for place in sorted(earlier):
        yield answered[place], earlier[place]


def _difference_phrase(mine: DCCResponse, other: DCCResponse) -> str:
    differs = response_difference(mine, other)
    if differs == "disposition":
        return (
            f"the outcomes are “{mine.get_disposition_display()}” and "
            f"“{other.get_disposition_display()}”"
        )
    return "the responses are different" if differs else ""
