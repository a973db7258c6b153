"""Erasure of personal data from histories: the one way round their guards.

History rows are never changed or deleted otherwise. Erasing overwrites the values of
named fields in the earlier versions of named rows. That there was a version, when, and
by whom, stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models, transaction
from django.db.models import Q, QuerySet

from consultations.access import Action, required_roles_message, user_may
from consultations.audit import trail
from consultations.documents.wording import join_words
from consultations.editions.triggers import without_guards
from consultations.fields.model_fields import LinesField, RichTextField
from consultations.models import Consultation
from responses.history.field_labels import field_label
from responses.history.sources import history_rows, restorable_history_filters
from responses.row_types import ROW_TYPES_BY_NAME, RowType, parse_row_ref

ERASED = "[erased]"


class ErasureRefused(Exception):
    """An erasure that is refused; the message says why."""


@transaction.atomic
def erase_history(
    consultation: Consultation,
    *,
    refs: Sequence[str],
    fields: Sequence[str],
    by: User,
    reason: str,
) -> int:
    """Erase fields in earlier versions of rows; return the number of versions changed.

    A version with the value that the row has now is left: change the row first, or
    delete it. Each row has an event in the activity log with its fields, the user and
    the reason. On PostgreSQL, only the role that owns the tables can do this.
    Raise ErasureRefused if a row or a field cannot be erased.
    """
    if not user_may(by, Action.ADMINISTER):
        raise ErasureRefused(required_roles_message(Action.ADMINISTER))
    if not reason.strip():
        raise ErasureRefused("Enter a reason for the erasure.")
    return sum(
        _erase(consultation, ref, fields=fields, by=by, reason=reason) for ref in refs
    )


def _erase(
    consultation: Consultation,
    ref: str,
    *,
    fields: Sequence[str],
    by: User,
    reason: str,
) -> int:
    row_type, versions = _versions(consultation, ref)
    erased = {name: _erased_value(row_type, name) for name in fields}
    pk = parse_row_ref(ref)[1]
    columns = {each.name: each for each in row_type.model._meta.concrete_fields}
    labels = join_words([f"“{field_label(columns[name])}”" for name in fields])
    current = row_type.model._default_manager.filter(pk=pk).first()
    changed: set[int] = set()
    trail.record_event(
        consultation,
        kind="history-erased",
        summary=f"Earlier versions erased: {labels} of {row_type.label} {pk}. "
        f"Reason: {reason.strip()}",
        by=by,
    )
    with without_guards(connection, [versions.model._meta.db_table]):
        for name, value in erased.items():
            rows = versions.exclude(**{name: value})
            if current is not None:
                rows = rows.exclude(**{name: getattr(current, name)})
            changed |= set(rows.values_list("history_id", flat=True))
            rows.update(**{name: value})
    return len(changed)


def _versions(consultation: Consultation, ref: str) -> tuple[RowType, QuerySet[Any]]:
    """Return the type of a row and its history rows; raise ErasureRefused for none."""
    name, key = parse_row_ref(ref)
    row_type = ROW_TYPES_BY_NAME.get(name)
    filters = restorable_history_filters(consultation)
    if row_type is None or row_type.model not in filters:
        known = ", ".join(
            sorted(name for name, t in ROW_TYPES_BY_NAME.items() if t.model in filters)
        )
        raise ErasureRefused(f"{ref!r} does not begin with one of {known}.")
    rows = history_rows(row_type.model)
    belong = rows.filter(filters[row_type.model] & Q(id=key))
    if not belong.exists():
        raise ErasureRefused(
            f"{ref} has never been part of {consultation.slug}. Check the number in "
            "the address of the item's history."
        )
    return row_type, rows.filter(id=key)


def _erased_value(row_type: RowType, name: str) -> object:
    """Return what a field has once erased; raise ErasureRefused for other fields."""
    try:
        field = row_type.model._meta.get_field(name)
    except FieldDoesNotExist:
        field = None
    if isinstance(field, LinesField):
        return [ERASED]
    if isinstance(field, RichTextField):
        return f"<p>{ERASED}</p>"
    if isinstance(field, models.CharField | models.TextField) and not field.choices:
        return ERASED
    texts = ", ".join(
        each.name
        for each in row_type.model._meta.concrete_fields
        if isinstance(each, LinesField)
        or (isinstance(each, models.CharField | models.TextField) and not each.choices)
    )
    raise ErasureRefused(
        f"{name!r} is not a text field of a {row_type.label}. Choose from {texts}."
    )
