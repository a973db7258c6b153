"""The log-in page and the account page."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.views import LoginView
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.csrf import csrf_failure as refused
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from config.accounts.second_factor import has_second_factor, must_have_second_factor
from consultations.access import ACTION_LABELS, GROUPS, Action, roles_of, user_may
from consultations.web import resubmission


class LogInView(LoginView):  # type: ignore[misc]
    """The log-in page."""

    template_name = "registration/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"single_sign_on": settings.SINGLE_SIGN_ON}


@never_cache
@login_required
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Show the user's roles, permissions and security settings."""
    user = cast(User, request.user)
    roles = roles_of(user)
    context = {
        "roles": [role for role in GROUPS if role in roles],
        "permitted_actions": [
            ACTION_LABELS[each] for each in Action if user_may(user, each)
        ],
        "has_second_factor": has_second_factor(user),
        "must_have_second_factor": must_have_second_factor(user),
        "recovery_code_count": count_recovery_codes(user),
        "idle_hours": settings.SESSION_IDLE_HOURS,
        "longest_hours": settings.SESSION_HOURS,
    }
    return render(request, "account/account.html", context)


def count_recovery_codes(user: User) -> int:
    """Return the number of unused recovery codes of a user."""
    kind = Authenticator.Type.RECOVERY_CODES
    codes = Authenticator.objects.filter(user=user, type=kind).first()
    return len(codes.wrap().get_unused_codes()) if codes else 0


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without CSRF token; never show a form with a secret again."""
    secret = any("password" in name or name == "code" for name in request.POST)
    if secret or request.path.startswith("/accounts/"):
        return refused(request, reason)
    return resubmission.desk_csrf_failure(request, reason)
