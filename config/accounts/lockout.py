"""Lock-out after failed log-ins.

django-axes counts failures in the database, which all processes share. Its own limit
is per user name and client address; the limits per address and per name are added
here. During a lock-out a correct password is refused too.
"""

from __future__ import annotations

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.accounts.backends import find_user
from config.accounts.sign_in_addresses import has_signed_in_from

ADDRESS_FAILURE_LIMIT = 30
"""Failures from one client address, which an office may share."""
USERNAME_FAILURE_LIMIT = 50
"""Failures for one user name, from any address.

An address that the user has signed in from is exempt, so that nobody else can lock
users out where they usually work.
"""


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """The handler of axes, with limits per client address and per user name."""

    def get_failures(self, request: Any, credentials: Any = None) -> int:
        """Return the failures; past an added limit, at least axes' own limit."""
        since = request.axes_attempt_time - get_cool_off(request)
        recent = AccessAttempt.objects.filter(attempt_time__gte=since)
        name = get_client_username(request, credentials)
        address = request.axes_ip_address
        past = count_failures(
            recent.filter(ip_address=address)
        ) >= ADDRESS_FAILURE_LIMIT or (
            count_failures(recent.filter(username=name)) >= USERNAME_FAILURE_LIMIT
            and not has_signed_in_from(name, address)
        )
        own: int = super().get_failures(request, credentials)
        return max(own, settings.AXES_FAILURE_LIMIT) if past else own


def count_failures(attempts: QuerySet[Any]) -> int:
    """Return the sum of failures in rows of axes."""
    total = attempts.aggregate(total=Sum("failures_since_start"))["total"]
    return total or 0


def normalised_username(
    request: HttpRequest, credentials: dict[str, Any] | None
) -> str:
    """Return the user name under which failures are counted, whatever was typed."""
    typed = str((credentials or {}).get("username") or "")
    person = find_user(typed)
    return (person.get_username() if person else typed).casefold()[:150]


def refuse_if_locked(request: HttpRequest, user: User) -> None:
    """Raise ValidationError while a user is locked out."""
    if AxesProxyHandler.is_allowed(request, {"username": user.get_username()}):
        return
    request.axes_locked_out = True  # type: ignore[attr-defined]
    raise ValidationError("Locked out.", code="locked")


def count_wrong_code(request: HttpRequest, user: User) -> None:
    """Count a wrong code as a failed log-in."""
    credentials = {"username": user.get_username()}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)


def lockout_response(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Return the page for a locked-out client, the same for every user name."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    context = {"lockout_minutes": seconds // 60}
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    page = render(request, "account/locked.html", context, status=429)
    for name, value in headers.items():
        page[name] = value
    return page
