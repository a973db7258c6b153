"""The second factor: enabling, disabling, log-in, and sites that require it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from config.accounts.second_factor import has_second_factor
from tests.support.accounts import (
    PASSWORD,
    code_now,
    confirm,
    give_second_factor,
    is_logged_in,
    recovery_codes,
    try_to_log_in,
)
from tests.support.factories import make_user
from tests.support.pages import Read, text_of

pytestmark = pytest.mark.django_db

LOG_IN = "/accounts/second-factor/"
ON = "/accounts/second-factor/on/"
OFF = "/accounts/second-factor/off/"
CODES = "/accounts/recovery-codes/"


@pytest.fixture
def dora() -> User:
    return make_user("dora", "Drafter")


def type_code(client: Client, code: str) -> Any:
    return client.post(LOG_IN, {"code": code})


def enable_second_factor(client: Client) -> Any:
    """Set up an authenticator app as the page says, and return the response."""
    page = text_of(client.get(ON))
    found = re.search(r'<code class="key">(\w+)</code>', page)
    assert found is not None
    return client.post(ON, {"code": code_now(found[1])})


# Enabling and disabling


def test_enabling_second_factor_needs_password_confirmation(
    client: Client, dora: User
) -> None:
    try_to_log_in(client, "dora", PASSWORD)
    assert client.get(ON)["Location"] == f"/accounts/confirm/?next={ON}".replace(
        "?next=/", "?next=%2F"
    ).replace("accounts/second-factor/on/", "accounts%2Fsecond-factor%2Fon%2F")


def test_first_code_enables_second_factor_and_recovery_codes(
    client: Client, dora: User
) -> None:
    try_to_log_in(client, "dora", PASSWORD)
    confirm(client)
    assert enable_second_factor(client)["Location"] == CODES
    page = text_of(client.get(CODES))
    assert all(code in page for code in recovery_codes(dora))
    assert len(recovery_codes(dora)) == 10
    assert "You have" not in page
    assert "10 recovery codes left" in text_of(client.get("/accounts/"))


def test_wrong_first_code_enables_nothing(client: Client, dora: User) -> None:
    try_to_log_in(client, "dora", PASSWORD)
    confirm(client)
    client.get(ON)
    page = client.post(ON, {"code": "000000"})
    assert Read(text_of(page)).faults == []
    assert "The code is not correct" in text_of(page)
    assert not has_second_factor(dora)


def test_qr_code_is_inline_svg_without_styles(client: Client, dora: User) -> None:
    try_to_log_in(client, "dora", PASSWORD)
    confirm(client)
    page = text_of(client.get(ON))
    svg = page[page.index("<svg") : page.index("</svg>")]
    assert "<path" in svg
    assert "style=" not in page
    assert "data:" not in page


def test_disabling_second_factor_deletes_recovery_codes(
    client: Client, dora: User
) -> None:
    give_second_factor(dora)
    client.force_login(dora)
    confirm(client)
    assert client.post(OFF)["Location"] == "/accounts/"
    assert not Authenticator.objects.filter(user=dora).exists()
    assert try_to_log_in(Client(), "dora", PASSWORD)["Location"] == "/desk/"


def test_disabling_second_factor_needs_confirmation(client: Client, dora: User) -> None:
    give_second_factor(dora)
    client.force_login(dora)
    assert client.post(OFF)["Location"].startswith("/accounts/confirm/")
    assert has_second_factor(dora)


def test_administrator_disables_lost_second_factor(client: Client, dora: User) -> None:
    give_second_factor(dora)
    client.force_login(make_user("ada", "Administrator"))
    for row in Authenticator.objects.filter(user=dora):
        client.post(f"/admin/mfa/authenticator/{row.pk}/delete/", {"post": "yes"})
    assert try_to_log_in(Client(), "dora", PASSWORD)["Location"] == "/desk/"


# Logging in with a second factor


def test_password_alone_does_not_log_in(client: Client, dora: User) -> None:
    give_second_factor(dora)
    assert try_to_log_in(client, "dora", PASSWORD)["Location"] == LOG_IN
    assert not is_logged_in(client)
    page = client.get(LOG_IN)
    assert Read(text_of(page)).faults == []


def test_code_redirects_to_requested_page(client: Client, dora: User) -> None:
    secret = give_second_factor(dora)
    words = {"username": "dora", "password": PASSWORD, "next": "/desk/?after=x"}
    client.post("/accounts/login/", words)
    assert type_code(client, code_now(secret))["Location"] == "/desk/?after=x"
    assert is_logged_in(client)


def test_wrong_code_does_not_log_in(client: Client, dora: User) -> None:
    give_second_factor(dora)
    try_to_log_in(client, "dora", PASSWORD)
    page = type_code(client, "000000")
    assert "#id_code" in Read(text_of(page)).links
    assert not is_logged_in(client)


def test_code_without_password_redirects_to_login(client: Client, dora: User) -> None:
    secret = give_second_factor(dora)
    assert type_code(client, code_now(secret))["Location"] == "/accounts/login/"


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_code_of_adjacent_time_step_is_accepted(
    client: Client, dora: User, steps: int
) -> None:
    secret = give_second_factor(dora)
    try_to_log_in(client, "dora", PASSWORD)
    assert type_code(client, code_now(secret, steps)).status_code == 302


def test_expired_code_is_refused(client: Client, dora: User) -> None:
    secret = give_second_factor(dora)
    try_to_log_in(client, "dora", PASSWORD)
    assert type_code(client, code_now(secret, -3)).status_code == 200


def test_code_is_accepted_once_across_processes(client: Client, dora: User) -> None:
    secret = give_second_factor(dora)
    code = code_now(secret)
    try_to_log_in(client, "dora", PASSWORD)
    assert type_code(client, code).status_code == 302
    other = Client()
    try_to_log_in(other, "dora", PASSWORD)
    from django.core.cache import cache

    cache.clear()
    page = type_code(other, code)
    assert "used" in text_of(page)
    assert not is_logged_in(other)


def test_code_older_than_last_used_is_refused(client: Client, dora: User) -> None:
    secret = give_second_factor(dora)
    try_to_log_in(client, "dora", PASSWORD)
    type_code(client, code_now(secret))
    other = Client()
    try_to_log_in(other, "dora", PASSWORD)
    assert type_code(other, code_now(secret, -1)).status_code == 200


def test_recovery_code_is_accepted_once(client: Client, dora: User) -> None:
    give_second_factor(dora)
    code = recovery_codes(dora)[0]
    for browser, expected in ((client, 302), (Client(), 200)):
        try_to_log_in(browser, "dora", PASSWORD)
        assert type_code(browser, code).status_code == expected
    assert len(recovery_codes(dora)) == 9


def test_new_recovery_codes_replace_the_old(client: Client, dora: User) -> None:
    give_second_factor(dora)
    before = recovery_codes(dora)
    client.force_login(dora)
    confirm(client)
    assert client.post(f"{CODES}new/")["Location"] == CODES
    assert not set(before) & set(recovery_codes(dora))
    file = client.get(f"{CODES}file/")
    assert file.content.decode().split() == recovery_codes(dora)


def test_password_reset_keeps_second_factor(client: Client, dora: User) -> None:
    give_second_factor(dora)
    dora.set_password("another long password")
    dora.save()
    answer = try_to_log_in(client, "dora", "another long password")
    assert answer["Location"] == LOG_IN


def test_pending_login_can_be_abandoned_for_another_user(
    client: Client, dora: User
) -> None:
    give_second_factor(dora)
    make_user("dan", "Drafter")
    try_to_log_in(client, "dora", PASSWORD)
    answer = client.post("/accounts/logout/", {"next": "/accounts/login/"})
    assert answer["Location"] == "/accounts/login/"
    assert client.get(LOG_IN)["Location"] == "/accounts/login/"
    assert try_to_log_in(client, "dan", PASSWORD)["Location"] == "/desk/"


def test_logged_in_user_can_log_in_as_user_with_second_factor(
    client: Client, dora: User
) -> None:
    secret = give_second_factor(dora)
    client.force_login(make_user("dan", "Drafter"))
    try_to_log_in(client, "dora", PASSWORD)
    type_code(client, code_now(secret))
    assert "dora" in text_of(client.get("/accounts/"))


# Sites that require a second factor


@pytest.fixture
def second_factor_required(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.mark.parametrize("path", ["/desk/", "/", "/documents/", "/desk/x/"])
def test_desk_redirects_user_without_required_second_factor(
    client: Client, dora: User, second_factor_required: None, path: str
) -> None:
    try_to_log_in(client, "dora", PASSWORD)
    assert client.get(path)["Location"] == ON
    confirm(client)
    assert "All users of the workspace need two-step verification" in text_of(
        client.get(ON)
    )


@pytest.mark.parametrize("path", ["/admin/", "/admin/auth/user/"])
def test_admin_redirects_user_without_required_second_factor(
    client: Client, second_factor_required: None, path: str
) -> None:
    client.force_login(User.objects.create_superuser("root", password=PASSWORD))
    assert client.get(path)["Location"] == ON


def test_enabling_required_second_factor_opens_desk(
    client: Client, dora: User, second_factor_required: None
) -> None:
    try_to_log_in(client, "dora", PASSWORD)
    confirm(client)
    enable_second_factor(client)
    assert client.get("/desk/").status_code == 200


def test_required_second_factor_cannot_be_disabled(
    client: Client, dora: User, second_factor_required: None
) -> None:
    give_second_factor(dora)
    client.force_login(dora)
    confirm(client)
    assert "All users of the workspace need two-step verification" in text_of(
        client.get(OFF)
    )
    client.post(OFF)
    assert has_second_factor(dora)


def test_recovery_codes_alone_are_no_second_factor(
    client: Client, dora: User, second_factor_required: None
) -> None:
    give_second_factor(dora)
    Authenticator.objects.get(user=dora, type="totp").delete()
    client.force_login(dora)
    assert client.get("/desk/")["Location"] == ON


def test_reader_does_not_need_required_second_factor(
    client: Client, second_factor_required: None
) -> None:
    client.force_login(make_user("reader"))
    assert client.get("/documents/").status_code == 200


def test_user_without_required_second_factor_can_log_out(
    client: Client, dora: User, second_factor_required: None
) -> None:
    client.force_login(dora)
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert client.get("/").status_code == 200


def test_optional_second_factor_is_not_demanded(client: Client, dora: User) -> None:
    client.force_login(dora)
    assert client.get("/desk/").status_code == 200
