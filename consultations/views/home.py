"""The home page."""

from __future__ import annotations

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.models import Consultation
from consultations.public.publications import latest_conclusions
from consultations.public.shown import public_consultations, public_statuses

MAX_OPEN_SHOWN = 20
MAX_LATEST_SHOWN = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show open consultations by deadline, and the latest conclusions."""
    soonest = Consultation.objects.open().order_by(
        F("last_deadline").asc(nulls_last=True), "slug"
    )
    waiting = Consultation.objects.awaiting_conclusion().order_by(
        F("last_deadline").asc(), "slug"
    )
    context = {
        "open_consultations": public_statuses(
            public_consultations(soonest)[:MAX_OPEN_SHOWN]
        ),
        "awaiting_conclusion": public_statuses(
            public_consultations(waiting)[:MAX_LATEST_SHOWN]
        ),
        "latest_conclusions": latest_conclusions(MAX_LATEST_SHOWN),
    }
    return render(request, "consultations/home.html", context)
