"""Tables of a document as HTML.

On screen the last cell of a row has links: to what the row is related to, and to the
row itself. The page that the PDF is made from has neither, and names the table for the
head of a page that begins inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from consultations.documents.html_elements import attributes, escaped, join_lines
from consultations.documents.row_names import row_names
from consultations.documents.table_layout import (
    MANY_COLUMNS,
    FactRow,
    fact_rows,
    grid_widths,
    is_long_row,
    is_short_table,
)
from consultations.documents.tree import Block, Cell, Column, Reference, Row, Table

MAX_NARROW_COLUMNS = 3


@dataclass(frozen=True)
class TableWriter:
    """Writes tables; `blocks` writes what is in a cell."""

    blocks: Callable[[Iterable[Block]], str]
    for_print: bool

    def table(self, table: Table) -> str:
        """Return the table; on a phone one that nothing names the cells of scrolls."""
        arranged = fact_rows(table)
        columns = arranged[0] if arranged else table.columns
        kinds = {
            "plain": not table.has_headings,
            "many-columns": len(columns) >= MANY_COLUMNS,
            "short": is_short_table(table),
        }
        classes = " ".join(kind for kind, applies in kinds.items() if applies)
        html = join_lines(
            f"<table{attributes({'id': table.anchor, 'class': classes})}>",
            f"<caption>{escaped(table.caption)}</caption>" if table.caption else "",
            _column_widths(columns),
            _headings(columns) if table.has_headings else "",
            f"<tbody{attributes(self._continued(table))}>",
            *(self._fact_rows(table, *arranged) if arranged else self._rows(table)),
            "</tbody>",
            "</table>",
        )
        if table.has_headings or len(columns) <= MAX_NARROW_COLUMNS:
            return html
        group = '<div class="scroll" role="group" aria-label="Table" tabindex="0">'
        return join_lines(group, html, "</div>")

    def _continued(self, table: Table) -> dict[str, str]:
        if not self.for_print or not table.caption:
            return {}
        return {"data-continued": f"{table.caption} (continued)"}

    def _rows(self, table: Table) -> Iterator[str]:
        for row, name in zip(table.rows, row_names(table), strict=True):
            row_attributes = self._row_attributes(row, table.columns, row.anchor)
            yield self._row(row, table.columns, row_attributes, name)

    def _fact_rows(
        self, table: Table, columns: tuple[Column, ...], rows: tuple[FactRow, ...]
    ) -> Iterator[str]:
        for each, name in zip(rows, row_names(table), strict=True):
            anchor = each.row.anchor
            if each.facts:
                span = str(len(columns)) if len(columns) > 1 else ""
                yield (
                    f"<tr{attributes({'id': anchor, 'class': 'facts'})}>"
                    f"<td{attributes({'colspan': span})}>"
                    f"<p>{escaped(each.facts)}</p></td></tr>"
                )
                anchor = ""
            row_attributes = self._row_attributes(each.row, columns, anchor)
            yield self._row(each.row, columns, row_attributes, name)

    def _row_attributes(
        self, row: Row, columns: tuple[Column, ...], anchor: str
    ) -> dict[str, str]:
        return {"id": anchor, "class": "long" if is_long_row(row, columns) else ""}

    def _row(
        self,
        row: Row,
        columns: tuple[Column, ...],
        row_attributes: dict[str, str],
        name: str,
    ) -> str:
        cells = [self.blocks(cell.blocks) for cell in row.cells]
        if cells and not self.for_print:
            cells[-1] += _related_links(row.related) + _permalink(row.anchor, name)
        headings = [column.heading for column in columns] + [""] * len(cells)
        rendered = map(_cell, row.cells, cells, headings)
        return join_lines(f"<tr{attributes(row_attributes)}>", *rendered, "</tr>")


def _column_widths(columns: tuple[Column, ...]) -> str:
    """Return the widths as classes: a strict policy forbids style attributes."""
    widths = grid_widths(tuple(column.width for column in columns))
    if not widths:
        return ""
    return "<colgroup>{}</colgroup>".format(
        "".join(f'<col class="w-{width}">' for width in widths)
    )


def _headings(columns: tuple[Column, ...]) -> str:
    cells = (
        f'<th scope="col">{escaped(column.heading)}</th>'
        if column.heading
        else "<td></td>"
        for column in columns
    )
    return join_lines("<thead>", f"<tr>{''.join(cells)}</tr>", "</thead>")


def _cell(cell: Cell, content: str, heading: str) -> str:
    named = attributes({"data-heading": heading})
    if cell.header:
        return f'<th scope="row"{named}>{content}</th>'
    return f"<td{named}>{content}</td>"


def _permalink(anchor: str, name: str) -> str:
    if not anchor:
        return ""
    words = escaped(f"Link to {name}")
    return f'<a class="anchor" href="#{escaped(anchor)}">{words}</a>'


def _related_links(references: tuple[Reference, ...]) -> str:
    links = [
        f'<a href="#{escaped(item.anchor)}">{escaped(item.label)}</a>'
        for item in references
        if item.anchor
    ]
    return f'<p class="related">{" ".join(links)}</p>' if links else ""
