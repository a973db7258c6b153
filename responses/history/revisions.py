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

from consultations.audit.history import save_if_current
from consultations.documents.diff.texts import comparison_html, lines_html
from consultations.documents.wording import printed_date, printed_time
from consultations.editions.workflow import Refusal
from consultations.fields.model_fields import RichTextField
from consultations.models.base import Editable
from responses.history.sources import HistoryFilters
from responses.row_types import (
    ROW_TYPES_BY_MODEL,
    ROW_TYPES_BY_NAME,
    RowType,
    link_types_of,
    parse_row_ref,
)

PAGE = 20

MOST_REMOVED = 100
"""How many removed rows are listed, the latest first."""

NOT_SHOWN = {"id", "version"}
"""Fields of every row that tell a reader nothing."""


Names = dict[tuple[str, object], str]
"""What the rows are called that foreign keys name, by the field's name and the key."""


@dataclass(frozen=True)
class FieldChange:
    """A field that a save changed; the comparison is safe HTML."""

    label: str
    comparison: str


@dataclass(frozen=True)
class HistoryEntry:
    """One thing that happened to a row."""

    at: dt.datetime
    by: User | None
    action: str
    reason: str
    changes: tuple[FieldChange, ...] = ()
    history_id: int | None = None
    is_current: bool = False


@dataclass(frozen=True)
class RowHistory:
    """The history of one row, also of one that was removed.

    `row` is None for a removed one; `name` is what it was last called.
    """

    row_type: RowType
    pk: int

    @cached_property
    def row(self) -> Editable | None:
        """The row as it is now."""
        return self.row_type.model._default_manager.filter(pk=self.pk).first()

    @cached_property
    def last(self) -> Any:
        """The latest history row; None where there never was such a row."""
        return self.rows().first()

    @property
    def name(self) -> str:
        """What the row is called, or was when it was removed."""
        return str(self.row) if self.row else name_of(self.row_type, self.last)

    @property
    def is_restorable(self) -> bool:
        """False for what is part of a record, such as a remark in sign-off."""
        return bool(self.row_type.page)

    def rows(self) -> models.QuerySet[Any]:
        """Return the history rows, newest first."""
        rows = _history(self.row_type.model).filter(id=self.pk)
        return rows.select_related("history_user").order_by("-history_id")

    def page(self, before: int | None = None) -> tuple[list[HistoryEntry], int | None]:
        """Return a page of entries, newest first, and where the next one begins."""
        rows = self.rows().filter(history_id__lt=before) if before else self.rows()
        found = list(rows[: PAGE + 1])
        names = _names_in(self.row_type.model, found)
        entries = [
            self._entry(new, old, names) for new, old in pairwise([*found, None]) if new
        ][:PAGE]
        more = found[PAGE - 1].history_id if len(found) > PAGE else None
        return entries, more

    def link_entries(self) -> list[HistoryEntry]:
        """Return when rows were linked to it and unlinked, a link type at a time."""
        return [
            entry
            for link_type in link_types_of(self.row_type)
            for entry in _link_entries(link_type, self.pk)
        ]

    def _entry(self, new: Any, old: Any, names: Names) -> HistoryEntry:
        action = {"+": "Made", "~": "Changed", "-": "Removed"}[new.history_type]
        changes: tuple[FieldChange, ...] = ()
        if new.history_type != "-":
            changes = tuple(_changes(self.row_type.model, new, old, names))
        current = self.row is not None and new.history_id == self.last.history_id
        return HistoryEntry(
            at=new.history_date,
            by=new.history_user,
            action=action,
            reason=new.history_change_reason or "",
            changes=changes,
            history_id=new.history_id if self._comes_back(new) else None,
            is_current=current,
        )

    def _comes_back(self, line: Any) -> bool:
        return self.is_restorable and line.history_type != "-"


def _link_entries(link_type: RowType, parent: int) -> Iterator[HistoryEntry]:
    """Yield when rows were linked to a parent and unlinked, newest first."""
    rows = _history(link_type.model).filter(**{f"{link_type.parent_field}_id": parent})
    rows = rows.exclude(history_type="~").select_related("history_user")
    lines = list(rows.order_by("-history_id"))
    names = _linked_names(link_type, lines)
    for line in lines:
        other = names.get(getattr(line, f"{link_type.links_to}_id"), "one that is gone")
        verb = "added" if line.history_type == "+" else "taken away"
        action = f"{link_type.label.capitalize()} {verb}: {other}"
        yield HistoryEntry(line.history_date, line.history_user, action, "")


def _linked_names(link_type: RowType, lines: Iterable[Any]) -> dict[int, str]:
    field = link_type.model._meta.get_field(link_type.links_to)
    other = cast(type[models.Model], field.related_model)
    keys = {getattr(line, f"{link_type.links_to}_id") for line in lines}
    return {row.pk: str(row) for row in other._default_manager.filter(pk__in=keys)}


def name_of(row_type: RowType, line: Any) -> str:
    """Return what a row was called at a line of its history.

    What it belonged to, and takes its name from, may be gone as well.
    """
    try:
        return str(line.instance)
    except ObjectDoesNotExist:
        return f"{row_type.label} {line.id}"


def _history(model: type[Editable]) -> Manager[Any]:
    return cast(Manager[Any], model.history)  # type: ignore[attr-defined]


# --- comparing ------------------------------------------------------------------------


def _shown_fields(model: type[Editable]) -> Iterator[models.Field[Any, Any]]:
    for field in model._meta.concrete_fields:
        if field.name not in NOT_SHOWN:
            yield field


def _changes(
    model: type[Editable], new: Any, old: Any, names: Names
) -> Iterator[FieldChange]:
    """Yield the fields in which two versions differ; of the first, all that it had."""
    for field in _shown_fields(model):
        before = _printed(field, old, names) if old and old.history_type != "-" else ""
        after = _printed(field, new, names)
        if before != after:
            rich = isinstance(field, RichTextField)
            compared = comparison_html if rich else lines_html
            label = str(field.verbose_name).capitalize()
            yield FieldChange(label, compared(before, after))


def _printed(field: models.Field[Any, Any], row: Any, names: Names) -> str:
    value = getattr(row, field.attname)
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey):
        return names.get((field.name, value)) or f"one that is gone ({value})"
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


def _names_in(model: type[Editable], lines: Sequence[Any]) -> Names:
    """Return what the rows that some lines name are called, in a query a field."""
    names: Names = {}
    for field in _shown_fields(model):
        if isinstance(field, models.ForeignKey):
            keys = {getattr(line, field.attname) for line in lines}
            rows = field.related_model._default_manager.filter(pk__in=keys - {None})
            names |= {(field.name, row.pk): str(row) for row in rows}
    return names


# --- bringing back --------------------------------------------------------------------


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
    """Make a row again what it was in one of its versions.

    Raises history.StaleSave if somebody saved it since version `shown`, and
    workflow.Refusal where what it belonged to is gone.
    """
    then = (
        row_history.rows()
        .exclude(history_type="-")
        .filter(history_id=history_id)
        .first()
    )
    if then is None:
        raise Refusal(
            [f"The history of {row_history.name} has no version {history_id}."]
        )
    if not row_history.is_restorable:
        raise Refusal(
            [f"{row_history.name.capitalize()} is on record and stays as it is."]
        )
    row = cast(Editable, then.instance)
    name = name_of(row_history.row_type, then)
    _refuse_orphan(row, name)
    at = printed_time(timezone.localtime(then.history_date))
    reason = f"Restored as it was at {at}"
    try:
        with transaction.atomic():
            if row_history.row is None:
                _bring_back(
                    row, version=row_history.last.version + 1, by=by, reason=reason
                )
            else:
                save_if_current(row, version=shown, by=by, reason=reason)
    except DatabaseError as error:
        taken = f"{name} cannot come back: something else has taken its place"
        raise Refusal([f"{taken} ({str(error).splitlines()[0]})."]) from error
    return row


def _bring_back(row: Editable, *, version: int, by: User, reason: str) -> None:
    row.version = version
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason  # type: ignore[attr-defined]
    row.save(force_insert=True)


def _refuse_orphan(row: Editable, name: str) -> None:
    """Refuse a row that belongs to one which is gone; a user may be gone."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            try:
                getattr(row, field.name)
            except ObjectDoesNotExist:
                if field.related_model is User:
                    setattr(row, field.attname, None)
                    continue
                label = str(field.verbose_name)
                gone = (
                    f"{name} cannot come back: its {label} is gone. Restore it first."
                )
                raise Refusal([gone]) from None


@dataclass(frozen=True)
class RemovedRow:
    """A row that was removed and not restored; `ref` is its row reference."""

    ref: str
    name: str
    label: str
    at: dt.datetime
    by: User | None


def removed_rows(filters: HistoryFilters) -> list[RemovedRow]:
    """Return the rows that were removed last and not restored, the latest first.

    `filters` keep the histories to one consultation.
    """
    rows = [
        row
        for model, where in filters.items()
        for row in _removed_rows(ROW_TYPES_BY_MODEL[model], where)
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:MOST_REMOVED]


def _removed_rows(row_type: RowType, where: models.Q) -> Iterator[RemovedRow]:
    live = row_type.model._default_manager.filter(pk=OuterRef("id"))
    later = _history(row_type.model).filter(
        id=OuterRef("id"), history_id__gt=OuterRef("history_id")
    )
    rows = _history(row_type.model).filter(where, ~Exists(live), history_type="-")
    rows = rows.exclude(Exists(later)).select_related("history_user")
    for row in rows.order_by("-history_id")[:MOST_REMOVED]:
        yield RemovedRow(
            ref=f"{row_type.name}:{row.id}",
            name=name_of(row_type, row),
            label=row_type.label,
            at=row.history_date,
            by=row.history_user,
        )
