"""Removing a row: a page that says what goes with it, then the removal."""

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
from responses.desk.editing.saving import signed_in


@dataclass(frozen=True)
class Removal:
    """What is to be removed.

    `reasons` are sentences why it cannot be, `consequences` what goes with it, `back`
    the address to return to. `removed` is called after removing, in the same
    transaction.
    """

    row: Editable
    heading: str
    back: str
    reasons: Sequence[str] = ()
    consequences: Sequence[str] = ()
    removed: Callable[[], object] = lambda: None
    context: Mapping[str, Any] = field(default_factory=dict)


def answer_removal(request: HttpRequest, removal: Removal) -> HttpResponse:
    """Ask whether to remove a row; remove it when told so, unless it has changed."""
    reasons = list(removal.reasons)
    if request.method == "POST" and not reasons:
        reasons = _remove(request, removal)
        if not reasons:
            messages.success(request, "Removed.")
            return redirect(removal.back)
    context = {
        **removal.context,
        "row": removal.row,
        "about": row_types.row_ref(removal.row),
        "heading": removal.heading,
        "back": removal.back,
        "reasons": reasons,
        "consequences": removal.consequences,
    }
    return render(request, "desk/editing/remove.html", context)


def _remove(request: HttpRequest, removal: Removal) -> list[str]:
    """Remove the row if it is as it was shown; return why it was not removed."""
    row, shown = removal.row, request.POST.get("shown", "")
    same = type(row)._default_manager.select_for_update().filter(pk=row.pk)
    try:
        with transaction.atomic():
            if [str(each.version) for each in same] != [shown]:
                return ["Somebody changed it meanwhile: look at it again first."]
            delete_all([row], by=signed_in(request), reason="Removed")
            removal.removed()
    except ProtectedError as error:
        held = sorted({str(each) for each in error.protected_objects})
        return [f"These still refer to it: {', '.join(held[:10])}. Remove them first."]
    return []
