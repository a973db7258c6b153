"""The pages in a browser: accessibility, keyboard, phone width, no JavaScript."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.support.accessibility import PHONE, page_faults
from tests.support.factories import (
    make_comment,
    make_conclusion,
    make_question,
    make_user,
)
from tests.support.pages import closed_consultation, log_in
from tests.views.test_base_page import DESK, PUBLIC, everything


def enter(page: Page, role: str) -> None:
    """Log the browser in without the form."""
    client = log_in(Client(), role)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies(
        [{"name": "sessionid", "value": cookie.value, "url": page_root(page)}]
    )


def page_root(page: Page) -> str:
    page.goto("/healthz")
    return page.url.removesuffix("/healthz")


@dataclass(frozen=True)
class Focus:
    """The focused element, and whether an outline shows the focus."""

    tag: str
    is_seen: bool


def press_tab(page: Page) -> Focus:
    """Move focus to the next tab stop; after the last one it is the body."""
    page.keyboard.press("Tab")
    tag, style, width = page.evaluate(
        "() => { const e = document.activeElement; const s = getComputedStyle(e);"
        " return [e.tagName, s.outlineStyle, s.outlineWidth]; }"
    )
    return Focus(tag, style != "none" and width != "0px")


# Every page


def test_public_pages_are_accessible_and_fit(browser_page: Page) -> None:
    everything()
    found = []
    for address in PUBLIC:
        browser_page.goto(address)
        found += page_faults(browser_page)
    assert found == []


def test_desk_pages_are_accessible_and_fit(browser_page: Page) -> None:
    everything()
    enter(browser_page, "Administrator")
    found = []
    for address in DESK:
        browser_page.goto(address)
        found += page_faults(browser_page)
    assert found == []


def test_error_page_is_accessible(
    browser_page: Page, console_errors: list[str]
) -> None:
    browser_page.goto("/nowhere/")
    assert page_faults(browser_page) == []
    console_errors.clear()  # the browser reports the 404


def test_admin_keeps_content_security_policy(browser_page: Page) -> None:
    """The fixture fails the test on every breach that the console reports."""
    everything()
    enter(browser_page, "Administrator")
    browser_page.goto("/admin/")
    expect(browser_page.get_by_role("heading", level=1)).to_be_visible()
    browser_page.goto("/admin/consultations/question/")
    browser_page.get_by_role("link", name="Question 1").first.click()
    browser_page.get_by_role("link", name="History").click()
    browser_page.locator("#change-history a").first.click()
    expect(browser_page.locator("#id_label")).to_be_visible()


# By keyboard


def test_first_tab_stop_skips_to_main_content(browser_page: Page) -> None:
    everything()
    browser_page.goto("/consultations/")
    browser_page.keyboard.press("Tab")
    skip = browser_page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    browser_page.keyboard.press("Enter")
    expect(browser_page.locator("main")).to_be_focused()


def test_keyboard_focus_is_visible(browser_page: Page) -> None:
    everything()
    browser_page.goto("/consultations/")
    stops: list[Focus] = []
    while (focus := press_tab(browser_page)).tag != "BODY":
        stops.append(focus)
        assert len(stops) < 200, "Tab does not lead back to the body."
    assert len(stops) > 10
    assert [each for each in stops if not each.is_seen] == []


def test_wide_tables_scroll_by_keyboard(browser_page: Page) -> None:
    everything()
    enter(browser_page, "Drafter")
    browser_page.set_viewport_size(PHONE)
    browser_page.goto("/desk/consultations/answered/")
    wide = browser_page.locator(".scroll[aria-labelledby=questions]")
    wide.focus()
    browser_page.keyboard.press("ArrowRight")
    expect(wide).not_to_have_js_property("scrollLeft", 0)


# Following links


def test_comment_and_change_link_to_each_other(browser_page: Page) -> None:
    everything()
    browser_page.goto("/conclusions/answered/editions/1/")
    browser_page.locator("#comment-k2 .related a").click()
    expect(browser_page.locator("#change-c2")).to_be_in_viewport()
    browser_page.locator("#change-c2 .related a").click()
    expect(browser_page.locator("#comment-k2")).to_be_in_viewport()
    assert browser_page.url.endswith("#comment-k2")


def test_downloaded_file_matches_the_shown_hash(
    browser_page: Page, tmp_path: Path
) -> None:
    everything()
    browser_page.goto("/conclusions/answered/editions/1/")
    row = browser_page.get_by_role("row", name="answered-edition-1.html")
    with browser_page.expect_download() as download:
        row.get_by_role("link").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    digest = hashlib.sha256(saved.read_bytes()).hexdigest()
    assert saved.name == "answered-edition-1.html"
    assert digest in row.inner_text()


def test_finding_links_to_edit_page(browser_page: Page) -> None:
    consultation = closed_consultation("blocked")
    make_comment(consultation, make_question(consultation))
    make_conclusion(consultation)
    enter(browser_page, "Drafter")
    browser_page.goto("/desk/conclusions/blocked/preview/")
    browser_page.get_by_role("link", name="Comment Q1.1").first.click()
    expect(browser_page).to_have_url(re.compile("/comments/k1/$"))


# Without JavaScript


def test_user_logs_in_and_out_without_javascript(
    browser: Browser, live_server: LiveServer
) -> None:
    make_user("dora", "Drafter")
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/desk/")
    page.get_by_label("Username").fill("dora")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Workspace")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Staff sign in")).to_be_visible()
    context.close()


def test_source_sans_is_loaded(browser_page: Page) -> None:
    browser_page.goto("/")
    loaded = browser_page.evaluate(
        "() => document.fonts.ready.then(() => "
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family))"
    )
    assert any("Source Sans 3" in family for family in loaded)
