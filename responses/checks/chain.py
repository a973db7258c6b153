"""Checks of the chain from answers to comments, responses and changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from consultations.documents.wording import join_words
from consultations.editions.classification import classification_blockers
from responses.checks.sources import (
    comments_without_responses,
    uncounted_source_blockers,
)
from responses.checks.subject import CheckContext, Finding, possessive
from responses.models import Comment, DCCResponse

Check = Callable[[CheckContext], Iterator[Finding]]


def chain_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield comments without response, broken links to changes, open decisions."""
    for comment in context.comments:
        yield from _comment_blockers(context, comment)
        yield from uncounted_source_blockers(context, comment)
    yield from comments_without_responses(context)
    for change in context.changes:
        if change.pk not in context.caused_change_ids and not change.own_initiative:
            yield Finding(
                f"Clause change {change} has no reason. Link the comments behind the "
                f"change, or enter {possessive(context.organisation)} own reason.",
                f"change:{change.key}",
            )
    yield from _undecided_submissions(context)
    if not context.full_content.sections:
        yield Finding("The conclusion has no sections. Add a section.", "sections")
    for sentence in classification_blockers(context.content):
        yield Finding(sentence, "conclusion")


def _comment_blockers(context: CheckContext, comment: Comment) -> Iterator[Finding]:
    label, target = context.comment_label(comment), f"comment:{comment.key}"
    response = context.responses.get(comment.pk)
    if response is None or not response.text:
        text = f"{label} has no {context.organisation} response. Write the response."
        yield Finding(text, target)
    changed = DCCResponse.Disposition.CHANGED
    if (
        response
        and response.disposition == changed
        and comment.pk not in context.causing_comment_ids
    ):
        yield Finding(
            f"{label} is marked “{changed.label}” but has no clause change linked. "
            "Add a clause change.",
            target,
        )


def _undecided_submissions(context: CheckContext) -> Iterator[Finding]:
    """Yield late responses that nobody has decided on."""
    counted = {submission.pk for submission in context.counted_responses.submissions}
    for submission in context.submissions:
        decided = submission.accepted is not None or submission.is_withdrawn
        if not decided and submission.pk not in counted:
            name = context.respondents_by_id[submission.respondent_id].name
            yield Finding(
                f"{possessive(name)} response arrived after the deadline and needs "
                "a decision. Accept or reject the late response.",
                f"submission:{submission.pk}",
            )


def chain_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield missing or contradicting outcomes, and answers without a comment."""
    for comment in context.comments:
        yield from _comment_warnings(context, comment)
    document_codes = {document.code for document in context.full_content.documents}
    for change in context.changes:
        if change.document.code not in document_codes:
            yield Finding(
                f"Clause change {change} is in a document that is not consulted on. "
                f"Add {change.document} to the documents consulted on, or correct the "
                "clause change.",
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
                f"Section “{section.heading}” has no text. Write the text, or delete "
                "the section.",
                f"section:{section.heading}",
            )


def _comment_warnings(context: CheckContext, comment: Comment) -> Iterator[Finding]:
    label, target = context.comment_label(comment), f"comment:{comment.key}"
    response = context.responses.get(comment.pk)
    if response and response.text and not response.disposition:
        text = f"{label} has a response but no outcome. Choose an outcome."
        yield Finding(text, target)
    changed = DCCResponse.Disposition.CHANGED
    if (
        comment.pk in context.causing_comment_ids
        and response
        and response.disposition != changed
    ):
        outcome = response.get_disposition_display() or "Not decided"
        yield Finding(
            f"{label} has a clause change linked, but its outcome is “{outcome}”. "
            f"Change the outcome to “{changed.label}”, or unlink the clause change.",
            target,
        )
    if not context.sources[comment.pk]:
        text = f"{label} does not say who raised it. Choose the respondents."
        yield Finding(text, target)


def _submissions_without_answer(context: CheckContext) -> Iterator[Finding]:
    """Yield submissions without an answer that are counted as received."""
    for submission in context.counted_responses.submissions:
        if not any(answer.is_given for answer in context.answers[submission.pk]):
            name = context.respondents_by_id[submission.respondent_id].name
            yield Finding(
                f"{possessive(name)} response has no answers but is counted. Enter the "
                "answers, or delete the response.",
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
                respondent = context.respondents_by_id[person]
                yield Finding(
                    f"{possessive(respondent.name)} answer to {question.label} has no "
                    "comment yet. Create a comment from the answer.",
                    f"respondent:{respondent.key}",
                )


def _unprinted_rows(context: CheckContext) -> Iterator[Finding]:
    """Yield comments and changes that no section of this conclusion prints."""
    single = context.consultation.conclusions.count() == 1
    if not single:
        return
    printed = {comment.key for comment in context.content.every_comment()}
    hidden = [
        context.comment_numbers[comment.pk]
        for comment in context.comments
        if comment.key not in printed
    ]
    if hidden:
        yield Finding(_unprinted_comments_sentence(hidden), "sections")
    if context.changes and not context.content.has_section("changes"):
        text = "No section lists the clause changes. Add a section for clause changes."
        yield Finding(text, "sections")


def _unprinted_comments_sentence(numbers: Sequence[str]) -> str:
    if len(numbers) == 1:
        number = numbers[0]
        return f"No section lists Comment {number}. Add a section for Comment {number}."
    listed = list(numbers[:5])
    if more := len(numbers) - len(listed):
        listed.append(f"{more} more")
    return (
        f"No section lists Comments {join_words(listed)}. Add a section for the "
        "comments."
    )
