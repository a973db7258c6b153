"""Forms of log-in, confirmation, second factors and passwords."""

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
from django.contrib.auth.forms import (
    PasswordChangeForm,
    PasswordResetForm,
    SetPasswordForm,
)
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.accounts.lockout import count_wrong_code, refuse_if_locked
from config.accounts.second_factor import must_have_second_factor

REPEAT_HINT = "Enter the new password again."


def password_field() -> forms.CharField:
    """Return the field of an existing password."""
    attributes = {"autocomplete": "current-password"}
    return forms.CharField(
        label="Password",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs=attributes),
    )


def code_field() -> forms.CharField:
    """Return the field of a code from an authenticator app, or a recovery code."""
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "none"}
    return forms.CharField(
        label="Code", max_length=32, widget=forms.TextInput(attrs=attributes)
    )


class LogInForm(LoginForm):  # type: ignore[misc]
    """User name or email address, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = {"autocomplete": "username", "autocapitalize": "none"}
        username = forms.CharField(
            label="Username or email address",
            max_length=254,
            widget=forms.TextInput(attrs={**attributes, "spellcheck": "false"}),
        )
        self.fields = {"username": username, "password": password_field()}

    def clean_username(self) -> str:
        """Pass the name to allauth under its own field name."""
        name = cast(str, self.cleaned_data["username"]).strip()
        self.cleaned_data["login"] = name
        return name

    def login(
        self, request: HttpRequest, redirect_url: str | None = None
    ) -> HttpResponseBase:
        """Log the user in; log out a user who is still logged in first."""
        if request.user.is_authenticated:
            logout(request)
        return cast(HttpResponseBase, super().login(request, redirect_url))


class ConfirmPasswordForm(ReauthenticateForm):  # type: ignore[misc]
    """Confirmation by password before a sensitive action."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field()


class _CountedCodeMixin:
    """A code that can be used once; failures count towards a lock-out."""

    user: User
    authenticator: Authenticator
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field()

    def clean_code(self) -> str:
        """Return a valid code and mark it as used, in one transaction."""
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
    """Store the time step of an app's code; refuse a code of that step or before.

    allauth stores used codes in a cache that processes do not share.
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
        raise ValidationError("The code has been used. Wait for the next code.")
    authenticator.data["used"] = moment
    authenticator.save(update_fields=["data"])


class SecondFactorForm(_CountedCodeMixin, CodeForm):  # type: ignore[misc]
    """The second factor, to log in."""


class ConfirmSecondFactorForm(_CountedCodeMixin, CodeAgainForm):  # type: ignore[misc]
    """Confirmation by second factor before a sensitive action."""


class ActivateSecondFactorForm(ActivateTOTPForm):  # type: ignore[misc]
    """Activation of an authenticator app by its first code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field()
        self.is_required = must_have_second_factor(self.user)


class ChangePasswordForm(PasswordChangeForm):
    """Change of a password; failures count towards a lock-out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password2"].help_text = REPEAT_HINT

    def clean_old_password(self) -> str:
        """Check the old password by `authenticate`, so that lock-out counts failures.

        Raise ValidationError with a sentence for what is refused.
        """
        typed: str = self.cleaned_data["old_password"]
        name = self.user.get_username()
        if authenticate(context.request, username=name, password=typed) != self.user:
            message = self.error_messages["password_incorrect"]
            raise ValidationError(message, code="password_incorrect")
        return typed


class ChooseNewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A new password, after the link of a reset."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password2"].help_text = REPEAT_HINT


class ResetLinkForm(PasswordResetForm):
    """Request of a link to reset a password."""

    email = forms.EmailField(
        label="Email address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
