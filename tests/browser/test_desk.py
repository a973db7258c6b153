"""The desk in a browser: autosave, drag and drop, and the conflict page."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from consultations.audit import history
from consultations.editions import workflow
from consultations.models import ClauseChange, GlossaryTerm, Remark
from responses import row_types
from responses.models import AutosavedForm
from tests.browser.test_pages import enter, press_tab
from tests.support.accessibility import WIDE, page_faults
from tests.support.editions import make_approved, make_submitted
from tests.support.editor_page import editor_of
from tests.support.factories import (
    make_change,
    make_comment,
    make_conclusion,
    make_user,
)
from tests.support.pages import answered_consultation, closed_consultation

NOT_SAVED = "Your changes are kept in this browser"


@pytest.fixture
def term() -> GlossaryTerm:
    consultation = closed_consultation("about")
    return GlossaryTerm.objects.create(
        consultation=consultation, short="ABC", long="As it was"
    )


def page_of(term: GlossaryTerm) -> str:
    return reverse("responses:term", args=["about", term.pk])


def long_form(page: Page) -> str:
    return page.get_by_label("Meaning").input_value()


def type_long(page: Page, text: str) -> None:
    page.get_by_label("Meaning").fill(text)


# Autosave


@pytest.mark.django_db(transaction=True)
def test_typed_text_is_autosaved_and_recovered(
    browser_page: Page, term: GlossaryTerm
) -> None:
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(term))
    type_long(browser_page, "Half a tho")
    expect(browser_page.get_by_text("Draft saved")).to_be_visible()
    browser_page.goto(page_of(term))
    browser_page.get_by_role("link", name="Restore").click()
    assert long_form(browser_page) == "Half a tho"


@pytest.mark.django_db(transaction=True)
def test_text_typed_just_before_leaving_is_autosaved(
    browser_page: Page, term: GlossaryTerm
) -> None:
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(term))
    type_long(browser_page, "Gone at once")
    browser_page.goto("/desk/")
    for _ in range(100):
        if AutosavedForm.objects.exists():
            break
        browser_page.wait_for_timeout(50)
    browser_page.goto(page_of(term))
    browser_page.get_by_role("link", name="Restore").click()
    assert long_form(browser_page) == "Gone at once"


@pytest.mark.django_db(transaction=True)
def test_saved_text_is_not_autosaved(browser_page: Page, term: GlossaryTerm) -> None:
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(term))
    type_long(browser_page, "Saved at once")
    browser_page.get_by_role("button", name="Save").click()
    expect(browser_page.get_by_text("Glossary term ABC saved.")).to_be_visible()
    assert not AutosavedForm.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_offered_draft_is_not_overwritten(
    browser_page: Page, term: GlossaryTerm
) -> None:
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(term))
    type_long(browser_page, "The first half")
    expect(browser_page.get_by_text("Draft saved")).to_be_visible()
    browser_page.goto(page_of(term))
    type_long(browser_page, "Other words")
    expect(browser_page.get_by_text("Autosave starts again")).to_be_visible()
    browser_page.goto(page_of(term))
    browser_page.get_by_role("link", name="Restore").click()
    assert long_form(browser_page) == "The first half"


@pytest.mark.django_db(transaction=True)
def test_unsaved_remark_is_warned_about_on_other_submit(browser_page: Page) -> None:
    edition = make_submitted()
    enter(browser_page, "Approver")
    browser_page.goto(reverse("responses:edition", args=[edition.pk]))
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    browser_page.on("dialog", refuse)
    browser_page.get_by_text("Add a review remark on a section", exact=True).click()
    box = editor_of(browser_page, re.compile("^Review remark$"))
    box.click()
    browser_page.keyboard.type("Half a remark")
    browser_page.get_by_role("button", name="Return to drafter").click()
    assert asked == [asked[0]]
    assert "another form on this page" in asked[0]
    expect(box).to_contain_text("Half a remark")


@pytest.mark.django_db(transaction=True)
def test_offline_text_is_kept_in_the_browser(
    browser_page: Page, console_errors: list[str], term: GlossaryTerm
) -> None:
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(term))
    browser_page.context.set_offline(True)
    type_long(browser_page, "Typed on a train")
    expect(browser_page.get_by_text(NOT_SAVED)).to_be_visible()
    browser_page.get_by_role("button", name="Save").click()
    assert long_form(browser_page) == "Typed on a train"
    browser_page.context.set_offline(False)
    browser_page.goto(page_of(term))
    browser_page.get_by_role("button", name="Restore").click()
    assert long_form(browser_page) == "Typed on a train"
    console_errors.clear()  # the browser reports what it could not send


@pytest.mark.django_db(transaction=True)
def test_recovered_text_does_not_overwrite_concurrent_save(
    browser_page: Page, console_errors: list[str], term: GlossaryTerm
) -> None:
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(term))
    browser_page.context.set_offline(True)
    type_long(browser_page, "Typed on a train")
    expect(browser_page.get_by_text(NOT_SAVED)).to_be_visible()
    browser_page.context.set_offline(False)
    row = GlossaryTerm.objects.get()
    row.long = "Saved in the office"
    history.save_if_current(row, version=1, by=None)
    browser_page.goto(page_of(term))
    browser_page.get_by_role("button", name="Restore").click()
    browser_page.get_by_role("button", name="Save").click()
    expect(browser_page.get_by_text("while you were editing")).to_be_visible()
    term.refresh_from_db()
    assert term.long == "Saved in the office"
    console_errors.clear()


@pytest.mark.django_db(transaction=True)
def test_text_typed_after_logout_is_kept_in_the_browser(
    browser_page: Page, console_errors: list[str], term: GlossaryTerm
) -> None:
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(term))
    for session in Session.objects.all():
        session.delete()
    type_long(browser_page, "Typed too late")
    expect(browser_page.get_by_text("you have been signed out")).to_be_visible()
    browser_page.get_by_role("button", name="Save").click()
    expect(browser_page.get_by_text("Not saved yet")).to_be_visible()
    expect(browser_page.get_by_text("Typed too late")).to_be_visible()
    console_errors.clear()  # the browser reports the 401 and the 403


@pytest.mark.django_db(transaction=True)
def test_multiple_choices_are_recovered(
    browser_page: Page, console_errors: list[str]
) -> None:
    consultation = closed_consultation("about")
    comments = [make_comment(consultation) for _ in range(3)]
    change = make_change(consultation, because_of=(comments[0],))
    address = reverse("responses:change", args=["about", change.key])
    enter(browser_page, "Drafter")
    browser_page.goto(address)
    browser_page.context.set_offline(True)
    chosen = [str(comments[1].pk), str(comments[2].pk)]
    browser_page.get_by_text("Other comments").click()
    boxes = browser_page.locator("input[name=causes]")
    for key in [str(comments[0].pk), *chosen]:
        boxes.and_(browser_page.locator(f"[value='{key}']")).click()
    expect(browser_page.get_by_text(NOT_SAVED)).to_be_visible()
    browser_page.context.set_offline(False)
    browser_page.goto(address)
    browser_page.get_by_role("button", name="Restore").click()
    values = boxes.evaluate_all(
        "boxes => boxes.filter(box => box.checked).map(box => box.value)"
    )
    assert sorted(values) == sorted(chosen)
    console_errors.clear()


@pytest.mark.django_db(transaction=True)
def test_browser_draft_is_offered_to_its_author_only(
    browser_page: Page, console_errors: list[str], term: GlossaryTerm
) -> None:
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(term))
    browser_page.context.set_offline(True)
    type_long(browser_page, "Only mine")
    expect(browser_page.get_by_text(NOT_SAVED)).to_be_visible()
    browser_page.context.set_offline(False)
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(term))
    expect(browser_page.get_by_role("button", name="Restore")).to_have_count(0)
    console_errors.clear()


# Reordering


@pytest.mark.django_db(transaction=True)
def test_rows_are_reordered_by_drag(browser_page: Page) -> None:
    consultation = closed_consultation("about")
    for _ in range(3):
        make_change(consultation)
    enter(browser_page, "Drafter")
    browser_page.set_viewport_size(WIDE)
    browser_page.goto(reverse("responses:changes", args=["about"]))
    rows = browser_page.locator("[data-row]")
    with browser_page.expect_navigation():
        rows.nth(2).locator("[data-handle]").drag_to(
            rows.nth(0), target_position={"x": 20, "y": 3}
        )
    keys = list(ClauseChange.objects.order_by("position").values_list("key", flat=True))
    assert keys == ["c3", "c1", "c2"]


@pytest.mark.django_db(transaction=True)
def test_rows_are_reordered_by_keyboard(browser_page: Page) -> None:
    consultation = closed_consultation("about")
    for _ in range(3):
        make_change(consultation)
    enter(browser_page, "Drafter")
    browser_page.goto(reverse("responses:changes", args=["about"]))
    browser_page.get_by_role("button", name="Move S1SR Clause 3.1 up").press("Enter")
    browser_page.wait_for_load_state()
    keys = list(ClauseChange.objects.order_by("position").values_list("key", flat=True))
    assert keys == ["c1", "c3", "c2"]


# Every page of these modules


def conflict(page: Page, term: GlossaryTerm) -> None:
    """Open the page of a conflict."""
    page.goto(page_of(term))
    row = GlossaryTerm.objects.get(pk=term.pk)
    row.long = f"{row.long}, as Ann has it"
    ann = User.objects.filter(username="ann").first() or make_user("ann", "Drafter")
    history.save_if_current(row, version=row.version, by=ann)
    type_long(page, "As I have it")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("while you were editing")).to_be_visible()


def store_page_data() -> list[str]:
    """Store something for each page; return the addresses."""
    submitted = make_submitted(note="<p>Look at section 3.</p>")
    adam = make_user("adam", "Approver")
    Remark.objects.create(
        edition=submitted,
        heading="1 Introduction",
        text="<p>Say who.</p>",
        by=adam,
        at=submitted.submitted_at,
    )
    approved = make_approved()
    published = make_approved()
    workflow.publish_edition(published, by=adam)
    drafted = make_conclusion(answered_consultation("drafted"))
    change = drafted.consultation.changes.all()[0]
    person = drafted.consultation.respondents.all()[0]
    response = person.submissions.all()[0]
    args: dict[str, list[object]] = {
        "edition": [submitted.pk, approved.pk, published.pk],
        "sign_off": [submitted.conclusion.slug, drafted.slug],
        "received": ["drafted"],
        "changes": ["drafted"],
        "after": ["drafted"],
        "trail": ["drafted"],
        "consultation": ["drafted"],
        "as_it_stood": [drafted.slug],
        "history": [row_types.row_ref(change)],
    }
    found = [
        reverse(f"responses:{name}", args=[each])
        for name, all_of in args.items()
        for each in all_of
    ]
    deeper = {
        "change": change.key,
        "remove_change": change.key,
        "respondent": person.pk,
        "submission": response.pk,
        "remove_submission": response.pk,
    }
    found += [
        reverse(f"responses:{name}", args=["drafted", key])
        for name, key in deeper.items()
    ]
    return ["/desk/", "/desk/glossary/", *found]


@pytest.mark.django_db(transaction=True)
def test_desk_and_conflict_pages_are_accessible_and_fit(
    browser_page: Page, term: GlossaryTerm
) -> None:
    addresses = store_page_data()
    enter(browser_page, "Administrator")
    found = []
    for address in addresses:
        browser_page.goto(address)
        found += page_faults(browser_page)
    conflict(browser_page, term)
    assert found + page_faults(browser_page) == []


@pytest.mark.django_db(transaction=True)
def test_decision_follows_edition_in_tab_order(browser_page: Page) -> None:
    edition = make_submitted()
    enter(browser_page, "Approver")
    browser_page.goto(reverse("responses:edition", args=[edition.pk]))
    unseen, order = [], []
    for _ in range(80):
        focus = press_tab(browser_page)
        if focus.tag == "BODY":
            break
        if not focus.is_seen:
            unseen.append(focus.tag)
        place = browser_page.evaluate(
            "() => ['.about-edition', '.edition-sheet', '.decide']"
            ".findIndex(name => document.activeElement.closest(name))"
        )
        order.append(place)
    inside = [place for place in order if place >= 0]
    assert inside == sorted(inside)
    assert 2 in inside
    assert unseen == []


@pytest.mark.django_db(transaction=True)
def test_conflict_is_resolved_without_javascript(
    browser: Browser, live_server: LiveServer, term: GlossaryTerm
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    enter(page, "Drafter")
    conflict(page, term)
    page.get_by_label("Use my version, as in the form below").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Glossary term ABC saved.")).to_be_visible()
    context.close()
    term.refresh_from_db()
    assert term.long == "As I have it"


@pytest.mark.django_db(transaction=True)
def test_other_editor_is_shown(browser_page: Page, term: GlossaryTerm) -> None:
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(term))
    assert AutosavedForm.objects.count() == 0
    enter(browser_page, "Drafter")
    browser_page.goto(page_of(term))
    expect(browser_page.get_by_text("Also editing this page")).to_be_visible()
