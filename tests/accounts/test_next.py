"""Redirects after sign-in: malformed and foreign addresses count as none."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, reverse
from pytest_django import Settings

from config.accounts.urls import urlpatterns
from tests.support import sizes
from tests.support.accounts import PASSWORD, give_second_factor
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db

MALFORMED = (
    "http://[::1",
    "http://[",
    "//[",
    "//[::1",
    "https://]/",
    "http://[::1]a",
    "http://[v1.x",
    "http://\u2100.example",
    "http://a\uff0fb",
    "http://testserver:port/",
    "http://testserver:99999999/",
    "//\\[x",
    "\x00",
)
FOREIGN = ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:a")
PARTS = (
    "http:",
    "//",
    "/",
    "[",
    "]",
    "::1",
    "\\",
    "@",
    ":",
    "%5b",
    "\t",
    "\u2100",
    "a",
)


def account_paths() -> list[str]:
    """Return every address of sign-in, and those of the administration."""
    given = {"uidb64": "MQ", "token": "x-y"}
    paths = {"/admin/login/", "/admin/logout/", "/admin/password_change/", "/admin/"}
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        keys = pattern.pattern.converters
        paths.add(reverse(pattern.name, kwargs={key: given[key] for key in keys}))
    return sorted(paths)


def random_address(seed: int) -> str:
    chance = random.Random(seed)
    return "".join(chance.choices(PARTS, k=chance.randint(1, 7)))


ADDRESSES = (
    *MALFORMED,
    *FOREIGN,
    "/desk/\r\nX: y",
    *map(random_address, sizes.seeds(10, whole=300)),
)


@pytest.fixture
def clients() -> dict[str, Client]:
    """Return clients at each stage of sign-in; they raise what the site raises."""
    dora = make_user("dora", "Drafter", email="dora@example.org")
    signed_in, halfway = Client(), Client()
    signed_in.force_login(dora)
    give_second_factor(make_user("eve", "Drafter"))
    halfway.post("/accounts/login/", {"username": "eve", "password": PASSWORD})
    return {"nobody": Client(), "signed in": signed_in, "halfway": halfway}


def posted(path: str, address: str) -> dict[str, Any]:
    typed = {"next": address, "username": "x", "password": "y", "code": "1"}
    return typed if path != "/accounts/logout/" else {"next": address}


def target_of(response: HttpResponseBase) -> str:
    return response.get("Location", "")


def stays_on_site(path: str, target: str) -> bool:
    """Return whether a browser on a page stays on the site with a redirect."""
    whole = urlsplit(urljoin(f"http://testserver{path}", target.replace("\\", "/")))
    return (whole.scheme, whole.netloc) == ("http", "testserver")


@pytest.mark.soak
@pytest.mark.parametrize("path", account_paths())
def test_next_never_fails_and_never_leaves_the_site(
    clients: dict[str, Client], path: str, settings: Settings
) -> None:
    settings.AXES_ENABLED = False  # a lock-out would answer before `next` is read
    wrong = []
    for stage, client in clients.items():
        for address in ADDRESSES:
            query = f"{path}?{urlencode({'next': address})}"
            responses = [client.get(query)]
            if path not in {"/accounts/logout/", "/admin/logout/"}:
                responses.append(client.post(path, posted(path, address)))
                responses.append(client.post(query, posted(path, address)))
            for response in responses:
                target = target_of(response)
                leaves = not stays_on_site(path, target)
                if response.status_code >= 500 or leaves:
                    wrong.append((stage, address, response.status_code, target))
    assert wrong == []


@pytest.mark.parametrize("address", [*MALFORMED, *FOREIGN])
def test_sign_in_with_malformed_next_leads_to_the_workspace(address: str) -> None:
    make_user("dora", "Drafter")
    typed = {"username": "dora", "password": PASSWORD, "next": address}
    response = Client().post("/accounts/login/", typed)
    assert (response.status_code, target_of(response)) == (302, "/desk/")


@pytest.mark.parametrize("path", ["/accounts/logout/", "/admin/logout/"])
@pytest.mark.parametrize("address", [*MALFORMED, *FOREIGN])
def test_sign_out_with_malformed_next_leads_home(path: str, address: str) -> None:
    client = Client()
    client.force_login(make_user("dora", "Drafter"))
    response = client.post(f"{path}?{urlencode({'next': address})}")
    assert response.status_code == 302
    assert target_of(response) in {"/", path}


def test_sign_in_with_a_page_of_the_site_leads_there() -> None:
    make_user("dora", "Drafter")
    typed = {"username": "dora", "password": PASSWORD, "next": "/desk/glossary/"}
    response = Client().post("/accounts/login/", typed)
    assert target_of(response) == "/desk/glossary/"
