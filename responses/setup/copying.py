"""A new consultation made from an earlier one: another round, or one like it."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ForeignKey, Model

from consultations.audit import trail
from consultations.audit.history import create_all
from consultations.models import Conclusion, Consultation
from consultations.models.base import Editable
from responses.editing.keys import free_slug
from responses.row_types import ROW_TYPES, ROW_TYPES_BY_MODEL, RowType, rows_of

E = TypeVar("E", bound=Editable)


@dataclass(frozen=True)
class CopyOptions:
    """What a copy takes; responses, comments, changes and dates it never does.

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
    given = _details(earlier) if options.details else {}
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
    copier = _Copier(earlier, row, by=by, reason=reason)
    for row_type in ROW_TYPES:
        if row_type.copy_option and getattr(options, row_type.copy_option):
            copier.copy(row_type)
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
        """Copy the rows of a type, a parent before the rows below it.

        A row that names one which is not copied, such as the section on a question,
        is left out. Raises ValueError where rows are each other's parents.
        """
        model, rows = row_type.model, list(rows_of(row_type, self.earlier))
        while rows:
            left = {row.pk for row in rows}
            waiting = [row for row in rows if left & set(_named(row)[model])]
            if len(waiting) == len(rows):
                raise ValueError(f"The parents of {rows[0]} go round in a circle.")
            below = {row.pk for row in waiting}
            self._store(model, [row for row in rows if row.pk not in below])
            rows = waiting

    def _store(self, model: type[Editable], rows: Sequence[Editable]) -> None:
        complete = [row for row in rows if self._is_complete(row)]
        copies = [_blank(row, **self._values(row)) for row in complete]
        if model is Conclusion:
            self._make_drafts(copies)
        stored = create_all(model, copies, by=self.by, reason=self.reason)
        pairs = zip(complete, stored, strict=True)
        self.copies[model] |= {row.pk: made for row, made in pairs}

    def _is_complete(self, row: Editable) -> bool:
        """Return whether everything that a row names was copied."""
        return all(
            key in self.copies[model]
            for model, keys in _named(row).items()
            for key in keys
        )

    def _values(self, row: Editable) -> dict[str, int]:
        """Return the foreign keys of a copy; they name copies."""
        return {
            field.attname: self.copies[field.related_model][key].pk
            for field in _fields_within(type(row))
            if (key := getattr(row, field.attname)) is not None
        }

    def _make_drafts(self, conclusions: Sequence[Any]) -> None:
        """Give conclusions addresses and titles of their own, and no dates."""
        taken = set(Conclusion.objects.values_list("slug", flat=True))
        for conclusion in conclusions:
            conclusion.slug = free_slug(self.later.slug, taken)
            taken.add(conclusion.slug)
            title = conclusion.title.replace(self.earlier.title, self.later.title)
            conclusion.title, conclusion.date = title, None


def _named(row: Editable) -> dict[type[Model], list[int]]:
    """Return the primary keys of the rows of its consultation that a row names."""
    named: dict[type[Model], list[int]] = defaultdict(list)
    for field in _fields_within(type(row)):
        if (key := getattr(row, field.attname)) is not None:
            named[field.related_model].append(key)
    return named


@cache
def _fields_within(model: type[Editable]) -> list[ForeignKey[Any, Any]]:
    """Return the foreign keys to rows that belong to a consultation themselves."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey)
        and (named := ROW_TYPES_BY_MODEL.get(field.related_model))
        and named.consultation_path is not None
    ]
