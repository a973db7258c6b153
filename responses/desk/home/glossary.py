"""The page that defines the terms of the workspace."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.access import Action
from consultations.web.requires import requires
from responses.desk.home.glossary_terms import TERMS


@require_safe
@requires(Action.SEE_DESK)
def glossary(request: HttpRequest) -> HttpResponse:
    """Show every term with its definition and its names in code and in files."""
    return render(request, "desk/home/glossary.html", {"terms": TERMS})
