"""Reads the project's stylesheets and says where they break their rules.

Each function takes CSS as text and returns sentences or names, so that a test can show
it both CSS that breaks the rule and CSS that does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tinycss2
from tinycss2.color4 import parse_color

from tests.support.structure import ROOT

STYLES = ROOT / "static" / "css"
DOCUMENTS = ROOT / "consultations" / "documents"
VARIABLES = STYLES / "variables.css"
FAMILIES = ("account", "desk", "public")
CONDITIONS = ("media", "supports", "container")
"""The at-rules that hold rules; a page box as `@page` holds declarations."""
NO_COLOUR_OF_ITS_OWN = ("transparent", "currentcolor")

CLASSES_OF_LIBRARIES = re.compile(r"ProseMirror-\w+|selectedCell")
BUILT_CLASSES = {"tag-": r"tag-\{\{", "depth-": r"depth-\{\{", "w-": r"w-\{width\}"}
"""The beginning of a class whose end is data, and where it is put together."""


def stylesheets() -> list[Path]:
    """Return every stylesheet of the site and of the documents."""
    return sorted([*STYLES.rglob("*.css"), *DOCUMENTS.glob("*.css")])


def of_family(name: str) -> str:
    """Return the CSS that the pages of a family can load, one after another."""
    paths = [*sorted(STYLES.glob("*.css")), *sorted((STYLES / name).glob("*.css"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def written_colours(css: str) -> list[str]:
    """Return each colour that a declaration writes out: hexadecimal, name, function."""
    return [
        token.serialize()
        for _, declarations in blocks_of(css)
        for token in tokens_of(declarations)
        if token.type in ("hash", "ident", "function")
        and token.serialize().lower() not in NO_COLOUR_OF_ITS_OWN
        and parse_color(token)
    ]


def repeated_selectors(css: str) -> list[str]:
    """Return each list of selectors that stands twice within the same at-rules."""
    times = Counter(selector for selector, _ in blocks_of(css) if selector)
    return [selector for selector, count in times.items() if count > 1]


def variables_of(css: str) -> dict[str, str]:
    """Return the custom properties that CSS declares, with their values."""
    return {
        item.lower_name: tinycss2.serialize(item.value).strip()
        for _, declarations in blocks_of(css)
        for item in declarations
        if item.name.startswith("--")
    }


def variables_used(css: str) -> set[str]:
    """Return the custom properties that CSS refers to."""
    return set(re.findall(r"var\((--[\w-]+)\)", css))


def classes_of(css: str) -> set[str]:
    """Return the classes that the selectors name."""
    selectors = " ".join(selector for selector, _ in blocks_of(css))
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors))


def classes_written() -> set[str]:
    """Return the classes that templates, scripts and renderers write.

    Other words beside them are among these: one too many is harmless here.
    """
    written = []
    for path in files_of("templates", "*.html"):
        written += re.findall(r'class="((?:\{[{%].*?[}%]\}|[^"])*)"', path, re.DOTALL)
    for path in files_of("static/js", "*.js"):
        written += re.findall(r'"([^"\n]*)"', path)
    for package in ("consultations", "responses", "config"):
        written += [text for text in files_of(package, "*.py") if "class" in text]
    return {name for text in written for name in re.findall(r"[\w-]+", text)}


def is_built(name: str) -> bool:
    """Return whether a template or a renderer puts a class together from data."""
    sources = [*files_of("templates", "*.html"), *files_of("consultations", "*.py")]
    return any(
        name.startswith(prefix) and any(re.search(where, text) for text in sources)
        for prefix, where in BUILT_CLASSES.items()
    )


def files_of(folder: str, pattern: str) -> list[str]:
    return [path.read_text() for path in sorted((ROOT / folder).rglob(pattern))]


def blocks_of(css: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield each block's selectors, with the at-rules around it, and declarations."""
    yield from _blocks(tinycss2.parse_stylesheet(css, True, True), "")


def _blocks(rules: list[Any], around: str) -> Iterator[tuple[str, list[Any]]]:
    for rule in rules:
        if rule.type not in ("qualified-rule", "at-rule") or rule.content is None:
            continue
        prelude = " ".join(tinycss2.serialize(rule.prelude).split())
        if rule.type == "at-rule" and rule.lower_at_keyword in CONDITIONS:
            inner = tinycss2.parse_rule_list(rule.content, True, True)
            yield from _blocks(inner, f"{around}@{rule.lower_at_keyword} {prelude} ")
            continue
        parts = tinycss2.parse_blocks_contents(rule.content, True, True)
        named = f"{around}{prelude}" if rule.type == "qualified-rule" else ""
        yield named, [part for part in parts if part.type == "declaration"]
        yield from _blocks([p for p in parts if p.type == "at-rule"], around)


def tokens_of(declarations: list[Any]) -> Iterator[Any]:
    """Yield every token of the values, those inside functions too."""
    waiting = [token for item in declarations for token in item.value]
    while waiting:
        token = waiting.pop(0)
        yield token
        waiting += getattr(token, "arguments", None) or getattr(token, "content", [])
