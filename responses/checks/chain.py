"""The chain: no comment unanswered, no change without a cause, nothing unheard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from consultations.editions.classification import classification_blockers
from responses.checks.subject import CheckContext, Finding
from responses.models import Comment, DCCResponse

Check = Callable[[CheckContext], Iterator[Finding]]


def chain_blockers(subject: CheckContext) -> Iterator[Finding]:
    """Yield comments without response, broken links to changes, open decisions."""
    for comment in subject.comments:
        yield from _comment_blockers(subject, comment)
    for change in subject.changes:
        if change.pk not in subject.caused and not change.own_initiative:
            yield Finding(
                f"The change {change.key} to {change} has no cause: link the comments "
                f"that led to it, or say why {subject.short} made it on its own "
                "initiative.",
                f"change:{change.key}",
            )
    yield from _undecided(subject)
    if not subject.full.sections:
        yield Finding("It has no section, so it says nothing: add one.", "sections")
    for sentence in classification_blockers(subject.content):
        yield Finding(sentence, "conclusion")


def _comment_blockers(subject: CheckContext, comment: Comment) -> Iterator[Finding]:
    where, about = subject.where(comment), f"comment:{comment.key}"
    response = subject.responses.get(comment.pk)
    if response is None or not response.text:
        yield Finding(f"{where} has no {subject.short} response.", about)
    changed = DCCResponse.Disposition.CHANGED
    if response and response.disposition == changed and comment.pk not in subject.led:
        yield Finding(
            f"{where} is marked “changed”, but no change names it as a cause.", about
        )


def _undecided(subject: CheckContext) -> Iterator[Finding]:
    """Yield late responses that nobody has decided on."""
    counted = {submission.pk for submission in subject.evidence.submissions}
    for submission in subject.submissions:
        if submission.accepted is None and submission.pk not in counted:
            key = subject.keys[submission.respondent_id]
            yield Finding(
                f"The response from {key} came after the deadline, and nobody has "
                "decided whether to accept it.",
                f"submission:{submission.pk}",
            )


def chain_warnings(subject: CheckContext) -> Iterator[Finding]:
    """Yield dispositions that are missing or disagree, and words nobody took up."""
    for comment in subject.comments:
        yield from _comment_warnings(subject, comment)
    about = {document.code for document in subject.full.documents}
    for change in subject.changes:
        if change.document.code not in about:
            yield Finding(
                f"The change {change.key} is to {change.document}, which this "
                "consultation is not about.",
                f"change:{change.key}",
            )
    yield from _without_answers(subject)
    yield from _not_taken_up(subject)
    yield from _not_printed(subject)
    yield from _not_written(subject)


def _not_written(subject: CheckContext) -> Iterator[Finding]:
    """Yield sections of words that have neither words nor sections below them."""
    for section in subject.full.every_section():
        if section.kind == "text" and not (section.text or section.sections):
            yield Finding(
                f"Section “{section.heading}” has no text: write it, or remove it.",
                f"section:{section.heading}",
            )


def _comment_warnings(subject: CheckContext, comment: Comment) -> Iterator[Finding]:
    where, about = subject.where(comment), f"comment:{comment.key}"
    response = subject.responses.get(comment.pk)
    if response and response.text and not response.disposition:
        yield Finding(f"{where} has a response but no disposition.", about)
    changed = DCCResponse.Disposition.CHANGED
    if comment.pk in subject.led and response and response.disposition != changed:
        said = response.get_disposition_display() or "nothing"
        yield Finding(
            f"{where} led to a change, but its disposition says “{said}”.", about
        )
    if not subject.sources[comment.pk]:
        yield Finding(f"{where} does not say whose point it is.", about)


def _without_answers(subject: CheckContext) -> Iterator[Finding]:
    """Yield responses that answer nothing: they count among those received."""
    for submission in subject.submissions:
        if not any(answer.is_given for answer in subject.answers[submission.pk]):
            key = subject.keys[submission.respondent_id]
            yield Finding(
                f"The response from {key} holds no answer, and is counted all the "
                "same: enter what it says, or remove it if it says nothing.",
                f"submission:{submission.pk}",
            )


def _not_taken_up(subject: CheckContext) -> Iterator[Finding]:
    heard = {
        (person, comment.question_id)
        for comment in subject.comments
        for person in subject.sources[comment.pk]
    }
    for question in subject.evidence.questions:
        for person, answer in subject.evidence.answers[question.pk].items():
            if answer.text and (person, question.pk) not in heard:
                key = subject.keys[person]
                yield Finding(
                    f"What {key} wrote on “{question.label}” is in no comment.",
                    f"respondent:{key}",
                )


def _not_printed(subject: CheckContext) -> Iterator[Finding]:
    """Yield comments and changes that no section of this conclusion prints."""
    single = subject.consultation.conclusions.count() == 1
    if not single:
        return
    printed = {comment.key for comment in subject.content.every_comment()}
    hidden = [c.key for c in subject.comments if c.key not in printed]
    if hidden:
        listed = ", ".join(hidden[:5]) + (" and others" if len(hidden) > 5 else "")
        yield Finding(f"No section prints the comments {listed}.", "sections")
    if subject.changes and not subject.content.has_section("changes"):
        yield Finding("No section prints the changes.", "sections")
