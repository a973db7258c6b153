"""The history of a row: its versions, what each changed, and restoring one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.manager import Manager
from django.utils import timezone
from django.utils.text import capfirst

from consultations.audit.history import save_if_current
from consultations.documents.diff.texts import comparison_html, lines_html
from consultations.documents.wording import printed_date, printed_time
from consultations.editions.workflow import Refusal
from consultations.fields.model_fields import RichTextField
from consultations.models import Consultation
from consultations.models.base import Editable
from consultations.public_slugs import retain_slug
from responses.history.field_labels import field_label
from responses.history.sources import HistoryFilters
from responses.row_names import RowNames
from responses.row_types import (
    ROW_TYPES_BY_MODEL,
    ROW_TYPES_BY_NAME,
    RowType,
    link_types_of,
    parse_row_ref,
)

ENTRIES_PER_PAGE = 20

MAX_REMOVED_SHOWN = 100
"""Maximum number of deleted rows that are listed."""

HIDDEN_FIELDS_OF_ROWS = {"id", "version"}
"""Fields of every row that are not shown to readers."""


DELETED = "[deleted]"
"""What stands for the name of a related row that was deleted."""

RelatedNames = dict[tuple[str, object], str]
"""The names of related rows, by the name of the foreign key and its value."""


@dataclass(frozen=True)
class FieldChange:
    """A field that a save changed; the comparison is safe HTML."""

    label: str
    comparison: str


@dataclass(frozen=True)
class HistoryEntry:
    """A save, removal or link of a row."""

    at: dt.datetime
    by: User | None
    action: str
    reason: str
    changes: tuple[FieldChange, ...] = ()
    history_id: int | None = None
    is_current: bool = False


@dataclass(frozen=True)
class RowHistory:
    """The history of one row, also of one that was deleted.

    `row` is None for a deleted one; `name` is its last name.
    """

    row_type: RowType
    pk: int

    @cached_property
    def row(self) -> Editable | None:
        """The row as it is now."""
        return self.row_type.model._default_manager.filter(pk=self.pk).first()

    @cached_property
    def last(self) -> Any:
        """The latest history row; None where the row never existed."""
        return self.rows().first()

    @cached_property
    def names(self) -> RowNames:
        """The names of this row and of others, as they are now."""
        return RowNames()

    @cached_property
    def name(self) -> str:
        """The name of the row, or its last name if it was deleted."""
        if self.row:
            return self.names.name(self.row)
        return historical_name(self.row_type, self.last, self.names)

    @property
    def is_restorable(self) -> bool:
        """False for what is part of a record, such as a remark in sign-off."""
        return bool(self.row_type.page)

    def rows(self) -> models.QuerySet[Any]:
        """Return the history rows, newest first."""
        rows = _history(self.row_type.model).filter(id=self.pk)
        return rows.select_related("history_user").order_by("-history_id")

    def page(self, before: int | None = None) -> tuple[list[HistoryEntry], int | None]:
        """Return a page of entries, newest first, and the id the next is before."""
        rows = self.rows().filter(history_id__lt=before) if before else self.rows()
        found = list(rows[: ENTRIES_PER_PAGE + 1])
        names = _related_names(self.row_type.model, found, self.names)
        entries = [
            self._entry(new, old, names) for new, old in pairwise([*found, None]) if new
        ][:ENTRIES_PER_PAGE]
        next_before = (
            found[ENTRIES_PER_PAGE - 1].history_id
            if len(found) > ENTRIES_PER_PAGE
            else None
        )
        return entries, next_before

    def link_entries(self) -> list[HistoryEntry]:
        """Return entries for rows that were linked and unlinked."""
        return [
            entry
            for link_type in link_types_of(self.row_type)
            for entry in _link_entries(link_type, self.pk, self.names)
        ]

    def _entry(self, new: Any, old: Any, names: RelatedNames) -> HistoryEntry:
        action = {"+": "Created", "~": "Changed", "-": "Deleted"}[new.history_type]
        changes: tuple[FieldChange, ...] = ()
        if new.history_type != "-":
            changes = tuple(_field_changes(self.row_type.model, new, old, names))
        current = self.row is not None and new.history_id == self.last.history_id
        return HistoryEntry(
            at=new.history_date,
            by=new.history_user,
            action=action,
            reason=new.history_change_reason or "",
            changes=changes,
            history_id=new.history_id if self._is_version_restorable(new) else None,
            is_current=current,
        )

    def _is_version_restorable(self, line: Any) -> bool:
        return self.is_restorable and line.history_type != "-"


def _link_entries(
    link_type: RowType, parent: int, row_names: RowNames
) -> Iterator[HistoryEntry]:
    """Yield entries for rows that were linked to a parent and unlinked."""
    rows = _history(link_type.model).filter(**{f"{link_type.parent_field}_id": parent})
    rows = rows.exclude(history_type="~").select_related("history_user")
    lines = list(rows.order_by("-history_id"))
    names = _linked_names(link_type, lines, row_names)
    for line in lines:
        other = names.get(getattr(line, f"{link_type.links_to}_id"), DELETED)
        verb = "linked" if line.history_type == "+" else "unlinked"
        action = f"{link_type.label.capitalize()} {verb}: {other}"
        yield HistoryEntry(line.history_date, line.history_user, action, "")


def _linked_names(
    link_type: RowType, lines: Iterable[Any], names: RowNames
) -> dict[int, str]:
    field = link_type.model._meta.get_field(link_type.links_to)
    other = cast(type[models.Model], field.related_model)
    keys = {getattr(line, f"{link_type.links_to}_id") for line in lines}
    rows = other._default_manager.filter(pk__in=keys)
    return {row.pk: names.short_name(row) for row in rows}


def historical_name(row_type: RowType, line: Any, names: RowNames) -> str:
    """Return the name of a row at a history row.

    It is the label where a related row, part of the name, was deleted.
    """
    try:
        return names.name(line.instance)
    except ObjectDoesNotExist:
        return capfirst(row_type.full_label or row_type.label)


def _history(model: type[Editable]) -> Manager[Any]:
    return cast(Manager[Any], model.history)  # type: ignore[attr-defined]


# --- comparing ------------------------------------------------------------------------


def _shown_fields(model: type[Editable]) -> Iterator[models.Field[Any, Any]]:
    for field in model._meta.concrete_fields:
        if field.name not in HIDDEN_FIELDS_OF_ROWS:
            yield field


def _field_changes(
    model: type[Editable], new: Any, old: Any, names: RelatedNames
) -> Iterator[FieldChange]:
    """Yield the fields that differ; for the first version, all with a value.

    A reference that the site gave to a new row is not shown.
    """
    for field in _shown_fields(model):
        if old is None and field.name == "key":
            continue
        before = (
            _printed_field(field, old, names) if old and old.history_type != "-" else ""
        )
        after = _printed_field(field, new, names)
        if before != after:
            rich = isinstance(field, RichTextField)
            compared = comparison_html if rich else lines_html
            yield FieldChange(field_label(field), compared(before, after))


def _printed_field(field: models.Field[Any, Any], row: Any, names: RelatedNames) -> str:
    value = getattr(row, field.attname)
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey):
        return names.get((field.name, value)) or DELETED
    return _printed_value(field, value)


def _printed_value(field: models.Field[Any, Any], value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return printed_time(timezone.localtime(value))
    if isinstance(value, dt.date):
        return printed_date(value)
    choices = dict(field.choices or ()) if isinstance(value, str | int) else {}
    return str(choices.get(value, value))


def _related_names(
    model: type[Editable], lines: Sequence[Any], row_names: RowNames
) -> RelatedNames:
    """Return the names of the rows that history rows refer to; a query per field."""
    names: RelatedNames = {}
    for field in _shown_fields(model):
        if isinstance(field, models.ForeignKey):
            keys = {getattr(line, field.attname) for line in lines}
            rows = field.related_model._default_manager.filter(pk__in=keys - {None})
            names |= {(field.name, row.pk): row_names.short_name(row) for row in rows}
    return names


# --- restoring -----------------------------------------------------------------------


def find_row_history(ref: str) -> RowHistory | None:
    """Return the history of the row that `comment:12` names; None for none."""
    name, key = parse_row_ref(ref)
    row_type = ROW_TYPES_BY_NAME.get(name)
    if row_type is None:
        return None
    row_history = RowHistory(row_type, key)
    return row_history if row_history.last is not None else None


@transaction.atomic
def restore(
    row_history: RowHistory, *, history_id: int, shown: int, by: User
) -> Editable:
    """Restore a row to one of its versions.

    Raises history.StaleSave if somebody saved it since version `shown`, and
    workflow.Refusal where the row it belonged to was deleted.
    """
    then = _restorable_version(row_history, history_id)
    row = cast(Editable, then.instance)
    _keep_dates(row, row_history.row)
    name = historical_name(row_history.row_type, then, row_history.names)
    _refuse_orphan(row, name)
    retain_slug(row)
    at = printed_time(timezone.localtime(then.history_date))
    reason = f"Restored the version of {at}"
    try:
        with transaction.atomic():
            if row_history.row is None:
                _recreate(
                    row, version=row_history.last.version + 1, by=by, reason=reason
                )
            else:
                save_if_current(row, version=shown, by=by, reason=reason)
    except DatabaseError as error:
        message = (
            f"{name} cannot be restored, probably because another item now uses the "
            "same reference or web address. Change or delete that item, then restore "
            "the version."
        )
        raise Refusal([message]) from error
    return row


def _restorable_version(row_history: RowHistory, history_id: int) -> Any:
    """Return a version of a row; raise Refusal where it cannot be restored."""
    versions = row_history.rows().exclude(history_type="-")
    then = versions.filter(history_id=history_id).first()
    if then is None:
        raise Refusal([f"{row_history.name} has no such version. Reload the page."])
    if not row_history.is_restorable:
        raise Refusal(
            [f"{row_history.name} is part of the record and cannot be restored."]
        )
    return then


def _keep_dates(row: Editable, current: Editable | None) -> None:
    """Keep the opening and the deadline, which change only by acts of their own.

    A consultation that was deleted is restored without an opening.
    """
    if not isinstance(row, Consultation):
        return
    if isinstance(current, Consultation):
        for name in ("opens_on", "opens_at_time", "closes"):
            setattr(row, name, getattr(current, name))
    else:
        row.opens_on = row.opens_at_time = None


def _recreate(row: Editable, *, version: int, by: User, reason: str) -> None:
    row.version = version
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason  # type: ignore[attr-defined]
    row.save(force_insert=True)


def _refuse_orphan(row: Editable, name: str) -> None:
    """Refuse a row whose related row was deleted; clear a deleted user."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            try:
                getattr(row, field.name)
            except ObjectDoesNotExist:
                if field.related_model is User:
                    setattr(row, field.attname, None)
                    continue
                row_type = ROW_TYPES_BY_MODEL.get(cast(Any, field.related_model))
                label = row_type.label if row_type else str(field.verbose_name)
                message = (
                    f"{name} cannot be restored: the {label} it belonged to has been "
                    f"deleted. Restore the {label} first."
                )
                raise Refusal([message]) from None


@dataclass(frozen=True)
class RemovedRow:
    """A row that was deleted and not restored; `ref` is its row reference."""

    ref: str
    name: str
    label: str
    at: dt.datetime
    by: User | None


def removed_rows(filters: HistoryFilters) -> list[RemovedRow]:
    """Return deleted rows that were not restored, the latest first.

    `filters` restrict the histories to one consultation.
    """
    names = RowNames()
    rows = [
        row
        for model, where in filters.items()
        for row in _removed_rows(ROW_TYPES_BY_MODEL[model], where, names)
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:MAX_REMOVED_SHOWN]


def _removed_rows(
    row_type: RowType, where: models.Q, names: RowNames
) -> Iterator[RemovedRow]:
    present = row_type.model._default_manager.filter(pk=OuterRef("id"))
    later = _history(row_type.model).filter(
        id=OuterRef("id"), history_id__gt=OuterRef("history_id")
    )
    rows = _history(row_type.model).filter(where, ~Exists(present), history_type="-")
    rows = rows.exclude(Exists(later)).select_related("history_user")
    for row in rows.order_by("-history_id")[:MAX_REMOVED_SHOWN]:
        yield RemovedRow(
            ref=f"{row_type.name}:{row.id}",
            name=historical_name(row_type, row, names),
            label=row_type.full_label or row_type.label,
            at=row.history_date,
            by=row.history_user,
        )
