"""Recording of account events, whatever changes an account.

Accounts are changed by code that is not ours: the administration, Django's commands,
allauth. So the events are recorded by receivers of the signals that these send, as
docs/decisions/0019-approvers-are-independent.md explains. Rows written without signals,
by `update()` or SQL, are found by `manage.py verify`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, User
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_save,
    pre_delete,
    pre_save,
)
from django.dispatch import receiver
from simple_history.models import HistoricalRecords

from consultations.access import GROUPS
from consultations.audit.accounts import (
    COMMAND,
    AccountState,
    EventKind,
    record_account_event,
    recorded_state,
    stored_state,
)

WATCHED_FIELDS = frozenset(
    {"username", "email", "is_active", "is_superuser", "password"}
)
"""The fields of a user that are part of the account's recorded state."""

FACTOR_LABELS = {"totp": "an authenticator app", "recovery_codes": "recovery codes"}


@dataclass(frozen=True)
class Origin:
    """Who changed an account, and from which page."""

    by: User | None
    source: str


def current_origin() -> Origin:
    """Return the origin of what happens now: the request's, or a command."""
    request = getattr(HistoricalRecords.context, "request", None)
    if request is None:
        return Origin(None, COMMAND)
    match = request.resolver_match
    page = match.view_name if match else request.path
    by = request.user if request.user.is_authenticated else None
    return Origin(by, page[:100])


def record(user: User, kind: str, what: str, **changes: Any) -> None:
    """Record an event of an account, with the fields of its state that it changed.

    The other fields keep the recorded values: what was changed outside the site must
    not become part of the account log.
    """
    known = recorded_state(user.pk) or stored_state(user.pk)
    state = replace(known, **changes) if known else None
    append(user, kind, what, state)


def append(user: User, kind: str, what: str, state: AccountState | None) -> None:
    """Append an event of an account with the given state."""
    origin = current_origin()
    record_account_event(
        kind,
        user_id=user.pk,
        summary=f"{user.get_username()}: {what}",
        state=state,
        by_id=origin.by.pk if origin.by else None,
        source=origin.source,
    )


# --- users ------------------------------------------------------------------------


@receiver(pre_save, sender=User)
def remember_state(
    instance: User, update_fields: Iterable[str] | None = None, **kwargs: Any
) -> None:
    """Read the stored state of a user whose watched fields are about to be saved."""
    is_watched = update_fields is None or WATCHED_FIELDS & set(update_fields)
    before = stored_state(instance.pk) if is_watched and instance.pk else None
    instance._state_before = before  # type: ignore[attr-defined]


@receiver(post_save, sender=User)
def record_saved_user(
    instance: User,
    created: bool,
    raw: bool,
    update_fields: Iterable[str] | None = None,
    **kwargs: Any,
) -> None:
    """Record the creation of a user, or each watched field that was changed.

    Rows of a fixture or a backup are `raw`: they bring their own account log.
    """
    before: AccountState | None = instance.__dict__.pop("_state_before", None)
    if raw:
        return
    if created:
        what = "superuser created" if instance.is_superuser else "account created"
        append(instance, EventKind.CREATED, what, stored_state(instance.pk))
        return
    after = stored_state(instance.pk) if before else None
    if before is None or after is None:
        return
    for field in sorted(WATCHED_FIELDS):
        if getattr(before, field) != getattr(after, field):
            kind, what = _field_event(instance, field, before, after, update_fields)
            record(instance, kind, what, **{field: getattr(after, field)})


FLAG_EVENTS = {
    ("is_active", True): (EventKind.ACTIVATED, "account activated"),
    ("is_active", False): (EventKind.DEACTIVATED, "account deactivated"),
    ("is_superuser", True): (
        EventKind.SUPERUSER_GIVEN,
        "superuser status given",
    ),
    ("is_superuser", False): (
        EventKind.SUPERUSER_REMOVED,
        "superuser status removed",
    ),
}


def _field_event(
    user: User,
    field: str,
    before: AccountState,
    after: AccountState,
    update_fields: Iterable[str] | None,
) -> tuple[EventKind, str]:
    """Return the kind of the event that a changed field is, and what it says."""
    if field == "email":
        old, new = before.email or "none", after.email or "none"
        return (
            EventKind.EMAIL_CHANGED,
            f"email address changed from {old} to {new}",
        )
    if field == "username":
        return EventKind.RENAMED, f"username changed from {before.username}"
    if field == "password":
        return _password_event(user, update_fields)
    return FLAG_EVENTS[field, getattr(after, field)]


def _password_event(
    user: User, update_fields: Iterable[str] | None
) -> tuple[EventKind, str]:
    # Django replaces an outdated hash when a password is typed, and saves nothing else.
    typed: str | None = user._password  # type: ignore[attr-defined]
    if typed is None and set(update_fields or ()) == {"password"}:
        return EventKind.PASSWORD_REHASHED, "password storage upgraded"
    return EventKind.PASSWORD_SET, "password set"


@receiver(post_delete, sender=User)
def record_deleted_user(instance: User, **kwargs: Any) -> None:
    """Record the deletion of a user."""
    append(instance, EventKind.DELETED, "account deleted", None)


# --- roles ------------------------------------------------------------------------

RolesByUser = dict[int, set[str]]


def roles_by_user(pks: Iterable[int]) -> RolesByUser:
    """Return the roles that users have by their groups, as stored."""
    users = User.objects.filter(pk__in=list(pks)).prefetch_related("groups")
    return {
        user.pk: {group.name for group in user.groups.all()} & set(GROUPS)
        for user in users
    }


def record_roles(before: RolesByUser) -> None:
    """Record each role that users were given or lost since `before` was read."""
    after = roles_by_user(before)
    for user in User.objects.filter(pk__in=list(before)).order_by("pk"):
        had, has = before[user.pk], after[user.pk]
        for role in sorted(has - had):
            _record_role(user, EventKind.ROLE_GIVEN, role, add={role})
        for role in sorted(had - has):
            _record_role(user, EventKind.ROLE_REMOVED, role, remove={role})


def _record_role(
    user: User,
    kind: EventKind,
    role: str,
    *,
    add: frozenset[str] | set[str] = frozenset(),
    remove: frozenset[str] | set[str] = frozenset(),
) -> None:
    known = recorded_state(user.pk) or stored_state(user.pk)
    roles = (set(known.roles if known else ()) | add) - remove
    what = f"role {role} {'given' if add else 'removed'}"
    record(user, kind, what, roles=tuple(sorted(roles)))


@receiver(m2m_changed, sender=User.groups.through)
def record_changed_groups(
    instance: User | Group,
    action: str,
    reverse: bool,
    pk_set: set[int] | None,
    **kwargs: Any,
) -> None:
    """Record the roles that users were given or lost, from either side."""
    if action.startswith("pre_"):
        pks: Iterable[int] = [instance.pk]
        if isinstance(instance, Group):
            pks = _members(instance) if pk_set is None else pk_set
        instance._roles_before = roles_by_user(pks)  # type: ignore[union-attr]
    else:
        record_roles(instance.__dict__.pop("_roles_before", {}))


@receiver([pre_save, pre_delete], sender=Group)
def remember_members(instance: Group, **kwargs: Any) -> None:
    """Read the roles of a group's members before it is renamed or deleted."""
    members = _members(instance) if instance.pk else []
    instance._roles_before = roles_by_user(members)  # type: ignore[attr-defined]


@receiver([post_save, post_delete], sender=Group)
def record_members(instance: Group, **kwargs: Any) -> None:
    """Record the roles that a group's members lost or were given with its name."""
    record_roles(instance.__dict__.pop("_roles_before", {}))


def _members(group: Group) -> list[int]:
    return list(group.user_set.values_list("pk", flat=True))


# --- second factors and single sign-on ------------------------------------------------


@receiver(post_save, sender=Authenticator)
def record_added_factor(
    instance: Authenticator, created: bool, raw: bool, **kwargs: Any
) -> None:
    """Record a second factor that was added."""
    if created and not raw:
        what = f"{_factor_label(instance)} added"
        record(instance.user, EventKind.FACTOR_ADDED, what)


@receiver(post_delete, sender=Authenticator)
def record_removed_factor(instance: Authenticator, **kwargs: Any) -> None:
    """Record a second factor that was removed."""
    record(
        instance.user,
        EventKind.FACTOR_REMOVED,
        f"{_factor_label(instance)} removed",
    )


def _factor_label(factor: Authenticator) -> str:
    return FACTOR_LABELS.get(factor.type) or str(factor.type)


@receiver(post_save, sender=SocialAccount)
def record_linked_sign_on(
    instance: SocialAccount, created: bool, raw: bool, **kwargs: Any
) -> None:
    """Record an identity of single sign-on that was linked to a user."""
    if created and not raw:
        record(instance.user, EventKind.SIGN_ON_LINKED, "single sign-on linked")


@receiver(post_delete, sender=SocialAccount)
def record_removed_sign_on(instance: SocialAccount, **kwargs: Any) -> None:
    """Record an identity of single sign-on that was removed from a user."""
    record(instance.user, EventKind.SIGN_ON_REMOVED, "single sign-on removed")
