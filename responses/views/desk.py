"""The desk's first page: every consultation in hand and what it waits for."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action, requires
from consultations.models import Commitment, Consultation, Designation, Edition
from consultations.models.consultation import ConsultationQuerySet
from consultations.views.paging import following, page_of
from responses.views.waiting import most_urgent_first, work_on


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def desk(request: HttpRequest) -> HttpResponse:
    """List what is in hand, the most urgent first, and what is done, newest first."""
    finished = Consultation.objects.exclude(pk__in=in_hand().values("pk"))
    rows, cursor = page_of(following(finished, request.GET.get("after", "")))
    context = {
        "works": most_urgent_first(work_on(in_hand())),
        "finished": rows,
        "cursor": cursor,
    }
    return render(request, "responses/desk.html", context)


def in_hand() -> ConsultationQuerySet:
    """Return the consultations of which something is still to come."""
    own = {"consultation": OuterRef("pk")}
    editions = Edition.objects.in_hand().filter(conclusion__consultation=OuterRef("pk"))
    return Consultation.objects.filter(
        Q(pk__in=Consultation.objects.unconcluded().values("pk"))
        | Q(Exists(editions))
        | Q(Exists(Designation.objects.filter(designated=None, **own)))
        | Q(Exists(Commitment.objects.filter(done=None, **own)))
    )
