"""The typist with nothing but a keyboard: every field and link is reached by Tab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from consultations.documents.rich_text.markup import to_source
from tests.support.typist import Typist

FAR = 400
"""Presses of a key after which something counts as out of reach."""

NOON = 12

ATTEMPTS = 3
ATTEMPT_MS = 20_000

WHERE = """target => {
    const { activeElement: here } = document;
    if (here === target) return "here";
    const before = Node.DOCUMENT_POSITION_PRECEDING;
    return here.compareDocumentPosition(target) & before ? "Shift+Tab" : "Tab";
}"""


class KeyboardTypist(Typist):
    """Somebody who has no mouse."""

    @property
    def keys(self) -> Any:
        return self.page.keyboard

    def reach(self, target: Locator) -> None:
        """Go to something with Tab, or back to it with Shift and Tab.

        Escape comes first: it lets Tab leave a list or a table that is written.
        """
        expect(target).to_be_visible()
        handle = target.element_handle()
        for _ in range(FAR):
            key = handle.evaluate(WHERE)
            if key == "here":
                return
            if handle.evaluate("() => document.activeElement.isContentEditable"):
                self.keys.press("Escape")
            self.keys.press(key)
        raise AssertionError(f"Tab does not lead to {target}.")

    def act(self, target: Locator) -> None:
        self.reach(target)
        self.keys.press("Enter")

    def fill(self, box: Locator, typed: str) -> None:
        """Type into a field; the parts of a date or a time take their digits."""
        self.reach(box)
        if box.get_attribute("type") in ("date", "time"):
            self._type_digits(box, typed)
        else:
            self.keys.press("Control+A")
            self.keys.press("Delete")
            self.keys.type(typed)
        expect(box).to_have_value(typed)

    def _type_digits(self, box: Locator, typed: str) -> None:
        """Try the orders of browsers: the day, or the month, first; 24 or 12 hours."""
        if box.get_attribute("type") == "date":
            year, month, day = typed.split("-")
            tries = [f"{month}{day}{year}", f"{day}{month}{year}"]
        else:
            hour, minute = map(int, typed.split(":"))
            half = "AP"[hour >= NOON]
            twelve = f"{(hour - 1) % NOON + 1:02}{minute:02}{half}"
            tries = [twelve, f"{hour:02}{minute:02}"]
        for digits in tries:
            for _ in digits:
                self.keys.press("ArrowLeft")  # back to the first part
            self.keys.type(digits)
            if box.input_value() == typed:
                break

    def select(self, box: Locator, shown: str) -> None:
        entries = [each.strip() for each in box.locator("option").all_text_contents()]
        self.reach(box)
        self.keys.press("Home")
        for _ in range(entries.index(shown.strip())):
            self.keys.press("ArrowDown")
        expect(box.locator("option:checked")).to_have_text(shown.strip())

    def mark(self, box: Locator) -> None:
        """Tick a box, or go to one of several with the arrows from where Tab leads."""
        if box.get_attribute("type") != "radio":
            self.reach(box)
            if not box.is_checked():
                self.keys.press("Space")
        else:
            name = box.get_attribute("name")
            group = self.page.locator(f'input[type=radio][name="{name}"]')
            checked = group.and_(self.page.locator(":checked"))
            self.reach(checked if checked.count() else group.first)
            for _ in range(group.count()):
                if box.is_checked():
                    break
                self.keys.press("ArrowDown")
            if not box.is_checked():
                self.keys.press("Space")
        expect(box).to_be_checked()

    def write(self, box: Locator, markup: str) -> None:
        self.reach(box)
        self.keys.press("Control+A")
        self.keys.press("Delete")
        self.keys.type(to_source(markup))

    def hand_over(self, box: Locator, path: Path) -> None:
        """Choose a file; on a busy machine a key press can be lost, so press again."""
        for _ in range(ATTEMPTS):
            self.reach(box)
            try:
                with self.page.expect_file_chooser(timeout=ATTEMPT_MS) as chooser:
                    self.keys.press("Space")
            except PlaywrightTimeout:
                continue
            chooser.value.set_files(path)
            return
        raise AssertionError(f"The file chooser of {box} did not open.")
