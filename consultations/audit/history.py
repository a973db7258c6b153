"""Writing rows together with their history.

django-simple-history records only save() and delete(). Bulk writes and saves with
optimistic locking use this module; tests forbid the bare calls elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from consultations.models.base import Editable

E = TypeVar("E", bound=Editable)

BATCH_SIZE = 500


class StaleSave(Exception):
    """The row was saved since it was shown; `current` is the stored version."""

    def __init__(self, current: Editable) -> None:
        self.current = current
        super().__init__(
            f"{current} has been changed by someone else since you opened this "
            "page. Compare both versions, then save again."
        )


def create_all(
    model: type[E], rows: Iterable[E], *, by: User | None = None, reason: str = ""
) -> list[E]:
    """Create rows, with a history row each."""
    return list(
        bulk_create_with_history(
            list(rows),
            model,
            batch_size=BATCH_SIZE,
            default_user=by,
            default_change_reason=reason or None,
        )
    )


def save_all(
    model: type[E],
    rows: Sequence[E],
    fields: Sequence[str],
    *,
    by: User | None = None,
    reason: str = "",
) -> None:
    """Update the named fields of rows; increment the version of each."""
    for row in rows:
        row.version += 1
    bulk_update_with_history(
        rows,
        model,
        [*fields, "version"],
        batch_size=BATCH_SIZE,
        default_user=by,
        default_change_reason=reason or None,
    )


def delete_all(
    rows: Iterable[Editable], *, by: User | None = None, reason: str = ""
) -> None:
    """Delete rows one by one; their history is kept."""
    for row in rows:
        row._history_user = by  # type: ignore[attr-defined]
        row._change_reason = reason  # type: ignore[attr-defined]
        row.delete()


@transaction.atomic
def save_if_current(
    row: Editable, *, version: int, by: User | None, reason: str = ""
) -> None:
    """Save the row if its stored version is `version`; raise StaleSave otherwise.

    One UPDATE compares and increments the version, so exactly one of two concurrent
    saves succeeds.
    """
    manager = type(row)._default_manager
    same = manager.filter(pk=row.pk, version=version)
    if not same.update(version=version + 1):
        raise StaleSave(manager.get(pk=row.pk))
    row.version = version + 1
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason  # type: ignore[attr-defined]
    row.save()
