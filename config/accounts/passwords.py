"""Changing and resetting passwords."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordChangeView, PasswordResetView
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_tasks import TaskContext, task

from config.accounts.forms import ChangePasswordForm, ResetLinkForm
from consultations.models import Notice
from consultations.notifications.notices import queue_account_email

RESET_LINK = "reset-link"
"""The kind of notice that compose_reset_link composes."""


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


@task(takes_context=True)
def send_reset_link(context: TaskContext, address: str) -> None:
    """Queue a link to each active user with the address and a password here.

    A task that is started twice queues nothing twice.
    """
    form = ResetLinkForm({"email": address})
    if not form.is_valid():
        return
    for user in form.get_users(form.cleaned_data["email"]):
        queue_account_email(
            user,
            subject=_reset_subject(),
            kind=RESET_LINK,
            idempotency_key=f"{RESET_LINK} {context.task_result.id} {user.pk}",
        )


def compose_reset_link(notice: Notice) -> EmailMessage | None:
    """Compose the email with a new link; none for a user who may have no link now."""
    user = notice.user
    if user is None or not (user.is_active and user.has_usable_password()):
        return None
    site = urlsplit(settings.SITE_URL)
    context = {
        "user": user,
        "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
        "protocol": site.scheme,
        "domain": site.netloc,
        "organisation": settings.ORGANISATION["name"],
        "hours": str(settings.PASSWORD_RESET_TIMEOUT // 3600),
    }
    body = render_to_string("registration/password_reset_email.txt", context)
    return EmailMessage(notice.subject, body, to=[notice.to])


def _reset_subject() -> str:
    return render_to_string("registration/password_reset_subject.txt").strip()
