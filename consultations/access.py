"""Permissions: one table of roles and actions, used everywhere."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q
from django.db.models.query import QuerySet


class Role(StrEnum):
    """A group of users by its name; users without a group are the public."""

    PUBLIC = "Public"
    DRAFTER = "Drafter"
    APPROVER = "Approver"
    ADMINISTRATOR = "Administrator"


GROUPS = (Role.DRAFTER, Role.APPROVER, Role.ADMINISTRATOR)
"""The roles that users can have; migration 0003 creates the groups."""


class Action(StrEnum):
    """An action that needs a permission."""

    READ = "read"
    SEE_DESK = "see_desk"
    DRAFT = "draft"
    SUBMIT = "submit"
    APPROVE = "approve"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    REQUEST_NOTICE = "request_notice"
    APPROVE_NOTICE = "approve_notice"
    EXPORT = "export"
    ADMINISTER = "administer"


ACTION_LABELS: dict[Action, str] = {
    Action.READ: "Read published pages and respond",
    Action.SEE_DESK: "See the workspace: responses, drafts and editions",
    Action.DRAFT: "Draft: record responses, write comments and conclusions",
    Action.SUBMIT: "Submit a conclusion for approval",
    Action.APPROVE: "Approve or return a conclusion submitted by another person",
    Action.PUBLISH: "Publish an approved edition",
    Action.WITHDRAW: "Withdraw a published edition",
    Action.REQUEST_NOTICE: "Request a notice of a change to a published consultation",
    Action.APPROVE_NOTICE: "Approve, refuse or confirm a notice that another person "
    "requested",
    Action.EXPORT: "Export drafts as PDF, Word, text or JSON",
    Action.ADMINISTER: "Administer the site: users, organisations and stored records",
}

ROLES_BY_ACTION: dict[Action, frozenset[Role]] = {
    Action.READ: frozenset(Role),
    Action.SEE_DESK: frozenset({Role.DRAFTER, Role.APPROVER, Role.ADMINISTRATOR}),
    Action.DRAFT: frozenset({Role.DRAFTER, Role.ADMINISTRATOR}),
    Action.SUBMIT: frozenset({Role.DRAFTER, Role.ADMINISTRATOR}),
    Action.APPROVE: frozenset({Role.APPROVER, Role.ADMINISTRATOR}),
    Action.PUBLISH: frozenset({Role.APPROVER, Role.ADMINISTRATOR}),
    Action.WITHDRAW: frozenset({Role.APPROVER, Role.ADMINISTRATOR}),
    Action.REQUEST_NOTICE: frozenset({Role.DRAFTER, Role.ADMINISTRATOR}),
    Action.APPROVE_NOTICE: frozenset({Role.APPROVER, Role.ADMINISTRATOR}),
    Action.EXPORT: frozenset({Role.DRAFTER, Role.APPROVER, Role.ADMINISTRATOR}),
    Action.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}
"""The roles that may take each action."""


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """Return a user's roles, cached on the instance; a superuser is Administrator."""
    if not user.is_active:
        return frozenset({Role.PUBLIC})
    known: frozenset[Role] | None = getattr(user, "_roles", None)
    if known is None:
        names = user.groups.filter(name__in=GROUPS).values_list("name", flat=True)
        known = frozenset({Role.PUBLIC, *map(Role, names)})
        known |= {Role.ADMINISTRATOR} if user.is_superuser else set()
        cast(Any, user)._roles = known  # as Django keeps _perm_cache
    return known


def user_may(user: User | AnonymousUser, action: Action | str) -> bool:
    """Return whether a user may take an action; raise ValueError for an unknown one."""
    return bool(ROLES_BY_ACTION[Action(action)] & roles_of(user))


def users_with_role(role: Role) -> QuerySet[User]:
    """Return the active users who have a role, superusers being Administrators."""
    has = Q(groups__name=role)
    if role == Role.ADMINISTRATOR:
        has |= Q(is_superuser=True)
    return User.objects.filter(has, is_active=True).distinct().order_by("pk")


def required_roles_message(action: Action) -> str:
    """Return the sentence that names the roles that may take an action."""
    may_do = [role for role in GROUPS if role in ROLES_BY_ACTION[action]]
    return (
        f"You need the role {' or '.join(may_do)} to "
        f"{_label_in_sentence(ACTION_LABELS[action])}."
    )


def _label_in_sentence(label: str) -> str:
    return label.partition(":")[0][:1].lower() + label.partition(":")[0][1:]


def permissions_markdown() -> str:
    """Return the table as the README prints it."""
    rows = [
        ["", *Role],
        ["---", *(":-:" for _ in Role)],
        *(
            [
                ACTION_LABELS[action],
                *("yes" if role in ROLES_BY_ACTION[action] else "" for role in Role),
            ]
            for action in Action
        ),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
