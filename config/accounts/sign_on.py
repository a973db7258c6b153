"""Single sign-on by OpenID Connect.

A login is matched to an active user by its verified email address; it never creates a
user. The first login links the server's identity to the user, so that an address that
is later given to somebody else does not match.
"""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import (
    OpenIDConnectOAuth2Adapter,
)
from django.conf import settings
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from requests import RequestException

logger = logging.getLogger(__name__)

PROVIDER_ID = "sso"
MALFORMED_RESPONSE_ERRORS = (AttributeError, KeyError, TypeError, ValueError)
"""Exceptions of parsing a malformed response of the server."""


class SignedTokenAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Always checks signatures, and stores no data but the email address."""

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Fetch the tokens; require the id_token.

        Raise OAuth2Error where it is missing.
        """
        data: dict[str, Any] = super().get_access_token_data(*args, **kwargs)
        if "id_token" not in data:
            raise OAuth2Error("The response has no id_token.")
        # allauth skips the signature of a token it fetched itself; check it.
        self.did_fetch_access_token = False
        return data

    def complete_login(self, *args: Any, **kwargs: Any) -> SocialLogin:
        """Return the login; raise OAuth2Error for a malformed response."""
        try:
            login = super().complete_login(*args, **kwargs)
            token = login.account.extra_data["id_token"]
            told = login.account.extra_data["userinfo"]
            if token["sub"] != told["sub"]:
                raise OAuth2Error(
                    "The token and the user details are for different people."
                )
        except MALFORMED_RESPONSE_ERRORS as fault:
            raise OAuth2Error("The response of the server cannot be read.") from fault
        told = token | told
        login.account.extra_data = {
            name: told.get(name) for name in ("email", "email_verified")
        }
        return login


@never_cache
@require_GET
def begin_sign_on(request: HttpRequest) -> HttpResponseBase:
    """Redirect to the OpenID Connect server."""
    provider = _provider(request)
    onward = get_next_redirect_url(request)
    try:
        answer: HttpResponseBase = provider.redirect(
            request, AuthProcess.LOGIN, next_url=onward
        )
    except (OAuth2Error, RequestException, *MALFORMED_RESPONSE_ERRORS) as fault:
        return _error_response(request, provider, fault)
    return answer


@never_cache
@require_GET
def finish_sign_on(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Log in the user who returns from the OpenID Connect server."""
    provider = _provider(request)
    adapter = SignedTokenAdapter(request, provider_id)
    try:
        answer: HttpResponseBase = OAuth2CallbackView.adapter_view(adapter)(request)
    except MALFORMED_RESPONSE_ERRORS as fault:
        return _error_response(request, provider, fault)
    return answer


@never_cache
@require_GET
def sign_on_cancelled(request: HttpRequest) -> HttpResponse:
    """Show that the log-in was cancelled."""
    _provider(request)
    return render(request, "socialaccount/login_cancelled.html")


def unknown_user_response(request: HttpRequest) -> HttpResponse:
    """Return the page for a login without a user here."""
    return render(request, "socialaccount/refused.html", status=403)


def find_verified_user(login: SocialLogin) -> User | None:
    """Return the active user with the login's verified address, or None."""
    told = login.account.extra_data
    address = told.get("email")
    if told.get("email_verified") is not True or not address:
        return None
    people = User.objects.filter(email__iexact=address, is_active=True)
    if login.is_existing:
        return people.filter(pk=login.user.pk).first()
    found = list(people[:2])
    if len(found) != 1 or SocialAccount.objects.filter(user=found[0]).exists():
        return None
    return found[0]


def log_failure(error: object, exception: BaseException | None) -> None:
    """Log that single sign-on failed, without personal data."""
    logger.warning("Single sign-on failed: %s, %s", error, type(exception).__name__)


def _provider(request: HttpRequest) -> Any:
    """Return the provider, or 404 where single sign-on is off."""
    if settings.SINGLE_SIGN_ON is None:
        raise Http404
    try:
        return get_adapter().get_provider(request, PROVIDER_ID)
    except SocialApp.DoesNotExist:
        raise Http404 from None


def _error_response(
    request: HttpRequest, provider: Any, fault: Exception
) -> HttpResponse:
    answer: HttpResponse = render_authentication_error(
        request, provider, exception=fault
    )
    return answer
