"""Keyset pagination of consultations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import F, Q, QuerySet
from django.http import Http404

from consultations.models import Consultation

CONSULTATIONS_PER_PAGE = 20

NEWEST_FIRST = F("opens_on").desc(nulls_last=True)
"""By the opening day; those without one at the end, on both databases."""

NO_OPENING_DAY = "unset"
"""The opening day in a cursor of a consultation without one."""

C = TypeVar("C", bound="QuerySet[Consultation]")


def filter_after_cursor(consultations: C, cursor: str) -> C:
    """Return the consultations after a cursor; 404 for a malformed one."""
    if not cursor:
        return consultations
    opened, _, slug = cursor.partition(".")
    if opened == NO_OPENING_DAY:
        return consultations.filter(opens_on=None, slug__gt=slug)
    try:
        day = dt.date.fromisoformat(opened)
    except ValueError:
        raise Http404(f"{cursor!r} is not the address of a page of the list.") from None
    later = Q(opens_on__lt=day) | Q(opens_on=day, slug__gt=slug) | Q(opens_on=None)
    return consultations.filter(later)


def page_and_cursor(
    consultations: QuerySet[Consultation], size: int = CONSULTATIONS_PER_PAGE
) -> tuple[Sequence[Consultation], str]:
    """Return a page, newest first, and the cursor of the next, if any."""
    # Explicit, because Django drops Meta.ordering from queries that aggregate.
    rows = list(consultations.order_by(NEWEST_FIRST, "slug")[: size + 1])
    if len(rows) <= size:
        return rows, ""
    last = rows[size - 1]
    day = last.opens_on.isoformat() if last.opens_on else NO_OPENING_DAY
    return rows[:size], f"{day}.{last.slug}"
