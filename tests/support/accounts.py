"""What the tests of log-in share: trying to log in, and an authenticator app."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client
from simple_history.models import HistoricalRecords

PASSWORD = "correct horse battery"
HERE = "198.51.100.7"


def try_to_log_in(
    client: Client, name: str, password: str = "wrong", address: str = HERE, **more: Any
) -> Any:
    """Send the log-in form."""
    words = {"username": name, "password": password}
    return client.post("/accounts/login/", words, REMOTE_ADDR=address, **more)


def is_logged_in(client: Client) -> bool:
    """Return whether the account page opens."""
    return client.get("/accounts/").status_code == 200


def confirm(client: Client) -> None:
    """Type the password once more, as the pages of the second factor ask for it."""
    answer = client.post("/accounts/confirm/", {"password": PASSWORD})
    assert answer.status_code == 302


def give_second_factor(user: User) -> str:
    """Turn somebody's second factor on, and return its secret."""
    secret: str = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_now(secret: str, steps: int = 0) -> str:
    """Return what an authenticator app shows, or showed so many steps away."""
    counter = int(time.time()) // 30 + steps
    code: str = totp.format_hotp_value(totp.hotp_value(secret, counter))
    return code


def recovery_codes(user: User) -> list[str]:
    """Return the recovery codes somebody has left."""
    kind = Authenticator.Type.RECOVERY_CODES
    codes: list[str] = (
        Authenticator.objects.get(user=user, type=kind).wrap().get_unused_codes()
    )
    return codes


@contextmanager
def signed_in(user: User | None) -> Iterator[None]:
    """Have account events recorded as those of a request of a user."""
    request = SimpleNamespace(
        user=user or AnonymousUser(),
        resolver_match=SimpleNamespace(view_name="admin:auth_user_change"),
    )
    HistoricalRecords.context.request = request
    try:
        yield
    finally:
        del HistoricalRecords.context.request
