"""Warnings about the same thing entered twice: responses, comments, respondents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from responses.checks.subject import CheckContext, Finding
from responses.models import Comment, Respondent, Submission
from responses.text_matching.names import name_key
from responses.text_matching.normalisation import fold_text
from responses.text_matching.phrases import to_plain_words

T = TypeVar("T")


def duplicate_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield questions of one label: readers could not tell one from the other."""
    asked = context.counted_responses.questions
    for _, alike in _groups((fold_text(q.label), q) for q in asked):
        yield Finding(
            f"{_count(len(alike))} questions have the label “{alike[0].label}”. "
            "Readers cannot tell the questions apart. Give each question a label of "
            "its own.",
            f"question:{alike[-1].key}",
        )


def duplicate_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield respondents, responses and comments that seem to be entered twice."""
    yield from _respondents(context.respondents)
    yield from _responses(context)
    yield from _comments(context)


def _groups(pairs: Iterable[tuple[Hashable, T]]) -> Iterator[tuple[Hashable, list[T]]]:
    """Yield the keys that several things have, with the things."""
    things: dict[Hashable, list[T]] = defaultdict(list)
    for key, thing in pairs:
        things[key].append(thing)
    yield from ((key, alike) for key, alike in things.items() if len(alike) > 1)


def _respondents(respondents: Iterable[Respondent]) -> Iterator[Finding]:
    """Yield respondents of one name, typed in two ways, or of one mailbox."""
    people = list(respondents)
    named = _pairs(_groups((name_key(person.name), person) for person in people))
    for one, other in named:
        yield Finding(
            f"The respondents “{one.name}” and “{other.name}” have the same name. If "
            "both are the same respondent, delete one of the two.",
            "respondents",
        )
    emails = (
        (person.email.strip().casefold(), person) for person in people if person.email
    )
    for one, other in _pairs(_groups(emails)):
        if (one, other) not in named:
            yield Finding(
                f"The respondents “{one.name}” and “{other.name}” have the same email "
                f"address, {one.email}. If both are the same respondent, delete one of "
                "the two.",
                "respondents",
            )


def _pairs(groups: Iterable[tuple[Hashable, list[T]]]) -> list[tuple[T, T]]:
    """Return the first of each group with each of the others."""
    return [(alike[0], other) for _, alike in groups for other in alike[1:]]


def _responses(context: CheckContext) -> Iterator[Finding]:
    """Yield responses of one respondent with the same answers."""
    pairs = ((_answers(context, each), each) for each in context.submissions)
    given = ((key, submission) for key, submission in pairs if key[1])
    for _, alike in _groups(given):
        name = context.respondents_by_id[alike[0].respondent_id].name
        yield Finding(
            f"{_count(len(alike))} responses from {name} have the same answers. If "
            "a response was entered twice, delete one of the responses.",
            f"submission:{alike[-1].pk}",
        )


def _answers(
    context: CheckContext, submission: Submission
) -> tuple[int, frozenset[tuple[int, str, str, str]]]:
    """Return what is the same for two responses that say the same."""
    return submission.respondent_id, frozenset(
        (each.question_id, each.stance, each.choice, _folded(each.text))
        for each in context.answers[submission.pk]
        if each.is_given
    )


def _comments(context: CheckContext) -> Iterator[Finding]:
    """Yield comments on one question with the same words and the same response."""
    labels: Mapping[int, str] = {
        comment.pk: context.comment_label(comment) for comment in context.comments
    }
    pairs = (
        (_comment_key(context, comment), comment)
        for comment in context.comments
        if comment.text
    )
    for one, other in _pairs(_groups(pairs)):
        yield Finding(
            f"{labels[one.pk]} and {labels[other.pk]} have the same words and the same "
            "response. If the comment was entered twice, delete one of the two.",
            f"comment:{other.key}",
        )


def _comment_key(context: CheckContext, comment: Comment) -> Hashable:
    response = context.responses.get(comment.pk)
    return (
        comment.question_id,
        _folded(comment.text),
        _folded(response.text) if response else "",
        response.disposition if response else "",
    )


def _folded(markup: str) -> str:
    return fold_text(to_plain_words(markup))


def _count(count: int) -> str:
    return str(count)
