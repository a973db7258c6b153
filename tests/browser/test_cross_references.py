"""Inserting cross-references in a browser: at the cursor, and copied without script."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.test_pages import enter
from tests.browser.test_preview import make_draft, page_of
from tests.support.accessibility import page_faults
from tests.support.editor_page import editor_of


def open_list(page: Page) -> None:
    page.get_by_text("Insert cross-reference", exact=True).click()


def insert(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Insert cross-reference to {name}").click()


def press_until(page: Page, key: str, *, offset: int) -> None:
    """Press a key until the caret is there; a busy browser can lose a key press."""
    reached = "offset => getSelection().anchorOffset === offset"
    for _ in range(3):
        page.keyboard.press(key)
        with suppress(PlaywrightTimeout):
            page.wait_for_function(reached, arg=offset, timeout=10_000)
            return
    raise AssertionError(f"The caret is not at {offset} after {key}.")


def test_section_reference_is_inserted_at_the_cursor(browser_page: Page) -> None:
    conclusion = make_draft()
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(conclusion, "Introduction"))
    editor_of(browser_page, "Text").click()
    press_until(browser_page, "Control+Home", offset=0)
    for offset, _ in enumerate("Some", 1):
        press_until(browser_page, "ArrowRight", offset=offset)
    open_list(browser_page)
    insert(browser_page, "Section 1")
    expect(editor_of(browser_page, "Text")).to_have_text(
        "Some [[section: Introduction]] words."
    )
    shown = browser_page.locator(".pane .document")
    expect(shown).to_contain_text("Some Section 1 words.")
    expect(browser_page.locator("[data-inserted]")).to_contain_text(
        "[[section: Introduction]] inserted in “Text”."
    )
    browser_page.get_by_role("button", name="Save", exact=True).click()
    expect(browser_page.get_by_role("status").first).to_contain_text("saved.")
    section = conclusion.sections.get(heading="Introduction")
    assert section.text == "<p>Some [[section: Introduction]] words.</p>"


def test_open_list_is_accessible(browser_page: Page) -> None:
    conclusion = make_draft()
    comment = conclusion.consultation.comments.first()
    assert comment is not None
    enter(browser_page, "Drafter")
    for address in (
        page_of(conclusion, "Introduction"),
        f"/desk/consultations/answered/comments/{comment.key}/",
        "/desk/consultations/answered/new-change/",
    ):
        browser_page.goto(address)
        open_list(browser_page)
        expect(browser_page.locator("[data-reference]").first).to_be_visible()
        assert page_faults(browser_page) == []


def test_comment_reference_goes_into_the_text_edited_last(browser_page: Page) -> None:
    conclusion = make_draft()
    comment = conclusion.consultation.comments.first()
    assert comment is not None
    enter(browser_page, "Drafter")
    browser_page.goto(f"/desk/consultations/answered/comments/{comment.key}/")
    open_list(browser_page)
    insert(browser_page, "Section 1")
    response = editor_of(browser_page, "DCC response")
    expect(response).to_have_text("It is retried. [[section: Introduction]]")
    editor_of(browser_page, "Published comment").click()
    browser_page.keyboard.press("Control+End")
    browser_page.get_by_label("Search cross-references").fill("Q2.1")
    expect(browser_page.locator("[data-reference]")).to_have_count(1)
    browser_page.locator("[data-reference]").click()
    expect(editor_of(browser_page, "Published comment")).to_contain_text("[[comment: ")
    expect(response).not_to_contain_text("[[comment: ")


def test_change_form_inserts_into_the_rationale(browser_page: Page) -> None:
    conclusion = make_draft()
    change = conclusion.consultation.changes.first()
    assert change is not None
    enter(browser_page, "Drafter")
    browser_page.goto(f"/desk/consultations/answered/changes/{change.key}/")
    open_list(browser_page)
    insert(browser_page, "Section 1")
    expect(editor_of(browser_page, "Rationale for change")).to_contain_text(
        "[[section: Introduction]]"
    )


def test_list_is_a_page_without_script(without_script: Page) -> None:
    conclusion = make_draft()
    without_script.goto(page_of(conclusion, "Introduction"))
    open_list(without_script)
    address = without_script.get_by_role("link", name="View all cross-references")
    without_script.goto(address.get_attribute("href") or "")
    without_script.get_by_label("Search cross-references").fill("Introduction")
    without_script.get_by_role("button", name="Search", exact=True).click()
    expect(without_script.locator(".reference-list")).to_contain_text(
        "[[section: Introduction]]"
    )
