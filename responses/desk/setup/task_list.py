"""What there is to do before a consultation opens, and how far each part is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from consultations.documents.wording import (
    count_word,
    join_words,
    printed_time,
    to_sentence,
)
from consultations.models import Consultation, Extension, Question
from consultations.timetable.opening import content_blockers, printed_opening
from responses.desk.setup.pages import setup_address

LISTS = frozenset({"consulted_documents", "questions", "attachments"})
"""Pages that everybody at the desk may read."""


@dataclass(frozen=True)
class Task:
    """A part of the set-up: what there is of it, what is missing, and its page.

    `tone` names the tag that shows `state`; `is_form` is true where the page is for
    those who draft.
    """

    label: str
    address: str
    state: str
    tone: str
    is_form: bool
    has: Sequence[str] = ()
    lacks: Sequence[str] = ()


def tasks_of(consultation: Consultation) -> list[Task]:
    """Return the parts of the set-up in the order in which one does them."""
    questions = list(consultation.questions.all())
    extensions = list(consultation.extensions.prefetch_related("questions"))
    return [
        _details(consultation),
        _documents(consultation),
        _questions(consultation, questions),
        _attachments(consultation),
        _deadline(consultation, extensions),
        _opening(consultation),
    ]


def _task(
    consultation: Consultation,
    label: str,
    name: str,
    *,
    has: Iterable[str] = (),
    lacks: Iterable[str] = (),
    is_optional: bool = False,
) -> Task:
    has, lacks = tuple(has), tuple(lacks)
    state, tone = "Done", "approved"
    if lacks:
        state, tone = "To do", "missing"
    elif is_optional and not has:
        state, tone = "Optional", "noted"
    address = setup_address(name, consultation)
    return Task(label, address, state, tone, name not in LISTS, has, lacks)


def _details(consultation: Consultation) -> Task:
    has = [f"{consultation.organisation.short} consults. {_known(consultation)}"]
    if consultation.classification:
        has.append(f"Classified {consultation.classification}.")
    lacks = [
        sentence
        for field, sentence in (
            ("summary", "There is no summary of what is proposed."),
            ("mailbox", "No mailbox is given for responses."),
            ("classification", "It is not classified."),
        )
        if not getattr(consultation, field)
    ]
    return _task(consultation, "Details", "details", has=has, lacks=lacks)


def _known(consultation: Consultation) -> str:
    return f"{Consultation.Anonymity(consultation.anonymity).label}."


def _documents(consultation: Consultation) -> Task:
    links = consultation.document_links.select_related("document")
    codes = [link.document.code for link in links]
    return _task(
        consultation,
        "Documents",
        "consulted_documents",
        has=[f"It is about the {join_words(codes)}."] if codes else [],
        lacks=[] if codes else ["No regulated document is named yet."],
    )


def _questions(consultation: Consultation, questions: Sequence[Question]) -> Task:
    top = sum(question.parent_id is None for question in questions)
    below = len(questions) - top
    words = count_with_noun(top, "question")
    words += f" and {count_with_noun(below, 'sub-question')}" if below else ""
    return _task(
        consultation,
        "Questions",
        "questions",
        has=[to_sentence(words)] if questions else [],
        lacks=[] if questions else ["It asks no question yet."],
    )


def _attachments(consultation: Consultation) -> Task:
    titles = [str(row) for row in consultation.attachments.all()]
    words = f"{count_with_noun(len(titles), 'file')}: {join_words(titles)}"
    return _task(
        consultation,
        "Attachments",
        "attachments",
        has=[to_sentence(words)] if titles else [],
        is_optional=True,
    )


def _deadline(consultation: Consultation, extensions: Sequence[Extension]) -> Task:
    closes = consultation.closes
    has = [to_sentence(printed_time(timezone.localtime(closes)))] if closes else []
    for extension in extensions:
        labels = [question.label for question in extension.questions.all()]
        until = printed_time(timezone.localtime(extension.until))
        has.append(
            f"Extended to {until}{f' for {join_words(labels)}' if labels else ''}."
        )
    lacks = [] if closes else ["No deadline is set yet."]
    return _task(consultation, "Deadline", "deadline", has=has, lacks=lacks)


def _opening(consultation: Consultation) -> Task:
    if consultation.opens_on is None:
        lacks = ["No time is set at which it opens: nobody else can read it."]
        return _task(consultation, "Opening", "opening", lacks=lacks)
    when = printed_opening(consultation)
    if consultation.is_public():
        return _task(consultation, "Opening", "opening", has=[f"Public since {when}."])
    lacks = content_blockers(consultation, allow_no_questions=True)
    return _task(
        consultation,
        "Opening",
        "opening",
        has=[f"It opens at {when}."]
        if consultation.opens_at_time
        else [f"It opens on {when}."],
        lacks=lacks,
    )


def count_with_noun(number: int, noun: str) -> str:
    """Return `one question`, `three questions`."""
    return f"{count_word(number)} {noun}{'' if number == 1 else 's'}"
