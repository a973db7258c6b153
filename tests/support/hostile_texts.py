"""Texts that cost a careless reader more than their length."""

from __future__ import annotations

import math
from collections.abc import Callable


def _repeat(part: str, before: str = "", after: str = "") -> Callable[[int], str]:
    return lambda length: before + part * (length // len(part)) + after


def _staircase(length: int) -> str:
    """Return a list whose every line is indented deeper than the one before."""
    return "\n".join(" " * depth + "- a" for depth in range(math.isqrt(2 * length)))


def _staircases(length: int) -> str:
    """Return lists that are nested as deep as allowed, again and again."""
    return "".join(" " * (n % 8) + "- a\n" for n in range(length // 7))


def _long_paragraphs(length: int) -> str:
    """Return nearly as many paragraphs as are allowed, or fewer of a short text."""
    words = "w" * max(1, length // 14_500)
    return f"{words}\n\n" * (length // (len(words) + 2))


def _long_lines(length: int) -> str:
    """Return nearly as many line breaks as are allowed, or fewer of a short text."""
    words = "w" * max(1, length // 29_000)
    return f"<p>{f'{words}<br>' * (length // len(words))}</p>"


def _wide_table(length: int) -> str:
    """Return a table of one wide row and many narrow ones."""
    wide = "<td></td>" * (length // 18)
    narrow = "<tr><td></td></tr>" * (length // 36)
    return f"<table><tr>{wide}</tr>{narrow}</table>"


HOSTILE_TEXTS: dict[str, Callable[[int], str]] = {
    "unclosed lists": _repeat("<ul><li>"),
    "unclosed items": _repeat("<li>"),
    "unclosed tables": _repeat("<table><tr><td>"),
    "unclosed paragraphs": _repeat("<p>"),
    "unclosed bold": _repeat("<strong>"),
    "unclosed italic, then words": lambda length: (
        "<i>" * (length // 6) + "a<br>" * (length // 10)
    ),
    "bold words": _repeat("<strong>a</strong> "),
    "bold that changes nothing": _repeat("a<b></b>", "<p>", "</p>"),
    "spaces before line breaks": _repeat(" <br>", "<p>a", "</p>"),
    "line breaks": _repeat("<br>", "<p>", "</p>"),
    "links side by side": _repeat('<a href="https://a.b">a</a>', "<p>", "</p>"),
    "styles in one link": _repeat(
        "a<em>b</em>", '<p><a href="https://a.b">', "</a></p>"
    ),
    "spaces in one link": _repeat("<em> </em><b>x </b>", '<p><a href="https://a.b">'),
    "a long link over paragraphs": _repeat("<p>x", f'<a href="https://{"a" * 1900}">'),
    "character references": _repeat("&amp;", "<p>", "</p>"),
    "a long character reference": _repeat("9", "<p>&#", ";</p>"),
    "zeros of a character reference": _repeat("0", "<p>&#", "65;</p>"),
    "ampersands": _repeat("&a", "<p>", "</p>"),
    "less-than signs in HTML": _repeat("<", "<p></p>"),
    "tags without end": _repeat("<a ", "<p></p>"),
    "end tags without end": _repeat("</a", "<p></p>"),
    "comments without end": _repeat("<!--", "<p></p>"),
    "comments without end, with hyphens": _repeat("<!-- -", "<p></p>"),
    "declarations without end": _repeat("<!", "<p></p>"),
    "instructions without end": _repeat("<?", "<p></p>"),
    "sections without end": _repeat("<![", "<p></p>"),
    "a section": _repeat("<![CDATA[", "<p></p>", ">"),
    "quotes without end": _repeat('b="', "<p></p><a "),
    "quotes of two kinds without end": _repeat("<a b='<a b=\"", "<p></p>"),
    "attributes": _repeat("b ", "<p></p><a ", ">"),
    "equals signs": _repeat("=", "<p></p><a ", ">"),
    "spaces in a tag": _repeat(" ", "<p></p><a"),
    "a long name of a tag": _repeat("a", "<p></p><", ">"),
    "names of tags": lambda length: (
        "<p>" + "".join(f"<x{n}>" for n in range(length // 7))
    ),
    "scripts": _repeat("<script>", "<p></p>"),
    "end tags in a script": _repeat("</s", "<script>"),
    "references without end": _repeat("[[section: ", "<p>", "</p>"),
    "no-break spaces in a reference": _repeat("\u00a0", "[[section:", "x"),
    "words in a reference": _repeat("x ", "[[section: ", "]"),
    "references": _repeat("[[section: x]] "),
    "a staircase of lists": _staircase,
    "staircases of lists": _staircases,
    "bullets": _repeat("- a\n"),
    "lists of two kinds": _repeat("- a\n1. b\n"),
    "bullets in paragraphs": _repeat("- a\n\n"),
    "empty lines": _repeat("\n"),
    "lines of spaces": _repeat("\n" + " " * 50),
    "tabs": _repeat("\t", after="- a"),
    "less-than signs": _repeat("<"),
    "names in angle brackets": _repeat("<Supplier> "),
    "one word": _repeat("w"),
    "words": _repeat("word "),
    "long paragraphs": _long_paragraphs,
    "long lines": _long_lines,
    "a wide table": _wide_table,
    "lists in a table": _repeat(
        "<tr><td><ul><li>a</li></ul></td></tr>", "<table>", "</table>"
    ),
    "items": _repeat("<li>a</li>", "<ul>", "</ul>"),
}
"""Functions that return a text of about a length, by what the text has much of."""
