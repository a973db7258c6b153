"""Public pages: the list of consultations and the page of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from consultations.access import Action, user_may
from consultations.models import (
    Consultation,
    ConsultationAttachment,
    ConsultationEdition,
    ConsultationNotice,
    Edition,
)
from consultations.models.consultation import ConsultationQuerySet
from consultations.public.at_a_glance import summarise_at_a_glance
from consultations.public.editions import shown_conclusions
from consultations.public.effects import decided_texts
from consultations.public.paging import filter_after_cursor, page_and_cursor
from consultations.public.rounds import consultation_chain
from consultations.public.shown import (
    ShownConsultation,
    consultation_versions,
    documents_with_texts,
    public_consultations,
    public_statuses,
    shown_to_public,
    shown_to_staff,
    statuses_of,
)
from consultations.public.status import Stage
from consultations.public.versions import ShownVersion

STATUS_FILTERS: dict[
    str, tuple[str, Callable[[ConsultationQuerySet], ConsultationQuerySet]]
]
STATUS_FILTERS = {
    "": ("All", lambda consultations: consultations.public()),
    "open": ("Open", lambda consultations: consultations.open()),
    "closed": ("Awaiting conclusion", lambda c: c.awaiting_conclusion()),
    "concluded": ("Concluded", lambda c: c.public().concluded()),
}
"""The filters of the list by the value of `?status=`: label and queryset method."""


@require_safe
def consultation_list(request: HttpRequest) -> HttpResponse:
    """List the public consultations, newest first.

    Raise Http404 for an unknown filter.
    """
    status, words = request.GET.get("status", ""), request.GET.get("q", "").strip()
    if status not in STATUS_FILTERS:
        raise Http404(f"{status!r} is not a status of a consultation.")
    filtered = STATUS_FILTERS[status][1](Consultation.objects.all())
    found = search_consultations(public_consultations(filtered), words)
    found = filter_after_cursor(found, request.GET.get("after", ""))
    rows, cursor = page_and_cursor(found)
    context = {
        "consultation_statuses": public_statuses(rows),
        "statuses": [(key, label) for key, (label, _) in STATUS_FILTERS.items()],
        "status": status,
        "search_words": words,
        "next_cursor": cursor,
    }
    return render(request, "consultations/consultation_list.html", context)


def search_consultations(
    consultations: QuerySet[Consultation], words: str
) -> QuerySet[Consultation]:
    """Return public consultations with every word in title, summary or documents."""
    for word in words.replace("\0", "").split():
        having = ConsultationEdition.objects.filter(
            pk=OuterRef("public_edition"), words__icontains=word
        )
        consultations = consultations.filter(Exists(having))
    return consultations


@require_safe
def consultation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one consultation, in the wording that is public now."""
    shown = get_visible_consultation(request, slug)
    staff = user_may(request.user, Action.SEE_DESK)
    versions = consultation_versions(shown, staff=staff)
    context = consultation_context(shown, versions, staff=staff)
    return render(request, "consultations/consultation.html", context)


@require_safe
def consultation_edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show the wording of one edition, which was public or is.

    Raise Http404 where there is none.
    """
    editions = ConsultationEdition.objects.public().select_related("content")
    edition = get_object_or_404(editions, consultation__slug=slug, number=number)
    row = _rows().get(pk=edition.consultation_id)
    shown = ShownConsultation(row, edition.text(), edition)
    later = editions.filter(consultation=row, number=number + 1).first()
    context = consultation_context(shown, [], staff=False)
    context |= {
        "edition": edition,
        "later_edition": later,
        "frozen_texts": [text.version_text() for text in edition_texts(edition)],
    }
    return render(request, "consultations/consultation_edition.html", context)


def edition_texts(edition: ConsultationEdition) -> QuerySet[Any]:
    """Return the texts that an edition froze, with their content."""
    return edition.texts.select_related("file")


def consultation_context(
    shown: ShownConsultation,
    versions: list[ShownVersion],
    *,
    staff: bool,
    at: dt.datetime | None = None,
) -> dict[str, Any]:
    """Return what the page of a consultation shows; also of a preview."""
    (standing,) = statuses_of([shown], at)
    editions = Edition.objects.ever_published().filter(
        conclusion__consultation=shown.pk
    )
    notices = ConsultationNotice.objects.in_effect().filter(consultation=shown.pk)
    notices = notices.select_related("based_on").order_by("-number")
    concluded = standing.concluded
    decided = (
        decided_texts(shown, since=concluded.published if concluded else None)
        if standing.stage == Stage.CONCLUDED
        else None
    )
    today = timezone.localdate(at)
    return {
        "consultation": shown,
        "consultation_status": standing,
        "is_public": standing.stage != Stage.FORTHCOMING,
        "at_a_glance": summarise_at_a_glance(standing, today, decided),
        "documents": documents_with_texts(shown, versions),
        "conclusions": shown_conclusions(editions),
        "notices": list(notices),
        "chain": consultation_chain(shown, staff=staff),
    }


def get_visible_consultation(request: HttpRequest, slug: str) -> ShownConsultation:
    """Return a consultation as it is shown; before its opening, for staff only.

    Raise Http404 where there is none, or it is not public yet.
    """
    row = get_object_or_404(_rows(), slug=slug)
    shown = shown_to_public(row)
    if shown is None and user_may(request.user, Action.SEE_DESK):
        shown = shown_to_staff(row)
    if shown is None:
        raise Http404(f"No consultation {slug!r}.")
    return shown


def _rows() -> QuerySet[Consultation]:
    return Consultation.objects.select_related("organisation", "designation")


def attachments_without_bytes(found: Consultation) -> QuerySet[ConsultationAttachment]:
    """Return the stored attachments of a consultation, without their content."""
    rows = found.attachments.select_related("file")
    return rows.defer("file__content", "file__packed")
