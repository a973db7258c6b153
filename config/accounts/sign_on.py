"""Single sign-on: another server vouches for people, by OpenID Connect.

A person is matched to an active user by the verified e-mail address alone, and
nobody becomes a user by it. The first time ties the server's name for the person
to the user, so that an address given to somebody else later opens nothing.
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
"""What an answer of another shape than OpenID Connect's ends in."""


class SignedTokenAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Checks signatures always, and keeps no more than the address."""

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Fetch the tokens; the token that says who it is has to be among them.

        Raise OAuth2Error where it is missing.
        """
        data: dict[str, Any] = super().get_access_token_data(*args, **kwargs)
        if "id_token" not in data:
            raise OAuth2Error("There is no id_token.")
        # allauth takes a token it fetched itself for signed; look at it all the same.
        self.did_fetch_access_token = False
        return data

    def complete_login(self, *args: Any, **kwargs: Any) -> SocialLogin:
        """Return who it is; raise OAuth2Error when the server does not say."""
        try:
            login = super().complete_login(*args, **kwargs)
            token = login.account.extra_data["id_token"]
            told = login.account.extra_data["userinfo"]
            if token["sub"] != told["sub"]:
                raise OAuth2Error("The token is of one person, the facts of another.")
        except MALFORMED_RESPONSE_ERRORS as fault:
            raise OAuth2Error("The answer cannot be read.") from fault
        told = token | told
        login.account.extra_data = {
            name: told.get(name) for name in ("email", "email_verified")
        }
        return login


@never_cache
@require_GET
def begin_sign_on(request: HttpRequest) -> HttpResponseBase:
    """Send somebody to the server that vouches for them."""
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
    """Log somebody in who comes back from there."""
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
    """Say that nobody was logged in."""
    _provider(request)
    return render(request, "socialaccount/login_cancelled.html")


def unknown_user_response(request: HttpRequest) -> HttpResponse:
    """Answer somebody who is known there and not here."""
    return render(request, "socialaccount/refused.html", status=403)


def find_verified_user(login: SocialLogin) -> User | None:
    """Return the active user of the verified address, if it is the same person."""
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
    """Log that single sign-on failed, without a word about the person."""
    logger.warning("Single sign-on failed: %s, %s", error, type(exception).__name__)


def _provider(request: HttpRequest) -> Any:
    """Return the server's settings; 404 where there is none."""
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
