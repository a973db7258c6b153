"""Log-in, session expiry, the account page and password changes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django_tasks import TaskContext
from pytest_django import Settings

from config.accounts import passwords
from consultations.models import Notice
from consultations.notifications import notices
from tests.support.accounts import (
    PASSWORD,
    confirm,
    give_second_factor,
    is_logged_in,
    try_to_log_in,
)
from tests.support.factories import make_user
from tests.support.pages import Read, log_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(client: Client) -> User:
    """A logged-in drafter."""
    user = make_user("dora", "Drafter", email="dora@example.org")
    assert try_to_log_in(client, "dora", PASSWORD).status_code == 302
    return user


class Clock:
    """A clock for sessions that a test can advance."""

    def __init__(self) -> None:
        self.time = timezone.now()

    def now(self) -> dt.datetime:
        return self.time

    def pass_by(self, hours: float) -> None:
        self.time += dt.timedelta(hours=hours)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    return clock


# Logging in


@pytest.mark.parametrize(
    "name", ["dora", "Dora", " dora ", "dora@example.org", "DORA@example.org"]
)
def test_username_or_email_logs_in(client: Client, name: str) -> None:
    make_user("dora", "Drafter", email="Dora@example.org")
    assert try_to_log_in(client, name, PASSWORD)["Location"] == "/desk/"


def test_shared_email_logs_nobody_in(client: Client) -> None:
    for name in ("dora", "dan"):
        make_user(name, email="desk@example.org")
    assert try_to_log_in(client, "desk@example.org", PASSWORD).status_code == 200
    assert try_to_log_in(client, "dan", PASSWORD).status_code == 302


def test_username_takes_precedence_over_equal_email(client: Client) -> None:
    make_user("dora@example.org")
    other = make_user("dan", email="dora@example.org")
    other.set_password("another long password")
    other.save()
    answer = try_to_log_in(client, "dora@example.org", "another long password")
    assert answer.status_code == 200


def test_inactive_user_sees_same_error_as_unknown_user(client: Client) -> None:
    make_user("gone", is_active=False)
    told = [
        Read(text_of(try_to_log_in(client, name, PASSWORD))).links
        for name in ("gone", "nobody")
    ]
    assert told[0] == told[1]
    assert not is_logged_in(client)


def test_login_redirects_to_requested_page(client: Client) -> None:
    make_user("dora", "Drafter")
    words = {"username": "dora", "password": PASSWORD, "next": "/desk/?after=x"}
    assert client.post("/accounts/login/", words)["Location"] == "/desk/?after=x"


def test_user_without_permission_can_log_in_as_another(
    client: Client, dora: User
) -> None:
    make_user("ada", "Administrator")
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    assert "You are signed in as dora" in text_of(page)
    words = {"username": "ada", "password": PASSWORD, "next": "/admin/"}
    assert client.post("/accounts/login/", words)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_session_key_changes_at_login(client: Client) -> None:
    client.get("/accounts/sign-on/")
    make_user("dora")
    session = client.session
    session["x"] = "y"
    session.save()
    before = client.cookies["sessionid"].value
    try_to_log_in(client, "dora", PASSWORD)
    assert client.cookies["sessionid"].value != before


@pytest.mark.parametrize("name", ["\x00", "x" * 300, "dora\x00", "ſ" * 200, ""])
def test_invalid_username_is_a_form_error(client: Client, name: str) -> None:
    answer = try_to_log_in(client, name)
    assert answer.status_code == 200
    assert Read(text_of(answer)).title.strip().startswith("Error:")


def test_password_is_not_shown_on_expired_form_page() -> None:
    browser = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    page = try_to_log_in(browser, "dora", "hunter2-hunter2")
    assert page.status_code == 403
    assert "The form has expired" in text_of(page)
    assert "hunter2" not in text_of(page)


# Admin log-in and unused package pages


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/login/?next=/admin/"])
def test_admin_login_redirects_to_site_login(client: Client, path: str) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    query = path.partition("?")[2]
    assert client.get(path)["Location"] == f"/accounts/login/?{query}".rstrip("?")
    client.post(path, {"username": root.username, "password": PASSWORD})
    assert not is_logged_in(client)


def test_admin_password_change_redirects_to_account(client: Client, dora: User) -> None:
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/"


@pytest.mark.parametrize(
    "path",
    [
        *("signup/", "email/", "confirm-email/", "inactive/", "password/set/"),
        *(
            "3rdparty/",
            "3rdparty/signup/",
            "3rdparty/login/error/",
            "2fa/",
            "sessions/",
        ),
        *("login/code/", "login/code/confirm/", "second-factor/trust/"),
        *("oidc/sso/login/", "oidc/sso/login/callback/", "second-factor/webauthn/"),
    ],
)
def test_unused_package_pages_return_404(client: Client, dora: User, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "socialaccount_signup"]
)
def test_sign_up_urls_do_not_exist(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


# Logging out


def test_logout_needs_post(client: Client, dora: User) -> None:
    assert client.get("/accounts/logout/").status_code == 405
    assert is_logged_in(client)
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert not is_logged_in(client)


def test_session_cookie_is_invalid_after_logout(client: Client, dora: User) -> None:
    cookie = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    client.cookies["sessionid"] = cookie
    assert not is_logged_in(client)


# Session expiry


def test_session_cookie_expires_with_browser(client: Client, dora: User) -> None:
    cookie = client.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_idle_session_expires(client: Client, dora: User, clock: Clock) -> None:
    assert is_logged_in(client)
    clock.pass_by(hours=8)
    page = client.get("/accounts/", follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/login/?next=/accounts/"
    assert "signed out because you were inactive" in text_of(page)


def test_used_session_stays_valid(client: Client, dora: User, clock: Clock) -> None:
    for _ in range(3):
        clock.pass_by(hours=7)
        assert is_logged_in(client)


def test_session_expires_after_a_day(client: Client, dora: User, clock: Clock) -> None:
    for _ in range(4):
        clock.pass_by(hours=5.9)
        assert is_logged_in(client)
    clock.pass_by(hours=0.5)
    assert not is_logged_in(client)


def test_session_without_start_time_is_invalid(client: Client, dora: User) -> None:
    session = client.session
    del session["began"]
    session.save()
    assert not is_logged_in(client)


def test_deactivated_user_is_logged_out_at_once(client: Client, dora: User) -> None:
    dora.is_active = False
    dora.save()
    assert client.get("/desk/").status_code == 302
    assert not is_logged_in(client)


def test_password_change_ends_other_sessions(client: Client, dora: User) -> None:
    elsewhere = Client()
    try_to_log_in(elsewhere, "dora", PASSWORD)
    new = "another long password"
    words = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/accounts/password/", words)["Location"] == "/accounts/"
    assert is_logged_in(client)
    assert not is_logged_in(elsewhere)


def test_repeated_read_does_not_write_session(
    client: Client, dora: User, django_assert_num_queries: Any
) -> None:
    client.get("/documents/")
    stored = client.session["seen"]
    client.get("/documents/")
    assert client.session["seen"] == stored


# The account page and the password


def test_account_page_shows_email_roles_and_permissions(
    client: Client, dora: User
) -> None:
    page = text_of(client.get("/accounts/"))
    for words in ("dora@example.org", "Drafter", "Submit a conclusion for approval"):
        assert words in page
    assert "Administer the site" not in page


def test_wrong_old_password_changes_nothing(client: Client, dora: User) -> None:
    new = "another long password"
    words = {"old_password": "no", "new_password1": new, "new_password2": new}
    page = client.post("/accounts/password/", words)
    assert "#id_old_password" in Read(text_of(page)).links
    assert User.objects.get(username="dora").check_password(PASSWORD)


def test_weak_password_is_refused(client: Client, dora: User) -> None:
    words = {"old_password": PASSWORD, "new_password1": "x", "new_password2": "x"}
    page = client.post("/accounts/password/", words)
    assert "at least 12 characters" in text_of(page)


def test_single_sign_on_user_cannot_change_password(client: Client, dora: User) -> None:
    dora.set_unusable_password()
    dora.save()
    client.force_login(dora)
    assert client.get("/accounts/password/").status_code == 403
    assert "You have no password on this site" in text_of(client.get("/accounts/"))


RequestReset = Callable[..., Any]


@pytest.fixture
def request_reset(
    client: Client, django_capture_on_commit_callbacks: Any
) -> RequestReset:
    """Request a reset link; emails are queued as after a commit."""

    def post(address: str, **options: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            words = {"email": address}
            return client.post("/accounts/password/reset/", words, **options)

    return post


def reset_link() -> str:
    """Return the address in the last mail, without the site."""
    found = re.search(
        r"(http://127.0.0.1:8000)(/accounts/\S+)", str(mail.outbox[-1].body)
    )
    assert found is not None
    return found[2]


def test_password_is_reset_by_email(
    client: Client, request_reset: RequestReset
) -> None:
    make_user("dora", "Drafter", email="dora@example.org")
    sent = request_reset("dora@example.org")
    assert sent["Location"] == "/accounts/password/reset/sent/"
    form = client.get(reset_link(), follow=True)
    address = form.redirect_chain[-1][0]
    new = {"new_password1": "another long password"}
    client.post(address, new | {"new_password2": new["new_password1"]})
    assert not is_logged_in(client)
    answer = try_to_log_in(client, "dora", "another long password")
    assert answer["Location"] == "/desk/"


def test_used_reset_link_is_refused(
    client: Client, request_reset: RequestReset
) -> None:
    user = make_user("dora", email="dora@example.org")
    request_reset("dora@example.org")
    user.set_password("changed since then")
    user.save()
    page = client.get(reset_link(), follow=True)
    assert "This link does not work" in text_of(page)


def test_reset_response_does_not_reveal_users(request_reset: RequestReset) -> None:
    make_user("dora", email="dora@example.org")
    make_user("gone", email="gone@example.org", is_active=False)
    pages = [
        request_reset(f"{name}@example.org") for name in ("dora", "gone", "nobody")
    ]
    assert len({(page.status_code, page["Location"]) for page in pages}) == 1
    assert [message.to for message in mail.outbox] == [["dora@example.org"]]


def test_reset_emails_are_limited_per_address(request_reset: RequestReset) -> None:
    make_user("dora", email="dora9@example.org")
    for _ in range(10):
        request_reset("dora9@example.org")
    assert len(mail.outbox) == 3


def test_reset_link_ignores_host_header(
    request_reset: RequestReset, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    make_user("dora", email="dora8@example.org")
    request_reset("dora8@example.org", headers={"host": "evil.example"})
    assert "evil.example" not in str(mail.outbox[-1].body)


def test_failed_reset_email_is_sent_later_without_a_stored_link(
    request_reset: RequestReset, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user("dora", email="lost@example.org")
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refuse_connection)
        request_reset("lost@example.org")
    (notice,) = Notice.objects.pending()
    assert notice.error == "ConnectionRefusedError: nobody there"
    assert "/accounts/" not in notice.body
    notices.send_waiting_notices()
    assert [message.to for message in mail.outbox] == [["lost@example.org"]]
    assert reset_link().startswith("/accounts/password/reset/")
    assert not Notice.objects.pending().exists()


def refuse_connection(self: EmailMessage) -> int:
    raise ConnectionRefusedError("nobody there")


@pytest.mark.parametrize("change", ["inactive", "single-sign-on"])
def test_pending_reset_email_is_dropped_for_user_without_password(
    change: str, request_reset: RequestReset, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user("dora", email=f"{change}@example.org")
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refuse_connection)
        request_reset(f"{change}@example.org")
    if change == "inactive":
        user.is_active = False
    else:
        user.set_unusable_password()
    user.save()
    notices.send_waiting_notices()
    assert mail.outbox == []
    assert not Notice.objects.exists()


def test_reset_task_that_is_started_twice_sends_one_email() -> None:
    make_user("dora", email="dora@example.org")
    result = passwords.send_reset_link.enqueue("dora@example.org")
    context = TaskContext(task_result=result)
    task: Any = passwords.send_reset_link  # its type does not know of the context
    task.func(context, "dora@example.org")
    assert Notice.objects.count() == 1


# Every page


PAGES = [
    *("/accounts/", "/accounts/confirm/", "/accounts/password/"),
    *("/accounts/password/reset/", "/accounts/password/reset/sent/"),
    *("/accounts/password/reset/done/", "/accounts/password/reset/MQ/x/"),
    *("/accounts/recovery-codes/", "/accounts/recovery-codes/new/"),
    *("/accounts/second-factor/on/", "/accounts/second-factor/off/"),
    "/accounts/second-factor/confirm/",
]


@pytest.mark.parametrize("path", PAGES)
def test_account_pages_have_no_markup_faults(
    client: Client, dora: User, path: str
) -> None:
    confirm(client)
    if not path.endswith("/on/"):
        give_second_factor(dora)
    page = client.get(path)
    assert page.status_code == 200
    assert Read(text_of(page)).faults == []
    assert "unsafe" not in page["Content-Security-Policy"]
    assert 'href="/static/css/account/account.css"' in text_of(page) or "/done/" in path


@pytest.mark.parametrize(
    "path", [path for path in PAGES if "/reset/" not in path and path != "/accounts/"]
)
def test_anonymous_user_is_redirected_to_login(client: Client, path: str) -> None:
    for address in ("/accounts/", path):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


def test_account_pages_are_not_cached(client: Client, dora: User) -> None:
    assert "no-store" in client.get("/accounts/")["Cache-Control"]


# Administration and system checks


def test_second_factor_secrets_are_not_shown_in_admin(
    client: Client, dora: User
) -> None:
    secret = give_second_factor(dora)
    log_in(client, "Administrator")
    pages = client.get("/admin/mfa/authenticator/"), client.get("/admin/")
    assert "dora" in text_of(pages[0])
    row = dora.authenticator_set.first()  # type: ignore[attr-defined]
    shown = client.get(f"/admin/mfa/authenticator/{row.pk}/change/")
    assert shown.status_code == 200
    assert not any(secret in text_of(page) for page in (*pages, shown))
    for path in ("account/emailaddress", "socialaccount/socialapp"):
        assert client.get(f"/admin/{path}/").status_code == 404
