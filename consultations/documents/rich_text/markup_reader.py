"""Reads restricted HTML into blocks and names everything that is not allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from consultations.documents.rich_text.characters import forbidden_character_message
from consultations.documents.rich_text.inlines import collapse_spaces, trim_inlines
from consultations.documents.tree import (
    Block,
    Cell,
    Column,
    Inline,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Reference,
    Row,
    Table,
    Text,
)

MAX_LIST_DEPTH = 8
"""Most lists and tables a block may stand inside."""

_LINK = re.compile(
    r"(?:https?://[^\s<>\"]+|mailto:[^\s<>\"@]+@[^\s<>\"@]+)\Z", re.IGNORECASE
)
_UNCLOSED_TAG = re.compile(r"<[a-zA-Z/!?][^>]*\Z")
_SPACES = re.compile(r"[ \t\n]+")

_INLINE_TAGS = {"strong": "bold", "b": "bold", "em": "italic", "i": "italic"}
_BLOCK_TAGS = {"p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}
_ATTRIBUTES = {"a": {"href", "rel", "target"}, "ol": {"start"}}
_PARENTS = {
    "li": {"ul", "ol"},
    "thead": {"table"},
    "tbody": {"table"},
    "tr": {"table", "thead", "tbody"},
    "th": {"tr"},
    "td": {"tr"},
}


# What the start of an element ends, in that order, as HTML does.
_IMPLIED_ENDS = {
    "p": ("p",),
    "ul": ("p",),
    "ol": ("p",),
    "table": ("p",),
    "li": ("p", "li"),
    "td": ("p", "td", "th"),
    "th": ("p", "td", "th"),
    "tr": ("p", "td", "th", "tr"),
}


@dataclass
class _OpenElement:
    """An element that has begun: its blocks so far and the words not yet in one."""

    tag: str
    start: int = 1
    blocks: list[Block] = field(default_factory=list)
    words: list[Inline] = field(default_factory=list)
    items: list[tuple[Block, ...]] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    rows: list[tuple[Cell, ...]] = field(default_factory=list)

    def close_words(self) -> None:
        """Make a paragraph of the words at hand; blank ones vanish."""
        inlines = trim_inlines(self.words)
        self.words = []
        if inlines:
            self.blocks.append(Paragraph(inlines))


def read_markup(source: str) -> tuple[tuple[Block, ...], list[str]]:
    """Return the blocks of restricted HTML, and a sentence for each problem in it."""
    reader = _Reader()
    if _UNCLOSED_TAG.search(source):
        reader.problem("The text ends inside a tag; write &lt; for a plain <.")
    reader.feed(source)
    reader.close()
    reader.finish()
    return tuple(reader.stack[0].blocks), list(dict.fromkeys(reader.problems))


class _Reader(HTMLParser):
    """Builds blocks from restricted HTML and collects what is not allowed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.stack: list[_OpenElement] = [_OpenElement("")]
        self.marks: list[str] = []
        self.href = ""

    @property
    def top(self) -> _OpenElement:
        return self.stack[-1]

    def problem(self, message: str) -> None:
        self.problems.append(message)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._allowed(tag, attrs):
            return
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self.top.words.append(LineBreak())
        elif tag == "a":
            self._start_link(given.get("href", ""))
        elif tag in _INLINE_TAGS:
            self.marks.append(_INLINE_TAGS[tag])
        else:
            self._start_block(tag, given.get("start", "1"))

    def _allowed(self, tag: str, attrs: list[tuple[str, str | None]]) -> bool:
        if (
            tag not in _BLOCK_TAGS
            and tag not in _INLINE_TAGS
            and tag not in {"a", "br"}
        ):
            self.problem(
                f"<{tag}> is not allowed here; use paragraphs, bold, italic, lists, "
                "links and simple tables (write &lt; for a plain <)."
            )
            return False
        for name, _value in attrs:
            if name not in _ATTRIBUTES.get(tag, set()):
                self.problem(
                    f"The attribute {name} is not allowed on <{tag}>; delete it."
                )
        return True

    def _start_link(self, href: str) -> None:
        href = href.strip()
        if self.href:
            self.problem("A link stands inside a link; end the first one with </a>.")
        if not _LINK.match(href):
            self.problem(
                f"The link address {href[:80]!r} is not allowed; give a whole address "
                "that starts with https://, http:// or mailto:."
            )
        self.href = href or "invalid"

    def _start_block(self, tag: str, start: str) -> None:
        self._end_implied(tag)
        self._check_place(tag)
        number = int(start) if re.fullmatch(r"\d{1,4}", start) else 0
        if tag == "ol" and not number:
            self.problem(f'start="{start[:20]}" is not a number from 1 to 9999.')
        self.top.close_words()
        self.stack.append(_OpenElement(tag, number))

    def _end_implied(self, tag: str) -> None:
        """End what HTML lets one leave open when the next one starts."""
        for ends in _IMPLIED_ENDS.get(tag, ()):
            if self.top.tag == ends:
                self._end_block(ends)

    def _check_place(self, tag: str) -> None:
        parents = _PARENTS.get(tag)
        if parents is not None and self.top.tag not in parents:
            self.problem(f"<{tag}> stands outside of its <{min(parents)}>.")
        if parents is None and self.top.tag not in {"", "li", "td", "th"}:
            self.problem(f"<{tag}> may not stand directly inside <{self.top.tag}>.")
        if tag == "table" and any(o.tag == "table" for o in self.stack):
            self.problem("A table stands inside a table; take one of them out.")
        if sum(o.tag in {"ul", "ol", "table"} for o in self.stack) >= MAX_LIST_DEPTH:
            self.problem(
                f"Lists are nested more than {MAX_LIST_DEPTH} deep; flatten them."
            )

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag != "br":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _INLINE_TAGS:
            self._end_mark(tag)
        elif tag == "a":
            self.href = ""
        elif tag in _BLOCK_TAGS:
            self._end_block(tag)
        elif tag != "br":
            self.problem(f"</{tag}> is not allowed here; delete it.")

    def _end_mark(self, tag: str) -> None:
        mark = _INLINE_TAGS[tag]
        if mark in self.marks:
            self.marks.remove(mark)
        else:
            self.problem(f"</{tag}> ends something that never began; delete it.")

    def _end_block(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self.top.tag == "li":
            self._end_block("li")
        if self.top.tag == "p" and tag != "p":
            self._end_block("p")
        if tag in {"tr", "thead", "tbody", "table"} and self.top.tag in {"td", "th"}:
            self._end_block(self.top.tag)
        if tag in {"thead", "tbody", "table"} and self.top.tag == "tr":
            self._end_block("tr")
        if self.top.tag != tag:
            self.problem(
                f"</{tag}> does not end the <{self.top.tag or 'text'}> it is in."
            )
            return
        ended = self.stack.pop()
        ended.close_words()
        self._add(ended)

    def _add(self, ended: _OpenElement) -> None:
        parent = self.top
        match ended.tag:
            case "p" | "thead" | "tbody":
                parent.blocks.extend(ended.blocks)
                parent.rows.extend(ended.rows)
            case "li":
                parent.items.append(tuple(ended.blocks))
            case "ul" | "ol":
                if ended.items:
                    ordered = ended.tag == "ol"
                    start = ended.start if ordered else 1
                    parent.blocks.append(ListBlock(tuple(ended.items), ordered, start))
            case "td" | "th":
                parent.cells.append(Cell(tuple(ended.blocks), ended.tag == "th"))
            case "tr":
                if ended.cells:
                    parent.rows.append(tuple(ended.cells))
            case "table":
                if ended.rows:
                    self._judge_headings(ended.rows[0])
                    parent.blocks.append(_table(ended.rows))

    def _judge_headings(self, row: tuple[Cell, ...]) -> None:
        """Name what a heading, which is plain words, cannot hold."""
        if not all(cell.header for cell in row):
            return
        blocks = (block for cell in row for block in cell.blocks)
        if not all(isinstance(block, Paragraph) for block in blocks):
            self.problem(
                "A list stands in the heading row of a table; write it as words."
            )

    def handle_data(self, data: str) -> None:
        data = data.replace("\r", "\n")  # &#13; is a line's end, as the character is
        if self.top.tag in {"ul", "ol", "table", "thead", "tbody", "tr"}:
            if data.strip():
                where = self.top.tag
                self.problem(
                    f"Words stand directly inside <{where}>: {data.strip()[:40]!r}."
                )
            return
        if forbidden_character_message(data):
            self.problem(forbidden_character_message(data))
            return
        if self.top.tag == "" and re.search(r"\n[ \t]*\n", data):
            self._paragraphs(data)
        else:
            self._words(data)

    def _paragraphs(self, data: str) -> None:
        first, *rest = re.split(r"\n[ \t]*\n", data)
        self._words(first)
        for words in rest:
            self.top.close_words()
            self._words(words)

    def _words(self, data: str) -> None:
        run = Text(_SPACES.sub(" ", data), "bold" in self.marks, "italic" in self.marks)
        if not run.text:
            return
        self.top.words.append(Link(self.href, (run,)) if self.href else run)

    def handle_comment(self, data: str) -> None:
        self.problem("An HTML comment <!-- --> is not allowed here; delete it.")

    def handle_decl(self, decl: str) -> None:
        self.problem(f"<!{decl[:20]}> is not allowed here; delete it.")

    def handle_pi(self, data: str) -> None:
        self.problem(f"<?{data[:20]}> is not allowed here; delete it.")

    def unknown_decl(self, data: str) -> None:
        self.problem(f"<![{data[:20]}]> is not allowed here; delete it.")

    def finish(self) -> None:
        """End the text; whatever is still open is named."""
        while self.top.tag == "p":
            self._end_block("p")
        if len(self.stack) > 1:
            self.problem(f"<{self.top.tag}> is never ended; add </{self.top.tag}>.")
        if self.marks:
            self.problem("Bold or italic is never ended; add </strong> or </em>.")
        if self.href:
            self.problem("A link is never ended; add </a>.")
        self.stack[0].close_words()


def _table(rows: list[tuple[Cell, ...]]) -> Table:
    """Return a table as wide as its widest row; a first row of headers heads it."""
    width = max(len(row) for row in rows)
    headings = [""] * width
    if all(cell.header for cell in rows[0]) and any(map(_words_of, rows[0])):
        headings = [_words_of(cell) for cell in rows[0]]
        headings += [""] * (width - len(headings))
        rows = rows[1:]
    body = [Row(row + (Cell(()),) * (width - len(row))) for row in rows]
    return Table(tuple(Column(heading) for heading in headings), tuple(body))


def _words_of(cell: Cell) -> str:
    return collapse_spaces(" ".join(_plain_words_of(b) for b in cell.blocks))


def _plain_words_of(block: Block) -> str:
    if isinstance(block, Paragraph):
        return "".join(
            i.text
            if isinstance(i, Text)
            else i.printed
            if isinstance(i, Reference)
            else " "
            for i in _without_links(block.inlines)
        )
    return ""


def _without_links(inlines: tuple[Inline, ...]) -> Iterable[Inline]:
    for inline in inlines:
        if isinstance(inline, Link):
            yield from inline.text
        else:
            yield inline
