"""Checks of the chain from answers to comments, responses and changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from consultations.editions.classification import classification_blockers
from responses.checks.subject import CheckContext, Finding
from responses.models import Comment, DCCResponse

Check = Callable[[CheckContext], Iterator[Finding]]


def chain_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield comments without response, broken links to changes, open decisions."""
    for comment in context.comments:
        yield from _comment_blockers(context, comment)
    for change in context.changes:
        if change.pk not in context.caused_change_ids and not change.own_initiative:
            yield Finding(
                f"The change {change.key} to {change} has no cause: link the comments "
                f"that led to it, or say why {context.organisation} made it on its own "
                "initiative.",
                f"change:{change.key}",
            )
    yield from _undecided_submissions(context)
    if not context.full_content.sections:
        yield Finding("It has no section, so it says nothing: add one.", "sections")
    for sentence in classification_blockers(context.content):
        yield Finding(sentence, "conclusion")


def _comment_blockers(context: CheckContext, comment: Comment) -> Iterator[Finding]:
    label, target = context.comment_label(comment), f"comment:{comment.key}"
    response = context.responses.get(comment.pk)
    if response is None or not response.text:
        yield Finding(f"{label} has no {context.organisation} response.", target)
    changed = DCCResponse.Disposition.CHANGED
    if (
        response
        and response.disposition == changed
        and comment.pk not in context.causing_comment_ids
    ):
        yield Finding(
            f"{label} is marked “changed”, but no change names it as a cause.", target
        )


def _undecided_submissions(context: CheckContext) -> Iterator[Finding]:
    """Yield late responses that nobody has decided on."""
    counted = {submission.pk for submission in context.counted_responses.submissions}
    for submission in context.submissions:
        if submission.accepted is None and submission.pk not in counted:
            key = context.respondent_keys[submission.respondent_id]
            yield Finding(
                f"The response from {key} came after the deadline, and nobody has "
                "decided whether to accept it.",
                f"submission:{submission.pk}",
            )


def chain_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield missing or contradicting dispositions, and answers without a comment."""
    for comment in context.comments:
        yield from _comment_warnings(context, comment)
    document_codes = {document.code for document in context.full_content.documents}
    for change in context.changes:
        if change.document.code not in document_codes:
            yield Finding(
                f"The change {change.key} is to {change.document}, which this "
                "consultation is not about.",
                f"change:{change.key}",
            )
    yield from _submissions_without_answer(context)
    yield from _answers_without_comment(context)
    yield from _unprinted_rows(context)
    yield from _empty_sections(context)


def _empty_sections(context: CheckContext) -> Iterator[Finding]:
    """Yield text sections that have neither text nor sections below them."""
    for section in context.full_content.every_section():
        if section.kind == "text" and not (section.text or section.sections):
            yield Finding(
                f"Section “{section.heading}” has no text: write it, or remove it.",
                f"section:{section.heading}",
            )


def _comment_warnings(context: CheckContext, comment: Comment) -> Iterator[Finding]:
    label, target = context.comment_label(comment), f"comment:{comment.key}"
    response = context.responses.get(comment.pk)
    if response and response.text and not response.disposition:
        yield Finding(f"{label} has a response but no disposition.", target)
    changed = DCCResponse.Disposition.CHANGED
    if (
        comment.pk in context.causing_comment_ids
        and response
        and response.disposition != changed
    ):
        disposition = response.get_disposition_display() or "nothing"
        yield Finding(
            f"{label} led to a change, but its disposition says “{disposition}”.",
            target,
        )
    if not context.sources[comment.pk]:
        yield Finding(f"{label} does not say whose point it is.", target)


def _submissions_without_answer(context: CheckContext) -> Iterator[Finding]:
    """Yield submissions without an answer; they are counted as received."""
    for submission in context.submissions:
        if not any(answer.is_given for answer in context.answers[submission.pk]):
            key = context.respondent_keys[submission.respondent_id]
            yield Finding(
                f"The response from {key} holds no answer, and is counted all the "
                "same: enter what it says, or remove it if it says nothing.",
                f"submission:{submission.pk}",
            )


def _answers_without_comment(context: CheckContext) -> Iterator[Finding]:
    commented = {
        (person, comment.question_id)
        for comment in context.comments
        for person in context.sources[comment.pk]
    }
    for question in context.counted_responses.questions:
        for person, answer in context.counted_responses.answers[question.pk].items():
            if answer.text and (person, question.pk) not in commented:
                key = context.respondent_keys[person]
                yield Finding(
                    f"What {key} wrote on “{question.label}” is in no comment.",
                    f"respondent:{key}",
                )


def _unprinted_rows(context: CheckContext) -> Iterator[Finding]:
    """Yield comments and changes that no section of this conclusion prints."""
    single = context.consultation.conclusions.count() == 1
    if not single:
        return
    printed = {comment.key for comment in context.content.every_comment()}
    hidden = [c.key for c in context.comments if c.key not in printed]
    if hidden:
        listed = ", ".join(hidden[:5]) + (" and others" if len(hidden) > 5 else "")
        yield Finding(f"No section prints the comments {listed}.", "sections")
    if context.changes and not context.content.has_section("changes"):
        yield Finding("No section prints the changes.", "sections")
