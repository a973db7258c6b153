"""Pages of a list by key: each begins after the last row of the one before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.http import Http404

from consultations.models import Consultation

PAGE = 20

C = TypeVar("C", bound="QuerySet[Consultation]")


def following(consultations: C, cursor: str) -> C:
    """Return what comes after the consultation a cursor names; 404 for no cursor."""
    if not cursor:
        return consultations
    opened, _, slug = cursor.partition(".")
    try:
        day = dt.date.fromisoformat(opened)
    except ValueError:
        raise Http404(f"{cursor!r} is no place in the list.") from None
    return consultations.filter(Q(opened__lt=day) | Q(opened=day, slug__gt=slug))


def page_of(
    consultations: QuerySet[Consultation], size: int = PAGE
) -> tuple[Sequence[Consultation], str]:
    """Return one page, newest first, and the cursor of the next; nothing is counted."""
    # Named, because Django leaves the model's order out of a query that aggregates.
    rows = list(consultations.order_by("-opened", "slug")[: size + 1])
    if len(rows) <= size:
        return rows, ""
    last = rows[size - 1]
    return rows[:size], f"{last.opened.isoformat()}.{last.slug}"
