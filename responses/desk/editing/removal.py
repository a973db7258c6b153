"""Deleting a row: a confirmation page that lists the consequences, then deletion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from consultations.audit.history import delete_all
from consultations.models.base import Editable
from responses import row_types
from responses.desk.editing.saving import logged_in_user
from responses.row_names import RowNames, row_name

MAX_REFERRING_SHOWN = 10

STALE_MESSAGE = (
    "{name} has been changed by someone else since you opened this page. "
    "Review the changes, then delete."
)


@dataclass(frozen=True)
class Removal:
    """A row to delete, and the texts of the confirmation page.

    `reasons` are sentences why it cannot be deleted, `consequences` what is deleted
    with it, `back_address` where to return to. `on_removed` is called after deletion,
    in the same transaction.
    """

    row: Editable
    heading: str
    back_address: str
    reasons: Sequence[str] = ()
    consequences: Sequence[str] = ()
    on_removed: Callable[[], object] = lambda: None
    context: Mapping[str, Any] = field(default_factory=dict)


def removal_response(request: HttpRequest, removal: Removal) -> HttpResponse:
    """Ask for confirmation; delete the row when it is posted, unless it has changed."""
    reasons = list(removal.reasons)
    if request.method == "POST" and not reasons:
        name = row_name(removal.row)
        reasons = _remove(request, removal)
        if not reasons:
            messages.success(request, f"{name} deleted.")
            return redirect(removal.back_address)
    context = {
        **removal.context,
        "row": removal.row,
        "row_ref": row_types.row_ref(removal.row),
        "heading": removal.heading,
        "back_address": removal.back_address,
        "reasons": reasons,
        "consequences": removal.consequences,
    }
    return render(request, "desk/editing/remove.html", context)


def _remove(request: HttpRequest, removal: Removal) -> list[str]:
    """Delete the row if its version is the one shown; return reasons against it."""
    row, shown = removal.row, request.POST.get("shown", "")
    same = type(row)._default_manager.select_for_update().filter(pk=row.pk)
    try:
        with transaction.atomic():
            if [str(each.version) for each in same] != [shown]:
                return [STALE_MESSAGE.format(name=row_name(row))]
            delete_all([row], by=logged_in_user(request))
            removal.on_removed()
    except ProtectedError as error:
        names = RowNames()
        held = sorted({names.name(each) for each in error.protected_objects})
        listed = ", ".join(held[:MAX_REFERRING_SHOWN])
        used = f"{row_name(row)} is used by: {listed}."
        return [f"{used} Unlink or delete these items first."]
    return []
