"""Layout of tables and lists, decided once for every format.

Widths are 24ths of the table. Lengths are estimated from the number of characters: a
whole line of a table holds about a hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from consultations.documents import wording
from consultations.documents.conclusion.columns import (
    FACT_HEADINGS,
    is_comment_table,
)
from consultations.documents.tree import (
    AttachmentList,
    Block,
    Cell,
    Column,
    ListBlock,
    Row,
    Table,
    plain_text,
)

GRID_COLUMNS = 24
MIN_GRID_WIDTH = 2
MANY_COLUMNS = 6
LINE_CHARACTERS = 100
LONG_ROW_LINES = 12
SHORT_ROWS = 6
"""Tables and lists of at most so many rows or items are not split across pages."""

SHORT_TABLE_LINES = 24
SHORT_LIST_LINES = 15
FACT_DIVIDER = " · "


@dataclass(frozen=True)
class FactRow:
    """A row of a table with many columns: a line of facts, and the cells below it."""

    facts: str
    row: Row


def divide(total: int, weights: Sequence[int], least: int) -> tuple[int, ...]:
    """Return whole shares of a total by weight, each at least `least`.

    Raise ValueError if the total is too small for that.
    """
    if total < least * len(weights):
        raise ValueError(f"{total} cannot be divided into {len(weights)} of {least}.")
    weights = [max(weight, 1) for weight in weights]
    free = set(range(len(weights)))
    while True:
        room = total - least * (len(weights) - len(free))
        whole = sum(weights[index] for index in free)
        narrow = {index for index in free if room * weights[index] < least * whole}
        if not narrow:
            break
        free -= narrow
    exact = {index: room * weights[index] / whole for index in free}
    shares = [int(exact.get(index, least)) for index in range(len(weights))]
    by_rest = sorted(free, key=lambda index: (shares[index] - exact[index], index))
    for index in by_rest[: total - sum(shares)]:
        shares[index] += 1
    return tuple(shares)


def grid_widths(widths: tuple[int, ...]) -> tuple[int, ...]:
    """Return the widths in 24ths of the table, which they fill; none if equal.

    No column gets less than two, so more than twelve columns stay equal.
    """
    if len(set(widths)) < 2 or len(widths) > GRID_COLUMNS // MIN_GRID_WIDTH:
        return ()
    shares = divide(GRID_COLUMNS, widths, MIN_GRID_WIDTH)
    return shares if len(set(shares)) > 1 else ()


def fact_rows(table: Table) -> tuple[tuple[Column, ...], tuple[FactRow, ...]] | None:
    """Return the wide columns of a table with many, and its rows; None for others.

    Only tables of comments have facts: respondent, category and the like.
    """
    if len(table.columns) < MANY_COLUMNS or not is_comment_table(table):
        return None
    wide = [
        index
        for index, column in enumerate(table.columns)
        if column.heading not in FACT_HEADINGS
    ]
    if not wide:
        return None
    columns = tuple(table.columns[index] for index in wide)
    return columns, tuple(_fact_row(table, row, wide) for row in table.rows)


def _fact_row(table: Table, row: Row, wide: list[int]) -> FactRow:
    facts = [
        _fact(column, cell)
        for index, (column, cell) in enumerate(
            zip(table.columns, row.cells, strict=False)
        )
        if index not in wide
    ]
    cells = tuple(row.cells[index] for index in wide if index < len(row.cells))
    return FactRow(FACT_DIVIDER.join(filter(None, facts)), replace(row, cells=cells))


def _fact(column: Column, cell: Cell) -> str:
    """Return `Category: Small Supplier`; empty if there is no value."""
    value = plain_text(cell.blocks)
    colon = "" if column.heading.endswith(".") else ":"
    return f"{column.heading}{colon} {value}" if value != wording.NO_VALUE else ""


def is_long_row(row: Row, columns: tuple[Column, ...]) -> bool:
    """Return whether a row is so long that it may be split across pages."""
    return _row_lines(row, columns) > LONG_ROW_LINES


def is_short_table(table: Table) -> bool:
    """Return whether a table has few rows, which fill less than half a page."""
    if len(table.rows) > SHORT_ROWS:
        return False
    arranged = fact_rows(table)
    columns = arranged[0] if arranged else table.columns
    rows = [each.row for each in arranged[1]] if arranged else table.rows
    extra = len(table.rows) if arranged else 0
    lines = sum(_row_lines(row, columns) for row in rows)
    return lines + extra <= SHORT_TABLE_LINES


def is_short_list(block: ListBlock | AttachmentList) -> bool:
    """Return whether a list has few items, which fill a part of a page."""
    if len(block.items) > SHORT_ROWS:
        return False
    if isinstance(block, AttachmentList):
        return True
    lines = sum(
        _text_lines(plain_text(item), LINE_CHARACTERS) + _tables_within(item)
        for item in block.items
    )
    return lines <= SHORT_LIST_LINES


def _tables_within(blocks: Iterable[Block]) -> int:
    return sum(SHORT_LIST_LINES for block in blocks if isinstance(block, Table))


def _row_lines(
    row: Row, columns: tuple[Column, ...], across: int = LINE_CHARACTERS
) -> int:
    """Return the lines of a row's longest cell, in a table of so many characters."""
    shares = grid_widths(tuple(column.width for column in columns))
    equal = (GRID_COLUMNS // max(len(columns), 1),) * len(columns)
    return max(
        (
            _cell_lines(cell, max(across * share // GRID_COLUMNS, 1))
            for cell, share in zip(row.cells, shares or equal, strict=False)
        ),
        default=0,
    )


def _cell_lines(cell: Cell, across: int) -> int:
    return sum(
        sum(_row_lines(row, block.columns, across) for row in block.rows) + 1
        if isinstance(block, Table)
        else _text_lines(plain_text((block,)), across)
        for block in cell.blocks
    )


def _text_lines(text: str, across: int) -> int:
    return sum(1 + len(line) // across for line in text.split("\n"))
