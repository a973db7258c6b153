"""Words of tables read down their columns: a name may have one word in each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

LONGEST_CELL = 60
"""Letters of a cell that may hold a part of a name; longer cells are sentences."""


class Columns:
    """The cells of a table by their column, as they are met.

    A longer cell divides its column: what is above it is no neighbour of what is below.
    """

    def __init__(self) -> None:
        self._runs: dict[str, list[list[str]]] = {}

    def add(self, column: str, text: str) -> None:
        """Add the next cell of a column; empty cells are left out."""
        words = " ".join(text.split())
        runs = self._runs.setdefault(column, [[]])
        if len(words) > LONGEST_CELL:
            runs.append([])
        elif words:
            runs[-1].append(words)

    def texts(self) -> Iterator[str]:
        """Yield the cells of each column, on one line, where they have letters."""
        for cells in (run for runs in self._runs.values() for run in runs):
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
