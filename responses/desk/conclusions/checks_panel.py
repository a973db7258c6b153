"""What stands in the way of publishing: as a page, and beside what is written."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action
from consultations.models import Conclusion
from consultations.web.requires import requires
from responses.checks.cached_findings import fingerprint
from responses.desk.check_results import cached_check_results, check_conclusion
from responses.desk.editing.lookups import conclusion_named

LEVELS = ("2", "3", "4")
"""The levels a heading of the panel may have on the page it is put into."""


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def checks(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what stands in the way of publishing, on a page of its own."""
    conclusion = conclusion_named(slug)
    context = {
        "conclusion": conclusion,
        "consultation": conclusion.consultation,
        "place": "conclusions",
        "found": check_conclusion(conclusion),
    }
    return render(request, "desk/conclusions/checks.html", context)


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def checks_panel(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the same as a part of a page; 204 while nothing has changed."""
    conclusion = conclusion_named(slug)
    mark = findings_mark(conclusion)
    if request.GET.get("shown") == mark:
        return HttpResponse(status=204)
    level = request.GET.get("level", "2")
    context = {
        "conclusion": conclusion,
        "found": check_conclusion(conclusion),
        "mark": mark,
        "level": level if level in LEVELS else "2",
        "watches": request.GET.get("watch") == "1",
    }
    return render(request, "desk/conclusions/_checks_panel.html", context)


def panel_of(conclusion: Conclusion) -> dict[str, Any]:
    """Return what a page shows at first: what is known, without running the checks."""
    return {
        "found": cached_check_results(conclusion),
        "mark": findings_mark(conclusion),
    }


def findings_mark(conclusion: Conclusion) -> str:
    """Return a word that changes with anything the checks read."""
    return fingerprint(conclusion)[:16]
