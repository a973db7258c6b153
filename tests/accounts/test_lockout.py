"""Lock-out after failed log-ins: what is counted, who is affected, how it ends."""

from __future__ import annotations

import datetime as dt

import pytest
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from config.accounts.client_addresses import client_address
from config.accounts.lockout import ADDRESS_FAILURE_LIMIT, USERNAME_FAILURE_LIMIT
from config.accounts.sign_in_addresses import ADDRESS_LIFETIME, has_signed_in_from
from config.models import LockoutNotice, SignInAddress
from consultations.notifications.notices import send_waiting_notices
from tests.support.accounts import (
    PASSWORD,
    code_now,
    give_second_factor,
    is_logged_in,
    try_to_log_in,
)
from tests.support.factories import make_user
from tests.support.pages import Read, log_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora() -> User:
    return make_user("dora", "Drafter", email="dora@example.org")


def try_wrong_passwords(
    client: Client, name: str, times: int = 5, address: str = ""
) -> list[int]:
    """Try wrong passwords and return the status codes."""
    more = {"address": address} if address else {}
    return [try_to_log_in(client, name, **more).status_code for _ in range(times)]


def can_log_in(
    client: Client, name: str = "dora", address: str = "198.51.100.7"
) -> bool:
    """Return whether the correct password logs in."""
    return bool(try_to_log_in(client, name, PASSWORD, address).status_code == 302)


# Locking out


def test_fifth_wrong_password_locks_out(client: Client, dora: User) -> None:
    assert try_wrong_passwords(client, "dora") == [200, 200, 200, 200, 429]


def test_correct_password_is_refused_during_lockout(client: Client, dora: User) -> None:
    try_wrong_passwords(client, "dora")
    assert try_to_log_in(client, "dora", PASSWORD).status_code == 429
    assert not is_logged_in(client)


def test_four_wrong_passwords_do_not_lock_out(client: Client, dora: User) -> None:
    try_wrong_passwords(client, "dora", times=4)
    assert can_log_in(client)


def test_lockout_page_says_how_long_to_wait(client: Client, dora: User) -> None:
    try_wrong_passwords(client, "dora")
    page = try_to_log_in(client, "dora", PASSWORD)
    assert page["Retry-After"] == "900"
    assert "Wait 15 minutes" in text_of(page)
    assert Read(text_of(page)).faults == []


def test_unknown_username_gets_same_responses(client: Client, dora: User) -> None:
    told = {
        name: [
            (page.status_code, Read(text_of(page)).title, Read(text_of(page)).links)
            for page in [try_to_log_in(client, name) for _ in range(6)]
        ]
        for name in ("dora", "nobody")
    }
    assert told["dora"] == told["nobody"]


def test_spellings_of_a_username_are_counted_together(
    client: Client, dora: User
) -> None:
    ways = ("dora", "DORA", "dora@example.org", " dora ", "Dora@Example.org")
    codes = [try_to_log_in(client, way).status_code for way in ways]
    assert codes == [200, 200, 200, 200, 429]


def test_changed_user_agent_does_not_avoid_lockout(client: Client, dora: User) -> None:
    codes = [
        try_to_log_in(client, "dora", headers={"user-agent": f"B{n}"}).status_code
        for n in range(5)
    ]
    assert codes[-1] == 429


def test_user_at_another_address_is_not_locked_out(client: Client, dora: User) -> None:
    try_wrong_passwords(client, "dora")
    assert can_log_in(client, address="203.0.113.9")


def test_other_user_at_same_address_is_not_locked_out(
    client: Client, dora: User
) -> None:
    try_wrong_passwords(client, "dan")
    assert can_log_in(client)


def test_failures_per_address_are_limited(client: Client, dora: User) -> None:
    for number in range(ADDRESS_FAILURE_LIMIT):
        try_wrong_passwords(client, f"name{number}", times=1)
    assert not can_log_in(client)
    assert can_log_in(client, address="203.0.113.9")


def test_failures_per_username_are_limited(client: Client, dora: User) -> None:
    for number in range(USERNAME_FAILURE_LIMIT):
        try_wrong_passwords(client, "dora", times=1, address=f"192.0.2.{number}")
    assert not can_log_in(client, address="203.0.113.9")


def lock_name_everywhere(client: Client, name: str = "dora") -> None:
    for number in range(USERNAME_FAILURE_LIMIT):
        try_wrong_passwords(client, name, times=1, address=f"192.0.2.{number}")


def test_address_of_an_earlier_login_is_exempt_from_limit_per_username(
    client: Client, dora: User
) -> None:
    assert can_log_in(Client(), address="203.0.113.9")
    lock_name_everywhere(client)
    assert can_log_in(Client(), address="203.0.113.9")
    assert can_log_in(Client(), "DORA@example.org", address="203.0.113.9")
    assert not can_log_in(Client(), address="203.0.113.10")


def test_address_of_another_users_login_is_not_exempt(
    client: Client, dora: User
) -> None:
    make_user("eve")
    assert can_log_in(Client(), "eve", address="203.0.113.9")
    lock_name_everywhere(client)
    assert not can_log_in(Client(), address="203.0.113.9")


def test_exempt_address_is_locked_out_by_its_own_failures(
    client: Client, dora: User
) -> None:
    assert can_log_in(Client(), address="203.0.113.9")
    lock_name_everywhere(client)
    codes = try_wrong_passwords(client, "dora", address="203.0.113.9")
    assert codes == [200, 200, 200, 200, 429]
    assert not can_log_in(Client(), address="203.0.113.9")


def test_password_without_second_factor_makes_no_address_exempt(
    client: Client, dora: User
) -> None:
    give_second_factor(dora)
    try_to_log_in(client, "dora", PASSWORD, "203.0.113.9")
    assert not SignInAddress.objects.exists()


def test_address_of_a_login_long_ago_is_not_exempt(client: Client, dora: User) -> None:
    can_log_in(client)
    now = timezone.now()
    assert has_signed_in_from("dora", "198.51.100.7", now + ADDRESS_LIFETIME / 2)
    assert not has_signed_in_from("dora", "198.51.100.7", now + 2 * ADDRESS_LIFETIME)
    long_ago = now - 2 * ADDRESS_LIFETIME
    SignInAddress.objects.update(used_at=long_ago)
    can_log_in(Client(), address="203.0.113.9")
    assert [row.address for row in SignInAddress.objects.all()] == ["203.0.113.9"]


def test_client_without_address_is_not_exempt(client: Client, dora: User) -> None:
    assert can_log_in(client, address="")
    assert not SignInAddress.objects.exists()


# Telling the owner


def test_owner_of_a_locked_name_gets_one_email_per_lockout(
    client: Client, dora: User, mailoutbox: list[EmailMessage]
) -> None:
    try_wrong_passwords(client, "DORA", times=4)
    send_waiting_notices()
    assert mailoutbox == []
    try_wrong_passwords(client, "dora@example.org", times=4)
    try_wrong_passwords(client, "dora", times=6, address="192.0.2.1")
    send_waiting_notices()
    (mail,) = mailoutbox
    assert mail.to == ["dora@example.org"]
    assert "many wrong passwords" in mail.body
    assert "/accounts/password/reset/" in mail.body
    later = timezone.now() - dt.timedelta(minutes=15)
    LockoutNotice.objects.update(at=later)
    try_wrong_passwords(client, "dora", times=1)
    send_waiting_notices()
    assert len(mailoutbox) == 2
    assert LockoutNotice.objects.count() == 1


def test_lockout_of_a_name_everywhere_is_told(
    client: Client, dora: User, mailoutbox: list[EmailMessage]
) -> None:
    lock_name_everywhere(client)
    send_waiting_notices()
    assert [mail.to for mail in mailoutbox] == [["dora@example.org"]]


@pytest.mark.parametrize("name", ["nobody", "frank", "grace"])
def test_nobody_else_gets_an_email(
    client: Client, name: str, mailoutbox: list[EmailMessage]
) -> None:
    make_user("frank", email="")
    make_user("grace", email="grace@example.org", is_active=False)
    assert try_wrong_passwords(client, name)[-1] == 429
    send_waiting_notices()
    assert mailoutbox == []


def test_own_login_does_not_reset_failures_of_address(
    client: Client, dora: User
) -> None:
    make_user("eve")
    for number in range(ADDRESS_FAILURE_LIMIT - 1):
        try_wrong_passwords(client, f"name{number}", times=1)
    assert can_log_in(client, "eve")
    assert try_wrong_passwords(client, "dora", times=1) == [429]


def test_failures_are_counted_in_the_database(client: Client, dora: User) -> None:
    try_wrong_passwords(client, "dora", times=3)
    cache.clear()
    AxesProxyHandler.get_implementation(force=True)
    assert try_wrong_passwords(Client(), "dora", times=2) == [200, 429]


@pytest.mark.parametrize("field", ["username", "password"])
def test_password_is_not_stored_with_failed_attempt(client: Client, field: str) -> None:
    words = {"username": "dora", "password": "x", field: "hunter2-hunter2"}
    client.post("/accounts/login/", words)
    row = AccessAttempt.objects.get()
    assert "hunter2" not in row.post_data + row.get_data


# Ending a lock-out


def test_lockout_ends_after_fifteen_minutes(
    client: Client, dora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    try_wrong_passwords(client, "dora")
    later = timezone.now() + dt.timedelta(minutes=14)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: later)
    assert not can_log_in(client)
    after = timezone.now() + dt.timedelta(minutes=15)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: after)
    assert can_log_in(client)


def test_further_attempts_do_not_prolong_lockout(
    client: Client, dora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    try_wrong_passwords(client, "dora")
    later = timezone.now() + dt.timedelta(minutes=10)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: later)
    try_wrong_passwords(client, "dora")
    after = timezone.now() + dt.timedelta(minutes=16)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: after)
    assert can_log_in(client)


def test_successful_login_resets_failures(client: Client, dora: User) -> None:
    try_wrong_passwords(client, "dora", times=4)
    assert can_log_in(client)
    assert try_wrong_passwords(Client(), "dora", times=4) == [200] * 4


def test_administrator_lifts_lockout(client: Client, dora: User) -> None:
    try_wrong_passwords(client, "dora")
    administrator = log_in(Client(), "Administrator")
    rows = [row.pk for row in AccessAttempt.objects.all()]
    administrator.post(
        "/admin/axes/accessattempt/",
        {"action": "delete_selected", "_selected_action": rows, "post": "yes"},
    )
    assert can_log_in(client)


@pytest.mark.parametrize("role", ["Drafter", "Approver"])
def test_other_roles_cannot_lift_lockout(client: Client, role: str) -> None:
    log_in(client, role)
    assert client.get("/admin/axes/accessattempt/").status_code == 302


# Other forms that ask for a secret


def test_wrong_old_passwords_lock_out(client: Client, dora: User) -> None:
    can_log_in(client)
    words = {"old_password": "no", "new_password1": "x", "new_password2": "x"}
    codes = [client.post("/accounts/password/", words).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 200, 429]


def test_wrong_confirmation_passwords_lock_out(client: Client, dora: User) -> None:
    can_log_in(client)
    codes = [
        client.post("/accounts/confirm/", {"password": "no"}).status_code
        for _ in range(5)
    ]
    assert codes == [200, 200, 200, 200, 429]


def test_wrong_codes_and_passwords_are_counted_together(
    client: Client, dora: User
) -> None:
    give_second_factor(dora)
    try_wrong_passwords(client, "dora", times=2)
    try_to_log_in(client, "dora", PASSWORD)
    codes = [
        client.post(
            "/accounts/second-factor/", {"code": "no"}, REMOTE_ADDR="198.51.100.7"
        ).status_code
        for _ in range(3)
    ]
    assert codes == [200, 200, 429]
    assert try_to_log_in(Client(), "dora", PASSWORD).status_code == 429
    assert "no" not in AccessAttempt.objects.get().post_data.split("code=")[-1]


def test_correct_code_is_refused_during_lockout(client: Client, dora: User) -> None:
    secret = give_second_factor(dora)
    try_to_log_in(client, "dora", PASSWORD)
    try_wrong_passwords(Client(), "dora")
    code = {"code": code_now(secret)}
    page = client.post("/accounts/second-factor/", code, REMOTE_ADDR="198.51.100.7")
    assert page.status_code == 429
    assert not is_logged_in(client)


# Client addresses behind proxies


def client_address_for(forwarded: str = "", address: str = "10.0.0.1") -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)
    return client_address(request)


def test_forwarded_address_is_ignored_by_default() -> None:
    assert client_address_for("192.0.2.1") == "10.0.0.1"


def test_forwarded_address_is_used_behind_a_proxy(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    assert client_address_for("192.0.2.1") == "192.0.2.1"
    assert client_address_for("1.1.1.1, 192.0.2.1") == "192.0.2.1"
    assert client_address_for() == "10.0.0.1"


def test_outer_address_is_used_behind_two_proxies(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 2
    assert client_address_for("1.1.1.1, 192.0.2.1, 10.0.0.2") == "192.0.2.1"
    assert client_address_for("192.0.2.1") == "10.0.0.1"


def test_ipv6_network_counts_as_one_client() -> None:
    assert client_address_for(address="2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::"
    assert client_address_for(address="2001:db8:1:2::9") == "2001:db8:1:2::"
    assert client_address_for(address="::ffff:192.0.2.1") == "192.0.2.1"


@pytest.mark.parametrize("address", ["", "unix:", "fe80::1%eth0"])
def test_unusual_remote_address_gets_a_value(address: str) -> None:
    assert client_address_for(address=address) in ("0.0.0.0", "fe80::")
