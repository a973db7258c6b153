"""A form that is sent twice is stored once, and answered with the same page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from django.contrib.auth.models import User
from django.utils import timezone

from responses.models import IdempotencyKey

TOKEN = re.compile(r"[0-9a-f]{32}")

TOKEN_LIFETIME = dt.timedelta(days=2)
"""After this nobody sends the same form a second time."""


def token_from(sent: Mapping[str, str]) -> str:
    """Return what tells a form from one sent before; empty where it has nothing."""
    token = sent.get("idempotency_key", "")
    return token if TOKEN.fullmatch(token) else ""


def claim_token(
    user: User, token: str, at: dt.datetime | None = None
) -> IdempotencyKey:
    """Note that a form is being stored; IntegrityError if it is stored already.

    Called in the transaction that stores it, so that of two at once the second waits
    for the first.
    """
    now = at or timezone.now()
    IdempotencyKey.objects.filter(user=user, at__lt=now - TOKEN_LIFETIME).delete()
    return IdempotencyKey.objects.create(user=user, token=token, at=now)


def address_after_first_submission(user: User, token: str) -> str:
    """Return where a form led that was stored before; empty if it was not."""
    sent = (
        IdempotencyKey.objects.filter(user=user, token=token).first() if token else None
    )
    return sent.address if sent else ""
