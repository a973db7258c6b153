"""The order of rows: moves by steps, and the order sent after dragging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, QuerySet

from consultations.audit.history import save_all
from consultations.models.base import Editable

E = TypeVar("E", bound=Editable)


def next_position(rows: QuerySet[Any]) -> int:
    """Return the position after the last row; 1 where there is none."""
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def move_by_steps(rows: Sequence[E], row: E, step: int) -> list[E]:
    """Return the rows with one of them moved by a number of places, within bounds."""
    rows = list(rows)
    place = rows.index(row)
    rows.remove(row)
    rows.insert(max(0, min(len(rows), place + step)), row)
    return rows


def order_by_keys(rows: Sequence[E], keys: Sequence[str]) -> list[E]:
    """Return the rows in the order of their primary keys, as dragging sends them.

    Rows without a key in the list, which were added meanwhile, follow in their order;
    keys of rows that were removed meanwhile are ignored.
    """
    by_key = {str(row.pk): row for row in rows}
    named = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
    return named + [row for row in rows if row not in named]


@transaction.atomic
def put_in_order(model: type[E], rows: Sequence[E], *, by: User) -> None:
    """Store the order of rows in their `position`, where it changed."""
    moved = []
    for position, row in enumerate(rows, 1):
        if row.position != position:  # type: ignore[attr-defined]
            row.position = position  # type: ignore[attr-defined]
            moved.append(row)
    if moved:
        save_all(model, moved, ["position"], by=by, reason="Reordered")
