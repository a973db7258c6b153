"""Blocks of a document as WordprocessingML: paragraphs, lists, tables, attachments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count, zip_longest

from consultations.documents.table_layout import (
    FactRow,
    divide,
    fact_rows,
    grid_widths,
    is_short_list,
    is_short_table,
)
from consultations.documents.tree import (
    Attachment,
    AttachmentList,
    Block,
    Cell,
    Column,
    Document,
    Inline,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Reference,
    Row,
    Table,
    Text,
    every_block,
)
from consultations.documents.word.elements import (
    Element,
    bookmark,
    element,
    field,
    internal_link,
    paragraph,
    qualified_name,
    run,
)
from consultations.documents.word.package import LinkRelationships, is_absolute

TEXT_WIDTH = 9184
"""The page less its margins, in twentieths of a point, as all widths here."""

INDENT = 397
DEEPEST_LIST = 8
BULLET_LIST_ID = 1
NUMBERED_LIST_ID = 2
CELL_PADDING = 130
NARROWEST_COLUMN = 2 * CELL_PADDING + 200
"""The minimum width of a column: its padding and a letter or two."""

SHORT_ROW = 700
"""A row of at most this many characters is not split across pages."""


@dataclass(frozen=True)
class Flow:
    """The context of blocks: their styles, width and nesting depth."""

    text: str
    bullet: str
    number: str
    continuation: str
    width: int
    depth: int = 0

    @property
    def indent(self) -> int:
        """The indent from the lists around the blocks."""
        return INDENT * min(self.depth, DEEPEST_LIST + 1)


BODY_FLOW = Flow("Normal", "ListBullet", "ListNumber", "ListContinue", TEXT_WIDTH)
CELL_FLOW = Flow(
    "TableText", "TableListBullet", "TableListNumber", "TableListContinue", 0
)
ROW_HEADING_FLOW = replace(CELL_FLOW, text="TableRowHeading")


class Bookmarks:
    """A Word name for every anchor: letters, digits and fewer than 40 of them."""

    def __init__(self, document: Document) -> None:
        anchors = dict.fromkeys(filter(None, _anchors(document)))
        self.names = {a: f"_Ref{n:09}" for n, a in enumerate(anchors, start=1)}
        self.ids = count(1)

    def wrap(self, anchor: str, *content: Element) -> list[Element]:
        """Return the content, bookmarked if it has an anchor."""
        if anchor not in self.names:
            return list(content)
        return bookmark(next(self.ids), self.names[anchor], *content)


def _anchors(document: Document) -> Iterator[str]:
    for section in document.every_section():
        yield section.anchor
        for block in every_block(section.blocks):
            if isinstance(block, Table):
                yield block.anchor
                yield from (row.anchor for row in block.rows)
            elif isinstance(block, AttachmentList):
                yield from (item.anchor for item in block.items)


class BlockWriter:
    """Writes blocks in order; collects the numberings that they need."""

    def __init__(self, bookmarks: Bookmarks, links: LinkRelationships) -> None:
        self.bookmarks = bookmarks
        self.links = links
        self.numberings: list[Element] = []
        self._pending_bookmarks: list[str] = []

    def blocks(
        self, blocks: Iterable[Block], flow: Flow = BODY_FLOW
    ) -> Iterator[Element]:
        """Yield the paragraphs and tables of the blocks."""
        blocks = tuple(blocks)
        for block, following in zip_longest(blocks, blocks[1:]):
            elements = list(self._block(block, flow))
            if flow.text == BODY_FLOW.text:
                if isinstance(following, Table) and not isinstance(block, Table):
                    _keep_with_next(elements[-1:])
                if _is_short_list(block) and not flow.depth:
                    _keep_with_next(elements[:-1])
            yield from elements

    def _block(self, block: Block, flow: Flow) -> Iterator[Element]:
        if isinstance(block, Paragraph):
            yield self._running_text(block, flow)
        elif isinstance(block, ListBlock):
            yield from self._list(block, flow)
        elif isinstance(block, Table):
            yield from self._table(block, flow)
        else:
            yield from map(self._attachment, block.items)

    def _paragraph(
        self, style: str, content: Iterable[Element], *properties: Element
    ) -> Element:
        """Return a paragraph that starts with the pending bookmarks."""
        marks = [m for a in self._pending_bookmarks for m in self.bookmarks.wrap(a)]
        self._pending_bookmarks.clear()
        return paragraph(style, *marks, *content, properties=properties)

    def _running_text(self, block: Paragraph, flow: Flow) -> Element:
        words = self.inlines(block.inlines)
        if not flow.depth:
            return self._paragraph(flow.text, words)
        indent = element("ind", left=flow.indent)
        return self._paragraph(flow.continuation, words, indent)

    # --- words -------------------------------------------------------------------

    def inlines(self, inlines: Iterable[Inline]) -> Iterator[Element]:
        """Yield the runs and links of a paragraph."""
        for inline in inlines:
            if isinstance(inline, Text):
                yield from _runs((inline,))
            elif isinstance(inline, LineBreak):
                yield element("r", element("br"))
            elif isinstance(inline, Link):
                yield from self.link(inline.href, inline.text)
            else:
                yield self._reference(inline)

    def link(self, href: str, words: tuple[Text, ...]) -> Iterator[Element]:
        """Yield a link, or only its text where the address is relative."""
        if not is_absolute(href):
            yield from _runs(words)
            return
        runs = _runs(words, style="Hyperlink")
        yield element("hyperlink", *runs, r_id=self.links.id(href), history=1)

    def _reference(self, reference: Reference) -> Element:
        target = self.bookmarks.names.get(reference.anchor)
        if target:
            style = element("rStyle", val="CrossReference")
            return internal_link(target, run(reference.printed_text, style))
        if reference.label:
            return run(reference.printed_text)
        return run(reference.printed_text, element("rStyle", val="UnresolvedReference"))

    # --- lists -------------------------------------------------------------------

    def _list(self, block: ListBlock, flow: Flow) -> Iterator[Element]:
        inside = replace(flow, depth=flow.depth + 1)
        level = min(flow.depth, DEEPEST_LIST)
        style = flow.number if block.ordered else flow.bullet
        numbering = (
            self._new_numbering(level, block.start) if block.ordered else BULLET_LIST_ID
        )
        for item in block.items:
            marker = element(
                "numPr", element("ilvl", val=level), element("numId", val=numbering)
            )
            first, rest = _first_paragraph(item)
            yield self._paragraph(style, self.inlines(first.inlines), marker)
            yield from self.blocks(rest, inside)

    def _new_numbering(self, level: int, start: int) -> int:
        """Return the id of a new numbering, so that every list starts anew."""
        number_id = NUMBERED_LIST_ID + 1 + len(self.numberings)
        begins = element("startOverride", val=max(start, 0))
        override = element("lvlOverride", begins, ilvl=level)
        base = element("abstractNumId", val=NUMBERED_LIST_ID)
        self.numberings.append(element("num", base, override, numId=number_id))
        return number_id

    def _attachment(self, attachment: Attachment) -> Element:
        words = self.link(attachment.href, (Text(attachment.printed_text),))
        note = _runs((Text(attachment.printed_note),))
        marked = self.bookmarks.wrap(attachment.anchor, *words, *note)
        return self._paragraph("Attachment", marked)

    # --- tables ------------------------------------------------------------------

    def _table(self, table: Table, flow: Flow) -> Iterator[Element]:
        """Yield the table and the paragraph that ends it, or two tables would join."""
        arranged = fact_rows(table)
        rows = arranged[1] if arranged else tuple(FactRow("", r) for r in table.rows)
        columns = arranged[0] if arranged else table.columns
        longest = max((len(each.row.cells) for each in rows), default=0)
        columns += (Column(""),) * (longest - len(columns))
        self._pending_bookmarks += [table.anchor] if table.anchor else []
        if columns and (rows or table.has_headings):
            grid = column_widths(flow.width - flow.indent, [c.width for c in columns])
            heading = self._heading_row(columns, grid) if table.has_headings else None
            is_whole = flow.text == BODY_FLOW.text and is_short_table(table)
            made = self._rows(table, rows, grid, is_whole)
            yield _grid(table, grid, flow.indent, heading, made)
        yield self._caption(table) if table.caption else self._paragraph("TableEnd", ())

    def _heading_row(self, columns: tuple[Column, ...], grid: list[int]) -> Element:
        """Return the row that is repeated at the top of every page."""
        repeated = element("trPr", element("cantSplit"), element("tblHeader"))
        row = element("tr", repeated)
        for column, width in zip(columns, grid, strict=True):
            words = _runs((Text(column.heading),))
            heading = self._paragraph("TableHeading", words)
            row.append(element("tc", _cell_properties(width), heading))
        return row

    def _rows(
        self, table: Table, rows: tuple[FactRow, ...], grid: list[int], is_whole: bool
    ) -> list[Element]:
        """Return the rows; those of a table that stays whole are kept on one page."""
        made = []
        for each in rows:
            if each.row.anchor:
                self._pending_bookmarks.append(each.row.anchor)
            if each.facts:
                made.append(self._fact_row(each.facts, grid))
            made.append(self._row(each.row, grid, is_whole))
        kept = made if is_whole else made[-1:]
        for row in kept if table.caption else kept[:-1]:
            _keep_row_with_next(row)
        return made

    def _fact_row(self, facts: str, grid: list[int]) -> Element:
        """Return a line of facts across the table, kept with the row below it."""
        words = self._paragraph("TableFacts", (run(facts),), element("keepNext"))
        span = element("gridSpan", val=len(grid))
        no_rule = element("tcBorders", element("bottom", val="nil"))
        properties = element(
            "tcPr", element("tcW", w=sum(grid), type="dxa"), span, no_rule
        )
        return element(
            "tr",
            element("trPr", element("cantSplit")),
            element("tc", properties, words),
        )

    def _row(self, row: Row, grid: list[int], is_whole: bool) -> Element:
        missing = (Cell(()),) * (len(grid) - len(row.cells))
        cells = list(map(self._cell, row.cells + missing, grid))
        if _character_count(cells) > SHORT_ROW and not is_whole:
            return element("tr", *cells)
        return element("tr", element("trPr", element("cantSplit")), *cells)

    def _cell(self, cell: Cell, width: int) -> Element:
        room = max(width - 2 * CELL_PADDING, NARROWEST_COLUMN)
        flow = replace(ROW_HEADING_FLOW if cell.header else CELL_FLOW, width=room)
        content = list(self.blocks(cell.blocks, flow))
        content = content or [self._paragraph(flow.text, ())]
        return element("tc", _cell_properties(width), *content)

    def _caption(self, table: Table) -> Element:
        word, number = table.caption.split(" ")
        counted = field("SEQ Table \\* ARABIC", run(number))
        return self._paragraph("Caption", (run(f"{word} "), *counted))


def _runs(words: Iterable[Text], style: str = "") -> Iterator[Element]:
    for part in words:
        if part.text:
            marks = ["b", "bCs"] * part.bold + ["i", "iCs"] * part.italic
            styles = [element("rStyle", val=style)] if style else []
            yield run(part.text, *styles, *map(element, marks))


def _first_paragraph(item: tuple[Block, ...]) -> tuple[Paragraph, tuple[Block, ...]]:
    """Return the first paragraph of an item, and the rest of the item."""
    if item and isinstance(item[0], Paragraph):
        return item[0], item[1:]
    return Paragraph(()), item


def column_widths(width: int, weights: list[int]) -> list[int]:
    """Return the widths of columns, which fill `width`, none of them too narrow.

    They are in the proportions of the page, in 24ths where those differ.
    """
    width = max(width, NARROWEST_COLUMN * len(weights))
    shares = grid_widths(tuple(weights)) or (1,) * len(weights)
    return list(divide(width, shares, NARROWEST_COLUMN))


def _grid(
    table: Table,
    grid: list[int],
    indent: int,
    heading: Element | None,
    rows: list[Element],
) -> Element:
    columns = element("tblGrid", *(element("gridCol", w=width) for width in grid))
    properties = _table_properties(table, sum(grid), indent)
    headings = [heading] if heading is not None else []
    return element("tbl", properties, columns, *headings, *rows)


def _table_properties(table: Table, width: int, indent: int) -> Element:
    first = int(table.has_headings)
    look = element(
        "tblLook",
        val="0620" if first else "0600",
        firstRow=first,
        lastRow=0,
        firstColumn=0,
        lastColumn=0,
        noHBand=1,
        noVBand=1,
    )
    named = [element("tblCaption", val=table.caption)] if table.caption else []
    return element(
        "tblPr",
        element("tblStyle", val="ConsultationTable"),
        element("tblW", w=width, type="dxa"),
        element("tblInd", w=indent, type="dxa"),
        element("tblLayout", type="fixed"),
        look,
        *named,
    )


def _cell_properties(width: int) -> Element:
    return element("tcPr", element("tcW", w=width, type="dxa"))


def _character_count(cells: Iterable[Element]) -> int:
    return sum(
        len(t.text or "") for cell in cells for t in cell.iter(qualified_name("w:t"))
    )


def _is_short_list(block: Block) -> bool:
    return isinstance(block, ListBlock | AttachmentList) and is_short_list(block)


def _keep_with_next(elements: Iterable[Element]) -> None:
    """Keep paragraphs on the page of what follows; leave tables as they are."""
    for each in elements:
        if each.tag == qualified_name("w:p"):
            _keep_paragraph(each[0])


def _keep_row_with_next(row: Element) -> None:
    """Keep a row on the page of what is below it, unless the row is long."""
    if row[0].tag == qualified_name("w:trPr"):
        for properties in row.iter(qualified_name("w:pPr")):
            _keep_paragraph(properties)


def _keep_paragraph(properties: Element) -> None:
    if properties.find(qualified_name("w:keepNext")) is None:
        properties.insert(1, element("keepNext"))
