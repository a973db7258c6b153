"""Results of a conclusion's checks: as a page, and as a panel beside the editor."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action, user_may
from consultations.models import Conclusion
from consultations.web.requires import requires
from responses.checks.cached_findings import fingerprint
from responses.checks.confirmations import confirmations_of
from responses.desk.check_results import cached_check_results, check_conclusion
from responses.desk.editing.lookups import get_conclusion_or_404

HEADING_LEVELS = ("2", "3", "4")
"""The heading levels that the panel may have."""


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def checks(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the results of the checks on a page of their own."""
    conclusion = get_conclusion_or_404(slug)
    context = {
        "conclusion": conclusion,
        "consultation": conclusion.consultation,
        "current_page": "conclusions",
        "check_results": check_conclusion(conclusion),
        "confirmations": confirmations_of(conclusion),
        "may_remove": user_may(request.user, Action.DRAFT),
    }
    return render(request, "desk/conclusions/checks.html", context)


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def checks_panel(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the results as part of a page; 204 while nothing has changed."""
    conclusion = get_conclusion_or_404(slug)
    mark = findings_fingerprint(conclusion)
    if request.GET.get("shown") == mark:
        return HttpResponse(status=204)
    level = request.GET.get("level", "2")
    context = {
        "conclusion": conclusion,
        "check_results": check_conclusion(conclusion),
        "fingerprint": mark,
        "level": level if level in HEADING_LEVELS else "2",
        "is_watched": request.GET.get("watch") == "1",
    }
    return render(request, "desk/conclusions/_checks_panel.html", context)


def cached_panel_context(conclusion: Conclusion) -> dict[str, Any]:
    """Return the context of the panel from cached results; run no checks."""
    return {
        "check_results": cached_check_results(conclusion),
        "fingerprint": findings_fingerprint(conclusion),
    }


def findings_fingerprint(conclusion: Conclusion) -> str:
    """Return a hash of everything that the checks read."""
    return fingerprint(conclusion)[:16]
