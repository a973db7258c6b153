"""The checks for monitoring: alive, and ready for work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.background.schema import count_unapplied_migrations
from consultations.background.status import SILENCE_LIMIT, last_sign_of_life
from consultations.models import Notice

OVERDUE_LIMIT = dt.timedelta(minutes=10)
"""How long after its time a notice may be unsent: a worker takes it within seconds."""

UNSENT_LIMIT = dt.timedelta(minutes=30)
"""How long a notice may be retried if no other was sent since it was queued."""


@dataclass(frozen=True)
class ReadinessCheck:
    """One condition of readiness: whether it is met, and a sentence without names."""

    name: str
    is_met: bool
    message: str


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200: the process responds. The database is not asked."""
    return text_response("ok\n", status=200)


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Return 200 when every check is met, else 503, as text or as JSON."""
    checks = list(readiness_checks())
    status = 200 if all(check.is_met for check in checks) else 503
    if asks_for_json(request):
        results = {
            check.name: {"ok": check.is_met, "message": check.message}
            for check in checks
        }
        return JsonResponse({"ready": status == 200, "checks": results}, status=status)
    lines = "".join(
        f"{check.name}: {'ok' if check.is_met else 'NOT READY'}: {check.message}\n"
        for check in checks
    )
    return text_response(lines, status=status)


def asks_for_json(request: HttpRequest) -> bool:
    """Return whether a request prefers JSON: `?format=json`, or by its Accept."""
    preferred = request.get_preferred_type(["text/plain", "application/json"])
    return request.GET.get("format") == "json" or preferred == "application/json"


def readiness_checks() -> Iterator[ReadinessCheck]:
    """Yield the checks; none is met if the database does not respond.

    It is then asked only once, as connecting may take long. The text of an error may
    name hosts and users, so it is not shown.
    """
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("database", database_fault),
        ("migrations", migrations_fault),
        ("worker", worker_fault),
        ("mail", mail_fault),
    )
    responds = True
    for name, find_fault in checks:
        try:
            fault = find_fault() if responds else UNREADABLE[name]
        except Error:
            fault = UNREADABLE[name]
            responds = responds and name != "database"
        yield ReadinessCheck(name, not fault, fault or MET[name])


MET = {
    "database": "The database responds.",
    "migrations": "All migrations are applied.",
    "worker": "A background worker is running.",
    "mail": "Emails are being sent.",
}
UNREADABLE = {
    "database": "The database does not respond.",
    "migrations": "The migrations cannot be read from the database.",
    "worker": "The background workers cannot be read from the database.",
    "mail": "The emails to be sent cannot be read from the database.",
}


def database_fault() -> str:
    """Return nothing; raise an error of the database if it does not respond."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def migrations_fault() -> str:
    """Return what is wrong with the migrations, else nothing."""
    count = count_unapplied_migrations()
    return (
        f"The database is not up to date. Migrations to apply: {count}. "
        "Run: python manage.py migrate"
        if count
        else ""
    )


def worker_fault() -> str:
    """Return what is wrong with the workers, else nothing."""
    seen_at = last_sign_of_life()
    start = "Start one: python manage.py worker"
    if seen_at is None:
        return f"No background worker is running. {start}"
    silence = timezone.now() - seen_at
    if silence <= SILENCE_LIMIT:
        return ""
    seconds = int(silence.total_seconds())
    return f"No background worker has responded for {seconds} seconds. {start}"


def mail_fault() -> str:
    """Return what is wrong with the queue of emails, else nothing.

    One address that refuses emails is no fault while others are sent.
    """
    now = timezone.now()
    due = Notice.objects.due(now - OVERDUE_LIMIT).first()
    if due:
        minutes = int((now - due.due_at).total_seconds() // 60)
        return (
            f"The oldest email that is due has been waiting for {minutes} minutes. "
            "Check the background worker."
        )
    oldest = Notice.objects.pending().order_by("queued_at").first()
    if oldest is None or now - oldest.queued_at <= UNSENT_LIMIT:
        return ""
    if Notice.objects.filter(sent_at__gte=oldest.queued_at).exists():
        return ""
    minutes = int((now - oldest.queued_at).total_seconds() // 60)
    return (
        f"No email could be sent for {minutes} minutes. Check the mail server and "
        "EMAIL_URL."
    )


def text_response(words: str, *, status: int) -> HttpResponse:
    """Return a response of plain text."""
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
