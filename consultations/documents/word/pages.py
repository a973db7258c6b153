"""Page numbers of headings, for the table of contents of a Word file.

A page number is known only from a layout. This layout counts lines, from the widths of
the typeface and the distances in the styles of the file; it ignores kerning and the
exact line at which a row is split. LibreOffice shows these numbers; Word does until its
fields are updated, by F9 or by printing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from consultations.documents.word import fonts
from consultations.documents.word.blocks import CELL_PADDING, INDENT
from consultations.documents.word.elements import Element, qualified_name

_PIECES = re.compile(r"[^\s-]+-*|-+|\s+")
_NATURAL_LINE = 1.424  # ascent and descent of Source Sans 3, in ems
_SINGLE_LINE = 240  # a multiple of one line is given in 240ths
_UNKNOWN_LETTER = 0.55
_CELL_ENDS = 140  # the padding above and below a cell, and its rule
_TABLE_ENDS = 40  # the rules above and below a table, on each of its pages
_MIN_TEXT_WIDTH = 200  # where deeply nested lists leave no width
_MIN_LINES_TOGETHER = 2  # so many lines of a paragraph are never alone on a page


@dataclass(frozen=True)
class ParagraphStyle:
    """The properties behind a paragraph's height; distances are 20ths of a point."""

    size: int = 210
    bold: bool = False
    line: int = 300
    rule: str = "atLeast"
    before: int = 0
    after: int = 0
    left: int = 0
    right: int = 0
    hanging: int = 0
    keep_next: bool = False
    new_page: bool = False

    @property
    def line_height(self) -> float:
        """The height of a line: at least the one asked for, or a multiple of one."""
        natural = self.size * _NATURAL_LINE
        if self.rule == "auto":
            return natural * self.line / _SINGLE_LINE
        return max(self.line, natural)


@dataclass(frozen=True)
class MeasuredParagraph:
    """A paragraph with its number of lines and the bookmarks it holds."""

    style: ParagraphStyle
    lines: int
    names: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        """The height of the lines, without the space around them."""
        return self.lines * self.style.line_height


def page_numbers(body: Element, styles: Element) -> dict[str, int]:
    """Return the page of each bookmark outside of tables; the cover is page 1."""
    layout = _Layout(_Measurer(styles), body[-1])
    for block in body[:-1]:
        if block.tag == qualified_name("w:tbl"):
            layout.add_table(block)
        else:
            layout.add_paragraph(layout.measurer.measure(block, layout.width))
    layout.flush_waiting()
    return layout.pages


class _Measurer:
    """Measures paragraphs and rows."""

    def __init__(self, styles: Element) -> None:
        self.styles: dict[str, ParagraphStyle] = {}
        by_id = {
            s.get(qualified_name("w:styleId")): s
            for s in styles.iter(qualified_name("w:style"))
        }
        for style_id, style in by_id.items():
            if style.get(qualified_name("w:type")) == "paragraph":
                self.styles[str(style_id)] = _resolve_style(style, by_id)
        self.widths = {
            True: fonts.letter_widths("bold"),
            False: fonts.letter_widths("regular"),
        }
        self.known: dict[tuple[str, bool], float] = {}

    def measure(self, paragraph: Element, width: int) -> MeasuredParagraph:
        """Return a paragraph measured for a width."""
        properties = paragraph[0]
        base = self.styles[properties[0].get(qualified_name("w:val"), "")]
        style = (
            _apply_properties(base, properties, None) if len(properties) > 1 else base
        )
        starts = paragraph.iterchildren(qualified_name("w:bookmarkStart"))
        names = tuple(start.get(qualified_name("w:name"), "") for start in starts)
        return MeasuredParagraph(
            style, self._count_lines(paragraph, style, width), names
        )

    def _count_lines(
        self, paragraph: Element, style: ParagraphStyle, width: int
    ) -> int:
        room = max(width - style.left - style.right, _MIN_TEXT_WIDTH)
        lines, used = 1, float(-style.hanging)
        for words in paragraph.iter(qualified_name("w:t"), qualified_name("w:br")):
            if words.tag == qualified_name("w:br"):
                lines, used = lines + 1, 0.0
                continue
            bold = style.bold or _is_bold(words)
            for piece in _PIECES.findall(words.text or ""):
                length = self._text_width(piece, bold) * style.size
                if used + length > room and used > 0 and not piece.isspace():
                    lines, used = lines + 1, 0.0
                used += length
                if used > room and not piece.isspace():
                    lines += int(used // room)
                    used %= room
        return lines

    def _text_width(self, piece: str, bold: bool) -> float:
        key = piece, bold
        if key not in self.known:
            widths = self.widths[bold]
            self.known[key] = sum(widths.get(c, _UNKNOWN_LETTER) for c in piece)
        return self.known[key]

    def row_height(self, row: Element) -> float:
        """Return the height of a row: that of its highest cell."""
        return max(map(self._cell_height, row.iterchildren(qualified_name("w:tc"))))

    def _cell_height(self, cell: Element) -> float:
        width = int(cell[0][0].get(qualified_name("w:w"), 0)) - 2 * CELL_PADDING
        height, after = float(_CELL_ENDS), 0
        for block in cell[1:]:
            if block.tag == qualified_name("w:tbl"):
                rows = block.iterchildren(qualified_name("w:tr"))
                height += after + sum(map(self.row_height, rows))
                after = 0
            else:
                paragraph = self.measure(block, width)
                height += max(after, paragraph.style.before) + paragraph.height
                after = paragraph.style.after
        return height + after


def _is_bold(words: Element) -> bool:
    """True when the run around some words is bold; only runs have properties first."""
    run = words.getparent()
    return (
        run[0].tag == qualified_name("w:rPr")
        and run[0].find(qualified_name("w:b")) is not None
    )


def _resolve_style(style: Element, by_id: dict[str | None, Element]) -> ParagraphStyle:
    """Return a style with the properties of the styles it is based on."""
    based_on = style.find(qualified_name("w:basedOn"))
    base = ParagraphStyle()
    if based_on is not None:
        base = _resolve_style(by_id[based_on.get(qualified_name("w:val"))], by_id)
    return _apply_properties(
        base, style.find(qualified_name("w:pPr")), style.find(qualified_name("w:rPr"))
    )


def _apply_properties(
    base: ParagraphStyle, paragraph: Element | None, run: Element | None
) -> ParagraphStyle:
    """Return a style changed by the properties of a paragraph and of its runs."""
    changes: dict[str, int | bool | str] = dict(_run_changes(run))
    for properties in paragraph if paragraph is not None else ():
        tag = properties.tag
        if tag == qualified_name("w:spacing"):
            changes |= _numeric_attributes(properties, "before", "after", "line")
            if rule := properties.get(qualified_name("w:lineRule")):
                changes["rule"] = rule
        elif tag == qualified_name("w:ind"):
            changes |= _numeric_attributes(properties, "left", "right", "hanging")
        elif tag == qualified_name("w:numPr") and len(properties) > 1:
            level = int(properties[0].get(qualified_name("w:val"), 0))
            changes["left"] = INDENT * (level + 1)
        elif tag == qualified_name("w:keepNext"):
            changes["keep_next"] = True
        elif tag == qualified_name("w:pageBreakBefore"):
            changes["new_page"] = True
    return replace(base, **changes)  # type: ignore[arg-type]


def _run_changes(run: Element | None) -> dict[str, int | bool]:
    changes: dict[str, int | bool] = {}
    for properties in run if run is not None else ():
        if properties.tag == qualified_name("w:sz"):
            changes["size"] = int(properties.get(qualified_name("w:val"), 0)) * 10
        elif properties.tag == qualified_name("w:b"):
            changes["bold"] = True
    return changes


def _numeric_attributes(element: Element, *attributes: str) -> dict[str, int]:
    found = ((a, element.get(qualified_name(f"w:{a}"))) for a in attributes)
    return {attribute: int(value) for attribute, value in found if value is not None}


class _Layout:
    """Lays out paragraphs and tables on pages; records the page of each bookmark."""

    def __init__(self, ruler: _Measurer, section: Element) -> None:
        self.measurer = ruler
        self.width = _text_extent(section, "w", "left", "right")
        self.height = _text_extent(section, "h", "top", "bottom")
        self.table_line = ruler.styles["TableText"].line_height
        self.min_row_height = _CELL_ENDS + _MIN_LINES_TOGETHER * self.table_line
        self.pages: dict[str, int] = {}
        self.page, self.used, self.after = 1, 0.0, 0
        self.waiting: list[MeasuredParagraph] = []

    @property
    def space_left(self) -> float:
        """The height that is left on the page."""
        return self.height - self.used

    def next_page(self, used: float = 0.0) -> None:
        """Continue at the top of the next page, or below a repeated table heading."""
        self.page += 1
        self.used, self.after = used, 0

    def add_paragraph(self, paragraph: MeasuredParagraph) -> None:
        """Lay out a paragraph; one that keeps with the next waits for that."""
        if paragraph.style.new_page:
            self.flush_waiting()
            self.next_page()
        if paragraph.style.keep_next:
            self.waiting.append(paragraph)
            return
        first = min(paragraph.lines, _MIN_LINES_TOGETHER) * paragraph.style.line_height
        self.flush_waiting(first, paragraph.style.before)
        self._lay_out(paragraph)

    def flush_waiting(self, needed: float = 0.0, before: int = 0) -> None:
        """Lay out what waits, on a new page unless `needed` fits below it too."""
        after = self.after
        for paragraph in self.waiting:
            needed += max(after, paragraph.style.before) + paragraph.height
            after = paragraph.style.after
        if needed + max(after, before) > self.space_left and self.used:
            self.next_page()
        for paragraph in self.waiting:
            self._lay_out(paragraph)
        self.waiting.clear()

    def _lay_out(self, paragraph: MeasuredParagraph) -> None:
        line = paragraph.style.line_height
        self.used += max(self.after, paragraph.style.before) if self.used else 0
        lines, fitting = paragraph.lines, int(self.space_left // line)
        if (
            fitting < lines
            and min(fitting, lines - _MIN_LINES_TOGETHER) < _MIN_LINES_TOGETHER
        ):
            self.next_page()
            fitting = int(self.space_left // line)
        self.pages |= dict.fromkeys(paragraph.names, self.page)
        while lines > fitting:
            lines -= min(fitting, lines - _MIN_LINES_TOGETHER)
            self.next_page()
            fitting = int(self.space_left // line)
        self.used += lines * line
        self.after = paragraph.style.after

    def add_table(self, table: Element) -> None:
        """Lay out a table; rows are split across pages, headings are repeated."""
        rows = list(table.iterchildren(qualified_name("w:tr")))
        repeated = float(_TABLE_ENDS)
        if (
            rows[0].find(f"{qualified_name('w:trPr')}/{qualified_name('w:tblHeader')}")
            is not None
        ):
            repeated += min(self.measurer.row_height(rows.pop(0)), self.height / 2)
        heights = list(map(self.measurer.row_height, rows))
        least = self._heights_to_start(rows, heights, self.height - repeated)
        self.flush_waiting(repeated + sum(least[:1]))
        self.used += self.after + repeated
        self.after = 0
        for height, needed in zip(heights, least, strict=True):
            self._lay_out_row(height, needed, repeated)

    def _heights_to_start(
        self, rows: list[Element], heights: list[float], page: float
    ) -> list[float]:
        """Return the heights that must be left on a page for each row to start there.

        A row that keeps with the next one needs that one's height as well.
        """
        least: list[float] = []
        for row, height in zip(reversed(rows), reversed(heights), strict=True):
            whole = row[0].tag == qualified_name("w:trPr")
            needed = height if whole else min(height, self.min_row_height)
            if least and _keeps_with_next(row) and needed + least[-1] <= page:
                needed += least[-1]
            least.append(needed)
        return least[::-1]

    def _lay_out_row(self, height: float, needed: float, repeated: float) -> None:
        if needed > self.space_left and self.used > repeated:
            self.next_page(repeated)
        while height > self.space_left:
            if self.space_left > needed or self.used == repeated:
                lines = (self.space_left - _CELL_ENDS) // self.table_line
                height -= max(lines, 1) * self.table_line
            self.next_page(repeated)
        self.used += height


def _keeps_with_next(row: Element) -> bool:
    path = "/".join(map(qualified_name, ("w:tc", "w:p", "w:pPr", "w:keepNext")))
    return row.find(path) is not None


def _text_extent(section: Element, extent: str, *sides: str) -> int:
    """Return an extent of the page without its margins."""
    size, margins = (
        section.find(qualified_name("w:pgSz")),
        section.find(qualified_name("w:pgMar")),
    )
    whole = int(size.get(qualified_name(f"w:{extent}"), 0))
    return whole - sum(
        int(margins.get(qualified_name(f"w:{side}"), 0)) for side in sides
    )
