"""Adapters of django-allauth."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

from config.accounts import sign_on
from config.accounts.client_addresses import client_address
from config.accounts.second_factor import must_have_second_factor

NO_MATCH = "The username and password do not match. Check both, or reset your password."
WRONG_CODE = (
    "The code is not correct or has been used. Enter the code that the app shows now."
)
SECOND_FACTOR_REQUIRED = "All users of the workspace need two-step verification."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts: no sign-up, and no messages."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NO_MATCH,
        "incorrect_password": "The password is not correct. Enter your password.",
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Add no message: the next page that shows messages may be unrelated."""

    def is_safe_url(self, url: str) -> bool:
        """Return whether a redirect may lead to an address; not to a malformed one."""
        try:
            urlsplit(url)
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their labels, and whether they may be removed."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": SECOND_FACTOR_REQUIRED,
    }

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def get_totp_issuer(self) -> str:
        return f"{settings.ORGANISATION['short']} Consultations"

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code as an inline SVG element."""
        import qrcode
        from qrcode.image.svg import SvgPathFillImage

        image = qrcode.make(url, image_factory=SvgPathFillImage)
        return str(image.to_string(encoding="unicode"))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not must_have_second_factor(authenticator.user)


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on: for existing users only."""

    def is_open_for_signup(
        self, request: HttpRequest, sociallogin: SocialLogin
    ) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Connect the login to its user, or respond with an error page.

        Raise ImmediateHttpResponse with that page.
        """
        user = sign_on.find_verified_user(sociallogin)
        if user is None:
            raise ImmediateHttpResponse(sign_on.unknown_user_response(request))
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, **kwargs: Any
    ) -> None:
        sign_on.log_failure(kwargs.get("error"), kwargs.get("exception"))
