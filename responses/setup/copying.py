"""A new consultation made from an earlier one: another round, or one like it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, cast

from django.contrib.auth.models import User
from django.db import transaction

from consultations.audit import trail
from consultations.audit.history import create_all
from consultations.models import (
    Conclusion,
    ConclusionSection,
    Consultation,
    ConsultationAttachment,
    ConsultationDocument,
    GlossaryTerm,
    Question,
)
from consultations.models.base import Editable
from responses.editing.keys import free_slug

E = TypeVar("E", bound=Editable)

Write = Callable[[type[Any], Sequence[Any]], list[Any]]
"""Stores new rows of a model and returns them."""


@dataclass(frozen=True)
class CopyOptions:
    """What a copy takes; responses, comments, changes and dates it never does."""

    details: bool = True
    documents: bool = True
    questions: bool = True
    glossary: bool = True
    sections: bool = True
    attachments: bool = False


@transaction.atomic
def copy_consultation(
    earlier: Consultation,
    *,
    title: str,
    slug: str,
    taken: CopyOptions,
    relation: str,
    by: User,
) -> Consultation:
    """Make a consultation from an earlier one; it is not public and has no dates.

    With a relation it follows the earlier one, so that the two are rounds of a chain.
    """
    given = _details(earlier) if taken.details else {}
    row = Consultation(
        slug=slug,
        title=title,
        organisation_id=earlier.organisation_id,
        follows=earlier.slug if relation else "",
        relation=relation,
        **given,
    )
    reason = f"Copied from {earlier.slug}"
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason  # type: ignore[attr-defined]
    row.save()
    write = partial(create_all, by=by, reason=reason)
    if taken.documents:
        _copy(ConsultationDocument, earlier.document_links.all(), row, write)
    questions = _copy_questions(earlier, row, write) if taken.questions else {}
    if taken.glossary:
        _copy(GlossaryTerm, earlier.glossary.all(), row, write)
    if taken.sections:
        _copy_conclusions(earlier, row, questions, write)
    if taken.attachments:
        _copy(ConsultationAttachment, earlier.attachments.all(), row, write)
    summary = f"The consultation was set up from “{earlier.title}” ({earlier.slug})."
    trail.record_event(row, kind="copied", summary=summary, by=by)
    return row


def _details(earlier: Consultation) -> dict[str, str]:
    names = ("summary", "classification", "mailbox", "anonymity")
    return {name: getattr(earlier, name) for name in names}


def _blank(row: E, **values: Any) -> E:
    """Return a row like a stored one, to be stored as another."""
    made = copy.copy(row)
    made._state = copy.copy(row._state)
    made._state.fields_cache = {}
    made._state.adding = True
    made.pk, made.version = None, 1
    for name, value in values.items():
        setattr(made, name, value)
    return made


def _copy(
    model: type[Editable], rows: Any, consultation: Consultation, write: Write
) -> None:
    write(model, [_blank(row, consultation=consultation) for row in rows])


def _copy_tree(
    rows: Sequence[E], write: Write, make: Callable[[E, E | None], E]
) -> dict[int, E]:
    """Copy rows that have a parent, the upper first; return them by the old key."""
    made: dict[int, E] = {}
    left = list(rows)
    while left:
        ready = [
            row
            for row in left
            if _parent(row) is None or cast(int, _parent(row)) in made
        ]
        copies = [make(row, made.get(_parent(row) or 0)) for row in ready]
        stored = write(type(rows[0]), copies)
        made |= {row.pk: each for row, each in zip(ready, stored, strict=True)}
        left = [row for row in left if row.pk not in made]
        if not ready:
            raise ValueError(f"The parents of {left[0]} go round in a circle.")
    return made


def _parent(row: Any) -> int | None:
    parent: int | None = row.parent_id
    return parent


def _copy_questions(
    earlier: Consultation, row: Consultation, write: Write
) -> dict[int, Question]:
    def make(question: Question, parent: Question | None) -> Question:
        return _blank(question, consultation=row, parent=parent)

    return _copy_tree(list(earlier.questions.all()), write, make)


def _copy_conclusions(
    earlier: Consultation,
    row: Consultation,
    questions: Mapping[int, Question],
    write: Write,
) -> None:
    """Copy the conclusions as drafts: their sections, without dates and enclosures."""
    taken = set(Conclusion.objects.values_list("slug", flat=True))
    for conclusion in earlier.conclusions.all():
        slug = free_slug(row.slug, taken)
        taken.add(slug)
        title = conclusion.title.replace(earlier.title, row.title)
        (made,) = write(
            Conclusion,
            [_blank(conclusion, consultation=row, slug=slug, title=title, date=None)],
        )
        _copy_sections(conclusion, made, questions, write)


def _copy_sections(
    conclusion: Conclusion,
    made: Conclusion,
    questions: Mapping[int, Question],
    write: Write,
) -> None:
    def make(
        section: ConclusionSection, parent: ConclusionSection | None
    ) -> ConclusionSection:
        question = questions.get(section.question_id or 0)
        return _blank(section, conclusion=made, parent=parent, question=question)

    _copy_tree(_kept(list(conclusion.sections.all()), questions), write, make)


def _kept(
    sections: Sequence[ConclusionSection], questions: Mapping[int, Question]
) -> list[ConclusionSection]:
    """Return the sections without those on questions that are not taken."""
    left = [s for s in sections if not s.question_id or s.question_id in questions]
    while True:
        known = {section.pk for section in left}
        below = [s for s in left if s.parent_id is None or s.parent_id in known]
        if len(below) == len(left):
            return left
        left = below
