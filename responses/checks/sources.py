"""Checks that comments rest on responses that count."""

from __future__ import annotations

from collections.abc import Iterator

from consultations.documents.wording import join_words
from responses.checks.subject import CheckContext, Finding, possessive
from responses.models import Comment


def uncounted_source_blockers(
    context: CheckContext, comment: Comment
) -> Iterator[Finding]:
    """Yield a comment that only respondents raised whose responses do not count.

    Their responses are refused, withdrawn, or missing; or their answers to the
    question of the comment are.
    """
    people = context.sources[comment.pk]
    counted = context.counted_responses
    responding = [pk for pk in people if pk in counted.numbers]
    label, target = context.comment_label(comment), f"comment:{comment.key}"
    if people and not responding:
        names = _names(context, people)
        them = "this respondent" if len(people) == 1 else "these respondents"
        yield Finding(
            f"{label} was raised by {names}, but no response from {them} is counted. "
            "Record or accept a response, choose other respondents, or delete the "
            "comment.",
            target,
        )
    uncounted = counted.uncounted.get(comment.question_id or 0, frozenset())
    if responding and uncounted.issuperset(responding):
        names = join_words([possessive(_name(context, pk)) for pk in responding])
        answers = "answer" if len(responding) == 1 else "answers"
        phrase = context.question_phrase(comment.question_id or 0)
        their = "response" if len(responding) == 1 else "responses"
        yield Finding(
            f"{label} is based on {names} {answers} to {phrase}, which "
            f"{'is' if len(responding) == 1 else 'are'} not counted. Accept the "
            f"{their}, choose other respondents, or delete the comment.",
            target,
        )


def comments_without_responses(context: CheckContext) -> Iterator[Finding]:
    """Yield that the document prints comments and says that nobody responded."""
    content = context.content
    says_so = content.responses == 0 and any(
        section.kind == "respondents" and not section.text
        for section in content.every_section()
    )
    unsourced = [c for c in context.comments if not context.sources[c.pk]]
    if says_so and unsourced and any(content.every_comment()):
        yield Finding(
            f"The conclusion says that {context.organisation} received no responses, "
            "but lists comments. Record the responses, or enter your own text in the "
            "section about the respondents.",
            "sections",
        )


def _names(context: CheckContext, people: list[int]) -> str:
    return join_words([_name(context, pk) for pk in people])


def _name(context: CheckContext, pk: int) -> str:
    return context.respondents_by_id[pk].name
