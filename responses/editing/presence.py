"""Who is editing what at the moment: a convenience that nothing depends on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from responses.models import EditingSession

SESSION_TIMEOUT = dt.timedelta(minutes=2)
"""How long after their last sign of life somebody counts as being at work."""


@dataclass(frozen=True)
class Colleague:
    """Somebody else who has the same item open."""

    name: str
    since: dt.datetime


def touch_editing_session(
    user: User, about: str, at: dt.datetime | None = None
) -> None:
    """Note that somebody has an item open now."""
    now = at or timezone.now()
    with transaction.atomic():  # who saves elsewhere at this moment has left
        here, new = EditingSession.objects.select_for_update().get_or_create(
            user=user, about=about, defaults={"since": now, "seen_at": now}
        )
        if not new:
            here.since = here.since if here.seen_at > now - SESSION_TIMEOUT else now
            here.seen_at = now
            here.save(update_fields=["since", "seen_at"])


def end_editing_session(user: User, about: str) -> None:
    """Note that somebody has left an item."""
    EditingSession.objects.filter(user=user, about=about).delete()


def other_editors(
    user: User, about: str, at: dt.datetime | None = None
) -> list[Colleague]:
    """Return who else has an item open, the first to come first."""
    since = (at or timezone.now()) - SESSION_TIMEOUT
    here = EditingSession.objects.filter(about=about, seen_at__gt=since).exclude(
        user=user
    )
    return [
        Colleague(each.user.get_full_name() or each.user.get_username(), each.since)
        for each in here.select_related("user").order_by("since")
    ]
