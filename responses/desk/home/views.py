"""The desk's first page: what needs this user, and every consultation in hand."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action
from consultations.models import Commitment, Consultation, Designation, Edition
from consultations.models.consultation import ConsultationQuerySet
from consultations.public.paging import after_cursor, page_and_cursor
from consultations.public.status import Stage
from consultations.web.requires import requires
from responses.desk.editing.saving import signed_in
from responses.desk.home.my_tasks import needs_of
from responses.desk.home.worklist import (
    TaskTopic,
    WorklistItem,
    most_urgent_first,
    work_on,
)

Chooses = Callable[[WorklistItem], bool]


def _waits(*topics: TaskTopic) -> Chooses:
    return lambda work: any(
        wait.topic in topics and wait.tone != "waiting" for wait in work.waits
    )


FILTERS: dict[str, tuple[str, Chooses]] = {
    "": ("All", lambda work: True),
    "overdue": ("Overdue", lambda work: work.urgency == 0),
    "setting-up": ("Setting up", lambda work: work.standing.stage == Stage.FORTHCOMING),
    "open": ("Open", lambda work: work.standing.stage == Stage.OPEN),
    "closing": ("Closing within a fortnight", _waits(TaskTopic.DEADLINE)),
    "comments": ("Comments to answer", _waits(TaskTopic.COMMENTS, TaskTopic.LATE)),
    "sign-off": ("In sign-off", _waits(TaskTopic.SIGN_OFF)),
    "after": ("Due after the conclusion", _waits(TaskTopic.AFTER)),
}
"""What the list of consultations in hand can be narrowed to, by `?show=`."""


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def desk(request: HttpRequest) -> HttpResponse:
    """List what is in hand, the most urgent first, and what is done, newest first.

    Raise Http404 where there is none.
    """
    show = request.GET.get("show", "")
    if show not in FILTERS:
        raise Http404(f"{show!r} is no part of the list.")
    finished = Consultation.objects.exclude(pk__in=in_hand().values("pk"))
    rows, cursor = page_and_cursor(after_cursor(finished, request.GET.get("after", "")))
    works = most_urgent_first(work_on(in_hand()))
    context = {
        "needs": needs_of(signed_in(request)),
        "works": [work for work in works if FILTERS[show][1](work)],
        "in_hand": len(works),
        "filters": worklist_filters(works, show),
        "show": show,
        "finished": rows,
        "cursor": cursor,
    }
    return render(request, "desk/home/desk.html", context)


def worklist_filters(
    works: list[WorklistItem], show: str
) -> list[tuple[str, str, int, bool]]:
    """Return each filter's value, label, how many it shows, and whether it is on."""
    return [
        (value, label, sum(map(chooses, works)), value == show)
        for value, (label, chooses) in FILTERS.items()
    ]


def in_hand() -> ConsultationQuerySet:
    """Return the consultations of which something is still to come."""
    own = {"consultation": OuterRef("pk")}
    editions = Edition.objects.pending().filter(conclusion__consultation=OuterRef("pk"))
    return Consultation.objects.filter(
        Q(pk__in=Consultation.objects.unconcluded().values("pk"))
        | Q(Exists(editions))
        | Q(Exists(Designation.objects.filter(designated=None, **own)))
        | Q(Exists(Commitment.objects.filter(done=None, **own)))
    )
