"""The first page."""

from __future__ import annotations

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consultations.models import Consultation, Edition
from consultations.public.status import PREFETCHED, standings

MOST_OPEN = 20
LATEST = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is open, by its deadline, and what was concluded lately."""
    soonest = Consultation.objects.open().order_by(
        F("last_deadline").asc(nulls_last=True), "slug"
    )
    waiting = Consultation.objects.awaiting_conclusion().order_by(
        F("last_deadline").asc(), "slug"
    )
    latest = Edition.objects.published().order_by("-published_at", "-pk")
    context = {
        "open": standings(soonest.prefetch_related(*PREFETCHED)[:MOST_OPEN]),
        "waiting": standings(waiting.prefetch_related(*PREFETCHED)[:LATEST]),
        "latest": latest.select_related("conclusion__consultation").defer("content")[
            :LATEST
        ],
    }
    return render(request, "consultations/home.html", context)
