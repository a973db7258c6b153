"""The workspace's home page: the user's tasks and active consultations."""

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
from consultations.public.paging import filter_after_cursor, page_and_cursor
from consultations.public.status import Stage
from consultations.web.requires import requires
from responses.desk.editing.saving import logged_in_user
from responses.desk.home.my_tasks import tasks_for_user
from responses.desk.home.service_messages import service_messages_for
from responses.desk.home.worklist import (
    TaskTopic,
    WorklistItem,
    sort_by_urgency,
    worklist_items,
)

WorklistPredicate = Callable[[WorklistItem], bool]


def _has_due_task(*topics: TaskTopic) -> WorklistPredicate:
    return lambda work: any(
        wait.topic in topics and wait.tone != "waiting" for wait in work.tasks
    )


FILTERS: dict[str, tuple[str, WorklistPredicate]] = {
    "": ("All", lambda work: True),
    "overdue": ("Overdue", lambda work: work.urgency == 0),
    "setting-up": ("In setup", lambda work: work.status.stage == Stage.FORTHCOMING),
    "open": ("Open", lambda work: work.status.stage == Stage.OPEN),
    "closing": ("Closing within 14 days", _has_due_task(TaskTopic.DEADLINE)),
    "comments": (
        "Comments to answer",
        _has_due_task(TaskTopic.COMMENTS, TaskTopic.LATE),
    ),
    "sign-off": ("Approval and publication", _has_due_task(TaskTopic.SIGN_OFF)),
    "after": ("Follow-up", _has_due_task(TaskTopic.AFTER)),
}
"""The filters of the worklist, by the value of `?show=`."""


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def desk(request: HttpRequest) -> HttpResponse:
    """List unfinished consultations by urgency, and finished ones, newest first.

    Raise Http404 for an unknown filter.
    """
    show = request.GET.get("show", "")
    if show not in FILTERS:
        raise Http404(f"Unknown filter: {show!r}")
    finished = Consultation.objects.exclude(
        pk__in=unfinished_consultations().values("pk")
    )
    rows, cursor = page_and_cursor(
        filter_after_cursor(finished, request.GET.get("after", ""))
    )
    works = sort_by_urgency(worklist_items(unfinished_consultations()))
    context = {
        "service_messages": service_messages_for(logged_in_user(request)),
        "my_tasks": tasks_for_user(logged_in_user(request)),
        "worklist": [work for work in works if FILTERS[show][1](work)],
        "unfinished_count": len(works),
        "filters": worklist_filters(works, show),
        "shown_filter": show,
        "finished_consultations": rows,
        "next_cursor": cursor,
    }
    return render(request, "desk/home/desk.html", context)


def worklist_filters(
    works: list[WorklistItem], show: str
) -> list[tuple[str, str, int, bool]]:
    """Return each filter's value, label, number of items, and whether it is active."""
    return [
        (value, label, sum(map(chooses, works)), value == show)
        for value, (label, chooses) in FILTERS.items()
    ]


def unfinished_consultations() -> ConsultationQuerySet:
    """Return the consultations with something still to do."""
    own = {"consultation": OuterRef("pk")}
    editions = Edition.objects.pending().filter(conclusion__consultation=OuterRef("pk"))
    return Consultation.objects.filter(
        Q(pk__in=Consultation.objects.unconcluded().values("pk"))
        | Q(Exists(editions))
        | Q(Exists(Designation.objects.filter(designated=None, **own)))
        | Q(Exists(Commitment.objects.filter(done=None, **own)))
    )
