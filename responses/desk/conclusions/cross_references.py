"""The list of cross-references that the texts of a conclusion can have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action
from consultations.web.requires import requires
from responses.conclusions.cross_references import find_cross_references
from responses.desk.editing.lookups import get_conclusion_or_404
from responses.text_matching.search_terms import parse_search_terms


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def cross_references(request: HttpRequest, slug: str) -> HttpResponse:
    """List the cross-references to copy; for htmx, the list with buttons to insert."""
    conclusion = get_conclusion_or_404(slug)
    find = request.GET.get("find", "")
    is_panel = request.headers.get("HX-Request") == "true"
    context = {
        "conclusion": conclusion,
        "consultation": conclusion.consultation,
        "current_page": "conclusions",
        "find": find,
        "is_panel": is_panel,
        "groups": find_cross_references(conclusion, parse_search_terms(find)),
    }
    name = "_cross_reference_list" if is_panel else "cross_references"
    return render(request, f"desk/conclusions/{name}.html", context)
