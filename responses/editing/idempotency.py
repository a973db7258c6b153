"""Idempotency keys: a form that is sent twice is stored once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from django.contrib.auth.models import User
from django.utils import timezone

from responses.models import IdempotencyKey

TOKEN_PATTERN = re.compile(r"[0-9a-f]{32}")

TOKEN_LIFETIME = dt.timedelta(days=2)
"""The age at which a token is deleted."""


def submitted_token(form_data: Mapping[str, str]) -> str:
    """Return the idempotency token of a submitted form; empty if it has none."""
    token = form_data.get("idempotency_key", "")
    return token if TOKEN_PATTERN.fullmatch(token) else ""


def claim_token(
    user: User, token: str, at: dt.datetime | None = None
) -> IdempotencyKey:
    """Record the token of a form; raise IntegrityError if it was recorded before.

    Call it in the transaction that stores the form, so that the second of two
    concurrent requests waits for the first.
    """
    now = at or timezone.now()
    IdempotencyKey.objects.filter(user=user, at__lt=now - TOKEN_LIFETIME).delete()
    return IdempotencyKey.objects.create(user=user, token=token, at=now)


def address_after_first_submission(user: User, token: str) -> str:
    """Return the address after the first submission of a form; empty for none."""
    stored = (
        IdempotencyKey.objects.filter(user=user, token=token).first() if token else None
    )
    return stored.address if stored else ""
