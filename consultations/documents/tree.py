"""The composed document: the value that every renderer gets.

`conclusion.compose.compose` builds a `Document` and numbers it once, by
`conclusion.numbering.number_document`. Anchors are unique within a document and valid
as HTML ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A run of characters in one style."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class LineBreak:
    """A forced new line inside a paragraph."""


@dataclass(frozen=True)
class Link:
    """A link out of the document; `href` is http, https or mailto."""

    href: str
    text: tuple[Text, ...]


@dataclass(frozen=True)
class Reference:
    """A cross-reference within the document.

    `target` is what the drafter wrote (`section: Next Steps`). Numbering fills in
    `anchor` and `label`; a reference whose target does not exist keeps both empty.
    """

    target: str
    anchor: str = ""
    label: str = ""

    @property
    def printed_text(self) -> str:
        """What the reader sees; an unresolved reference shows what was written."""
        return self.label or f"[[{self.target}]]"


Inline = Text | LineBreak | Link | Reference


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of running text."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True)
class ListBlock:
    """A bulleted or numbered list; each item is a sequence of blocks."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True)
class Column:
    """A table column: its heading, and its width relative to its neighbours."""

    heading: str
    width: int = 1


@dataclass(frozen=True)
class Cell:
    """One table cell; a header cell names its row."""

    blocks: tuple[Block, ...]
    header: bool = False


@dataclass(frozen=True)
class Row:
    """One table row; `related` are links beside it, on screen only."""

    cells: tuple[Cell, ...]
    anchor: str = ""
    related: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table with one heading row.

    `name` is what a cross-reference calls it (`questions`, `question 1`). A table with
    a name is numbered and captioned; one without is part of somebody's text. A table
    whose columns have no headings has no heading row.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    name: str = ""
    anchor: str = ""
    number: int = 0

    @property
    def caption(self) -> str:
        """`Table 3`; empty for a table within a text."""
        return f"Table {self.number}" if self.number else ""

    @property
    def has_headings(self) -> bool:
        """True when at least one column has a heading."""
        return any(column.heading for column in self.columns)


@dataclass(frozen=True)
class Attachment:
    """One entry of the attachment list; `href` is empty when there is nothing to open.

    `note` is what is printed after the title: that there is nothing to open.
    """

    title: str
    anchor: str
    number: int = 0
    href: str = ""
    filename: str = ""
    size: int = 0
    note: str = ""

    @property
    def printed_text(self) -> str:
        """`Attachment 2: S1SR - redline`."""
        return f"Attachment {self.number}: {self.title}"

    @property
    def printed_note(self) -> str:
        """The note in brackets, with a space before it; empty where there is none."""
        return f" ({self.note})" if self.note else ""


@dataclass(frozen=True)
class AttachmentList:
    """The attachments of the document, in order."""

    items: tuple[Attachment, ...]


Block = Paragraph | ListBlock | Table | AttachmentList


@dataclass(frozen=True)
class Section:
    """A numbered section: blocks, then subsections. `number` is `3.1`, no full stop."""

    heading: str
    anchor: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    number: str = ""

    @property
    def level(self) -> int:
        """1 for a top section, 2 for its subsections, and so on."""
        return self.number.count(".") + 1

    @property
    def printed_text(self) -> str:
        """The heading as printed: `3.1. Comments relating to question 1`."""
        return f"{self.number}. {self.heading}"


@dataclass(frozen=True)
class Property:
    """A line of the title block: `Date: 17 July 2020`. `href` makes it a link."""

    label: str
    value: str
    href: str = ""


@dataclass(frozen=True)
class Imprint:
    """Which edition a document is, where it is published, and whom to write to.

    `edition` is a number or `Draft`, `corrects` the number of the edition before, if
    there is one, and `correction` the reason on one line. A draft has no `address`.
    """

    edition: str
    corrects: str = ""
    correction: str = ""
    address: str = ""
    contact: str = ""

    @property
    def lines(self) -> tuple[Property, ...]:
        """The lines on the cover, below those of the title block."""
        edition = f"{self.edition} (corrects edition {self.corrects})"
        found = (
            Property("Edition", edition if self.corrects else self.edition),
            Property("Correction", self.correction),
            Property("Web address", self.address, self.address),
            Property("Contact", self.contact, mailbox_link(self.contact)),
        )
        return tuple(line for line in found if line.value)

    @property
    def metadata(self) -> dict[str, str]:
        """The facts with a value, by the names under which files carry them."""
        found = {
            "edition": self.edition,
            "corrects": self.corrects,
            "correction": self.correction,
            "address": self.address,
            "contact": self.contact,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def sentence(self) -> str:
        """The lines as one text, for files that have a description."""
        lines = (f"{line.label}: {line.value.rstrip('.')}." for line in self.lines)
        return " ".join(lines)


def mailbox_link(text: str) -> str:
    """Return `mailto:` and the text where it is a mailbox, otherwise nothing."""
    return f"mailto:{text}" if re.fullmatch(r"[^\s@]+@[^\s@]+", text) else ""


@dataclass(frozen=True)
class Document:
    """A whole document, ready to render once numbered.

    `date` is ISO 8601 or empty and goes into file metadata; what is printed is in
    `properties`. `publisher` is the only name any file's metadata may carry. `imprint`
    is None in a document that was stored before editions printed their numbers.
    """

    title: str
    publisher: str
    subtitle: str = ""
    classification: str = ""
    date: str = ""
    properties: tuple[Property, ...] = ()
    sections: tuple[Section, ...] = ()
    language: str = "en-GB"
    imprint: Imprint | None = None

    def every_section(self) -> Iterator[Section]:
        """Yield all sections in reading order, at every depth."""
        yield from _every_section(self.sections)


def _every_section(sections: tuple[Section, ...]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _every_section(section.sections)


def every_block(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield the blocks and all blocks inside their items and cells, in order."""
    for block in blocks:
        yield block
        if isinstance(block, ListBlock):
            for item in block.items:
                yield from every_block(item)
        elif isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from every_block(cell.blocks)


def plain_paragraph(text: str) -> Paragraph:
    """Return a paragraph of one plain run."""
    return Paragraph((Text(text),))


def plain_text(blocks: tuple[Block, ...]) -> str:
    """Return the words of the blocks, paragraphs separated by a line end."""
    lines = [
        inline_text(b.inlines) for b in every_block(blocks) if isinstance(b, Paragraph)
    ]
    return "\n".join(lines)


def inline_text(inlines: tuple[Inline, ...]) -> str:
    """Return the characters a reader sees in a run of inlines."""
    return "".join(_one_inline(inline) for inline in inlines)


def _one_inline(inline: Inline) -> str:
    if isinstance(inline, Text):
        return inline.text
    if isinstance(inline, Link):
        return "".join(part.text for part in inline.text)
    if isinstance(inline, Reference):
        return inline.printed_text
    return "\n"
