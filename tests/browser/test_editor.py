"""The rich-text editor in a browser: opening, typing, pasting and saving."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from consultations.documents.rich_text.markup import normalise
from tests.documents.rich_text.test_markup import markup
from tests.support import word_clipboard
from tests.support.accessibility import page_faults
from tests.support.editor_page import (
    RICH,
    open_editor,
    paste,
    press,
    save,
    shown,
    value,
)

pytestmark = pytest.mark.urls("tests.support.editor_page")

TEXTS = [
    "<p>One</p><p>Two</p>",
    "<ul><li><p>a</p></li></ul>",
    RICH,
    RICH + "<p>End.</p>",
]


# Existing text


@pytest.mark.parametrize("text", TEXTS)
def test_opened_and_saved_text_is_unchanged(browser_page: Page, text: str) -> None:
    box = open_editor(browser_page, text)
    box.click()
    box.press("Control+End")
    assert save(browser_page) == [text, False]


@pytest.mark.parametrize("text", TEXTS)
def test_reverted_edit_leaves_text_unchanged(browser_page: Page, text: str) -> None:
    box = open_editor(browser_page, text)
    box.press("Control+Home")
    box.press_sequentially("x")
    box.press("Backspace")
    assert value(browser_page).startswith("<")
    assert save(browser_page) == [text, False]


@given(drawn=st.lists(markup().map(normalise), min_size=25, max_size=25))
@settings(max_examples=2, suppress_health_check=list(HealthCheck))
def test_generated_texts_are_unchanged_by_editor(
    browser_page: Page, drawn: list[str]
) -> None:
    shown[:] = drawn
    browser_page.add_init_script(
        """window.opened = {};
        document.addEventListener("rich-text:ready", ({ target, detail }) => {
            opened[target.name] = detail.editor.getHTML();
        });"""
    )
    browser_page.goto("/editor/many/")
    expect(browser_page.locator("[contenteditable=true]")).to_have_count(len(drawn))
    opened = browser_page.evaluate("opened")
    assert [normalise(opened[f"text{n}"]) for n in range(len(drawn))] == drawn


def test_deleted_text_is_empty(browser_page: Page) -> None:
    box = open_editor(browser_page, RICH)
    box.press("Control+A")
    box.press("Backspace")
    assert value(browser_page) == ""


def test_text_is_edited_without_javascript(
    browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/editor/?text=<p>One</p><p>Two</p>")
    box = page.get_by_label("DCC response")
    assert box.input_value() == "One\n\nTwo"
    box.fill("One\n\n- two")
    stored = save(page)
    context.close()
    assert stored == ["<p>One</p><ul><li><p>two</p></li></ul>", True]


# Writing


def test_every_format_is_typed_by_keyboard(browser_page: Page) -> None:
    box = open_editor(browser_page)
    box.focus()
    keyboard = browser_page.keyboard
    keyboard.press("Control+B")
    keyboard.type("Bold")
    keyboard.press("Control+B")
    keyboard.press("Control+I")
    keyboard.type(" italic")
    keyboard.press("Control+I")
    keyboard.press("Enter")
    keyboard.type("- a")
    keyboard.press("Enter")
    keyboard.press("Tab")
    keyboard.type("b")
    for _ in range(3):
        keyboard.press("Enter")
    keyboard.type("5. five")
    keyboard.press("Enter")
    keyboard.press("Enter")
    keyboard.press("Control+K")
    keyboard.type("our site")
    keyboard.press("Tab")
    keyboard.type("www.example.org")
    keyboard.press("Enter")
    keyboard.type("!")
    assert save(browser_page)[0] == (
        "<p><strong>Bold</strong><em> italic</em></p>"
        "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>"
        '<ol start="5"><li><p>five</p></li></ol>'
        '<p><a href="https://www.example.org">our site</a>!</p>'
    )


def test_table_is_edited_with_buttons(browser_page: Page) -> None:
    box = open_editor(browser_page)
    box.focus()
    press(browser_page, "Table")
    keyboard = browser_page.keyboard
    for words in "AB12":
        keyboard.type(words)
        keyboard.press("Tab")
    press(browser_page, "Delete row")
    press(browser_page, "Insert row below")
    press(browser_page, "Insert column after")
    press(browser_page, "Delete column")
    press(browser_page, "Header row")
    assert save(browser_page)[0].startswith("<table><tr><td>")


def test_tab_leaves_table_after_last_cell(browser_page: Page) -> None:
    box = open_editor(browser_page, "<table><tr><td><p>a</p></td></tr></table>")
    box.locator("td").click()
    browser_page.keyboard.press("Tab")
    expect(box).not_to_be_focused()


def test_escape_and_tab_leave_a_list(browser_page: Page) -> None:
    text = "<ul><li><p>a</p></li><li><p>b</p></li></ul>"
    box = open_editor(browser_page, text)
    box.locator("li").last.click()
    browser_page.keyboard.press("Escape")
    browser_page.keyboard.press("Tab")
    expect(box).not_to_be_focused()


def test_toolbar_is_one_tab_stop_with_arrow_keys(browser_page: Page) -> None:
    box = open_editor(browser_page, "<p>words</p>")
    box.press("Control+A")
    box.press("Alt+F10")
    browser_page.keyboard.press("ArrowRight")
    expect(browser_page.get_by_role("button", name="Italic")).to_be_focused()
    browser_page.keyboard.press("Enter")
    assert value(browser_page) == "<p><em>words</em></p>"
    browser_page.get_by_role("button", name="Italic").focus()
    browser_page.keyboard.press("Escape")
    expect(box).to_be_focused()


def test_typed_asterisks_are_kept(browser_page: Page) -> None:
    box = open_editor(browser_page)
    box.focus()
    browser_page.keyboard.type("2 **3** 4 *5* 6 ")
    paste(box, plain="7 **8** 9")
    assert save(browser_page)[0] == "<p>2 **3** 4 *5* 6 7 **8** 9</p>"


def test_list_start_number_is_changed(browser_page: Page) -> None:
    box = open_editor(browser_page, "<ol><li><p>a</p></li></ol>")
    box.locator("li").click()
    press(browser_page, "Start at…")
    field = browser_page.get_by_role("textbox", name="Start at")
    field.fill("0")
    field.press("Enter")
    expect(browser_page.get_by_text("from 1 to 9999")).to_be_visible()
    field.fill("12")
    field.press("Enter")
    assert save(browser_page)[0] == '<ol start="12"><li><p>a</p></li></ol>'


def test_link_needs_an_absolute_url(browser_page: Page) -> None:
    box = open_editor(browser_page, "<p>words</p>")
    box.press("Control+A")
    box.press("Control+K")
    field = browser_page.get_by_role("textbox", name="Address")
    field.fill("javascript:alert(1)")
    field.press("Enter")
    expect(browser_page.get_by_text("Enter a full address, such")).to_be_visible()
    field.press("Escape")
    assert save(browser_page) == ["<p>words</p>", False]


def test_link_is_removed(browser_page: Page) -> None:
    box = open_editor(browser_page, '<p><a href="https://example.org">words</a> b</p>')
    box.locator("a").click()
    press(browser_page, "Link")
    browser_page.get_by_role("button", name="Remove link").click()
    assert save(browser_page)[0] == "<p>words b</p>"


# Pasting


@pytest.mark.parametrize(
    ("pasted", "stored"),
    [
        (word_clipboard.LISTS, word_clipboard.LISTS_STORED),
        (word_clipboard.TABLE, word_clipboard.TABLE_STORED),
        (word_clipboard.WEB, word_clipboard.WEB_STORED),
    ],
    ids=["lists", "table", "web"],
)
def test_text_pasted_from_word_is_cleaned(
    browser_page: Page, pasted: str, stored: str
) -> None:
    paste(open_editor(browser_page), markup=pasted, plain="not this")
    assert save(browser_page)[0] == stored


def test_plain_text_is_pasted_as_if_typed(browser_page: Page) -> None:
    paste(open_editor(browser_page), plain=word_clipboard.PLAIN)
    assert save(browser_page)[0] == word_clipboard.PLAIN_STORED


def test_paste_reports_what_was_dropped(browser_page: Page) -> None:
    paste(open_editor(browser_page), markup=word_clipboard.TABLE)
    said = browser_page.get_by_role("status")
    for words in ("Merged cells", "table inside", "tracked changes", "comments"):
        expect(said).to_contain_text(words)


def test_word_pasted_from_word_joins_the_paragraph(
    browser_page: Page,
) -> None:
    box = open_editor(browser_page, "<p>before </p>")
    box.press("End")
    paste(
        box, markup="<html><body><p class=MsoNormal><b>word</b><o:p></o:p></p></body>"
    )
    assert save(browser_page)[0] == "<p>before<strong>word</strong></p>"


def test_table_pasted_into_table_is_unwrapped(
    browser_page: Page,
) -> None:
    box = open_editor(browser_page, "<table><tr><td><p>a</p></td></tr></table>")
    box.locator("td").click()
    paste(box, markup="<p>b</p><table><tr><td>c</td></tr></table>")
    stored = save(browser_page)[0]
    assert stored.count("<table>") == 1
    assert all(letter in stored for letter in "abc")


def test_url_pasted_over_selection_becomes_link(browser_page: Page) -> None:
    box = open_editor(browser_page, "<p>words</p>")
    box.press("Control+A")
    paste(box, plain="https://example.org/a")
    assert save(browser_page)[0] == '<p><a href="https://example.org/a">words</a></p>'


# Integration with the page


def test_textarea_follows_editor_and_fires_events(browser_page: Page) -> None:
    box = open_editor(browser_page, "<p>a</p>")
    browser_page.evaluate(
        """() => {
            window.fired = [];
            const area = document.querySelector("textarea");
            for (const name of ["input", "change"]) {
                area.addEventListener(name, () => fired.push([name, area.value]));
            }
        }"""
    )
    box.press("End")
    browser_page.keyboard.type("b")
    browser_page.get_by_role("button", name="Save", exact=True).focus()
    assert browser_page.evaluate("fired") == [
        ["input", "<p>ab</p>"],
        ["change", "<p>ab</p>"],
    ]


def test_text_is_set_and_inserted_by_events(browser_page: Page) -> None:
    open_editor(browser_page, "<p>old</p>")
    send = """([name, html]) => document.querySelector("textarea").dispatchEvent(
        new CustomEvent(name, { detail: { html } }))"""
    browser_page.evaluate(send, ["rich-text:set", "<p>kept</p>"])
    browser_page.evaluate(send, ["rich-text:insert", "<p>and <b>more</b></p>"])
    assert value(browser_page) == "<p>kept</p><p>and <strong>more</strong></p>"


def test_inserted_text_joins_the_paragraph(browser_page: Page) -> None:
    box = open_editor(browser_page, "<p>d</p>")
    box.press("Home")
    box.press_sequentially("a")
    browser_page.evaluate(
        """() => document.querySelector("textarea").dispatchEvent(
            new CustomEvent("rich-text:insert", { detail: { text: "bc" } }))"""
    )
    assert value(browser_page) == "<p>abcd</p>"


def test_editor_opens_in_htmx_content(browser_page: Page) -> None:
    open_editor(browser_page)
    browser_page.get_by_role("button", name="More").click()
    box = browser_page.get_by_role("textbox", name="Rationale")
    expect(box).to_have_attribute("contenteditable", "true")
    expect(box).to_have_text("Swapped in")


def test_form_reset_restores_text(browser_page: Page) -> None:
    box = open_editor(browser_page, "<p>as <strong>stored</strong></p>")
    box.press("Control+A")
    browser_page.keyboard.type("other")
    browser_page.get_by_role("button", name="Reset").click()
    expect(box).to_have_text("as stored")


# Accessibility


def test_label_and_error_link_focus_the_editor(browser_page: Page) -> None:
    box = open_editor(browser_page)
    browser_page.locator("label", has_text="DCC response").click()
    expect(box).to_be_focused()
    browser_page.get_by_role("button", name="Save", exact=True).click()
    browser_page.get_by_role("link", name="This field is required").click()
    box = browser_page.get_by_role("textbox", name="DCC response")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-invalid", "true")


def test_editor_is_described_by_its_help_text(browser_page: Page) -> None:
    box = open_editor(browser_page)
    expect(box).to_have_accessible_description(
        "What DCC says. Press Alt+F10 for the toolbar. Press Esc then Tab to leave a "
        "list or table."
    )


def test_editor_is_accessible_and_fits(browser_page: Page) -> None:
    box = open_editor(browser_page, RICH)
    box.locator("td").first.click()
    assert page_faults(browser_page) == []
    box.press("Control+K")
    assert page_faults(browser_page) == []


def test_editor_fetches_nothing_from_other_hosts(browser_page: Page) -> None:
    fetched: list[str] = []
    browser_page.on("request", lambda request: fetched.append(request.url))
    open_editor(browser_page, RICH)
    root = browser_page.url.partition("/editor/")[0]
    assert any("django_prose_editor/editor" in url for url in fetched)
    assert [url for url in fetched if not url.startswith(root)] == []
