"""Finding words in what people wrote: plain words, whatever their case or markup."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

AROUND = 90
"""Characters shown on each side of what was found."""

MOST_TERMS = 10

_WITHIN_WORDS = re.compile(r"</?(?:strong|em|b|i|a)\b[^<>]*>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_TERM = re.compile(r'"([^"]+)"|(\S+)')
_SAME = {
    **dict.fromkeys("'‘’", "['‘’]"),
    **dict.fromkeys('"“”', '["“”]'),
    **dict.fromkeys("-‐‑–", "[-‐‑–]"),
}
"""Characters that are typed alike."""


def to_one_line(text: str) -> str:
    """Return restricted HTML as one line of the words a reader sees.

    Inline markup parts no word, so `in <em>force</em>d` has the word forced in it.
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
    """What somebody looks for; a text has it when it has every term."""

    typed: str
    terms: tuple[re.Pattern[str], ...]

    def __bool__(self) -> bool:
        return bool(self.terms)

    def is_in(self, words: str) -> bool:
        """True when plain words have every term in them, anywhere."""
        return all(term.search(words) for term in self.terms)

    def excerpt(self, words: str) -> Excerpt:
        """Return the words around the first term found, each term marked, as HTML."""
        spots = merge_spans(
            found.span()
            for term in self.terms
            for found in term.finditer(words)
            if found.end() > found.start()
        )
        start, end = _window(words, spots[0][0] if spots else 0)
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
    """Return what was typed as terms: words, and phrases in double quotes."""
    line = plain_line(typed)
    found = [phrase or word for phrase, word in _TERM.findall(line)]
    terms = [_pattern(term) for term in found[:MOST_TERMS] if term.strip()]
    return SearchTerms(line, tuple(terms))


def plain_line(typed: str) -> str:
    """Return what was typed on one line, typographic double quotes made plain."""
    line = unicodedata.normalize("NFC", typed.replace("\0", ""))
    return " ".join(line.replace("“", '"').replace("”", '"').split())


def _pattern(term: str) -> re.Pattern[str]:
    return re.compile(
        "".join(_SAME.get(c) or re.escape(c) for c in term), re.IGNORECASE
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


def _window(words: str, spot: int) -> tuple[int, int]:
    """Return from where to where words are shown, cut between words."""
    start, end = max(0, spot - AROUND), min(len(words), spot + 2 * AROUND)
    if start:
        start = words.find(" ", start, spot) + 1 or start
    if end < len(words):
        end = max(words.rfind(" ", spot, end), spot + AROUND)
    return start, end
