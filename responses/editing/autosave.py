"""What is kept while people type, and who is at work on what.

Both are conveniences: nothing that is safe without them becomes unsafe when they fail.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from responses.models import AtWork, SentForm, UnsavedText
from responses.models.desk import ABOUT_LENGTH as LONGEST_ABOUT

AT_WORK = dt.timedelta(minutes=2)
"""How long after their last sign of life somebody counts as being at work."""

__all__ = [
    "LONGEST_ABOUT",
    "Colleague",
    "claim",
    "forget",
    "keep",
    "kept_for",
    "note_at_work",
    "note_gone",
    "others_at_work",
    "token_in",
    "where_sent",
]

TOKEN = re.compile(r"[0-9a-f]{32}")

FORGOTTEN = dt.timedelta(days=30)
"""After this an unsaved text is not offered again."""

SENT_LONG_AGO = dt.timedelta(days=2)
"""After this nobody sends the same form a second time."""


# --- unsaved texts ------------------------------------------------------------------


def keep(
    user: User,
    about: str,
    fields: Mapping[str, Sequence[str]],
    page: str = "",
    at: dt.datetime | None = None,
) -> UnsavedText:
    """Keep what somebody has typed into a form, in place of what was kept before."""
    typed = {
        name.replace("\0", ""): [value.replace("\0", "") for value in values]
        for name, values in fields.items()
    }
    for name in ("csrfmiddlewaretoken", "about", "once"):
        typed.pop(name, None)
    kept, _ = UnsavedText.objects.update_or_create(
        user=user,
        about=about,
        defaults={"fields": typed, "page": page, "kept_at": at or timezone.now()},
    )
    return kept


def kept_for(
    user: User, about: str, at: dt.datetime | None = None
) -> UnsavedText | None:
    """Return what somebody typed into a form and has not saved; None for nothing."""
    since = (at or timezone.now()) - FORGOTTEN
    return UnsavedText.objects.filter(user=user, about=about, kept_at__gt=since).first()


def forget(user: User, about: str) -> None:
    """Forget what was kept of a form, because it is saved or not wanted."""
    UnsavedText.objects.filter(user=user, about=about).delete()


# --- forms that are sent twice ------------------------------------------------------


def token_in(sent: Mapping[str, str]) -> str:
    """Return what tells a form from one sent before; empty where it has nothing."""
    token = sent.get("once", "")
    return token if TOKEN.fullmatch(token) else ""


def claim(user: User, token: str, at: dt.datetime | None = None) -> SentForm:
    """Note that a form is being stored; IntegrityError if it is stored already.

    Called in the transaction that stores it, so that of two at once the second waits
    for the first.
    """
    now = at or timezone.now()
    SentForm.objects.filter(user=user, at__lt=now - SENT_LONG_AGO).delete()
    return SentForm.objects.create(user=user, token=token, at=now)


def where_sent(user: User, token: str) -> str:
    """Return where a form led that was stored before; empty if it was not."""
    sent = SentForm.objects.filter(user=user, token=token).first() if token else None
    return sent.address if sent else ""


# --- who is at work -----------------------------------------------------------------


@dataclass(frozen=True)
class Colleague:
    """Somebody else who has the same item open."""

    name: str
    since: dt.datetime


def note_at_work(user: User, about: str, at: dt.datetime | None = None) -> None:
    """Note that somebody has an item open now."""
    now = at or timezone.now()
    with transaction.atomic():  # who saves elsewhere at this moment has left
        here, new = AtWork.objects.select_for_update().get_or_create(
            user=user, about=about, defaults={"since": now, "seen_at": now}
        )
        if not new:
            here.since = here.since if here.seen_at > now - AT_WORK else now
            here.seen_at = now
            here.save(update_fields=["since", "seen_at"])


def note_gone(user: User, about: str) -> None:
    """Note that somebody has left an item."""
    AtWork.objects.filter(user=user, about=about).delete()


def others_at_work(
    user: User, about: str, at: dt.datetime | None = None
) -> list[Colleague]:
    """Return who else has an item open, the first to come first."""
    since = (at or timezone.now()) - AT_WORK
    here = AtWork.objects.filter(about=about, seen_at__gt=since).exclude(user=user)
    return [
        Colleague(each.user.get_full_name() or each.user.get_username(), each.since)
        for each in here.select_related("user").order_by("since")
    ]
