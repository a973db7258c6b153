"""Headers of every response: features of browsers, other origins, and caches."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.factories import make_user
from tests.support.pages import concluded

pytestmark = pytest.mark.django_db

EVERYWHERE = (
    *("/", "/consultations/", "/conclusions/answered/", "/conclusions/answered.json"),
    *("/conclusions/answered.pdf", "/static/icon.svg", "/nowhere/", "/consultations"),
    *("/desk/", "/admin/", "/admin/login/", "/accounts/login/", "/healthz"),
    "/a%01b",
)
PUBLIC_PAGES = ("/", "/consultations/", "/conclusions/answered/", "/nowhere/")


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_response_has_the_common_headers(client: Client, address: str) -> None:
    concluded()
    response = client.get(address)
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_public_page_may_be_cached_and_is_asked_for_again(
    client: Client, address: str
) -> None:
    concluded()
    response = client.get(address)
    assert response["Cache-Control"] == "no-cache"
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("address", PUBLIC_PAGES)
@pytest.mark.parametrize("cookie", ["sessionid", "messages", "csrftoken"])
def test_public_page_with_a_cookie_is_private(
    client: Client, address: str, cookie: str
) -> None:
    concluded()
    client.cookies[cookie] = "x"
    response = client.get(address)
    assert response["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response["Vary"]


def test_page_of_a_signed_in_user_is_private(client: Client) -> None:
    client.force_login(make_user("anna", role="Drafter"))
    assert client.get("/")["Cache-Control"] == "private, no-cache"


def test_page_that_sets_a_cookie_is_not_shared(client: Client) -> None:
    response = client.get("/accounts/login/")
    assert response.cookies
    assert "private" in response["Cache-Control"]


def test_caching_that_a_view_has_set_is_unchanged(client: Client) -> None:
    concluded()
    response = client.get("/conclusions/answered.txt")
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in response.get("Vary", "")
