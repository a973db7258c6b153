"""The conclusion editor and its preview in a browser: keyboard, no JavaScript."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from consultations.models import Conclusion, ConclusionSection, Passage
from responses.conclusions.section_tree import every_section_below, tree_of
from tests.browser.test_pages import enter
from tests.support.accessibility import WIDE, page_faults
from tests.support.editor_page import editor_of
from tests.support.factories import make_conclusion, make_user
from tests.support.pages import answered_consultation, attach

EDITOR = "/desk/conclusions/answered/"

IN_PANE = """part => {
    const pane = part.closest("[data-pane]").getBoundingClientRect();
    return Math.round(part.getBoundingClientRect().top - pane.top);
}"""


def make_draft() -> Conclusion:
    return make_conclusion(answered_consultation())


def page_of(conclusion: Conclusion, heading: str) -> str:
    row = conclusion.sections.get(heading=heading)
    return f"{EDITOR}sections/{row.pk}/"


def headings(conclusion: Conclusion) -> list[str]:
    return [
        row.heading for row in every_section_below(tree_of(conclusion.sections.all()))
    ]


# Live preview


def test_preview_follows_typed_text(browser_page: Page) -> None:
    conclusion = make_draft()
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(conclusion, "Introduction"))
    shown = browser_page.locator(".pane .document")
    expect(shown).to_contain_text("Some words.")
    editor_of(browser_page, "Text").click()
    browser_page.keyboard.press("Control+End")
    browser_page.keyboard.type(" And more of them.")
    expect(shown).to_contain_text("Some words. And more of them.")
    browser_page.get_by_label("Heading").fill("Why we ask")
    expect(shown.get_by_role("heading", name="1. Why we ask")).to_be_visible()
    assert not ConclusionSection.objects.filter(heading="Why we ask").exists()


def test_save_stores_what_the_preview_showed(browser_page: Page) -> None:
    conclusion = make_draft()
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(conclusion, "Introduction"))
    editor_of(browser_page, "Text").click()
    browser_page.keyboard.press("Control+End")
    browser_page.keyboard.type(" Saved.")
    browser_page.get_by_role("button", name="Save", exact=True).click()
    expect(browser_page.get_by_role("status").first).to_contain_text(
        "Section Introduction saved."
    )
    expect(browser_page.locator(".pane .document")).to_contain_text("words. Saved.")


def test_edited_section_stays_in_view(browser_page: Page) -> None:
    conclusion = make_draft()
    enter(browser_page, "Drafter")
    browser_page.set_viewport_size(WIDE)
    browser_page.goto(page_of(conclusion, "Summary of Changes"))
    edited = browser_page.locator(".pane #summary-of-changes.is-edited > h2")
    expect(edited).to_be_in_viewport()
    before = edited.evaluate(IN_PANE)
    editor_of(browser_page, "Text").click()
    browser_page.keyboard.type("What follows was changed.")
    expect(browser_page.locator(".pane")).to_contain_text("What follows was changed.")
    assert edited.evaluate(IN_PANE) == before


def test_attachment_link_in_preview_downloads_file(browser_page: Page) -> None:
    conclusion = make_draft()
    attach(conclusion, b"%PDF-1.7 a notice", "notice.pdf")
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(conclusion, "Attachments"))
    with browser_page.expect_download() as download:
        browser_page.locator(".pane .attachments a").click()
    assert download.value.suggested_filename == "notice.pdf"


def test_logged_out_user_sees_message_in_preview(
    browser_page: Page, console_errors: list[str]
) -> None:
    conclusion = make_draft()
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(conclusion, "Introduction"))
    shown = browser_page.locator(".pane .document")
    expect(shown).to_contain_text("Some words.")
    Session.objects.all().delete()
    browser_page.get_by_label("Heading").fill("Why we ask")
    expect(browser_page.locator(".pane")).to_contain_text("you have been signed out")
    expect(shown).to_contain_text("Some words.")
    browser_page.goto("about:blank")  # so that nothing is asked any more
    console_errors.clear()  # the browser reports what was refused


def test_passage_is_inserted_at_cursor(browser_page: Page) -> None:
    conclusion = make_draft()
    Passage.objects.create(
        title="Duty", kind="background", text="<p>We must.</p>", owner=make_user()
    )
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(conclusion, "Introduction"))
    browser_page.get_by_text("Insert standard text").click()
    browser_page.get_by_text("Duty", exact=True).click()
    browser_page.get_by_role("button", name="Insert “Duty”").click()
    expect(browser_page.locator(".pane .document")).to_contain_text("We must.")
    browser_page.get_by_role("button", name="Save", exact=True).click()
    expect(browser_page.locator(".standing-one")).to_contain_text("Duty, version 1")


# The outline


def test_section_is_moved_by_drag(browser_page: Page) -> None:
    conclusion = make_draft()
    enter(browser_page, "Drafter")
    browser_page.set_viewport_size(WIDE)
    browser_page.goto(EDITOR)
    rows = browser_page.locator(".entries > [data-place]")
    with browser_page.expect_navigation():
        rows.nth(1).locator("[data-drag]").first.drag_to(rows.nth(0))
    assert headings(conclusion)[:2] == ["Consultation", "Introduction"]


def test_section_is_moved_by_keyboard(browser_page: Page) -> None:
    conclusion = make_draft()
    enter(browser_page, "Drafter")
    browser_page.goto(EDITOR)
    browser_page.get_by_role("button", name="Move Respondents up").focus()
    with browser_page.expect_navigation():
        browser_page.keyboard.press("Enter")
    assert headings(conclusion)[1:3] == ["Respondents", "Consultation"]
    browser_page.get_by_role("button", name="Move Consultation into").focus()
    with browser_page.expect_navigation():
        browser_page.keyboard.press("Enter")
    row = conclusion.sections.get(heading="Consultation")
    assert row.parent
    assert row.parent.heading == "Respondents"


def test_fields_unused_by_section_kind_are_hidden(browser_page: Page) -> None:
    conclusion = make_draft()
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(conclusion, "Introduction"))
    expect(browser_page.get_by_label("Document for the clause changes")).to_be_hidden()
    kind = browser_page.get_by_label("Section type")
    kind.select_option("changes")
    expect(browser_page.get_by_label("Document for the clause changes")).to_be_visible()
    expect(browser_page.get_by_label("Show tally")).to_be_hidden()


def test_findings_are_loaded_automatically(browser_page: Page) -> None:
    make_draft()
    enter(browser_page, "Drafter")
    browser_page.goto(EDITOR)
    panel = browser_page.locator(".writing-side .found")
    expect(panel.get_by_role("heading").first).to_be_visible()


# Without script, on a phone


def test_conclusion_is_written_without_javascript(without_script: Page) -> None:
    answered_consultation("answered")
    page = without_script
    page.goto("/desk/consultations/answered/conclusions/")
    page.get_by_role("link", name="Create conclusion").click()
    page.get_by_role("button", name="Save").click()
    conclusion = Conclusion.objects.get()
    page.get_by_role("link", name="Add section after Next Steps").click()
    page.get_by_label("Heading").fill("In Sum")
    page.get_by_label("Text (optional)").fill("All is well.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Move In Sum up").click()
    page.get_by_role("button", name="Move In Sum into").click()
    row = conclusion.sections.get(heading="In Sum")
    assert row.parent
    assert row.parent.heading == "Conclusions"
    page.get_by_role("link", name="Preview", exact=True).click()
    expect(page.get_by_role("heading", name="5.1. In Sum")).to_be_visible()
    expect(page.locator(".document")).to_contain_text("All is well.")


def test_conclusion_pages_are_accessible_and_fit(browser_page: Page) -> None:
    conclusion = make_draft()
    row = attach(conclusion, b"%PDF-1.7 a notice", "notice.pdf")
    enter(browser_page, "Drafter")
    found = []
    for address in (
        *("/desk/consultations/answered/conclusions/", EDITOR),
        "/desk/consultations/answered/conclusions/new/",
        page_of(conclusion, "Analysis of Responses"),
        *(f"{EDITOR}{name}/" for name in ("sections/new", "details", "checks")),
        *(f"{EDITOR}{name}/" for name in ("attachments", f"attachments/{row.pk}")),
    ):
        browser_page.goto(address)
        if browser_page.locator("[data-pane]").count():
            expect(browser_page.locator(".pane .document")).to_be_visible()
        found += page_faults(browser_page)
    assert found == []
