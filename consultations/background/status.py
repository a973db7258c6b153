"""Whether background work is being done, for monitoring and for the workspace."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from consultations.models import BackgroundWorker, Notice

SILENCE_LIMIT = dt.timedelta(seconds=60)
"""The time without a heartbeat of any worker after which people are told."""


def last_sign_of_life() -> dt.datetime | None:
    """Return the last heartbeat of any worker; None if no worker has a row."""
    newest = BackgroundWorker.objects.aggregate(at=Max("heartbeat_at"))
    at: dt.datetime | None = newest["at"]
    return at


def work_is_stuck() -> bool:
    """Return whether something waits for a worker, and none shows a sign of life."""
    now = timezone.now()
    seen_at = last_sign_of_life()
    if seen_at and now - seen_at <= SILENCE_LIMIT:
        return False
    waiting_since = now - SILENCE_LIMIT
    return (
        Notice.objects.due(waiting_since).exists()
        or DBTaskResult.objects.ready().filter(enqueued_at__lte=waiting_since).exists()
        or DBTaskResult.objects.running().exists()
    )
