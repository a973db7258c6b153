"""The task list of setting up a consultation."""

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

READABLE_PAGES = frozenset({"consulted_documents", "questions", "attachments"})
"""URL names of pages that every user of the desk may read."""


@dataclass(frozen=True)
class Task:
    """A task: what is present, what is missing, and the address of its page.

    `tone` is the style of the tag with `state`; `is_form` is true where the page is
    for users who may draft.
    """

    label: str
    address: str
    state: str
    tone: str
    is_form: bool
    present: Sequence[str] = ()
    missing: Sequence[str] = ()


def setup_tasks(consultation: Consultation) -> list[Task]:
    """Return the tasks in the order in which they are done."""
    questions = list(consultation.questions.all())
    extensions = list(consultation.extensions.prefetch_related("questions"))
    return [
        _details_task(consultation),
        _documents_task(consultation),
        _questions_task(consultation, questions),
        _attachments_task(consultation),
        _deadline_task(consultation, extensions),
        _opening_task(consultation),
    ]


def _make_task(
    consultation: Consultation,
    label: str,
    name: str,
    *,
    present: Iterable[str] = (),
    missing: Iterable[str] = (),
    is_optional: bool = False,
) -> Task:
    present, missing = tuple(present), tuple(missing)
    state, tone = "Done", "approved"
    if missing:
        state, tone = "To do", "missing"
    elif is_optional and not present:
        state, tone = "Optional", "noted"
    address = setup_address(name, consultation)
    return Task(
        label, address, state, tone, name not in READABLE_PAGES, present, missing
    )


def _details_task(consultation: Consultation) -> Task:
    publisher = consultation.organisation.short
    has = [f"{publisher} consults. {_anonymity_sentence(consultation)}"]
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
    return _make_task(consultation, "Details", "details", present=has, missing=lacks)


def _anonymity_sentence(consultation: Consultation) -> str:
    return f"{Consultation.Anonymity(consultation.anonymity).label}."


def _documents_task(consultation: Consultation) -> Task:
    links = consultation.document_links.select_related("document")
    codes = [link.document.code for link in links]
    return _make_task(
        consultation,
        "Documents",
        "consulted_documents",
        present=[f"It is about the {join_words(codes)}."] if codes else [],
        missing=[] if codes else ["No regulated document is named yet."],
    )


def _questions_task(consultation: Consultation, questions: Sequence[Question]) -> Task:
    top = sum(question.parent_id is None for question in questions)
    below = len(questions) - top
    words = count_with_noun(top, "question")
    words += f" and {count_with_noun(below, 'sub-question')}" if below else ""
    return _make_task(
        consultation,
        "Questions",
        "questions",
        present=[to_sentence(words)] if questions else [],
        missing=[] if questions else ["It asks no question yet."],
    )


def _attachments_task(consultation: Consultation) -> Task:
    titles = [str(row) for row in consultation.attachments.all()]
    words = f"{count_with_noun(len(titles), 'file')}: {join_words(titles)}"
    return _make_task(
        consultation,
        "Attachments",
        "attachments",
        present=[to_sentence(words)] if titles else [],
        is_optional=True,
    )


def _deadline_task(consultation: Consultation, extensions: Sequence[Extension]) -> Task:
    closes = consultation.closes
    has = [to_sentence(printed_time(timezone.localtime(closes)))] if closes else []
    for extension in extensions:
        labels = [question.label for question in extension.questions.all()]
        until = printed_time(timezone.localtime(extension.until))
        has.append(
            f"Extended to {until}{f' for {join_words(labels)}' if labels else ''}."
        )
    lacks = [] if closes else ["No deadline is set yet."]
    return _make_task(consultation, "Deadline", "deadline", present=has, missing=lacks)


def _opening_task(consultation: Consultation) -> Task:
    if consultation.opens_on is None:
        lacks = ["No time is set at which it opens: nobody else can read it."]
        return _make_task(consultation, "Opening", "opening", missing=lacks)
    when = printed_opening(consultation)
    if consultation.is_public():
        return _make_task(
            consultation, "Opening", "opening", present=[f"Public since {when}."]
        )
    lacks = content_blockers(consultation, allow_no_questions=True)
    return _make_task(
        consultation,
        "Opening",
        "opening",
        present=[f"It opens at {when}."]
        if consultation.opens_at_time
        else [f"It opens on {when}."],
        missing=lacks,
    )


def count_with_noun(number: int, noun: str) -> str:
    """Return `one question`, `three questions`."""
    return f"{count_word(number)} {noun}{'' if number == 1 else 's'}"
