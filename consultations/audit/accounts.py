"""The account log: events of users' accounts, in one hash chain for the whole site."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.access import GROUPS
from consultations.audit.chains import chain_faults
from consultations.documents import codec
from consultations.models import AccountEvent

EventKind = AccountEvent.Kind

COMMAND = "command"
"""The source of events that no request led to: a command, the worker or a shell."""

TAKING_CONTROL = frozenset(
    {
        EventKind.CREATED,
        EventKind.ACTIVATED,
        EventKind.ROLE_GIVEN,
        EventKind.SUPERUSER_GIVEN,
        EventKind.PASSWORD_SET,
        EventKind.EMAIL_CHANGED,
        EventKind.SIGN_ON_LINKED,
    }
)
"""Events by which somebody else could act with an account, or make use of its roles.

A changed email address is one: links to reset a password are sent to it.
"""

CHANGES_OF_ACCOUNTS = frozenset(EventKind) - {
    EventKind.RECORDED,
    EventKind.PASSWORD_REHASHED,
}
"""Events that are a change of an account."""


@dataclass(frozen=True)
class AccountState:
    """What the account log and the tables of users must agree on.

    `password` is the hash of the stored password hash, so it tells nobody anything.
    """

    username: str
    email: str
    is_active: bool
    is_superuser: bool
    password: str
    roles: tuple[str, ...]


def account_states(users: Iterable[User]) -> Iterator[tuple[User, AccountState]]:
    """Yield users with the state of their account, as stored.

    The groups of the users must be prefetched where there are several users.
    """
    for user in users:
        yield (
            user,
            AccountState(
                username=user.get_username(),
                email=user.email,
                is_active=user.is_active,
                is_superuser=user.is_superuser,
                password=hashlib.sha256(user.password.encode()).hexdigest(),
                roles=tuple(
                    sorted(
                        group.name
                        for group in user.groups.all()
                        if group.name in GROUPS
                    )
                ),
            ),
        )


def stored_state(user_id: int) -> AccountState | None:
    """Return the state of a user's account as stored; None without such a user."""
    found = dict(account_states(User.objects.filter(pk=user_id)))
    return next(iter(found.values()), None)


@transaction.atomic
def record_account_event(
    kind: str,
    *,
    user_id: int | None,
    summary: str,
    state: AccountState | None,
    by_id: int | None,
    source: str,
    at: dt.datetime | None = None,
) -> AccountEvent:
    """Append an event to the account log."""
    last = _lock_last_event()
    event = AccountEvent(
        number=last.number + 1 if last else 1,
        at=at or timezone.now(),
        by_id=by_id,
        source=source,
        user_id=user_id,
        kind=kind,
        summary=summary,
        state=codec.dumps(state).decode() if state else "",
    )
    event.sha256 = account_event_hash(event, previous=last.sha256 if last else "")
    event.save(force_insert=True)
    return event


def _lock_last_event() -> AccountEvent | None:
    """Lock and return the last event, so that no two events follow the same one.

    Another event may have been added while this waited for the lock. The unique number
    refuses one of two first events.
    """
    while True:
        rows = AccountEvent.objects.select_for_update().order_by("-number")
        last = rows.first()
        if last is None:
            return None
        if not AccountEvent.objects.filter(number__gt=last.number).exists():
            return last


def account_event_hash(event: AccountEvent, *, previous: str) -> str:
    """Return the hash of an account event's facts and the previous event's hash."""
    facts = {
        "previous": previous,
        "number": event.number,
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "by": event.by_id,
        "source": event.source,
        "user": event.user_id,
        "kind": event.kind,
        "summary": event.summary,
        "state": event.state,
    }
    return hashlib.sha256(codec.dumps(facts)).hexdigest()


def state_after(event: AccountEvent) -> AccountState | None:
    """Return the state of the account after an event; None for a deleted account."""
    return codec.loads(AccountState, event.state) if event.state else None


def recorded_state(user_id: int) -> AccountState | None:
    """Return the state of an account according to the account log."""
    last = AccountEvent.objects.filter(user_id=user_id).order_by("number").last()
    return state_after(last) if last else None


# --- verifying ------------------------------------------------------------------------


def broken_account_links() -> list[str]:
    """Return a sentence for each account event altered, removed or inserted."""
    return chain_faults(
        AccountEvent.objects.order_by("number").iterator(),
        name="Account log",
        hash_after=lambda event, previous: account_event_hash(event, previous=previous),
    )


def account_faults() -> list[str]:
    """Return a sentence for each difference of the accounts from the account log."""
    recorded: dict[int, AccountEvent] = {}
    for event in AccountEvent.objects.exclude(user=None).order_by("number").iterator():
        recorded[event.user_id or 0] = event
    users = User.objects.order_by("pk").prefetch_related("groups")
    stored = {user.pk: state for user, state in account_states(users)}
    faults = []
    for pk in sorted(recorded.keys() | stored.keys()):
        known = state_after(recorded[pk]) if pk in recorded else None
        faults += state_differences(known, stored.get(pk))
    return faults


def state_differences(
    recorded: AccountState | None, stored: AccountState | None
) -> list[str]:
    """Return a sentence for each value of an account that the log has otherwise."""
    if recorded is None and stored is None:
        return []
    if recorded is None or stored is None:
        present = stored or recorded
        name = present.username if present else ""
        found = "exists, but not in" if stored else "is missing, but exists in"
        return [f"The account {name} {found} the account log. {_REMEDY}"]
    return [
        f"The account {recorded.username}: {label} is {_shown(name, stored)}, but "
        f"{_shown(name, recorded)} in the account log. {_REMEDY}"
        for name, label in _STATE_LABELS.items()
        if getattr(recorded, name) != getattr(stored, name)
    ]


_REMEDY = (
    "Find out who changed the account outside the site. If the account is right, run "
    "`python manage.py verify --record-accounts`."
)

_STATE_LABELS = {
    "username": "the username",
    "email": "the email address",
    "is_active": "the active status",
    "is_superuser": "the superuser status",
    "password": "the checksum of the password",
    "roles": "the list of roles",
}


def _shown(name: str, state: AccountState) -> str:
    value = getattr(state, name)
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(value) or "empty"
    return f"{value[:16]}…" if name == "password" else value or "empty"


def record_found_accounts() -> None:
    """Record the accounts as they are, where they differ from the account log."""
    keys = {*User.objects.values_list("pk", flat=True)}
    keys |= {*AccountEvent.objects.exclude(user=None).values_list("user_id", flat=True)}
    for pk in sorted(keys):
        recorded, stored = recorded_state(pk), stored_state(pk)
        if recorded != stored:
            present = stored or recorded
            record_account_event(
                EventKind.RECORDED if stored else EventKind.DELETED,
                user_id=pk,
                summary=f"{present.username if present else pk}: state recorded "
                "after a change outside this site",
                state=stored,
                by_id=None,
                source=COMMAND,
            )


# --- who changed whose account --------------------------------------------------------


def changed_accounts(
    by: Iterable[int],
    *,
    since: dt.datetime,
    kinds: Iterable[str] = CHANGES_OF_ACCOUNTS,
) -> dict[int, AccountEvent]:
    """Return the accounts that users changed since a moment, with the first event.

    Changes count that were made from an account which the users could use by then,
    because they had taken control of it. A change of one's own account is none.
    """
    controlling = set(by)
    changed: dict[int, AccountEvent] = {}
    events = AccountEvent.objects.filter(
        kind__in=kinds, at__gte=since, by__isnull=False, user__isnull=False
    )
    for event in events.select_related("by", "user").order_by("number"):
        by_id, user_id = event.by_id or 0, event.user_id or 0
        if by_id in controlling and by_id != user_id:
            changed.setdefault(user_id, event)
            if event.kind in TAKING_CONTROL:
                controlling.add(user_id)
    return changed
