"""The log-in pages in a browser: accessibility, phone width, no JavaScript."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from config.environment import SignOnServer
from tests.support.accessibility import page_faults
from tests.support.accounts import PASSWORD, code_now, give_second_factor
from tests.support.factories import make_user

ENTRANCE = [
    *(
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/password/reset/sent/",
    ),
    *("/accounts/password/reset/done/", "/accounts/password/reset/MQ/x/"),
]
WITHOUT = ["/accounts/", "/accounts/password/", "/accounts/second-factor/on/"]
WITH = [
    *("/accounts/", "/accounts/second-factor/confirm/", "/accounts/second-factor/off/"),
    *("/accounts/recovery-codes/", "/accounts/recovery-codes/new/"),
]


def log_in(page: Page, name: str) -> None:
    """Log in through the form."""
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm(page: Page) -> None:
    """Confirm the password, as the second-factor pages ask."""
    page.goto("/accounts/confirm/?next=/accounts/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


def faults_of(page: Page, addresses: list[str]) -> list[str]:
    """Return the faults of the pages at some addresses."""
    found = []
    for address in addresses:
        page.goto(address)
        found += page_faults(page)
    return found


@pytest.fixture
def dora(live_server: LiveServer) -> User:
    return make_user("dora", "Drafter", email="dora@example.org")


def test_login_pages_are_accessible(browser_page: Page, settings: Settings) -> None:
    settings.SINGLE_SIGN_ON = SignOnServer("", "", "", "Our log-in")
    assert faults_of(browser_page, ENTRANCE) == []


def test_account_pages_are_accessible(browser_page: Page, dora: User) -> None:
    log_in(browser_page, "dora")
    assert faults_of(browser_page, ["/accounts/confirm/"]) == []
    confirm(browser_page)
    assert faults_of(browser_page, WITHOUT) == []


def test_account_pages_with_second_factor_are_accessible(
    browser_page: Page, dora: User
) -> None:
    log_in(browser_page, "dora")
    confirm(browser_page)
    give_second_factor(dora)
    assert faults_of(browser_page, WITH) == []


def test_error_and_lockout_pages_are_accessible(
    browser_page: Page, dora: User, console_errors: list[str]
) -> None:
    browser_page.goto("/accounts/login/")
    for _ in range(4):
        browser_page.get_by_label("Username").fill("dora")
        browser_page.get_by_label("Password").fill("wrong")
        browser_page.get_by_role("button", name="Sign in").click()
    assert page_faults(browser_page) == []
    log_in(browser_page, "nobody")
    log_in(browser_page, "dora")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Workspace")
    browser_page.goto("/accounts/password/")
    for _ in range(5):
        browser_page.get_by_label("Old password").fill("wrong")
        for label in ("New password", "New password confirmation"):
            browser_page.get_by_label(label, exact=True).fill("x")
        browser_page.get_by_role("button", name="Change password").click()
    heading = browser_page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Too many failed attempts")
    assert page_faults(browser_page) == []
    console_errors.clear()  # the browser reports the 429


def test_second_factor_works_without_javascript(
    browser: Browser, live_server: LiveServer, dora: User
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    log_in(page, "dora")
    page.goto("/accounts/")
    page.get_by_role("link", name="Turn on two-step verification").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".qr svg")).to_be_visible()
    secret = page.locator(".key").inner_text()
    page.get_by_label("Code", exact=True).fill(code_now(secret))
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("button", name="Sign out").click()
    log_in(page, "dora")
    expect(page.get_by_role("heading", level=1)).to_have_text("Two-step verification")
    page.get_by_label("Code", exact=True).fill(code_now(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Workspace")
    context.close()
