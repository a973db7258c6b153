"""Comparison of texts, lines or documents: kept, inserted and deleted parts.

A deletion comes before the insertion that replaces it. Without the insertions the words
of a comparison are those of `before`, without the deletions those of `after`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import takewhile

from consultations.documents.diff.blocks import (
    MIN_SIMILARITY,
    ComparedBlock,
    ComparedCell,
    compare_leaves,
    one_sided_block,
)
from consultations.documents.diff.html import blocks_html, runs_html
from consultations.documents.diff.runs import (
    Run,
    RunKind,
    compare_lines,
    uniform_runs,
)
from consultations.documents.diff.sections import (
    ComparedSection,
    Renumbering,
    compare_documents,
)
from consultations.documents.diff.units import Leaf, read_leaves
from consultations.documents.diff.words import TextStyle, line_inlines
from consultations.documents.rich_text.markup import MarkupError, parse_once
from consultations.documents.rich_text.plain_text import parse_paragraphs

__all__ = [
    "MIN_SIMILARITY",
    "ComparedBlock",
    "ComparedCell",
    "ComparedSection",
    "Renumbering",
    "Run",
    "TextStyle",
    "compare_documents",
    "compare_texts",
    "comparison_html",
    "lines_html",
]

MAX_LENGTH_BY_WORDS = 450_000
"""Most characters of two texts together that are compared word by word."""

MAX_TAGS_BY_WORDS = 25_000
"""Most tags of two texts together that are compared word by word."""


def compare_texts(before: str, after: str) -> tuple[ComparedBlock, ...]:
    """Return the blocks of two texts, aligned; each a plain text or restricted HTML.

    A text that may not be stored is compared as it was typed, tags and all. Texts that
    are very long are compared by whole paragraphs.
    """
    old = _read_text(before)
    if before == after:
        return tuple(one_sided_block(leaf, "kept") for leaf in old)
    new = _read_text(after)
    tags = before.count("<") + after.count("<")
    if len(before) + len(after) > MAX_LENGTH_BY_WORDS or tags > MAX_TAGS_BY_WORDS:
        return _compare_whole_leaves(old, new)
    return compare_leaves(old, new)


def _compare_whole_leaves(
    before: Sequence[Leaf], after: Sequence[Leaf]
) -> tuple[ComparedBlock, ...]:
    """Return what is equal at both ends as kept; between, all deleted and inserted."""
    start = _count_equal(zip(before, after, strict=False))
    rest = zip(reversed(before[start:]), reversed(after[start:]), strict=False)
    end = _count_equal(rest)
    parts: list[tuple[RunKind, Sequence[Leaf]]] = [
        ("kept", before[:start]),
        ("deleted", before[start : len(before) - end]),
        ("inserted", after[start : len(after) - end]),
        ("kept", before[len(before) - end :]),
    ]
    return tuple(one_sided_block(leaf, kind) for kind, part in parts for leaf in part)


def _count_equal(pairs: Iterable[tuple[Leaf, Leaf]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def comparison_html(before: str, after: str) -> str:
    """Return two texts as one, in HTML, with every difference marked."""
    return blocks_html(compare_texts(before, after))


def lines_html(before: str, after: str) -> str:
    """Return two plain strings as one, in HTML that can stand inside a paragraph."""
    if len(before) + len(after) > MAX_LENGTH_BY_WORDS and before != after:
        old = uniform_runs(line_inlines(before), "deleted")
        return runs_html((*old, *uniform_runs(line_inlines(after), "inserted")))
    return runs_html(compare_lines(before, after))


@lru_cache(2)
def _read_text(source: str) -> tuple[Leaf, ...]:
    """Return the leaves of a text; a page shows both texts and their comparison."""
    try:
        return read_leaves(parse_once(source))
    except MarkupError:
        return read_leaves(parse_paragraphs(source))
