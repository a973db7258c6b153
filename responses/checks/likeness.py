"""Like comments that get unlike answers: they deserve a second look, never more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from responses.checks.subject import CheckContext, Finding
from responses.comments.consistency import refers_to, response_difference
from responses.models import Comment, DCCResponse
from responses.text_matching.similarity import alike_pairs


def likeness_warnings(subject: CheckContext) -> Iterator[Finding]:
    """Yield each comment that is answered unlike an earlier one in the same words.

    It is named with the most like of them alone. Where one response refers to the
    other comment, the drafter has seen both, and nothing is said.
    """
    for comment, others in _alike(subject):
        mine = subject.responses[comment.pk]
        answered = [(other, subject.responses[other.pk]) for other in others]
        if any(
            refers_to(mine, other) or refers_to(response, comment)
            for other, response in answered
        ):
            continue
        for other, response in answered:
            if difference := _sentence_part(mine, response):
                where = subject.where(other)
                yield Finding(
                    f"{subject.where(comment)} is much like {where[:1].lower()}"
                    f"{where[1:]}, but {difference}. Answer both alike, or refer from "
                    f"one response to the other with [[comment: {other.key}]].",
                    f"comment:{comment.key}",
                )
                break


def _alike(subject: CheckContext) -> Iterator[tuple[Comment, list[Comment]]]:
    """Yield answered comments with the earlier ones like each, the most like first."""
    answered = [c for c in subject.comments if c.pk in subject.responses]
    earlier: dict[int, list[Comment]] = defaultdict(list)
    for one, other, _ in alike_pairs([(n, c.text) for n, c in enumerate(answered)]):
        earlier[other].append(answered[one])
    for place in sorted(earlier):
        yield answered[place], earlier[place]


def _sentence_part(mine: DCCResponse, other: DCCResponse) -> str:
    differs = response_difference(mine, other)
    if differs == "disposition":
        return (
            f"is “{mine.get_disposition_display()}” where that one is "
            f"“{other.get_disposition_display()}”"
        )
    return "the responses to them say different things" if differs else ""
