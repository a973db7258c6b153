"""The second factor: who has one, and enforcement."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from config.accounts.sessions import has_session
from consultations.access import Action, user_may
from consultations.web.requires import GetResponse

EXEMPT_PREFIXES = ("/accounts/", settings.STATIC_URL, "/healthz", "/readyz")
"""Paths that are available without a required second factor."""


def has_second_factor(user: User | AnonymousUser) -> bool:
    """Return whether a user has an authenticator app; recovery codes do not count."""
    apps = Authenticator.objects.filter(user=user.pk, type=Authenticator.Type.TOTP)
    return bool(apps.exists())


def must_have_second_factor(user: User | AnonymousUser) -> bool:
    """Return whether the site requires a second factor of a user."""
    return settings.REQUIRE_SECOND_FACTOR and user_may(user, Action.SEE_DESK)


def require_second_factor_setup(get_response: GetResponse) -> GetResponse:
    """Middleware: redirect users without a required second factor to its set-up."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if (
            settings.REQUIRE_SECOND_FACTOR
            and has_session(request)
            and not request.path.startswith(EXEMPT_PREFIXES)
            and must_have_second_factor(request.user)
            and not has_second_factor(request.user)
        ):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return get_response(request)

    return answer
