"""Changing and resetting passwords."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.views import PasswordChangeView, PasswordResetView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django_tasks import task

from config.accounts.forms import ChangePasswordForm, ResetLinkForm


class ChangePasswordView(PasswordChangeView):
    """The page to change a password; other sessions of the user end."""

    form_class = ChangePasswordForm
    success_url = reverse_lazy("account")

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Refuse users without a password here.

        Raise PermissionDenied for them.
        """
        user = request.user
        if user.is_authenticated and not user.has_usable_password():
            raise PermissionDenied(
                "You have no password on this site: you use single sign-on."
            )
        return super().dispatch(request, *args, **kwargs)


class ResetPasswordView(PasswordResetView):
    """The page to request a reset link; the response is the same for every address."""

    form_class = ResetLinkForm

    def form_valid(self, form: PasswordResetForm) -> HttpResponse:
        """Queue the mail for any address, so that all responses take equally long."""
        address = form.cleaned_data["email"].lower()
        if ratelimit.consume(self.request, action="reset_password", key=address):
            send_reset_link.enqueue(address)
        return redirect(str(self.success_url))


@task()
def send_reset_link(address: str) -> None:
    """Mail a link to each active user with the address and a password here."""
    form = ResetLinkForm({"email": address})
    if not form.is_valid():
        return
    site = urlsplit(settings.SITE_URL)
    form.save(
        domain_override=site.netloc,
        use_https=site.scheme == "https",
        email_template_name="registration/password_reset_email.txt",
        subject_template_name="registration/password_reset_subject.txt",
        extra_email_context={
            "organisation": settings.ORGANISATION["name"],
            "hours": str(settings.PASSWORD_RESET_TIMEOUT // 3600),
        },
    )
