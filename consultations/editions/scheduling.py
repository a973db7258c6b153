"""Scheduled publication: scheduled by a user, published by the worker."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task

from consultations.audit import trail
from consultations.documents.wording import printed_time
from consultations.editions.workflow import (
    Refusal,
    publication_blockers,
    publish_edition,
)
from consultations.models import Conclusion, Edition, ScheduledPublication
from consultations.notifications import notices

RECHECK_AFTER = dt.timedelta(minutes=3)
"""How long after a worker starts to publish another worker checks the result."""


@transaction.atomic
def schedule_publication(
    edition: Edition, *, when: dt.datetime, by: User, at: dt.datetime | None = None
) -> ScheduledPublication:
    """Schedule the publication of an approved edition; replace an earlier schedule.

    It is published in the name of `by`, who must still be allowed to at that time.
    Raise Refusal with every reason against it.
    """
    now = at or timezone.now()
    _lock_conclusion(edition)
    reasons = publication_blockers(edition, by=by)
    if when <= now:
        reasons.append(
            f"{_local_time(when)} is in the past. Enter a future time, or publish now."
        )
    if reasons:
        raise Refusal(reasons)
    planned, _ = ScheduledPublication.objects.update_or_create(
        edition=edition,
        defaults={"at": when, "by": by, "scheduled_at": now, "failure": ""},
    )
    summary = f"Publication of “{edition.title}” was scheduled for {_local_time(when)}"
    _record(edition, "planned", summary, by, now)
    notices.notify_of_schedule(planned)
    pk = edition.pk
    transaction.on_commit(lambda: _enqueue(pk, when), robust=True)
    return planned


@transaction.atomic
def cancel_schedule(
    edition: Edition, *, by: User, at: dt.datetime | None = None
) -> None:
    """Cancel the scheduled publication of an edition.

    Raise Refusal with every reason against it.
    """
    _lock_conclusion(edition)
    planned = ScheduledPublication.objects.filter(edition=edition).first()
    if planned is None or edition.state != Edition.State.APPROVED:
        raise Refusal(["The publication of this edition is not scheduled."])
    reasons = publication_blockers(edition, by=by)
    if reasons:
        raise Refusal(reasons)
    planned.delete()
    summary = f"The scheduled publication of “{edition.title}” was cancelled"
    _record(edition, "plan-cancelled", summary, by, at)
    notices.notify_of_cancelled_schedule(edition, by=by)


@task()
def publish_scheduled(edition: int) -> None:
    """Publish an edition that is due; another worker retries if this one crashes."""
    now = timezone.now()
    if _due_publications(now).filter(edition=edition).exists():
        _enqueue(edition, now + RECHECK_AFTER)
    publish_if_due(edition)


def publish_if_due(edition: int, at: dt.datetime | None = None) -> bool:
    """Publish an edition if it is due; return whether it was published.

    Where it may not be published any more, store the reason with the schedule and
    notify the user who set it.
    """
    now = at or timezone.now()
    with transaction.atomic():
        planned = _lock_due_publication(edition, now)
        if planned is None:
            return False
        try:
            with transaction.atomic():
                publish_edition(planned.edition, by=planned.by, at=now)
        except Refusal as refused:
            planned.failure = " ".join(refused.reasons)
            planned.save(update_fields=["failure"])
            notices.notify_of_failed_schedule(planned)
            return False
    return True


def publish_due(at: dt.datetime | None = None) -> list[Edition]:
    """Publish every edition that is due; return them."""
    now = at or timezone.now()
    keys = list(_due_publications(now).order_by("at").values_list("edition", flat=True))
    done = [key for key in keys if publish_if_due(key, at=now)]
    return list(Edition.objects.filter(pk__in=done))


def _due_publications(now: dt.datetime) -> QuerySet[ScheduledPublication]:
    """Return the scheduled publications that are due and have not failed."""
    return ScheduledPublication.objects.filter(
        at__lte=now, failure="", edition__state=Edition.State.APPROVED
    )


def _lock_due_publication(
    edition: int, now: dt.datetime
) -> ScheduledPublication | None:
    """Lock and return the due publication of an approved edition, if any.

    The conclusion is locked first, as in every action on its editions.
    """
    Conclusion.objects.select_for_update().filter(editions=edition).first()
    rows = ScheduledPublication.objects.select_related(
        "edition__conclusion__consultation", "by"
    )
    planned = rows.filter(edition=edition, at__lte=now, failure="").first()
    if planned is None or planned.edition.state != Edition.State.APPROVED:
        return None
    return planned


def _enqueue(edition: int, when: dt.datetime) -> None:
    tasks = publish_scheduled
    if tasks.get_backend().supports_defer:
        tasks.using(run_after=when).enqueue(edition)


def _lock_conclusion(edition: Edition) -> None:
    """Lock the conclusion's row, as every action on its editions does."""
    Conclusion.objects.select_for_update().get(pk=edition.conclusion_id)
    edition.refresh_from_db()


def _record(
    edition: Edition, kind: str, summary: str, by: User, at: dt.datetime | None
) -> None:
    consultation = edition.conclusion.consultation
    trail.record_event(consultation, kind=kind, summary=summary, by=by, at=at)


def _local_time(moment: dt.datetime) -> str:
    return printed_time(timezone.localtime(moment))
