"""Two texts, lines or documents compared: what is kept, inserted and deleted.

What is deleted stands before what is inserted in its place. Without the insertions
the words of a comparison are those of `before`, without the deletions of `after`.
"""

from __future__ import annotations

from consultations.documents.diff.blocks import (
    LEAST_LIKENESS,
    ComparedBlock,
    ComparedCell,
    compared_leaves,
)
from consultations.documents.diff.html import blocks_html, runs_html
from consultations.documents.diff.runs import Run, compared_lines
from consultations.documents.diff.sections import (
    ComparedSection,
    Renumbering,
    compared_documents,
)
from consultations.documents.diff.units import read_leaves
from consultations.documents.diff.words import Style
from consultations.documents.rich_text.markup import MarkupError, parse
from consultations.documents.rich_text.plain_text import typed_blocks
from consultations.documents.tree import Block

__all__ = [
    "LEAST_LIKENESS",
    "ComparedBlock",
    "ComparedCell",
    "ComparedSection",
    "Renumbering",
    "Run",
    "Style",
    "compared_documents",
    "compared_texts",
    "comparison_html",
    "lines_html",
]


def compared_texts(before: str, after: str) -> tuple[ComparedBlock, ...]:
    """Return the blocks of two texts, aligned; each a plain text or restricted HTML.

    A text that may not be stored is compared as it was typed, tags and all.
    """
    return compared_leaves(read_leaves(_read(before)), read_leaves(_read(after)))


def comparison_html(before: str, after: str) -> str:
    """Return two texts as one, in HTML, with every difference marked."""
    return blocks_html(compared_texts(before, after))


def lines_html(before: str, after: str) -> str:
    """Return two plain strings as one, in HTML that can stand inside a paragraph."""
    return runs_html(compared_lines(before, after))


def _read(source: str) -> tuple[Block, ...]:
    try:
        return parse(source)
    except MarkupError:
        return typed_blocks(source)
