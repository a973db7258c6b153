"""What people type to log in, and to show that it is still them."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import (
    AuthenticateForm as CodeForm,
)
from allauth.mfa.base.forms import (
    ReauthenticateForm as CodeAgainForm,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal import auth as totp
from django import forms
from django.contrib.auth import authenticate, logout
from django.contrib.auth.forms import PasswordChangeForm, PasswordResetForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.accounts.lockout import count_wrong_code, refuse_if_locked
from config.accounts.second_factor import must_have_second_factor


def password_field() -> forms.CharField:
    """Return the field for a password somebody has."""
    attributes = {"autocomplete": "current-password"}
    return forms.CharField(
        label="Password",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs=attributes),
    )


def code_field() -> forms.CharField:
    """Return the field for a code of an authenticator app, or a recovery code."""
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "none"}
    return forms.CharField(
        label="Code", max_length=32, widget=forms.TextInput(attrs=attributes)
    )


class LogIn(LoginForm):  # type: ignore[misc]
    """User name or e-mail address, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = {"autocomplete": "username", "autocapitalize": "none"}
        username = forms.CharField(
            label="Username or e-mail address",
            max_length=254,
            widget=forms.TextInput(attrs={**attributes, "spellcheck": "false"}),
        )
        self.fields = {"username": username, "password": password_field()}

    def clean_username(self) -> str:
        """Give the name to allauth under the field name that it knows."""
        name = cast(str, self.cleaned_data["username"]).strip()
        self.cleaned_data["login"] = name
        return name

    def login(
        self, request: HttpRequest, redirect_url: str | None = None
    ) -> HttpResponseBase:
        """Log the person in; who was logged in here before is logged out first."""
        if request.user.is_authenticated:
            logout(request)
        return cast(HttpResponseBase, super().login(request, redirect_url))


class Confirm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field()


class _CountedCodeMixin:
    """A code that is taken once, and whose wrong tries count towards a lock-out."""

    user: User
    authenticator: Authenticator
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field()

    def clean_code(self) -> str:
        """Return the code if it is right, in one transaction with its being used."""
        refuse_if_locked(context.request, self.user)
        try:
            with transaction.atomic():
                rows = Authenticator.objects.select_for_update()
                list(rows.filter(user=self.user))  # the row lock, until the commit
                code: str = super().clean_code()  # type: ignore[misc]
                mark_code_used(self.authenticator, code)
        except ValidationError:
            count_wrong_code(context.request, self.user)
            raise
        return code


def mark_code_used(authenticator: Authenticator, code: str) -> None:
    """Note the moment an app's code stands for; refuse one of then or before.

    allauth remembers used codes in a cache, which each process has for itself.
    Raise ValidationError with a sentence for what is refused.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return
    secret = totp.decrypt(authenticator.data["secret"])
    digits = code.replace(" ", "")
    moment = max(
        counter
        for counter in totp.yield_hotp_counters_from_time()
        if totp.format_hotp_value(totp.hotp_value(secret, counter)) == digits
    )
    if moment <= authenticator.data.get("used", 0):
        raise ValidationError("That code was used already. Wait for the next one.")
    authenticator.data["used"] = moment
    authenticator.save(update_fields=["data"])


class Code(_CountedCodeMixin, CodeForm):  # type: ignore[misc]
    """The second factor, to log in."""


class ConfirmByCode(_CountedCodeMixin, CodeAgainForm):  # type: ignore[misc]
    """The second factor once more, before something that matters."""


class FirstCode(ActivateTOTPForm):  # type: ignore[misc]
    """The code that shows that an authenticator app was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field()
        self.is_required = must_have_second_factor(self.user)


class ChangePasswordForm(PasswordChangeForm):
    """A new password for who knows the old one; wrong tries count as at log-in."""

    def clean_old_password(self) -> str:
        """Check the old password where lock-out is watching.

        Raise ValidationError with a sentence for what is refused.
        """
        typed: str = self.cleaned_data["old_password"]
        name = self.user.get_username()
        if authenticate(context.request, username=name, password=typed) != self.user:
            message = self.error_messages["password_incorrect"]
            raise ValidationError(message, code="password_incorrect")
        return typed


class ResetLinkForm(PasswordResetForm):
    """The address that a link to reset a password goes to."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
