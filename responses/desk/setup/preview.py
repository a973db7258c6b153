"""Preview of a consultation's public page after its opening."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action
from consultations.models import Consultation
from consultations.public.shown import (
    ShownConsultation,
    previewed_versions,
    shown_to_staff,
)
from consultations.timetable.opening import public_since_sentence
from consultations.views.consultations import consultation_context
from consultations.web.requires import requires


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def public_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the public page as it is, or as it will be when the consultation opens."""
    rows = Consultation.objects.select_related("organisation", "designation")
    row = get_object_or_404(rows, slug=slug)
    shown = shown_to_staff(row)
    at = max(timezone.now(), shown.text.opens or timezone.now())
    shown = as_if_opened(shown, at)
    versions = previewed_versions(shown)
    context = consultation_context(shown, versions, staff=False, at=at)
    context["public_since"] = public_since_sentence(row)
    return render(request, "desk/setup/preview.html", context)


def as_if_opened(shown: ShownConsultation, at: dt.datetime) -> ShownConsultation:
    """Return a consultation as if it opened at a moment, where no opening is set."""
    text = shown.text if shown.text.opens else replace(shown.text, opens=at)
    return replace(shown, text=text, is_previewed=True)
