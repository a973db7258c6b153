"""The administration's addresses, with an object in each, by everybody."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from consultations.access import Role
from consultations.admin_bases import ReadOnlyAdmin
from tests.support import sizes
from tests.support.access import (
    ACTORS,
    ADMIN_PATHS,
    METHODS,
    access_outcome,
    ask,
    ask_and_roll_back,
    fill_path,
    make_actor,
)
from tests.support.access_world import make_world
from tests.support.addresses import ADDRESSES
from tests.support.factories import make_user
from tests.support.table_states import changed_tables, table_digests

pytestmark = [
    pytest.mark.django_db,
    *([] if sizes.is_soak() else [pytest.mark.once]),
]

REQUESTS_IN_SAMPLE = 36

OPEN_TO_ALL = {"admin/login/", "admin/logout/", "admin/password_change/"}
"""Paths of the administration that lead to the site's own pages of accounts."""

DELETE = {"post": "yes", "action": "delete_selected"}
"""What a POST sends: the confirmation of a deletion, which other pages ignore."""

REFUSALS = {"log in", "not found", "no such method", "forbidden", "send again"}


def model_of(name: str) -> type[Model] | None:
    """Return the model that a page of the administration is about."""
    for model in admin.site._registry:
        if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            return model
    return None


def admin_address(name: str) -> str:
    """Return a page of the administration with an object that exists."""
    model = model_of(name)
    row = model._default_manager.order_by("pk").first() if model else None
    history: Any = getattr(model, "history", None)
    version = history.filter(id=row.pk).first() if history and row else None
    return fill_path(
        ADMIN_PATHS[name],
        object_id=row.pk if row else 1,
        id=row.pk if row else 1,
        version_id=version.pk if version else 1,
        content_type_id=ContentType.objects.get_for_model(User).pk,
        app_label="consultations",
        url="nothing/",
    )


def sample(names: list[str], who: str) -> list[tuple[str, str]]:
    """Return pages of the administration and methods, as many as a run asks."""
    every = [(name, method) for name in names for method in METHODS]
    chance = random.Random(f"{sizes.SEED} {who}")
    return every if sizes.is_soak() else chance.sample(every, REQUESTS_IN_SAMPLE)


@pytest.mark.soak
@pytest.mark.parametrize("who", [n for n, r in ACTORS.items() if r != "Administrator"])
def test_admin_pages_with_objects_are_for_administrators(
    who: str, record_property: Callable[[str, object], None]
) -> None:
    make_world()
    actor = make_actor(who)
    names = [name for name, path in ADMIN_PATHS.items() if path not in OPEN_TO_ALL]
    requests = sample(names, who)
    addresses = {name: admin_address(name) for name, _ in requests}
    before = table_digests()
    wrong = []
    for name, method in requests:
        sent = DELETE if method == "POST" else {}
        outcome = access_outcome(ask(actor.client(), method, addresses[name], sent))
        if outcome not in REFUSALS:
            wrong.append(f"{method} {addresses[name]}: {outcome}")
    assert wrong == []
    assert changed_tables(before) == []
    record_property("figures", f"admin by {who}: {len(requests)} requests refused")


@pytest.mark.soak
@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_admin_pages_never_fail_and_change_no_frozen_row(
    who: str, record_property: Callable[[str, object], None]
) -> None:
    make_world()
    root = make_user("root", is_superuser=True)
    actor = make_actor(who)
    frozen = [
        model
        for model, options in admin.site._registry.items()
        if isinstance(options, ReadOnlyAdmin)
    ]
    tables = [model._meta.db_table for model in frozen]
    assert "consultations_edition" in tables
    before = table_digests(tables)
    wrong = []
    requests = sample(list(ADMIN_PATHS), who)
    for name, method in requests:
        path = admin_address(name)
        sent = DELETE if method == "POST" else {}
        response = ask_and_roll_back(actor.client(), method, path, sent)
        outcome = access_outcome(response)
        is_refused = model_of(name) in frozen and name.endswith(("_add", "_delete"))
        if outcome not in REFUSALS | {"in"} or (is_refused and outcome == "in"):
            wrong.append(f"{method} {path}: {outcome}")
    for model in frozen:
        wrong += _unrefused_changes(actor.client(), model)
    assert wrong == []
    assert changed_tables(before) == []
    assert User.objects.get(pk=root.pk).is_superuser
    record_property("figures", f"admin by {who}: {len(requests)} requests")


def _unrefused_changes(client: Any, model: type[Model]) -> list[str]:
    """Return the pages of a frozen row that do not refuse to change or delete it."""
    if not model._default_manager.exists():
        return []
    prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    return [
        path
        for page in ("change", "delete")
        for path in [admin_address(f"{prefix}_{page}")]
        if access_outcome(ask(client, "POST", path, DELETE)) != "forbidden"
    ]


@pytest.mark.parametrize("page", ["change", "delete", "password_change"])
def test_administrator_is_refused_every_page_of_a_superuser(page: str) -> None:
    root = make_user("root", is_superuser=True)
    client = make_actor("administrator").client()
    path = fill_path(
        ADMIN_PATHS[f"admin:auth_user_{page}"], object_id=root.pk, id=root.pk
    )
    before = table_digests()
    sent = {**DELETE, "password1": "a new password", "password2": "a new password"}
    assert access_outcome(ask(client, "POST", path, sent)) == "forbidden"
    assert changed_tables(before) == []
    selected = {**DELETE, "_selected_action": str(root.pk)}
    ask(client, "POST", "/admin/auth/user/", selected)
    assert User.objects.filter(pk=root.pk, is_superuser=True).exists()


def test_administration_has_pages_of_every_kind() -> None:
    """The tests above ask what exists."""
    pages = {name.rpartition("_")[2] for name in ADMIN_PATHS if model_of(name)}
    assert {"changelist", "add", "change", "delete", "history"} <= pages
    assert Role.ADMINISTRATOR in ACTORS.values()
    assert not ADMIN_PATHS.keys() & ADDRESSES.keys()
