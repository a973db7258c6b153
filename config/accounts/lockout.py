"""Lock-out: how many wrong passwords and codes are taken, and from whom.

django-axes counts them in the database, so all processes count together. Its own
limit is for one user name from one address; the wider limits are added here. A
right password is refused too for as long as the lock-out lasts.
"""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address, ip_network
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

ADDRESS_FAILURE_LIMIT = 30
"""Wrong tries from one address, whatever the names: an office has many people."""
USERNAME_FAILURE_LIMIT = 50
"""Wrong tries for one user name, wherever they come from."""


class Attempts(AxesDatabaseHandler):  # type: ignore[misc]
    """The counts of axes, with limits on one address and on one name."""

    def get_failures(self, request: Any, credentials: Any = None) -> int:
        """Return the wrong tries that count; past a wider limit, at least the limit."""
        since = request.axes_attempt_time - get_cool_off(request)
        recent = AccessAttempt.objects.filter(attempt_time__gte=since)
        name = get_client_username(request, credentials)
        past = (
            count_failures(recent.filter(ip_address=request.axes_ip_address))
            >= ADDRESS_FAILURE_LIMIT
            or count_failures(recent.filter(username=name)) >= USERNAME_FAILURE_LIMIT
        )
        own: int = super().get_failures(request, credentials)
        return max(own, settings.AXES_FAILURE_LIMIT) if past else own


def count_failures(attempts: QuerySet[Any]) -> int:
    """Return how many wrong tries some rows stand for."""
    total = attempts.aggregate(total=Sum("failures_since_start"))["total"]
    return total or 0


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the name that tries are counted under, one for all ways to write it."""
    typed = str((credentials or {}).get("username") or "")
    person = find_user(typed)
    return (person.get_username() if person else typed).casefold()[:150]


def client_address(request: HttpRequest) -> str:
    """Return the address a request came from, as our outermost proxy saw it.

    X-Forwarded-For is believed only as far as TRUSTED_PROXIES says. Of an IPv6
    address the network counts: one customer has 2**64 addresses to try from.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    proxies = settings.TRUSTED_PROXIES or 0
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies and len(hops) >= proxies:
        seen = hops[-proxies].strip() or seen
    try:
        address = ip_address(seen.partition("%")[0])
    except ValueError:  # a socket has no address
        return "0.0.0.0"  # noqa: S104
    if not isinstance(address, IPv4Address):
        address = address.ipv4_mapped or address
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network(f"{address}/64", strict=False).network_address)


def refuse_if_locked(request: HttpRequest, user: User) -> None:
    """Raise ValidationError while somebody is locked out."""
    if AxesProxyHandler.is_allowed(request, {"username": user.get_username()}):
        return
    request.axes_locked_out = True  # type: ignore[attr-defined]
    raise ValidationError("Locked out.", code="locked")


def count_wrong_code(request: HttpRequest, user: User) -> None:
    """Count a wrong code as a wrong password is counted."""
    credentials = {"username": user.get_username()}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Answer somebody who is locked out, in the same words whoever they may be."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    context = {"minutes": seconds // 60}
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    page = render(request, "account/locked.html", context, status=429)
    for name, value in headers.items():
        page[name] = value
    return page
