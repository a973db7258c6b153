"""Comparison of texts, lines or documents: kept, inserted and deleted parts.

A deletion comes before the insertion that replaces it. Without the insertions the words
of a comparison are those of `before`, without the deletions those of `after`.
"""

from __future__ import annotations

from consultations.documents.diff.blocks import (
    MIN_SIMILARITY,
    ComparedBlock,
    ComparedCell,
    compare_leaves,
)
from consultations.documents.diff.html import blocks_html, runs_html
from consultations.documents.diff.runs import Run, compare_lines
from consultations.documents.diff.sections import (
    ComparedSection,
    Renumbering,
    compare_documents,
)
from consultations.documents.diff.units import read_leaves
from consultations.documents.diff.words import TextStyle
from consultations.documents.rich_text.markup import MarkupError, parse
from consultations.documents.rich_text.plain_text import parse_paragraphs
from consultations.documents.tree import Block

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


def compare_texts(before: str, after: str) -> tuple[ComparedBlock, ...]:
    """Return the blocks of two texts, aligned; each a plain text or restricted HTML.

    A text that may not be stored is compared as it was typed, tags and all.
    """
    return compare_leaves(
        read_leaves(_parse_or_plain(before)), read_leaves(_parse_or_plain(after))
    )


def comparison_html(before: str, after: str) -> str:
    """Return two texts as one, in HTML, with every difference marked."""
    return blocks_html(compare_texts(before, after))


def lines_html(before: str, after: str) -> str:
    """Return two plain strings as one, in HTML that can stand inside a paragraph."""
    return runs_html(compare_lines(before, after))


def _parse_or_plain(source: str) -> tuple[Block, ...]:
    try:
        return parse(source)
    except MarkupError:
        return parse_paragraphs(source)
