"""Every page of the desk in a browser: axe, its width, and the console."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from consultations.access import ROLES_BY_ACTION, Action
from tests.browser.test_pages import enter
from tests.support.accessibility import page_faults
from tests.support.addresses import DESK
from tests.test_addresses import world

__all__ = ["world"]

NO_PAGES = {
    *("at_work", "checks_panel", "recover", "use_passage"),
    *("draft_file", "draft_file_content", "edition_file", "enclosure_file"),
    *("notice_file", "notice_attachment", "trail_export"),
}
"""What answers with a part of a page, with a file, or by leading elsewhere."""


def pages(world: dict[str, Any], role: str) -> list[str]:
    """Return the path of every page of the desk that a role reads."""
    return [
        reverse(f"responses:{name}", args=[world[arg] for arg in address.args])
        for name, address in DESK.items()
        if "GET" in address.methods and name not in NO_PAGES
        if isinstance(address.who, Action) and role in ROLES_BY_ACTION[address.who]
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
@pytest.mark.parametrize("role", ["Drafter", "Approver"])
def test_desk_pages_are_accessible_and_fit_the_screen(
    browser_page: Page, world: dict[str, Any], role: str
) -> None:
    enter(browser_page, role)
    paths = pages(world, role)
    assert len(paths) > 30
    found = []
    for path in paths:
        response = browser_page.goto(path)
        if response is None or response.status != 200:
            found.append(f"{path} is not shown")
        found += page_faults(browser_page)
    assert found == []
