"""What axe and the width of the screen find wrong with a page in the browser."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

WIDE = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=800)

LAYOUT_RULES = [
    *("color-contrast", "scrollable-region-focusable", "target-size"),
    *("aria-hidden-focus", "button-name", "label", "link-in-text-block", "link-name"),
]
"""The rules of axe that depend on the width, or on what is shown at one width only."""

HAS_AXE = "() => window.axe !== undefined"
RUN_AXE = "options => axe.run(document, options)"

OVERFLOW = """() => {
    const root = document.documentElement;
    return root.scrollWidth - root.clientWidth;
}"""
"""Returns the number of pixels by which the open page is wider than the screen."""


def axe_violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """Return what axe finds wrong with the open page, by all rules or by some.

    Axe is half a megabyte and is put into a page once.
    """
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    if not page.evaluate(HAS_AXE):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN_AXE, options)
    return [
        f"{page.url} {violation['id']}: {node['html'][:120]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def page_faults(page: Page) -> list[str]:
    """Return the faults of the open page on a wide screen and on a phone.

    The page keeps its state; the screen is wide afterwards.
    """
    page.set_viewport_size(PHONE)
    found = [*axe_violations(page, LAYOUT_RULES), *too_wide(page)]
    page.set_viewport_size(WIDE)
    return [*found, *axe_violations(page), *too_wide(page)]


def too_wide(page: Page) -> list[str]:
    """Return a sentence when the open page is wider than the screen."""
    pixels = page.evaluate(OVERFLOW)
    return [f"{page.url} is {pixels} px wider than the screen"] if pixels > 0 else []
