"""Lock-out: what is counted, for whom it closes, and how it opens again."""

from __future__ import annotations

import datetime as dt

import pytest
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from config.accounts.lockout import (
    ADDRESS_FAILURE_LIMIT,
    USERNAME_FAILURE_LIMIT,
    client_address,
)
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


def fail(client: Client, name: str, times: int = 5, address: str = "") -> list[int]:
    """Try wrong passwords and return the answers."""
    more = {"address": address} if address else {}
    return [try_to_log_in(client, name, **more).status_code for _ in range(times)]


def let_in(client: Client, name: str = "dora", address: str = "198.51.100.7") -> bool:
    """Return whether the right password is taken."""
    return bool(try_to_log_in(client, name, PASSWORD, address).status_code == 302)


# When it closes


def test_the_fifth_wrong_password_locks_out(client: Client, dora: User) -> None:
    assert fail(client, "dora") == [200, 200, 200, 200, 429]


def test_a_right_password_is_refused_during_a_lock_out(
    client: Client, dora: User
) -> None:
    fail(client, "dora")
    assert try_to_log_in(client, "dora", PASSWORD).status_code == 429
    assert not is_logged_in(client)


def test_four_wrong_passwords_lock_nobody_out(client: Client, dora: User) -> None:
    fail(client, "dora", times=4)
    assert let_in(client)


def test_who_is_locked_out_is_told_what_to_do(client: Client, dora: User) -> None:
    fail(client, "dora")
    page = try_to_log_in(client, "dora", PASSWORD)
    assert page["Retry-After"] == "900"
    assert "Wait 15 minutes" in text_of(page)
    assert Read(text_of(page)).faults == []


def test_the_answers_are_the_same_for_a_name_that_there_is_not(
    client: Client, dora: User
) -> None:
    told = {
        name: [
            (page.status_code, Read(text_of(page)).title, Read(text_of(page)).links)
            for page in [try_to_log_in(client, name) for _ in range(6)]
        ]
        for name in ("dora", "nobody")
    }
    assert told["dora"] == told["nobody"]


def test_all_ways_to_write_a_name_are_counted_together(
    client: Client, dora: User
) -> None:
    ways = ("dora", "DORA", "dora@example.org", " dora ", "Dora@Example.org")
    codes = [try_to_log_in(client, way).status_code for way in ways]
    assert codes == [200, 200, 200, 200, 429]


def test_another_browser_is_no_way_round(client: Client, dora: User) -> None:
    codes = [
        try_to_log_in(client, "dora", headers={"user-agent": f"B{n}"}).status_code
        for n in range(5)
    ]
    assert codes[-1] == 429


def test_somebody_elsewhere_is_not_locked_out_with_the_guesser(
    client: Client, dora: User
) -> None:
    fail(client, "dora")
    assert let_in(client, address="203.0.113.9")


def test_somebody_else_in_the_same_office_is_not_locked_out(
    client: Client, dora: User
) -> None:
    fail(client, "dan")
    assert let_in(client)


def test_one_address_can_try_only_so_many_names(client: Client, dora: User) -> None:
    for number in range(ADDRESS_FAILURE_LIMIT):
        fail(client, f"name{number}", times=1)
    assert not let_in(client)
    assert let_in(client, address="203.0.113.9")


def test_one_name_can_be_tried_only_so_often_from_everywhere(
    client: Client, dora: User
) -> None:
    for number in range(USERNAME_FAILURE_LIMIT):
        fail(client, "dora", times=1, address=f"192.0.2.{number}")
    assert not let_in(client, address="203.0.113.9")


def test_getting_in_oneself_does_not_clear_what_one_tried_on_others(
    client: Client, dora: User
) -> None:
    make_user("eve")
    for number in range(ADDRESS_FAILURE_LIMIT - 1):
        fail(client, f"name{number}", times=1)
    assert let_in(client, "eve")
    assert fail(client, "dora", times=1) == [429]


def test_the_count_is_kept_in_the_database_for_all_processes(
    client: Client, dora: User
) -> None:
    fail(client, "dora", times=3)
    cache.clear()
    AxesProxyHandler.get_implementation(force=True)
    assert fail(Client(), "dora", times=2) == [200, 429]


@pytest.mark.parametrize("field", ["username", "password"])
def test_no_password_is_kept_with_the_count(client: Client, field: str) -> None:
    words = {"username": "dora", "password": "x", field: "hunter2-hunter2"}
    client.post("/accounts/login/", words)
    row = AccessAttempt.objects.get()
    assert "hunter2" not in row.post_data + row.get_data


# When it opens again


def test_a_lock_out_is_over_after_a_quarter_of_an_hour(
    client: Client, dora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(client, "dora")
    later = timezone.now() + dt.timedelta(minutes=14)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: later)
    assert not let_in(client)
    after = timezone.now() + dt.timedelta(minutes=15)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: after)
    assert let_in(client)


def test_trying_on_does_not_make_a_lock_out_longer(
    client: Client, dora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(client, "dora")
    later = timezone.now() + dt.timedelta(minutes=10)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: later)
    fail(client, "dora")
    after = timezone.now() + dt.timedelta(minutes=16)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: after)
    assert let_in(client)


def test_getting_in_clears_the_count(client: Client, dora: User) -> None:
    fail(client, "dora", times=4)
    assert let_in(client)
    assert fail(Client(), "dora", times=4) == [200] * 4


def test_an_administrator_lifts_a_lock_out(client: Client, dora: User) -> None:
    fail(client, "dora")
    administrator = log_in(Client(), "Administrator")
    rows = [row.pk for row in AccessAttempt.objects.all()]
    administrator.post(
        "/admin/axes/accessattempt/",
        {"action": "delete_selected", "_selected_action": rows, "post": "yes"},
    )
    assert let_in(client)


@pytest.mark.parametrize("role", ["Drafter", "Approver"])
def test_others_do_not_lift_it(client: Client, role: str) -> None:
    log_in(client, role)
    assert client.get("/admin/axes/accessattempt/").status_code == 302


# The other places where a secret is typed


def test_wrong_old_passwords_lock_out(client: Client, dora: User) -> None:
    let_in(client)
    words = {"old_password": "no", "new_password1": "x", "new_password2": "x"}
    codes = [client.post("/accounts/password/", words).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 200, 429]


def test_wrong_passwords_to_confirm_lock_out(client: Client, dora: User) -> None:
    let_in(client)
    codes = [
        client.post("/accounts/confirm/", {"password": "no"}).status_code
        for _ in range(5)
    ]
    assert codes == [200, 200, 200, 200, 429]


def test_wrong_codes_lock_out_with_the_passwords(client: Client, dora: User) -> None:
    give_second_factor(dora)
    fail(client, "dora", times=2)
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


def test_a_right_code_is_refused_during_a_lock_out(client: Client, dora: User) -> None:
    secret = give_second_factor(dora)
    try_to_log_in(client, "dora", PASSWORD)
    fail(Client(), "dora")
    code = {"code": code_now(secret)}
    page = client.post("/accounts/second-factor/", code, REMOTE_ADDR="198.51.100.7")
    assert page.status_code == 429
    assert not is_logged_in(client)


# Which address


def seen_from(forwarded: str = "", address: str = "10.0.0.1") -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)
    return client_address(request)


def test_a_forwarded_address_is_not_believed_unless_told_to() -> None:
    assert seen_from("192.0.2.1") == "10.0.0.1"


def test_behind_a_proxy_the_address_is_what_the_proxy_saw(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    assert seen_from("192.0.2.1") == "192.0.2.1"
    assert seen_from("1.1.1.1, 192.0.2.1") == "192.0.2.1"
    assert seen_from() == "10.0.0.1"


def test_behind_two_proxies_the_outer_one_counts(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 2
    assert seen_from("1.1.1.1, 192.0.2.1, 10.0.0.2") == "192.0.2.1"
    assert seen_from("192.0.2.1") == "10.0.0.1"


def test_a_network_of_ipv6_is_one_client() -> None:
    assert seen_from(address="2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::"
    assert seen_from(address="2001:db8:1:2::9") == "2001:db8:1:2::"
    assert seen_from(address="::ffff:192.0.2.1") == "192.0.2.1"


@pytest.mark.parametrize("address", ["", "unix:", "fe80::1%eth0"])
def test_whatever_connects_has_an_address(address: str) -> None:
    assert seen_from(address=address) in ("0.0.0.0", "fe80::")
