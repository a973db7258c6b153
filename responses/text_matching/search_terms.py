"""Searching texts for words and phrases, regardless of case and markup."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

EXCERPT_RADIUS = 90
"""Characters shown on each side of a match."""

MAX_TERMS = 10

_WITHIN_WORDS = re.compile(r"</?(?:strong|em|b|i|a)\b[^<>]*>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_TERM = re.compile(r'"([^"]+)"|(\S+)')
_INTERCHANGEABLE = {
    **dict.fromkeys("'‘’", "['‘’]"),
    **dict.fromkeys('"“”', '["“”]'),
    **dict.fromkeys("-‐‑–", "[-‐‑–]"),
}
"""Characters that match each other."""


def to_one_line(text: str) -> str:
    """Return restricted HTML as one line of the words a reader sees.

    Inline markup does not separate words: `in <em>force</em>d` has the word forced.
    """
    words = _TAG.sub(" ", _WITHIN_WORDS.sub("", text)) if "<" in text else text
    words = html.unescape(words) if "&" in words else words
    if not words.isascii():
        words = unicodedata.normalize("NFC", words)
        words = "".join(c for c in words if unicodedata.category(c) != "Cf")
    return " ".join(words.split())


class Excerpt(str):
    """HTML in which every word is escaped; templates print it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the HTML, as Django and others ask for it."""
        return str(self)


@dataclass(frozen=True)
class SearchTerms:
    """The terms of a search; a text matches when it contains every term."""

    typed: str
    terms: tuple[re.Pattern[str], ...]

    def __bool__(self) -> bool:
        return bool(self.terms)

    def is_in(self, words: str) -> bool:
        """True when a plain text contains every term."""
        return all(term.search(words) for term in self.terms)

    def excerpt(self, words: str) -> Excerpt:
        """Return the text around the first match as HTML, with every term marked."""
        spots = merge_spans(
            found.span()
            for term in self.terms
            for found in term.finditer(words)
            if found.end() > found.start()
        )
        start, end = _excerpt_bounds(words, spots[0][0] if spots else 0)
        inside = [(a, b) for a, b in spots if start <= a and b <= end]
        edges = [start, *(edge for spot in inside for edge in spot), end]
        parts = [
            f"<mark>{html.escape(words[a:b])}</mark>"
            if index % 2
            else html.escape(words[a:b])
            for index, (a, b) in enumerate(pairwise(edges))
        ]
        before, after = "… " if start else "", " …" if end < len(words) else ""
        return Excerpt(f"{before}{''.join(parts)}{after}")


def parse_search_terms(typed: str) -> SearchTerms:
    """Return the terms of a typed search: words, and phrases in double quotes."""
    line = plain_line(typed)
    found = [phrase or word for phrase, word in _TERM.findall(line)]
    terms = [_pattern(term) for term in found[:MAX_TERMS] if term.strip()]
    return SearchTerms(line, tuple(terms))


def plain_line(typed: str) -> str:
    """Return what was typed on one line, typographic double quotes made plain."""
    line = unicodedata.normalize("NFC", typed.replace("\0", ""))
    return " ".join(line.replace("“", '"').replace("”", '"').split())


def _pattern(term: str) -> re.Pattern[str]:
    return re.compile(
        "".join(_INTERCHANGEABLE.get(c) or re.escape(c) for c in term), re.IGNORECASE
    )


def merge_spans(spots: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in their order, those that overlap or touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spots):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _excerpt_bounds(words: str, spot: int) -> tuple[int, int]:
    """Return the start and end of an excerpt, at the boundaries of words."""
    start, end = (
        max(0, spot - EXCERPT_RADIUS),
        min(len(words), spot + 2 * EXCERPT_RADIUS),
    )
    if start:
        start = words.find(" ", start, spot) + 1 or start
    if end < len(words):
        end = max(words.rfind(" ", spot, end), spot + EXCERPT_RADIUS)
    return start, end
