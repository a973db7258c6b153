"""Copying a consultation: another round, or a similar consultation."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from textwrap import shorten
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ForeignKey, Model

from consultations.audit import trail
from consultations.audit.history import create_all
from consultations.models import Conclusion, Consultation
from consultations.models.base import Editable
from consultations.public_slugs import taken_slugs
from responses.editing.keys import free_slug
from responses.row_types import ROW_TYPES, ROW_TYPES_BY_MODEL, RowType, rows_of

E = TypeVar("E", bound=Editable)

REASON_TITLE_WIDTH = 80
"""Longer titles are cut: the reason of a change has at most 100 characters."""


@dataclass(frozen=True)
class CopyOptions:
    """What is copied; never responses, comments, changes or dates.

    Every option but the details is the `copy_option` of a row type.
    """

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
    options: CopyOptions,
    relation: str,
    by: User,
) -> Consultation:
    """Make a consultation from an earlier one; it is not public and has no dates.

    With a relation it follows the earlier one, so that the two are rounds of a chain.
    """
    given = _copied_details(earlier) if options.details else {}
    row = Consultation(
        slug=slug,
        title=title,
        organisation_id=earlier.organisation_id,
        follows=earlier.slug if relation else "",
        relation=relation,
        **given,
    )
    title = shorten(earlier.title, REASON_TITLE_WIDTH, placeholder=" …")
    reason = f"Copied from “{title}”"
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason  # type: ignore[attr-defined]
    row.save()
    copier = _Copier(earlier, row, by=by, reason=reason)
    for row_type in ROW_TYPES:
        if row_type.copy_option and getattr(options, row_type.copy_option):
            copier.copy(row_type)
    summary = f"Consultation copied from “{earlier.title}”."
    trail.record_event(row, kind="copied", summary=summary, by=by)
    return row


def _copied_details(earlier: Consultation) -> dict[str, str]:
    names = ("summary", "classification", "mailbox", "anonymity")
    return {name: getattr(earlier, name) for name in names}


def _unsaved_copy(row: E, **values: Any) -> E:
    """Return a copy of a row that will be stored as a new row."""
    duplicate = copy.copy(row)
    duplicate._state = copy.copy(row._state)
    duplicate._state.fields_cache = {}
    duplicate._state.adding = True
    duplicate.pk, duplicate.version = None, 1
    for name, value in values.items():
        setattr(duplicate, name, value)
    return duplicate


class _Copier:
    """Copies the rows of one consultation into another, a row type at a time."""

    def __init__(
        self, earlier: Consultation, later: Consultation, *, by: User, reason: str
    ) -> None:
        self.earlier, self.later = earlier, later
        self.by, self.reason = by, reason
        self.copies: dict[type[Model], dict[int, Editable]] = defaultdict(dict)
        self.copies[Consultation] = {earlier.pk: later}

    def copy(self, row_type: RowType) -> None:
        """Copy the rows of a type, parents before children.

        A row that refers to a row that is not copied, such as a section on a
        question, is left out. Raises ValueError where rows are each other's parents.
        """
        model, rows = row_type.model, list(rows_of(row_type, self.earlier))
        while rows:
            remaining = {row.pk for row in rows}
            postponed = [
                row for row in rows if remaining & set(_related_keys(row)[model])
            ]
            if len(postponed) == len(rows):
                raise ValueError(f"{rows[0]} is among its own parents.")
            postponed_ids = {row.pk for row in postponed}
            self._store(model, [row for row in rows if row.pk not in postponed_ids])
            rows = postponed

    def _store(self, model: type[Editable], rows: Sequence[Editable]) -> None:
        complete = [row for row in rows if self._is_complete(row)]
        copies = [
            _unsaved_copy(row, **self._copied_foreign_keys(row)) for row in complete
        ]
        if model is Conclusion:
            self._make_drafts(copies)
        stored = create_all(model, copies, by=self.by, reason=self.reason)
        pairs = zip(complete, stored, strict=True)
        self.copies[model] |= {row.pk: made for row, made in pairs}

    def _is_complete(self, row: Editable) -> bool:
        """Return whether all rows that a row refers to were copied."""
        return all(
            key in self.copies[model]
            for model, keys in _related_keys(row).items()
            for key in keys
        )

    def _copied_foreign_keys(self, row: Editable) -> dict[str, int]:
        """Return the foreign keys of a copy, which refer to copies."""
        return {
            field.attname: self.copies[field.related_model][key].pk
            for field in _foreign_keys_within(type(row))
            if (key := getattr(row, field.attname)) is not None
        }

    def _make_drafts(self, conclusions: Sequence[Any]) -> None:
        """Give conclusions new slugs and titles, and no dates."""
        taken = taken_slugs(Conclusion)
        for conclusion in conclusions:
            conclusion.slug = free_slug(self.later.slug, taken)
            taken.add(conclusion.slug)
            title = conclusion.title.replace(self.earlier.title, self.later.title)
            conclusion.title, conclusion.date = title, None


def _related_keys(row: Editable) -> dict[type[Model], list[int]]:
    """Return the primary keys of the rows of its consultation that a row refers to."""
    keys: dict[type[Model], list[int]] = defaultdict(list)
    for field in _foreign_keys_within(type(row)):
        if (key := getattr(row, field.attname)) is not None:
            keys[field.related_model].append(key)
    return keys


@cache
def _foreign_keys_within(model: type[Editable]) -> list[ForeignKey[Any, Any]]:
    """Return the foreign keys to rows that belong to a consultation themselves."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey)
        and (named := ROW_TYPES_BY_MODEL.get(field.related_model))
        and named.consultation_path is not None
    ]
