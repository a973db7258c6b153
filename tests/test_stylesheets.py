"""The stylesheets: each colour, and each list of selectors, is written once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from consultations.documents.colours import colours
from tests.support import stylesheets
from tests.support.structure import ROOT
from tests.support.stylesheets import DOCUMENTS, VARIABLES

OTHERS = [path for path in stylesheets.stylesheets() if path != VARIABLES]
WORD_STYLES = DOCUMENTS / "word" / "template" / "word" / "styles.xml"
HEXADECIMAL = re.compile(r"""["']#?([0-9A-Fa-f]{6})["']""")


def css_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def whole(colour: str) -> str:
    """Return `#fff` as `#ffffff`."""
    return re.sub(r"^#(.)(.)(.)$", r"#\1\1\2\2\3\3", colour.lower())


def colours_in(path: Path) -> set[str]:
    return {f"#{found.lower()}" for found in HEXADECIMAL.findall(path.read_text())}


# Colours


@pytest.mark.parametrize("path", OTHERS, ids=name_of)
def test_colours_are_written_in_variables_only(path: Path) -> None:
    assert stylesheets.written_colours(css_of(path)) == []


def test_no_colour_is_written_twice() -> None:
    written = list(map(whole, stylesheets.written_colours(css_of(VARIABLES))))
    assert len(written) > 30
    assert sorted(written) == sorted(set(written))


def test_every_colour_is_used() -> None:
    used = {name for path in [*OTHERS, VARIABLES] for name in variables_used_in(path)}
    in_word = colours_in(WORD_STYLES)
    assert [
        name
        for name, value in colours().items()
        if f"--{name}" not in used and whole(value) not in in_word
    ] == []


def test_every_variable_is_declared() -> None:
    declared = {
        name
        for path in [*OTHERS, VARIABLES]
        for name in stylesheets.variables_of(css_of(path))
    }
    used = {name for path in OTHERS for name in variables_used_in(path)}
    assert used - declared == set()


def test_colours_of_word_and_of_the_icon_are_in_the_list() -> None:
    listed = set(map(whole, colours().values()))
    assert len(colours_in(WORD_STYLES)) > 5
    assert colours_in(WORD_STYLES) - listed == set()
    icon = re.findall(r"#[0-9a-f]{3,6}", (ROOT / "static" / "icon.svg").read_text())
    assert set(map(whole, icon)) - listed == set()


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        ("static/js", "*.js"),
        ("templates", "*.html"),
        ("consultations", "*.py"),
        ("responses", "*.py"),
        ("config", "*.py"),
    ],
)
def test_code_and_templates_write_no_colours(folder: str, pattern: str) -> None:
    files = stylesheets.files_of(folder, pattern)
    assert files
    assert [found for text in files for found in HEXADECIMAL.findall(text)] == []


@pytest.mark.parametrize(
    "css",
    [
        "a { color: #12365c; }",
        "a { border: 1px solid Red; }",
        "a { background: rgb(0 0 0 / 50%); }",
        "a { background: linear-gradient(white, var(--ink)); }",
        "@media print { a { color: hsl(0 0% 0%); } }",
        "@page { @top-left { color: #fff; } }",
    ],
)
def test_written_colour_is_detected(css: str) -> None:
    assert len(stylesheets.written_colours(css)) == 1


@pytest.mark.parametrize(
    "css",
    [
        "#add { color: var(--ink); }",
        "a { color: inherit; border-color: currentColor; background: transparent; }",
        '.red::after { content: "red"; font-family: Menlo; }',
    ],
)
def test_other_values_are_not_reported(css: str) -> None:
    assert stylesheets.written_colours(css) == []


# Selectors


@pytest.mark.parametrize("family", stylesheets.FAMILIES)
def test_no_list_of_selectors_stands_twice_for_a_page(family: str) -> None:
    assert stylesheets.repeated_selectors(stylesheets.of_family(family)) == []


@pytest.mark.parametrize("path", stylesheets.stylesheets(), ids=name_of)
def test_no_list_of_selectors_stands_twice_in_a_file(path: Path) -> None:
    assert stylesheets.repeated_selectors(css_of(path)) == []


def test_repeated_selector_is_detected() -> None:
    twice = "a, b { top: 0; } a { left: 0; } a,\nb { right: 0; }"
    assert stylesheets.repeated_selectors(twice) == ["a, b"]
    apart = "a { top: 0; } @media print { a { top: 0; } }"
    assert stylesheets.repeated_selectors(apart) == []


@pytest.mark.parametrize("path", stylesheets.stylesheets(), ids=name_of)
def test_every_class_of_a_stylesheet_is_written_by_a_page(path: Path) -> None:
    unwritten = stylesheets.classes_of(css_of(path)) - stylesheets.classes_written()
    assert [
        name
        for name in unwritten
        if not stylesheets.CLASSES_OF_LIBRARIES.fullmatch(name)
        and not stylesheets.is_built(name)
    ] == []


def variables_used_in(path: Path) -> set[str]:
    return stylesheets.variables_used(css_of(path))
