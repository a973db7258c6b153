"""Addresses from which users have signed in; stored in the database."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from config.accounts.client_addresses import UNKNOWN_ADDRESS, client_address
from config.models import SignInAddress

ADDRESS_LIFETIME = dt.timedelta(days=90)
"""How long an address counts after the last sign-in from there."""


@receiver(user_logged_in)
def store_sign_in_address(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Store where a user has signed in; delete the addresses not used for long.

    The signal is sent after the second factor, so a password alone is not enough.
    """
    address, now = client_address(request), timezone.now()
    if address == UNKNOWN_ADDRESS:
        return
    rows = SignInAddress.objects.filter(user=user)
    rows.filter(used_at__lt=now - ADDRESS_LIFETIME).delete()
    SignInAddress.objects.update_or_create(
        user=user, address=address, defaults={"used_at": now}
    )


def has_signed_in_from(
    username: str | None, address: str, at: dt.datetime | None = None
) -> bool:
    """Return whether the user with a name has signed in from an address."""
    since = (at or timezone.now()) - ADDRESS_LIFETIME
    return SignInAddress.objects.filter(
        user__username__iexact=username or "", address=address, used_at__gte=since
    ).exists()
