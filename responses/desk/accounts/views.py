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

EVENTS_PER_PAGE = 50


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
    rows = list(events[: EVENTS_PER_PAGE + 1])
    is_last_page = len(rows) <= EVENTS_PER_PAGE
    context = {
        "events": rows[:EVENTS_PER_PAGE],
        "next_cursor": None if is_last_page else rows[EVENTS_PER_PAGE - 1].number,
        "faults": [*broken_account_links(), *account_faults()],
    }
    return render(request, "desk/accounts/account_log.html", context)
