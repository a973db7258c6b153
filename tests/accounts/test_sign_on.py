"""Single sign-on against a running OpenID Connect server."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from config.environment import SignOnServer
from tests.support.accounts import code_now, give_second_factor, is_logged_in
from tests.support.factories import make_user
from tests.support.oidc_server import CLIENT_ID, SECRET, Server, new_key, oidc_server
from tests.support.pages import Read, text_of

pytestmark = pytest.mark.django_db

BEGIN = "/accounts/sign-on/"


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Run a server that vouches for dora@example.org, and have the site use it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with oidc_server() as server:
        server.person["email"] = "dora@example.org"
        name = "Our log-in"
        settings.SINGLE_SIGN_ON = SignOnServer(server.issuer, CLIENT_ID, SECRET, name)
        app = {
            "provider_id": "sso",
            "name": name,
            "client_id": CLIENT_ID,
            "secret": SECRET,
            "settings": {"server_url": server.issuer, "oauth_pkce_enabled": True},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        yield server


@pytest.fixture
def dora() -> User:
    return make_user("dora", "Drafter", email="Dora@example.org")


def callback_url(client: Client, onward: str = "") -> str:
    """Log in at the server and return its callback URL."""
    there = client.get(BEGIN, {"next": onward} if onward else {})
    assert there.status_code == 302
    parts = urlsplit(there["Location"])
    browser = http.client.HTTPConnection(parts.netloc)
    browser.request("GET", f"{parts.path}?{parts.query}")
    location = browser.getresponse().headers["Location"]
    browser.close()
    assert location.startswith("http://testserver/accounts/sign-on/callback/?")
    return location.removeprefix("http://testserver")


def sign_on(client: Client, onward: str = "") -> Any:
    """Complete single sign-on and return the last response."""
    return client.get(callback_url(client, onward))


# Accepted users


def test_verified_user_is_logged_in(client: Client, dora: User, server: Server) -> None:
    assert sign_on(client)["Location"] == "/desk/"
    assert "dora" in text_of(client.get("/accounts/"))


def test_single_sign_on_redirects_to_requested_page(
    client: Client, dora: User, server: Server
) -> None:
    assert sign_on(client, "/desk/?after=x")["Location"] == "/desk/?after=x"


def test_single_sign_on_refuses_external_redirect(
    client: Client, dora: User, server: Server
) -> None:
    assert sign_on(client, "https://elsewhere.example/")["Location"] == "/desk/"


def test_login_page_offers_single_sign_on(client: Client, server: Server) -> None:
    page = text_of(client.get("/accounts/login/?next=/desk/?a=b"))
    assert "Sign in with Our log-in" in page
    assert "/accounts/sign-on/?next=/desk/%3Fa%3Db" in Read(page).links


def test_single_sign_on_user_needs_second_factor(
    client: Client, dora: User, server: Server
) -> None:
    secret = give_second_factor(dora)
    assert sign_on(client)["Location"] == "/accounts/second-factor/"
    assert not is_logged_in(client)
    client.post("/accounts/second-factor/", {"code": code_now(secret)})
    assert is_logged_in(client)


def test_second_single_sign_on_reuses_the_account(
    client: Client, dora: User, server: Server
) -> None:
    sign_on(client)
    assert sign_on(Client())["Location"] == "/desk/"
    assert SocialAccount.objects.count() == 1


def test_single_sign_on_replaces_logged_in_user(
    client: Client, dora: User, server: Server
) -> None:
    client.force_login(make_user("dan"))
    sign_on(client)
    assert "dora" in text_of(client.get("/accounts/"))


def test_only_email_facts_of_user_are_stored(
    client: Client, dora: User, server: Server
) -> None:
    server.person |= {"name": "Dora Drafter", "phone_number": "0123"}
    sign_on(client)
    kept = SocialAccount.objects.get().extra_data
    assert kept == {"email": "dora@example.org", "email_verified": True}


# Refused users


def is_refused(client: Client) -> bool:
    """Return whether the site refuses the user that the server names."""
    page = sign_on(client)
    assert page.status_code == 403
    assert Read(text_of(page)).faults == []
    assert not is_logged_in(client)
    return "You have no account on this site" in text_of(page)


def test_single_sign_on_creates_no_user(client: Client, server: Server) -> None:
    assert is_refused(client)
    assert User.objects.count() == SocialAccount.objects.count() == 0


@pytest.mark.parametrize("verified", [False, None, "false", "true", 1])
def test_unverified_email_is_refused(
    client: Client, dora: User, server: Server, verified: object
) -> None:
    server.person["email_verified"] = verified
    assert is_refused(client)


def test_inactive_user_is_refused(client: Client, dora: User, server: Server) -> None:
    sign_on(client)
    dora.is_active = False
    dora.save()
    assert is_refused(Client())


def test_shared_email_is_refused(client: Client, dora: User, server: Server) -> None:
    make_user("dan", email="dora@example.org")
    assert is_refused(client)


def test_email_reassigned_to_another_subject_is_refused(
    client: Client, dora: User, server: Server
) -> None:
    sign_on(client)
    server.person["sub"] = "person-2"
    assert is_refused(Client())


def test_changed_local_email_is_refused(
    client: Client, dora: User, server: Server
) -> None:
    sign_on(client)
    dora.email = "elsewhere@example.org"
    dora.save()
    assert is_refused(Client())


def test_logged_in_user_cannot_connect_another_identity(
    client: Client, dora: User, server: Server
) -> None:
    server.person |= {"sub": "evil", "email": "evil@example.org"}
    client.force_login(dora)
    there = client.get(BEGIN, {"process": "connect"})
    assert there.status_code == 302
    assert sign_on(client).status_code == 403
    assert not SocialAccount.objects.exists()


# Invalid server responses


def shows_failure(client: Client) -> bool:
    """Return whether the site reports that single sign-on failed."""
    page = sign_on(client)
    assert page.status_code == 401
    assert Read(text_of(page)).faults == []
    assert not is_logged_in(client)
    return "Single sign-on did not work" in text_of(page)


def test_token_with_wrong_signature_is_refused(
    client: Client, dora: User, server: Server
) -> None:
    server.signing_key = new_key()
    assert shows_failure(client)


@pytest.mark.parametrize(
    "told",
    [{"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1_000_000_000}],
    ids=["for another site", "of another server", "of long ago"],
)
def test_token_for_another_audience_is_refused(
    client: Client, dora: User, server: Server, told: dict[str, object]
) -> None:
    server.token = told
    assert shows_failure(client)


def test_userinfo_of_another_subject_is_refused(
    client: Client, dora: User, server: Server
) -> None:
    server.userinfo = {"sub": "person-2"}
    assert shows_failure(client)


@pytest.mark.parametrize("field", ["id_token", "access_token"])
def test_response_without_token_is_refused(
    client: Client, dora: User, server: Server, field: str
) -> None:
    server.without = {field}
    assert shows_failure(client)


def test_unreachable_server_shows_error(
    client: Client, dora: User, server: Server
) -> None:
    server.is_down = True
    page = client.get(BEGIN)
    assert page.status_code == 401
    assert "gave an unexpected response" in text_of(page)


def test_callback_works_once_and_in_one_session(
    client: Client, dora: User, server: Server
) -> None:
    back = callback_url(client)
    assert Client().get(back).status_code == 401
    assert client.get(back)["Location"] == "/desk/"
    assert Client().get(back).status_code == 401


def test_cancelled_single_sign_on_shows_message(
    client: Client, dora: User, server: Server
) -> None:
    state = parse_qs(urlsplit(callback_url(client)).query)["state"][0]
    words = {"error": "access_denied", "state": state}
    page = client.get(f"{BEGIN}callback/", words, follow=True)
    assert "You are not signed in" in text_of(page)
    assert Read(text_of(page)).faults == []


# Sites without single sign-on


@pytest.mark.parametrize("path", ["", "callback/", "callback/?code=x", "cancelled/"])
def test_single_sign_on_pages_return_404_when_unconfigured(
    client: Client, path: str
) -> None:
    assert client.get(f"{BEGIN}{path}").status_code == 404


def test_login_page_omits_unconfigured_single_sign_on(client: Client) -> None:
    assert "sign-on" not in text_of(client.get("/accounts/login/"))
