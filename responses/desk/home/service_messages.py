"""Messages about the site's own service, to people who can have it repaired."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone

from consultations.access import Action, user_may
from consultations.background.status import work_is_stuck
from consultations.models import Notice

FAILURES_SHOWN_FOR = dt.timedelta(days=14)
FAILURES_SHOWN = 10

WORKER_MESSAGE = (
    "The background worker is not running. Emails are not being sent, scheduled "
    "editions are not being published, attached files are not being read and drafts "
    "are not being exported. Ask the person who runs this site to start the worker: "
    "python manage.py worker"
)
FAILED_EMAILS_REMEDY = (
    "Ask the person who runs this site to check the mail server, then to run: "
    "python manage.py send_waiting_notices --given-up"
)


@dataclass(frozen=True)
class ServiceMessages:
    """What is wrong with the service: a stopped worker, and emails that failed."""

    worker: str
    failed_emails: tuple[Notice, ...]
    failed_count: int
    failed_remedy: str = FAILED_EMAILS_REMEDY


def service_messages_for(user: User) -> ServiceMessages | None:
    """Return what is wrong, for drafters and administrators; None if nothing is."""
    if not user_may(user, Action.DRAFT):
        return None
    since = timezone.now() - FAILURES_SHOWN_FOR
    failed = Notice.objects.failed().filter(failed_at__gte=since)
    newest = tuple(failed.order_by("-failed_at", "-pk")[:FAILURES_SHOWN])
    count = failed.count() if len(newest) == FAILURES_SHOWN else len(newest)
    worker = WORKER_MESSAGE if work_is_stuck() else ""
    if not worker and not newest:
        return None
    return ServiceMessages(worker, newest, count)
