"""The names of users, as screens, e-mails and activity logs print them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User

DELETED_USER = "a deleted user"


def user_label(user: User) -> str:
    """Return the full name of a user, or the username of one without a name."""
    return user.get_full_name() or user.get_username()


def exact_name(user: User) -> str:
    """Return `Ada Drafter (ada)`: the name where two users must not be confused."""
    full, username = user.get_full_name(), user.get_username()
    return f"{full} ({username})" if full and full != username else username


def exact_names(pks: Iterable[int]) -> Mapping[int, str]:
    """Return the names of users by their keys; deleted users have none."""
    users = User.objects.filter(pk__in=set(pks))
    return defaultdict(
        lambda: DELETED_USER, {user.pk: exact_name(user) for user in users}
    )
