"""Tables in XML and HTML: the words of their columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from consultations.documents.column_words import Columns


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
