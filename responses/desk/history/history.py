"""The history of one row, and restoring an earlier version."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.access import Action
from consultations.audit.history import StaleSave
from consultations.editions.workflow import Refusal
from consultations.models import Consultation
from consultations.web.requires import requires
from responses import row_types
from responses.desk.editing.saving import logged_in_user
from responses.editing.keys import is_row_number
from responses.history.revisions import RowHistory, find_row_history, restore
from responses.row_names import row_name


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def history(request: HttpRequest, about: str) -> HttpResponse:
    """Show the history of a row, newest first.

    Raise Http404 where there is none.
    """
    past = _get_row_history_or_404(about)
    before = request.GET.get("before", "")
    if before and not is_row_number(before):
        raise Http404(f"{before!r} is not the address of a page of the history.")
    entries, more = past.page(int(before) if before else None)
    context = {
        "row_history": past,
        "row_ref": about,
        "entries": entries,
        "link_entries": past.link_entries(),
        "next_cursor": more,
        "row_address": row_types.page_of(past.row) if past.row else "",
        "consultation": consultation_of_history(past),
    }
    return render(request, "desk/history/item.html", context)


@require_POST
@never_cache
@requires(Action.DRAFT)
def restore_item(request: HttpRequest, about: str) -> HttpResponse:
    """Restore an earlier version of a row, unless it was changed meanwhile.

    Raise Http404 for an unknown version.
    """
    past = _get_row_history_or_404(about)
    chosen, shown = request.POST.get("history", ""), request.POST.get("shown", "")
    if not (is_row_number(chosen) and is_row_number(shown)):
        raise Http404("Select the version to restore.")
    try:
        row = restore(
            past, history_id=int(chosen), shown=int(shown), by=logged_in_user(request)
        )
    except StaleSave:
        changed = "has been changed by someone else since you opened this page."
        advice = "Review the latest version, then restore."
        messages.error(request, f"{past.name} {changed} {advice}")
    except Refusal as refused:
        messages.error(request, " ".join(refused.reasons))
    else:
        messages.success(request, f"{row_name(row)} restored.")
    return redirect("responses:history", about)


def _get_row_history_or_404(about: str) -> RowHistory:
    past = find_row_history(about)
    if past is None:
        raise Http404(f"{about!r} has no history.")
    return past


def consultation_of_history(past: RowHistory) -> Consultation | None:
    """Return the consultation that a row belongs to, or belonged to."""
    try:
        return row_types.consultation_of(past.row or past.last.instance)
    except ObjectDoesNotExist:
        return None
