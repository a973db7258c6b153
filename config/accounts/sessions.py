"""Expiry of sessions: when idle, and at a maximum age."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from consultations.web.requires import GetResponse

LAST_SEEN_INTERVAL = 60
"""Seconds between updates of a session's last use."""


@receiver(user_logged_in)
def store_session_start(request: HttpRequest, **kwargs: Any) -> None:
    """Store when a session began and was last used."""
    request.session["began"] = request.session["seen"] = _now_in_seconds()


def end_expired_sessions(get_response: GetResponse) -> GetResponse:
    """Middleware: log out users whose session has expired."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if has_session(request) and request.user.is_authenticated:
            if why := reason_to_end(request, _now_in_seconds()):
                logout(request)
                messages.info(request, why)
            elif _now_in_seconds() - request.session["seen"] >= LAST_SEEN_INTERVAL:
                request.session["seen"] = _now_in_seconds()
        return get_response(request)

    return answer


def has_session(request: HttpRequest) -> bool:
    """Return whether the request has a session cookie, without loading the session."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def reason_to_end(request: HttpRequest, now: int) -> str:
    """Return the sentence on why a session has expired; empty if it has not."""
    began, seen = request.session.get("began"), request.session.get("seen")
    if began is None or seen is None or now - began >= settings.SESSION_HOURS * 3600:
        return (
            "You have been signed out because your session reached its time limit. "
            "Sign in again."
        )
    if now - seen >= settings.SESSION_IDLE_HOURS * 3600:
        return "You have been signed out because you were inactive. Sign in again."
    return ""


def _now_in_seconds() -> int:
    return int(timezone.now().timestamp())
