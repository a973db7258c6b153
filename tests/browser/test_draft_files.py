"""Draft files in a browser: request, progress and download, also without script."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from consultations.models import Conclusion
from responses.conclusions.draft_files import attempt_draft_file, request_draft_file
from responses.models import DraftFile
from tests.browser.test_pages import enter
from tests.support.accessibility import page_faults
from tests.support.factories import make_conclusion, make_user
from tests.support.pages import answered_consultation, log_in

LIST = "/desk/conclusions/answered/files/"


@pytest.fixture(autouse=True)
def _the_worker_is_the_test(settings: Settings) -> None:
    """Leave files waiting until the test makes them."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def make_draft() -> Conclusion:
    return make_conclusion(answered_consultation())


def every_state() -> None:
    """Store a file that is ready, one that failed and one that waits."""
    conclusion, user = make_draft(), make_user(role="Drafter")
    attempt_draft_file(request_draft_file(conclusion, "txt", by=user).pk)
    DraftFile.objects.create(
        conclusion=conclusion,
        name="pdf",
        asked_by=user,
        asked_at=timezone.now(),
        state=DraftFile.State.FAILED,
        error="The PDF could not be created: lists are nested too deeply.",
    )
    request_draft_file(conclusion, "json", by=user)


def test_draft_files_page_is_accessible_and_fits(browser_page: Page) -> None:
    every_state()
    enter(browser_page, "Drafter")
    browser_page.goto(LIST)
    assert page_faults(browser_page) == []


def test_draft_file_is_requested_watched_and_downloaded(
    browser_page: Page, tmp_path: Path
) -> None:
    make_draft()
    enter(browser_page, "Drafter")
    browser_page.goto("/desk/conclusions/answered/preview/")
    browser_page.get_by_role("button", name="Export text").click()
    row = browser_page.locator("li[id^=draft-file-]")
    expect(row).to_contain_text("Waiting to start")
    attempt_draft_file(DraftFile.objects.get().pk)
    link = row.get_by_role("link", name="DRAFT-answered-")
    expect(link).to_be_visible()  # without loading the page again
    with browser_page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.startswith("DRAFT-answered-")
    saved = tmp_path / "draft.txt"
    download.value.save_as(saved)
    assert saved.read_text().startswith("Draft of ")


def test_updated_row_keeps_keyboard_focus(browser_page: Page) -> None:
    draft = request_draft_file(make_draft(), "txt", by=make_user(role="Drafter"))
    enter(browser_page, "Drafter")
    browser_page.goto(LIST)
    browser_page.get_by_role("link", name="Refresh").focus()
    draft.state, draft.progress = DraftFile.State.WORKING, 40
    draft.step, draft.heartbeat_at = "Laying out page 12", draft.asked_at
    draft.save()
    expect(browser_page.get_by_text("Laying out page 12")).to_be_visible()
    expect(browser_page.get_by_role("link", name="Refresh")).to_be_focused()


def test_draft_file_is_downloaded_without_javascript(
    browser: Browser, live_server: LiveServer
) -> None:
    make_draft()
    cookie = log_in(Client(), "Drafter").cookies["sessionid"]
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(
        [{"name": "sessionid", "value": cookie.value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(LIST)
    page.get_by_role("button", name="JSON").click()
    expect(page.get_by_text("Waiting to start")).to_be_visible()
    attempt_draft_file(DraftFile.objects.get().pk)
    page.get_by_role("link", name="Refresh").click()
    page.reload()  # the same address but for what follows #
    with page.expect_download() as download:
        page.get_by_role("link", name="DRAFT-answered-").click()
    assert download.value.suggested_filename.endswith(".json")
    context.close()
