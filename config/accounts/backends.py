"""Authentication by user name or email address, with a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest


def find_user(typed: str) -> User | None:
    """Return the user with a name, or the only active user with an email address.

    Case is ignored. Users who share an address have to log in by name.
    """
    named = list(User.objects.filter(username__iexact=typed)[:2])
    if len(named) > 1:
        named = [each for each in named if each.username == typed]
    if not named and "@" in typed:
        named = list(User.objects.filter(email__iexact=typed, is_active=True)[:2])
    return named[0] if len(named) == 1 else None


class NameOrAddress(ModelBackend):
    """Django's ModelBackend by user name or email address."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the active user; an unknown name takes as long as a wrong password."""
        person = find_user(username or "")
        name = person.get_username() if person else username
        return super().authenticate(request, username=name, password=password)
