"""Editing sessions: who has a row open at the moment; nothing depends on them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.user_names import user_label
from responses.models import EditingSession

SESSION_TIMEOUT = dt.timedelta(minutes=2)
"""The time after the last request at which an editing session ends."""


@dataclass(frozen=True)
class Colleague:
    """Another user who has the same row open."""

    name: str
    since: dt.datetime


def touch_editing_session(
    user: User, about: str, at: dt.datetime | None = None
) -> None:
    """Record that a user has a row open now."""
    now = at or timezone.now()
    with transaction.atomic():  # a save at the same time ends the session
        session, created = EditingSession.objects.select_for_update().get_or_create(
            user=user, about=about, defaults={"since": now, "seen_at": now}
        )
        if not created:
            session.since = (
                session.since if session.seen_at > now - SESSION_TIMEOUT else now
            )
            session.seen_at = now
            session.save(update_fields=["since", "seen_at"])


def end_editing_session(user: User, about: str) -> None:
    """Record that a user has closed a row."""
    EditingSession.objects.filter(user=user, about=about).delete()


def other_editors(
    user: User, about: str, at: dt.datetime | None = None
) -> list[Colleague]:
    """Return the other users who have a row open, in the order of opening."""
    since = (at or timezone.now()) - SESSION_TIMEOUT
    sessions = EditingSession.objects.filter(about=about, seen_at__gt=since).exclude(
        user=user
    )
    return [
        Colleague(user_label(each.user), each.since)
        for each in sessions.select_related("user").order_by("since")
    ]
