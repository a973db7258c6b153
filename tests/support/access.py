"""Requests of every address by everybody, and what access allows for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from consultations.access import GROUPS, ROLES_BY_ACTION, Action, Role
from tests.support.addresses import Address, Door
from tests.support.factories import make_user

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

NOBODY = "nobody"
"""Somebody who is not signed in."""

ACTORS: Mapping[str, str] = {
    NOBODY: NOBODY,
    "user without a group": Role.PUBLIC,
    "drafter": Role.DRAFTER,
    "second drafter": Role.DRAFTER,
    "approver": Role.APPROVER,
    "administrator": Role.ADMINISTRATOR,
    "superuser": Role.ADMINISTRATOR,
    "demoted while signed in": Role.PUBLIC,
    "deactivated while signed in": NOBODY,
}
"""Everybody who asks, with the role by which the site must answer them."""


@dataclass(frozen=True)
class Actor:
    """Somebody who asks: `role` is what the site must take them for."""

    name: str
    role: str
    user: User | None
    cookies: SimpleCookie

    def client(self) -> Client:
        """Return a browser with the session of the actor, whatever happened to it."""
        client = Client()
        client.cookies = SimpleCookie(self.cookies.output(header="", sep=";"))
        return client


def make_actor(name: str) -> Actor:
    """Make an actor of a name in ACTORS, signed in where the name says so."""
    client, user = Client(), None
    if name != NOBODY:
        user = _make_user(name)
        client.force_login(user)
        _change_while_signed_in(name, user)
    return Actor(name, ACTORS[name], user, client.cookies)


def _make_user(name: str) -> User:
    if name.endswith("while signed in"):
        user = make_user(is_superuser=True, is_staff=True)
        user.groups.set([Group.objects.get(name=group) for group in GROUPS])
        return user
    if name == "superuser":
        return make_user(is_superuser=True, is_staff=True)
    role = ACTORS[name]
    return make_user(role="" if role == Role.PUBLIC else role)


def _change_while_signed_in(name: str, user: User) -> None:
    if name.startswith("demoted"):
        user.groups.clear()
        user.is_superuser = False
        user.save()
    elif name.startswith("deactivated"):
        user.is_active = False
        user.save()


def url_names(
    resolver: URLResolver, within: str = "", above: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield the full name and the path of every pattern below a resolver."""
    for pattern in resolver.url_patterns:
        path = f"{above}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield f"{within}{pattern.name or path}", path
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from url_names(pattern, f"{within}{inner}", path)


URL_NAMES = [name for name, _ in url_names(get_resolver())]
ADMIN_PATHS: Mapping[str, str] = {
    name: path
    for name, path in url_names(get_resolver())
    if name.startswith(("admin:", "admin/"))
}
"""The patterns of the administration, by name."""

_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def fill_path(path: str, **values: object) -> str:
    """Return the path of a pattern with values in place of its arguments."""
    filled = _ARGUMENT.sub(lambda found: str(values[found[1] or found[2]]), path)
    return "/" + filled.replace("^", "").replace("$", "").replace("\\Z", "")


def ask(
    client: Client, method: str, path: str, data: Mapping[str, object] | None = None
) -> HttpResponseBase:
    """Request an address; what the request changes stays."""
    return client.generic(
        method,
        path,
        urlencode(data or {}, doseq=True),
        content_type="application/x-www-form-urlencoded",
    )


def ask_and_roll_back(
    client: Client, method: str, path: str, data: Mapping[str, object] | None = None
) -> HttpResponseBase:
    """Request an address, and roll back its changes."""
    with transaction.atomic():
        response = ask(client, method, path, data)
        transaction.set_rollback(True)
    return response


def expected(address: Address, method: str, role: str) -> set[str]:
    """Return the access outcomes allowed for a role, such as `in`."""
    if isinstance(address.who, Door):
        return _expected_without_action(address, method, role)
    if method not in address.methods:
        return {"no such method"}
    action = address.posts if method == "POST" and address.posts else address.who
    if role in ROLES_BY_ACTION[action]:
        return {"in"}
    if role == NOBODY:
        return {"send again" if method == "POST" else "log in"}
    return {"forbidden" if role in ROLES_BY_ACTION[Action.SEE_DESK] else "not found"}


def _expected_without_action(address: Address, method: str, role: str) -> set[str]:
    """Return the same for an address that no action guards."""
    refused = {"log in", "confirm", "not found", "no such method", "forbidden"}
    if method not in {"GET", "POST"}:
        return refused | {"in"}
    if method not in address.methods:
        return refused
    if address.who == Door.ANYONE or (
        address.who == Door.LOGGED_IN and role != NOBODY and method != "POST"
    ):
        return {"in"}
    if address.who == Door.SWITCHED_ON:
        return {"not found"}
    return refused | ({"in"} if role != NOBODY else set())


def access_outcome(response: HttpResponseBase) -> str:
    """Return the access outcome of a response."""
    status, to = response.status_code, response.headers.get("Location", "")
    if to.startswith(("/accounts/login/", "/admin/login/")):
        return "log in"
    if to.startswith("/accounts/confirm/"):
        return "confirm"
    if status == 403 and b"Not saved yet" in getattr(response, "content", b""):
        return "send again"
    kept_out = {403: "forbidden", 404: "not found", 405: "no such method"}
    return kept_out.get(status, "in" if status < 400 else f"status {status}")
