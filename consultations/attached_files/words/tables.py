"""Words of tables read down their columns: a name may have one word in each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from consultations.attached_files.words.collecting import SEPARATOR

LONGEST_CELL = 60
"""Letters of a cell that may hold a part of a name; longer cells are sentences."""


class Columns:
    """The cells of a table by their column, as they are met."""

    def __init__(self) -> None:
        self._cells: dict[str, list[str]] = {}

    def add(self, column: str, text: str) -> None:
        """Add the next cell of a column; empty cells are left out."""
        words = " ".join(text.split())
        if words:
            short = words if len(words) <= LONGEST_CELL else SEPARATOR
            self._cells.setdefault(column, []).append(short)

    def texts(self) -> Iterator[str]:
        """Yield each column of several cells that has letters, on one line."""
        for cells in self._cells.values():
            text = " ".join(cells)
            if len(cells) > 1 and any(map(str.isalpha, text)):
                yield text


def column_texts(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the columns of rows of cells."""
    columns = Columns()
    for row in rows:
        for number, cell in enumerate(row):
            columns.add(str(number), cell)
    yield from columns.texts()


@dataclass
class MarkedTables:
    """Collects the columns of tables in XML or HTML, from where their cells begin.

    `texts` are those of the tables that have ended.
    """

    texts: list[str] = field(default_factory=list)
    _tables: list[Columns] = field(default_factory=list)
    _places: list[int] = field(default_factory=list)
    _marks: list[int] = field(default_factory=list)

    def begin_table(self) -> None:
        """Begin a table, which may be in a cell of another."""
        self._tables.append(Columns())
        self._places.append(0)

    def begin_row(self) -> None:
        """Begin a row; rows outside a table are of one that has not been begun."""
        if not self._tables:
            self.begin_table()
        self._places[-1] = 0

    def begin_cell(self, mark: int) -> None:
        """Begin a cell; the mark is where its text begins."""
        self._marks.append(mark)

    def end_cell(self) -> int | None:
        """End a cell; return its mark, None where no cell has begun."""
        return self._marks.pop() if self._marks else None

    def add_cell(self, text: str, column: str = "") -> None:
        """Add the text of a cell; `column` is its column, where the cell states it."""
        if not self._tables:
            self.begin_table()
        self._tables[-1].add(column or str(self._places[-1]), text)
        self._places[-1] += 1

    def end_table(self) -> None:
        """End a table."""
        if self._tables:
            self._places.pop()
            self.texts += self._tables.pop().texts()

    def end_all(self) -> None:
        """End the tables that are open."""
        while self._tables:
            self.end_table()
