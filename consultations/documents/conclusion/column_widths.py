"""Widths of the columns of tables, weighed by their words.

Done once, before numbering and before any format. Tables with the same headings get
the same widths, so that the tables of a conclusion's comments stand below each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt

from consultations.documents.tree import (
    Block,
    Cell,
    ListBlock,
    Row,
    Section,
    Table,
    every_block,
    plain_text,
)

FULL_WIDTH = 240
"""The sum of the widths of a table."""

GRID_UNIT = FULL_WIDTH // 24
CHARACTER_WIDTH = 2.5
PADDING = 7.5
BOLD = 1.1
LONGEST_UNBROKEN = 24
"""Longer words may be broken: they are addresses of web pages and the like."""

LABEL_LENGTH = 20
"""Columns whose lines are all so short are given room for whole lines."""

_WORDS = re.compile(r"[^\s/-]+[/-]?")


@dataclass
class _Weight:
    """The texts of one column: the longest word, the longest line, and all characters.

    Lengths are in characters of text that is not bold.
    """

    word: float = 1
    line: float = 1
    total: float = 1

    def add(self, text: str, factor: float = 1) -> None:
        words = [factor * len(word) for word in _WORDS.findall(text)]
        lines = [factor * len(line) for line in text.split("\n")]
        self.word = max(self.word, min(max(words, default=0), LONGEST_UNBROKEN))
        self.line = max(self.line, *lines)
        self.total += sum(lines)

    def least(self, label_length: int) -> float:
        """The width in which no word is broken, and no line that is a label."""
        return _width_of(self.line if self.line <= label_length else self.word)

    @property
    def most(self) -> float:
        """The width in which every paragraph is one line."""
        return max(_width_of(self.line), self.least(0))


def _width_of(characters: float) -> float:
    """Return the width for so many characters on a line, in whole 24ths."""
    return GRID_UNIT * ceil((PADDING + CHARACTER_WIDTH * characters) / GRID_UNIT)


def weigh_columns(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Return the sections with the widths of all columns set."""
    composed = tuple(sections)
    weights: dict[tuple[str, ...], list[_Weight]] = {}
    for section in _every_section(composed):
        for block in every_block(section.blocks):
            if isinstance(block, Table):
                _add_words(block, weights.setdefault(_group(block), []))
    widths = {group: balance(found) for group, found in weights.items()}
    return tuple(_set_in_section(section, widths) for section in composed)


def _every_section(sections: tuple[Section, ...]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _every_section(section.sections)


def _group(table: Table) -> tuple[str, ...]:
    """Return what tables of the same widths share; without headings, nothing."""
    if not table.has_headings:
        return ("", str(id(table)))
    return tuple(column.heading for column in table.columns)


def _add_words(table: Table, weights: list[_Weight]) -> None:
    weights += [_Weight() for _ in table.columns[len(weights) :]]
    for weight, column in zip(weights, table.columns, strict=False):
        weight.add(column.heading, BOLD)
    for row in table.rows:
        for weight, cell in zip(weights, row.cells, strict=False):
            weight.add(plain_text(cell.blocks), BOLD if cell.header else 1)


def balance(weights: Sequence[_Weight]) -> tuple[int, ...]:
    """Return widths that add up to about FULL_WIDTH.

    No column is narrower than its longest word, where there is room for that, and none
    wider than its longest line, as long as another can use the room. Between these the
    room is divided by the square roots of the texts: a text twice as long should be
    longer in both directions.
    """
    least = [weight.least(LABEL_LENGTH) for weight in weights]
    if sum(least) > FULL_WIDTH:
        least = [weight.least(0) for weight in weights]
    most = [weight.most for weight in weights]
    if sum(least) >= FULL_WIDTH or sum(most) <= FULL_WIDTH:
        basis = least if sum(least) >= FULL_WIDTH else most
        return tuple(round(FULL_WIDTH * each / sum(basis)) for each in basis)
    desired = [sqrt(weight.total) for weight in weights]
    fixed: dict[int, float] = {}
    for limits, exceeds in ((least, _is_below), (most, _is_above)):
        while True:
            shares = _shares(desired, fixed)
            wrong = {i: limits[i] for i in shares if exceeds(shares[i], limits[i])}
            if not wrong or len(wrong) == len(shares):
                break
            fixed |= wrong
    return tuple(ceil(each) for _, each in sorted((fixed | shares).items()))


def _is_below(share: float, limit: float) -> bool:
    return share < limit


def _is_above(share: float, limit: float) -> bool:
    return share > limit


def _shares(desired: list[float], fixed: dict[int, float]) -> dict[int, float]:
    """Return what each column without a fixed width gets of the room that is left."""
    room = FULL_WIDTH - sum(fixed.values())
    free = {i: each for i, each in enumerate(desired) if i not in fixed}
    return {i: room * each / sum(free.values()) for i, each in free.items()}


_Widths = dict[tuple[str, ...], tuple[int, ...]]


def _set_in_section(section: Section, widths: _Widths) -> Section:
    return replace(
        section,
        blocks=_set_in_blocks(section.blocks, widths),
        sections=tuple(_set_in_section(each, widths) for each in section.sections),
    )


def _set_in_blocks(blocks: tuple[Block, ...], widths: _Widths) -> tuple[Block, ...]:
    return tuple(_set_in_block(block, widths) for block in blocks)


def _set_in_block(block: Block, widths: _Widths) -> Block:
    if isinstance(block, ListBlock):
        items = tuple(_set_in_blocks(item, widths) for item in block.items)
        return replace(block, items=items)
    if isinstance(block, Table):
        columns = tuple(
            replace(column, width=width)
            for column, width in zip(block.columns, widths[_group(block)], strict=True)
        )
        return replace(
            block,
            columns=columns,
            rows=tuple(_set_in_row(row, widths) for row in block.rows),
        )
    return block


def _set_in_row(row: Row, widths: _Widths) -> Row:
    return replace(row, cells=tuple(_set_in_cell(cell, widths) for cell in row.cells))


def _set_in_cell(cell: Cell, widths: _Widths) -> Cell:
    return replace(cell, blocks=_set_in_blocks(cell.blocks, widths))
