"""Parser of restricted HTML that reports everything that is not allowed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from consultations.documents.rich_text.characters import forbidden_character_message
from consultations.documents.rich_text.inlines import collapse_spaces, trim_inlines
from consultations.documents.rich_text.nesting import MAX_LIST_DEPTH, NESTED_TOO_DEEP
from consultations.documents.rich_text.tokens import (
    MAX_ATTRIBUTES,
    Comment,
    Declaration,
    EndTag,
    StartTag,
    Token,
    UnclosedToken,
    Words,
    read_tokens,
)
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

MAX_COLUMNS = 63
"""Most columns of a table; Word has no more."""

MAX_LINK_LENGTH = 2_000
"""Most characters of a link's address; browsers and Word refuse longer ones."""

MAX_PROBLEMS = 50
"""Most problems of one text that are named."""

_LINK = re.compile(
    r"(?:https?://[^\s<>\"]+|mailto:[^\s<>\"@]+@[^\s<>\"@]+)\Z", re.IGNORECASE
)
_BLANK_LINE = re.compile(r"\n[ \t]*+\n")
_SPACES = re.compile(r"[ \t\n]+")

_INLINE_TAGS = {"strong": "bold", "b": "bold", "em": "italic", "i": "italic"}
_BLOCK_TAGS = {"p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}
_NESTED_TAGS = ("ul", "ol", "table")
_ATTRIBUTES = {"a": {"href", "rel", "target"}, "ol": {"start"}}
_PARENTS = {
    "li": {"ul", "ol"},
    "thead": {"table"},
    "tbody": {"table"},
    "tr": {"table", "thead", "tbody"},
    "th": {"tr"},
    "td": {"tr"},
}


# The elements that a start tag ends implicitly, in order, as in HTML.
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


def _wrapper(outer: str) -> str:
    """Return the element that holds content inside a list or a table."""
    return "<li>" if outer in {"ul", "ol"} else "<td>"


@dataclass
class _OpenElement:
    """An open element: its blocks so far, and inlines not yet in a paragraph."""

    tag: str
    start: int = 1
    blocks: list[Block] = field(default_factory=list)
    words: list[Inline] = field(default_factory=list)
    items: list[tuple[Block, ...]] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    rows: list[tuple[Cell, ...]] = field(default_factory=list)

    def close_words(self) -> None:
        """Make a paragraph of the collected inlines, unless they are blank."""
        inlines = trim_inlines(self.words)
        self.words = []
        if inlines:
            self.blocks.append(Paragraph(inlines))


def read_markup(source: str) -> tuple[tuple[Block, ...], list[str]]:
    """Return the blocks of restricted HTML, and a sentence for each problem in it."""
    reader = _Reader()
    for token in read_tokens(source):
        reader.add_token(token)
    reader.finish()
    problems = list(reader.problems)
    if len(problems) > MAX_PROBLEMS:
        more = f"There are {len(problems) - MAX_PROBLEMS:,} more problems in the text."
        problems = [*problems[:MAX_PROBLEMS], more]
    return tuple(reader.stack[0].blocks), problems


class _Reader:
    """Builds blocks from the tokens of restricted HTML; collects what is not allowed.

    Each token takes the same time, however many elements are open.
    """

    def __init__(self) -> None:
        self.problems: dict[str, None] = {}  # as a set that keeps its order
        self.stack: list[_OpenElement] = [_OpenElement("")]
        self.open_tags: Counter[str] = Counter()
        self.marks: Counter[str] = Counter()
        self.href = ""

    @property
    def open_element(self) -> _OpenElement:
        return self.stack[-1]

    def add_problem(self, message: str) -> None:
        self.problems[message] = None

    def add_token(self, token: Token) -> None:
        """Add one token of the text."""
        match token:
            case Words(text):
                self._add_data(text)
            case StartTag(name, attributes, is_closed):
                self._add_start_tag(name, attributes)
                if is_closed and name != "br":
                    self._add_end_tag(name)
            case EndTag(name):
                self._add_end_tag(name)
            case Comment():
                self.add_problem(
                    "An HTML comment <!-- --> is not allowed here; delete it."
                )
            case Declaration(source):
                self.add_problem(f"{source[:20]}> is not allowed here; delete it.")
            case UnclosedToken(source):
                self.add_problem(
                    f"The text ends inside a tag, {source[:20]!r}; end the tag with >, "
                    "or write &lt; for a plain <."
                )

    def _add_start_tag(self, tag: str, attrs: tuple[tuple[str, str], ...]) -> None:
        if not self._check_allowed(tag, attrs):
            return
        given = dict(attrs)
        if tag == "br":
            self.open_element.words.append(LineBreak())
        elif tag == "a":
            self._start_link(given.get("href", ""))
        elif tag in _INLINE_TAGS:
            self.marks[_INLINE_TAGS[tag]] += 1
        else:
            self._start_block(tag, given.get("start", "1"))

    def _check_allowed(self, tag: str, attrs: tuple[tuple[str, str], ...]) -> bool:
        if (
            tag not in _BLOCK_TAGS
            and tag not in _INLINE_TAGS
            and tag not in {"a", "br"}
        ):
            self.add_problem(
                f"<{tag[:40]}> is not allowed here; use paragraphs, bold, italic, "
                "lists, links and simple tables (write &lt; for a plain <)."
            )
            return False
        if len(attrs) > MAX_ATTRIBUTES:
            self.add_problem(
                f"<{tag}> has more than {MAX_ATTRIBUTES} attributes; delete them."
            )
        for name, _value in attrs:
            if name not in _ATTRIBUTES.get(tag, set()):
                self.add_problem(
                    f"The attribute {name[:40]} is not allowed on <{tag}>; delete it."
                )
        return True

    def _start_link(self, href: str) -> None:
        href = href.strip()
        if self.href:
            self.add_problem(
                "A link is inside another link; end the first one with </a>."
            )
        if not _LINK.match(href):
            self.add_problem(
                f"The link address {href[:80]!r} is not allowed; give a whole address "
                "that starts with https://, http:// or mailto:."
            )
        elif len(href) > MAX_LINK_LENGTH:
            self.add_problem(
                f"The link address {href[:40]!r}... has {len(href):,} characters; "
                f"the maximum is {MAX_LINK_LENGTH:,}."
            )
        self.href = href or "invalid"

    def _start_block(self, tag: str, start: str) -> None:
        self._end_implied(tag)
        self._check_place(tag)
        number = int(start) if re.fullmatch(r"\d{1,4}", start) else 0
        if tag == "ol" and not number:
            self.add_problem(
                f'start="{start[:20]}" is not a number from 1 to 9999; correct or '
                "delete start."
            )
        self.open_element.close_words()
        self.stack.append(_OpenElement(tag, number))
        self.open_tags[tag] += 1

    def _end_implied(self, tag: str) -> None:
        """End the elements that the start tag ends implicitly."""
        for ends in _IMPLIED_ENDS.get(tag, ()):
            if self.open_element.tag == ends:
                self._end_block(ends)

    def _check_place(self, tag: str) -> None:
        parents = _PARENTS.get(tag)
        if parents is not None and self.open_element.tag not in parents:
            allowed = " or ".join(f"<{parent}>" for parent in sorted(parents))
            self.add_problem(f"<{tag}> must be directly inside {allowed}.")
        if parents is None and self.open_element.tag not in {"", "li", "td", "th"}:
            outer = self.open_element.tag
            self.add_problem(
                f"<{tag}> cannot be directly inside <{outer}>; put <{tag}> inside "
                f"{_wrapper(outer)}."
            )
        if tag == "table" and self.open_tags["table"]:
            self.add_problem("A table is inside another table; delete one of them.")
        depth = sum(self.open_tags[each] for each in _NESTED_TAGS)
        if tag in _NESTED_TAGS and depth >= MAX_LIST_DEPTH:
            self.add_problem(NESTED_TOO_DEEP)

    def _add_end_tag(self, tag: str) -> None:
        if tag in _INLINE_TAGS:
            self._end_mark(tag)
        elif tag == "a":
            self.href = ""
        elif tag in _BLOCK_TAGS:
            self._end_block(tag)
        elif tag != "br":
            self.add_problem(f"</{tag[:40]}> is not allowed here; delete it.")

    def _end_mark(self, tag: str) -> None:
        mark = _INLINE_TAGS[tag]
        if self.marks[mark]:
            self.marks[mark] -= 1
        else:
            self.add_problem(f"</{tag}> has no start tag; delete </{tag}>.")

    def _end_block(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self.open_element.tag == "li":
            self._end_block("li")
        if self.open_element.tag == "p" and tag != "p":
            self._end_block("p")
        if tag in {"tr", "thead", "tbody", "table"} and self.open_element.tag in {
            "td",
            "th",
        }:
            self._end_block(self.open_element.tag)
        if tag in {"thead", "tbody", "table"} and self.open_element.tag == "tr":
            self._end_block("tr")
        if self.open_element.tag != tag:
            outer = self.open_element.tag or "text"
            self.add_problem(
                f"</{tag}> is inside <{outer}>; correct the order of the tags."
            )
            return
        ended = self.stack.pop()
        self.open_tags[tag] -= 1
        ended.close_words()
        self._add(ended)

    def _add(self, ended: _OpenElement) -> None:
        parent = self.open_element
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
                    self._add_table(parent, ended.rows)

    def _add_table(self, parent: _OpenElement, rows: list[tuple[Cell, ...]]) -> None:
        """Add a table; report one that is too wide, whose rows would be padded."""
        width = max(len(row) for row in rows)
        if width > MAX_COLUMNS:
            self.add_problem(
                f"A table has {width:,} columns; the maximum is {MAX_COLUMNS}."
            )
            return
        self._check_header_cells(rows[0])
        parent.blocks.append(_table(rows))

    def _check_header_cells(self, row: tuple[Cell, ...]) -> None:
        """Report content that a heading, which is plain text, cannot have."""
        if not all(cell.header for cell in row):
            return
        blocks = (block for cell in row for block in cell.blocks)
        if not all(isinstance(block, Paragraph) for block in blocks):
            self.add_problem(
                "A list is in the heading row of a table; write the list as text."
            )

    def _add_data(self, data: str) -> None:
        data = data.replace("\r", "\n")  # &#13; is a line's end, as the character is
        if self.open_element.tag in {"ul", "ol", "table", "thead", "tbody", "tr"}:
            if data.strip():
                where = self.open_element.tag
                self.add_problem(
                    f"Text is directly inside <{where}>: {data.strip()[:40]!r}; put "
                    f"the text inside {_wrapper(where)}."
                )
            return
        if forbidden_character_message(data):
            self.add_problem(forbidden_character_message(data))
            return
        if self.open_element.tag == "" and _BLANK_LINE.search(data):
            self._add_paragraphs(data)
        else:
            self._add_words(data)

    def _add_paragraphs(self, data: str) -> None:
        first, *rest = _BLANK_LINE.split(data)
        self._add_words(first)
        for words in rest:
            self.open_element.close_words()
            self._add_words(words)

    def _add_words(self, data: str) -> None:
        run = Text(
            _SPACES.sub(" ", data), bool(self.marks["bold"]), bool(self.marks["italic"])
        )
        if not run.text:
            return
        self.open_element.words.append(Link(self.href, (run,)) if self.href else run)

    def finish(self) -> None:
        """End the text; report elements that are still open."""
        while self.open_element.tag == "p":
            self._end_block("p")
        if len(self.stack) > 1:
            tag = self.open_element.tag
            self.add_problem(f"<{tag}> has no end tag; add </{tag}>.")
        if self.marks.total():
            self.add_problem("Bold or italic has no end tag; add </strong> or </em>.")
        if self.href:
            self.add_problem("A link has no end tag; add </a>.")
        self.stack[0].close_words()


def _table(rows: list[tuple[Cell, ...]]) -> Table:
    """Return a table as wide as its widest row; a first row of headers heads it."""
    width = max(len(row) for row in rows)
    headings = [""] * width
    if all(cell.header for cell in rows[0]) and any(map(_cell_text, rows[0])):
        headings = [_cell_text(cell) for cell in rows[0]]
        headings += [""] * (width - len(headings))
        rows = rows[1:]
    body = [Row(row + (Cell(()),) * (width - len(row))) for row in rows]
    return Table(tuple(Column(heading) for heading in headings), tuple(body))


def _cell_text(cell: Cell) -> str:
    return collapse_spaces(" ".join(_block_text(b) for b in cell.blocks))


def _block_text(block: Block) -> str:
    if isinstance(block, Paragraph):
        return "".join(
            i.text
            if isinstance(i, Text)
            else i.printed_text
            if isinstance(i, Reference)
            else " "
            for i in _unwrap_links(block.inlines)
        )
    return ""


def _unwrap_links(inlines: tuple[Inline, ...]) -> Iterable[Inline]:
    for inline in inlines:
        if isinstance(inline, Link):
            yield from inline.text
        else:
            yield inline
