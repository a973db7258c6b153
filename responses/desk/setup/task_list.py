"""The task list of setting up a consultation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from consultations.documents.wording import join_words, printed_time
from consultations.models import Consultation, Extension, Question
from consultations.record.content import content_blockers
from consultations.timetable.opening import printed_opening
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
    has = [f"Organisation: {publisher}", _default_attribution(consultation)]
    if consultation.classification:
        has.append(f"Classification: {consultation.classification}")
    lacks = [
        sentence
        for field, sentence in (
            ("summary", "No summary entered"),
            ("mailbox", "No email address for responses"),
            ("classification", "No classification entered"),
        )
        if not getattr(consultation, field)
    ]
    return _make_task(consultation, "Details", "details", present=has, missing=lacks)


def _default_attribution(consultation: Consultation) -> str:
    label = str(Consultation.Anonymity(consultation.anonymity).label)
    return f"Default attribution: {label[:1].lower()}{label[1:]}"


def _documents_task(consultation: Consultation) -> Task:
    links = consultation.document_links.select_related("document")
    codes = [link.document.code for link in links]
    return _make_task(
        consultation,
        "Documents",
        "consulted_documents",
        present=[f"Documents: {', '.join(codes)}"] if codes else [],
        missing=[] if codes else ["No documents added"],
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
        present=[words] if questions else [],
        missing=[] if questions else ["No questions added"],
    )


def _attachments_task(consultation: Consultation) -> Task:
    titles = [str(row) for row in consultation.attachments.all()]
    words = f"{count_with_noun(len(titles), 'file')}: {', '.join(titles)}"
    return _make_task(
        consultation,
        "Attachments",
        "attachments",
        present=[words] if titles else [],
        is_optional=True,
    )


def _deadline_task(consultation: Consultation, extensions: Sequence[Extension]) -> Task:
    closes = consultation.closes
    has = [printed_time(timezone.localtime(closes))] if closes else []
    for extension in extensions:
        labels = [question.label for question in extension.questions.all()]
        until = printed_time(timezone.localtime(extension.until))
        has.append(
            f"Extended to {until}{f' for {join_words(labels)}' if labels else ''}"
        )
    lacks = [] if closes else ["No deadline set"]
    return _make_task(consultation, "Deadline", "deadline", present=has, missing=lacks)


def _opening_task(consultation: Consultation) -> Task:
    if consultation.opens_on is None:
        lacks = ["Opening date not set. Not public."]
        return _make_task(consultation, "Opening", "opening", missing=lacks)
    when = printed_opening(consultation)
    if consultation.is_public():
        return _make_task(
            consultation, "Opening", "opening", present=[f"Public since {when}"]
        )
    lacks = content_blockers(consultation, allow_no_questions=True)
    return _make_task(
        consultation,
        "Opening",
        "opening",
        present=[f"Opens automatically at {when}"]
        if consultation.opens_at_time
        else [f"Opens automatically on {when}"],
        missing=lacks,
    )


def count_with_noun(number: int, noun: str) -> str:
    """Return `1 question`, `3 questions`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
