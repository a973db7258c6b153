"""Searching texts for words and phrases, however they are typed, and in markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from responses.text_matching.normalisation import fold_text, fold_with_offsets

EXCERPT_RADIUS = 90
"""Characters shown on each side of a match."""

MAX_TERMS = 10

_WITHIN_WORDS = re.compile(r"</?(?:strong|em|b|i|a)\b[^<>]*>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_TERM = re.compile(r'"([^"]+)"|(\S+)')


def to_one_line(text: str) -> str:
    """Return restricted HTML as one line of the words a reader sees.

    Inline markup does not separate words: `in <em>force</em>d` has the word forced.
    """
    words = _TAG.sub(" ", _WITHIN_WORDS.sub("", text)) if "<" in text else text
    words = html.unescape(words) if "&" in words else words
    return " ".join(words.split())


class Excerpt(str):
    """HTML in which every word is escaped; templates print it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the HTML, as Django and others ask for it."""
        return str(self)


@dataclass(frozen=True)
class SearchTerms:
    """The terms of a search, folded; a text matches when it contains every term."""

    typed: str
    terms: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.terms)

    def is_in(self, words: str) -> bool:
        """True when a plain text contains every term."""
        folded = fold_text(words)
        return all(term in folded for term in self.terms)

    def excerpt(self, words: str) -> Excerpt:
        """Return the text around the first match as HTML, with every term marked."""
        folded, offsets = fold_with_offsets(words)
        spots = merge_spans(
            (offsets[start], _end_of_character(words, offsets[end - 1]))
            for term in self.terms
            for start, end in _places_of(term, folded)
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
    terms = [fold_text(term) for term in found[:MAX_TERMS]]
    return SearchTerms(line, tuple(filter(None, terms)))


def plain_line(typed: str) -> str:
    """Return what was typed on one line, typographic double quotes made plain."""
    line = typed.replace("\0", "")
    return " ".join(line.replace("“", '"').replace("”", '"').split())


def _places_of(term: str, folded: str) -> Iterator[tuple[int, int]]:
    start = folded.find(term)
    while start >= 0:
        yield start, start + len(term)
        start = folded.find(term, start + len(term))


def _end_of_character(words: str, index: int) -> int:
    """Return the end of a character, with the accents typed after it."""
    end = index + 1
    while end < len(words) and not fold_text(words[end]) and not words[end].isspace():
        end += 1
    return end


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
