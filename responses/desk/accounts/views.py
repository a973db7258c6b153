"""The account log: every event of users' accounts, for those who may approve."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action
from consultations.audit.accounts import account_faults, broken_account_links
from consultations.models import AccountEvent
from consultations.web.requires import requires
from responses.editing.keys import is_row_number

MAX_EVENTS = 50


@require_safe
@never_cache
@requires(Action.APPROVE)
def account_log(request: HttpRequest) -> HttpResponse:
    """Show the account events of the whole site, newest first.

    Raise Http404 for a malformed cursor.
    """
    before = request.GET.get("before", "")
    if before and not is_row_number(before):
        raise Http404(f"{before!r} is not a page of the account log.")
    events = AccountEvent.objects.select_related("by").order_by("-number")
    if before:
        events = events.filter(number__lt=int(before))
    rows = list(events[: MAX_EVENTS + 1])
    is_last_page = len(rows) <= MAX_EVENTS
    context = {
        "events": rows[:MAX_EVENTS],
        "next_cursor": None if is_last_page else rows[MAX_EVENTS - 1].number,
        "faults": [*broken_account_links(), *account_faults()],
    }
    return render(request, "desk/accounts/account_log.html", context)
