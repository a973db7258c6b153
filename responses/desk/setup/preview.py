"""Preview of a consultation's public page after its opening."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action
from consultations.models import Consultation, DocumentVersion, Edition
from consultations.public.at_a_glance import summarise_at_a_glance
from consultations.public.editions import current_editions
from consultations.public.status import STATUS_PREFETCHES, consultation_statuses
from consultations.public.versions import ShownVersion, stored_version
from consultations.timetable.opening import public_since_sentence
from consultations.views.consultations import (
    attachments_without_bytes,
    consultation_chain,
    consultation_versions,
    question_tree,
)
from consultations.web.requires import requires


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def public_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the public page as it will be when the consultation opens."""
    rows = Consultation.objects.select_related("organisation", "designation")
    rows = rows.prefetch_related(
        *STATUS_PREFETCHES, "extensions__questions", "questions"
    )
    found = get_object_or_404(rows, slug=slug)
    since = public_since_sentence(found)
    at = preview_moment(found)
    (standing,) = consultation_statuses([found], at)
    editions = Edition.objects.ever_published().filter(conclusion__consultation=found)
    context = {
        "consultation": found,
        "public_since": since,
        "consultation_status": standing,
        "is_public": True,
        "at_a_glance": summarise_at_a_glance(standing, timezone.localdate(at)),
        "questions": question_tree(found.questions.all()),
        "versions": previewed_versions(found),
        "attachments": attachments_without_bytes(found),
        "conclusions": current_editions(editions),
        "chain": consultation_chain(found, staff=False),
    }
    return render(request, "desk/setup/preview.html", context)


def preview_moment(found: Consultation) -> dt.datetime:
    """Return the moment to preview: now, or an opening that is still to come.

    A consultation without an opening is shown as if it opened now; nothing is saved.
    """
    now = timezone.now()
    if found.opens_on is None:
        found.opens_on = timezone.localdate(now)
    return max(now, found.opens or now)


def previewed_versions(found: Consultation) -> list[ShownVersion]:
    """Return the versions public now, with those the opening makes public."""
    seen = consultation_versions(found, staff=False)
    documents = [link.document_id for link in found.document_links.all()]
    consulted = DocumentVersion.objects.filter(document__in=documents)
    is_opened = Consultation.objects.public().filter(pk=found.pk).exists()
    consulted = (
        consulted.filter(public_from_opening_of=found.pk)
        if is_opened
        else consulted.filter(consultation=found.pk, status="consulted")
    )
    known = {version.pk for version in seen}
    opening = [version for version in consulted if version.pk not in known]
    return seen + [stored_version(version) for version in opening]
