"""Rows named in a posted form, and the order that it gives them."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from consultations.models.base import Editable
from responses.desk.editing.saving import logged_in_user
from responses.editing.keys import row_number
from responses.editing.ordering import move_by_steps, order_by_keys, put_in_order

R = TypeVar("R", bound=Editable)


def get_posted_row(request: HttpRequest, rows: QuerySet[R]) -> R:
    """Return the one of the rows whose key was posted as `row`, or 404."""
    return get_object_or_404(rows, pk=row_number(request.POST.get("row", "")))


@transaction.atomic
def reorder_from_post(request: HttpRequest, rows: QuerySet[R]) -> None:
    """Reorder rows as posted: one row a step up or down, or all rows as dragged.

    The rows are locked while they are read, so that no concurrent save is overwritten.
    """
    listed: list[R] = list(rows.select_for_update())
    if "row" in request.POST:
        step = -1 if request.POST.get("step") == "up" else 1
        listed = move_by_steps(listed, get_posted_row(request, rows), step)
    else:
        listed = order_by_keys(listed, request.POST.get("order", "").split(","))
    put_in_order(rows.model, listed, by=logged_in_user(request))
