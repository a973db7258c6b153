"""Leaves of blocks: paragraphs and table rows in reading order, with their place."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from consultations.documents.diff.words import ParagraphWords, read_words
from consultations.documents.html import printed_size
from consultations.documents.tree import (
    Attachment,
    Block,
    Inline,
    Link,
    ListBlock,
    Paragraph,
    Reference,
    Row,
    Table,
    Text,
)

PlaceKind = Literal[
    "paragraph", "heading row", "row", "empty table", "attachment", "nothing"
]


@dataclass(frozen=True, slots=True)
class ListLevel:
    """A list around a block, and whether the block begins it or an item of it."""

    ordered: bool
    number: int
    begins_list: bool = False
    begins_item: bool = False


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """The place of a block: its lists, outermost first, and its kind.

    `caption` is the table's. `begins_table` is true for the first row of a table.
    """

    kind: PlaceKind = "paragraph"
    levels: tuple[ListLevel, ...] = ()
    caption: str = ""
    begins_table: bool = False

    @property
    def form(self) -> Hashable:
        """What is equal for two places that look the same, whatever is around them."""
        ordered = tuple(level.ordered for level in self.levels)
        return self.kind, ordered, bool(self.caption)

    @property
    def beginnings(self) -> Hashable:
        """What begins here: a table, lists with their first number, items."""
        return self.begins_table, tuple(
            (level.begins_item, level.begins_list and level.number)
            for level in self.levels
        )

    @property
    def is_row(self) -> bool:
        return self.kind in ("row", "heading row")

    @property
    def printed_text(self) -> str:
        """`a paragraph`, `a numbered item, level 2`, `a table row in a list`."""
        if self.kind == "paragraph" and self.levels:
            item = "numbered" if self.levels[-1].ordered else "bulleted"
            level = f", level {len(self.levels)}" if len(self.levels) > 1 else ""
            return f"a {item} item{level}"
        names = {"row": "a table row", "heading row": "a heading row"}
        name = names.get(self.kind, f"a{'n' * (self.kind[0] in 'ae')} {self.kind}")
        name += " of a numbered table" if self.caption else ""
        return name + (" in a list" if self.levels else "")


@dataclass(frozen=True)
class CellLeaves:
    """A table cell as it is compared."""

    leaves: tuple[Leaf, ...]
    header: bool = False

    @cached_property
    def identity(self) -> Hashable:
        return self.header, tuple(leaf.identity for leaf in self.leaves)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for leaf in self.leaves for key in leaf.keys)


@dataclass(frozen=True)
class Leaf:
    """A paragraph, a table row or an attachment: the unit of alignment.

    Rows of one `name` belong together whatever their words are.
    """

    place: BlockPlace
    inlines: tuple[Inline, ...] = ()
    cells: tuple[CellLeaves, ...] = ()
    name: str = ""

    @cached_property
    def words(self) -> ParagraphWords:
        return read_words(self.inlines)

    @cached_property
    def identity(self) -> Hashable:
        """What is equal for two leaves without a difference; numbers are left out."""
        inlines = tuple(
            inline.target if isinstance(inline, Reference) else inline
            for inline in self.inlines
        )
        return self.place.form, inlines, tuple(cell.identity for cell in self.cells)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of its words, for measuring similarity."""
        return self.words.keys + tuple(key for cell in self.cells for key in cell.keys)


def read_leaves(blocks: Iterable[Block]) -> tuple[Leaf, ...]:
    """Return the leaves of blocks at any depth; an item or cell has at least one."""
    return tuple(leaf for block in blocks for leaf in _block(block))


def _block(block: Block) -> list[Leaf]:
    if isinstance(block, Paragraph):
        return [Leaf(BlockPlace(), block.inlines)]
    if isinstance(block, ListBlock):
        return _list(block)
    if isinstance(block, Table):
        return _table(block)
    return [_attachment(item, first=not n) for n, item in enumerate(block.items)]


def _leaves_inside(blocks: tuple[Block, ...]) -> tuple[Leaf, ...]:
    return read_leaves(blocks) or (Leaf(BlockPlace("nothing")),)


def _list(block: ListBlock) -> list[Leaf]:
    leaves = []
    for position, item in enumerate(block.items or ((),)):
        for order, leaf in enumerate(_leaves_inside(item)):
            level = ListLevel(
                ordered=block.ordered,
                number=block.start + position,
                begins_list=not position and not order,
                begins_item=bool(block.items) and not order,
            )
            place = replace(leaf.place, levels=(level, *leaf.place.levels))
            leaves.append(replace(leaf, place=place))
    return leaves


def _table(table: Table) -> list[Leaf]:
    rows = []
    if table.has_headings:
        cells = tuple(
            CellLeaves((Leaf(BlockPlace(), (Text(column.heading),)),), True)
            for column in table.columns
        )
        rows.append(Leaf(BlockPlace("heading row", (), table.caption), cells=cells))
    rows += [_row(row, table.caption) for row in table.rows]
    rows = rows or [Leaf(BlockPlace("empty table", (), table.caption))]
    rows[0] = replace(rows[0], place=replace(rows[0].place, begins_table=True))
    return rows


def _row(row: Row, caption: str) -> Leaf:
    cells = tuple(
        CellLeaves(_leaves_inside(cell.blocks), cell.header) for cell in row.cells
    )
    return Leaf(BlockPlace("row", (), caption), cells=cells, name=row.anchor)


def _attachment(item: Attachment, *, first: bool) -> Leaf:
    """Return an attachment without its number, with what is known of its file."""
    title = Text(item.title)
    size = printed_size(item.size) if item.size else ""
    file = ", ".join(part for part in (item.filename, size) if part)
    inlines: list[Inline] = [title]
    if item.href and not item.filename:
        inlines = [Link(item.href, (title,))]
    if file:
        inlines.append(Text(f" [{file}]"))
    level = ListLevel(True, item.number, begins_list=first, begins_item=True)
    return Leaf(BlockPlace("attachment", (level,)), tuple(inlines))
