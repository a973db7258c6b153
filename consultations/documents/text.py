"""A document as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from consultations.documents.tree import (
    Attachment,
    Block,
    Cell,
    Document,
    LineBreak,
    ListBlock,
    Paragraph,
    Property,
    Row,
    Section,
    Table,
    inline_text,
)

PARAGRAPH_DIVIDER = " / "
# What HTML shows as one space: a no-break space is not among them.
SPACE = re.compile(r"[ \t\n\r\f]+")


def to_text(document: Document, draft: str = "") -> str:
    """Return the document as UTF-8 text, one empty line between paragraphs.

    A table is one line a row, its heading row first; cells are divided by a tab, and
    paragraphs in a cell by ` / `. A caption follows its table, as it is printed.
    `draft` is a sentence for the top.
    """
    parts = [
        _one_line(draft),
        _one_line(document.title),
        _one_line(document.subtitle),
        _join_lines(map(_property, _title_block(document))),
        *_contents(document),
        *_sections(document.sections),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _title_block(document: Document) -> tuple[Property, ...]:
    return document.properties + (document.imprint.lines if document.imprint else ())


def _property(line: Property) -> str:
    return _one_line(f"{line.label}: {line.value}")


def _contents(document: Document) -> list[str]:
    entries = [_one_line(section.printed_text) for section in document.every_section()]
    return ["Contents", _join_lines(entries)] if entries else []


def _sections(sections: Iterable[Section]) -> list[str]:
    parts: list[str] = []
    for section in sections:
        parts.append(_one_line(section.printed_text))
        parts.extend(_blocks(section.blocks))
        parts.extend(_sections(section.sections))
    return parts


def _blocks(blocks: Iterable[Block]) -> list[str]:
    return [part for block in blocks for part in _block(block) if part]


def _block(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [_paragraph(block)]
    if isinstance(block, ListBlock):
        return [_list(block)]
    if isinstance(block, Table):
        return [_join_lines(_rows(block)), block.caption]
    return [_join_lines(map(_attachment, block.items))]


def _paragraph(block: Paragraph) -> str:
    """Return the lines of a paragraph; only a forced break ends a line."""
    runs: list[list[str]] = [[]]
    for inline in block.inlines:
        if isinstance(inline, LineBreak):
            runs.append([])
        else:
            runs[-1].append(inline_text((inline,)))
    return "\n".join(_one_line("".join(run)) for run in runs).strip("\n ")


def _list(block: ListBlock) -> str:
    items = enumerate(block.items, start=block.start)
    return _join_lines(
        _item(f"{number}." if block.ordered else "-", item) for number, item in items
    )


def _item(marker: str, blocks: Iterable[Block]) -> str:
    """Return a list item; its further lines are indented to its first word."""
    indent = " " * (len(marker) + 1)
    lines = re.sub(r"\n(?=[^\n])", f"\n{indent}", "\n".join(_blocks(blocks)))
    return f"{marker} {lines}".rstrip()


def _rows(table: Table) -> list[str]:
    heading = [_one_line(column.heading) for column in table.columns]
    rows = [_row(row) for row in table.rows]
    return ["\t".join(heading), *rows] if table.has_headings else rows


def _row(row: Row) -> str:
    return "\t".join(_cell(cell) for cell in row.cells)


def _cell(cell: Cell) -> str:
    return _one_line(PARAGRAPH_DIVIDER.join(_blocks(cell.blocks)))


def _attachment(attachment: Attachment) -> str:
    return _one_line(f"{attachment.printed_text}{attachment.printed_note}")


def _join_lines(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)


def _one_line(text: str) -> str:
    return SPACE.sub(" ", text).strip(" ")
