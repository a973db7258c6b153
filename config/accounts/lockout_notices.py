"""Emails to users whose name is locked out after many wrong passwords."""

from __future__ import annotations

import datetime as dt
from typing import Any

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.models import User
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.utils import timezone
from django_tasks import TaskContext, task

from config.models import LockoutNotice
from consultations.notifications.notices import queue_account_email


@receiver(user_locked_out)
def queue_lockout_notice(username: str | None, **kwargs: Any) -> None:
    """Queue one email for each lock-out of a name.

    For any name, known or not, so that all responses take equally long.
    """
    if username and claim_lockout_notice(username):
        send_lockout_notice.enqueue(username)


def claim_lockout_notice(username: str, at: dt.datetime | None = None) -> bool:
    """Return whether no email was queued yet for the lock-out of a name."""
    now = at or timezone.now()
    LockoutNotice.objects.filter(at__lte=now - settings.AXES_COOLOFF_TIME).delete()
    _, is_first = LockoutNotice.objects.get_or_create(
        username=username, defaults={"at": now}
    )
    return is_first


@task(takes_context=True)
def send_lockout_notice(context: TaskContext, username: str) -> None:
    """Queue the email to the user with a name that many passwords were wrong."""
    user = User.objects.filter(username__iexact=username, is_active=True).first()
    if user is None or not user.email:
        return
    values = {
        "user": user,
        "organisation": settings.ORGANISATION,
        "minutes": int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60,
        "site_url": settings.SITE_URL,
    }
    queue_account_email(
        user,
        subject=f"{settings.ORGANISATION['short']}: wrong passwords for your account",
        body=render_to_string("account/lockout_email.txt", values),
        idempotency_key=f"lockout {context.task_result.id}",
    )
