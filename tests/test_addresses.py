"""Every URL, method and actor, checked against the access table.

`make test` asks every address by every method. It makes every GET and POST that a role
is refused, and every one of a drafter; who makes the others is drawn by the seed.
`make soak` makes every request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from responses.editing import autosave
from tests.support import sizes
from tests.support.access import (
    ACTORS,
    ADMIN_PATHS,
    METHODS,
    NOBODY,
    URL_NAMES,
    Actor,
    access_outcome,
    ask,
    ask_and_roll_back,
    expected,
    make_actor,
)
from tests.support.access_world import World, make_world
from tests.support.addresses import ADDRESSES, Address, Door
from tests.support.clocks import MovableClock
from tests.support.table_states import changed_tables, table_digests

pytestmark = pytest.mark.django_db

ASKED_IN_FULL = (NOBODY, "user without a group", "drafter", "approver", "administrator")
"""Actors whose refused GET and POST requests are all made in every run."""

ON_BOTH_DATABASES = (NOBODY, "drafter")
"""The others read no other rows, so that `make test` has them ask on one database."""

ON_ONE_DATABASE = [] if sizes.is_soak() else [pytest.mark.once]

ALL_ACTORS = [
    pytest.param(name, marks=[] if name in ON_BOTH_DATABASES else ON_ONE_DATABASE)
    for name in ACTORS
]

Request = tuple[str, str]
"""The name of an address, and a method."""


@pytest.fixture
def world() -> World:
    """Return one of everything that an address names."""
    return make_world()


def requests_of(actor: Actor) -> list[Request]:
    """Return what an actor asks in this run."""
    first = list(ACTORS).index(actor.name) + sizes.SEED
    return [
        (name, method)
        for row, name in enumerate(ADDRESSES)
        for column, method in enumerate(METHODS)
        if sizes.is_soak()
        or (method in {"GET", "POST"} and is_asked_in_full(actor, name, method))
        or (first + row + column) % len(ACTORS) == 0
    ]


def is_asked_in_full(actor: Actor, name: str, method: str) -> bool:
    """Return whether a GET or POST is made in every run: refused, or by a drafter."""
    is_refused = "in" not in expected(ADDRESSES[name], method, actor.role)
    return actor.name in ASKED_IN_FULL and (is_refused or actor.name == "drafter")


def asker(
    actor: Actor, world: World, request: Callable[..., object]
) -> Callable[[Request], str]:
    """Return a function that makes a request and returns its access outcome."""

    def make_request(named: Request) -> str:
        name, method = named
        address = ADDRESSES[name]
        path = reverse(name, args=[world[arg] for arg in address.args])
        sent = {key: world.get(value, value) for key, value in address.data.items()}
        response = request(actor.client(), method, path, sent)
        return access_outcome(response)  # type: ignore[arg-type]

    return make_request


def wrong_outcomes(
    requests: list[Request], actor: Actor, make_request: Callable[[Request], str]
) -> list[str]:
    """Make the requests and return a line for each outcome that is not allowed."""
    wrong = []
    for name, method in requests:
        outcome = make_request((name, method))
        if outcome not in expected(ADDRESSES[name], method, actor.role):
            wrong.append(f"{method} {name} by {actor.name}: {outcome}")
    return wrong


def test_every_url_name_is_in_the_table() -> None:
    known = set(ADDRESSES) | set(ADMIN_PATHS)
    assert [name for name in URL_NAMES if name not in known] == []


def test_table_has_only_existing_url_names() -> None:
    assert [name for name in ADDRESSES if name not in URL_NAMES] == []


@pytest.mark.soak
@pytest.mark.parametrize("who", ALL_ACTORS)
def test_access_matches_the_table_for_every_actor(
    clock: MovableClock,
    world: World,
    who: str,
    record_property: Callable[[str, object], None],
) -> None:
    """The clock stands still, so that the worker's heartbeat is never an old one."""
    actor = make_actor(who)
    if actor.user and actor.user.is_active:
        draft = {"text": ["Half"]}
        autosave.save_draft(actor.user, world["about"], draft, page="/desk/")
    requests = requests_of(actor)
    refused = [
        (name, method)
        for name, method in requests
        if "in" not in expected(ADDRESSES[name], method, actor.role)
    ]
    before = table_digests()
    wrong = wrong_outcomes(refused, actor, asker(actor, world, ask))
    assert wrong == []
    assert changed_tables(before) == [], f"changed by a refused request of {who}"
    others = [each for each in requests if each not in set(refused)]
    make_request = asker(actor, world, ask_and_roll_back)
    assert wrong_outcomes(others, actor, make_request) == []
    record_property(
        "figures",
        f"access of {who}: {len(refused)} refused and {len(others)} other requests, "
        f"seed {sizes.SEED}",
    )


def test_every_address_is_asked_by_every_method() -> None:
    """One actor at least asks each, in any run; each role asks by GET and by POST."""
    asked = Counter(
        request
        for name, role in ACTORS.items()
        for request in requests_of(Actor(name, role, None, make_actor(NOBODY).cookies))
    )
    assert {*asked} == {(name, method) for name in ADDRESSES for method in METHODS}
    assert {ACTORS[name] for name in ASKED_IN_FULL} == set(ACTORS.values())


def test_changed_row_changes_the_digest_of_its_table() -> None:
    """The comparison above can fail."""
    before = table_digests()
    User.objects.create_user("eve")
    assert "auth_user" in changed_tables(before)


# --- keys of another consultation -----------------------------------------------------


def addresses_of_two_worlds(
    ours: World, theirs: World
) -> list[tuple[str, Address, str]]:
    """Return addresses with one argument of another consultation, or document."""
    found = []
    for name, address in ADDRESSES.items():
        if not address.args or address.args[0] not in {"slug", "code"}:
            continue
        for arg in address.args[1:]:
            values = ours | {arg: theirs[arg]}
            if ours[arg] != theirs[arg]:
                path = reverse(name, args=[values[each] for each in address.args])
                found.append((name, address, path))
    return found


@pytest.mark.parametrize(
    "who", ["administrator", pytest.param("approver", marks=ON_ONE_DATABASE)]
)
def test_key_of_another_consultation_in_an_address_returns_404(
    world: World, who: str
) -> None:
    other = make_world("other", "S2SR", "x")
    actor = make_actor(who)
    mixed = addresses_of_two_worlds(world, other)
    assert {"responses:comment", "responses:section", "responses:document_version"} <= {
        name for name, _, _ in mixed
    }
    wrong = []
    before = table_digests()
    for name, address, path in mixed:
        for method in ("GET", "POST"):
            allowed = expected(address, method, actor.role)
            outcome = access_outcome(ask(actor.client(), method, path))
            if outcome not in ({"not found"} if "in" in allowed else allowed):
                wrong.append(f"{method} {path} ({name}): {outcome}")
    assert wrong == []
    assert changed_tables(before) == []


def test_doors_are_used_by_accounts_and_public_pages_only() -> None:
    """An address of the workspace without an action would be guarded by nothing."""
    assert [
        name
        for name, address in ADDRESSES.items()
        if name.startswith("responses:") and isinstance(address.who, Door)
    ] == []
