"""Parsing of restricted HTML and plain text to blocks, and blocks to HTML.

Allowed: p, br, strong, em, a[href], ul, ol[start], li, table, thead, tbody, tr, th, td
(b and i are read as strong and em). Everything else is an error that is named, never
dropped in silence. `normalise` is the one way in for every text that is stored.

In the words of any text, `[[section: Next Steps]]` is a cross-reference.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from consultations.documents.rich_text.characters import forbidden_character_message
from consultations.documents.rich_text.markup_reader import read_markup
from consultations.documents.rich_text.plain_text import parse_plain_text, to_plain_text
from consultations.documents.tree import (
    Block,
    Cell,
    Inline,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Reference,
    Table,
)

MAX_MARKUP_LENGTH = 200_000
"""Most characters one text may have."""

_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])[^<>]*>|<!--|<!doctype", re.IGNORECASE
)

# Names of HTML elements; `<Supplier>` in plain text is not markup, `<script>` is.
_HTML_TAGS = frozenset(
    """a abbr acronym address applet area article aside audio b base bdi bdo big
    blockquote body br button canvas caption center cite code col colgroup data
    datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure
    font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i
    iframe img input ins kbd label legend li link main map mark marquee math menu meta
    meter nav noscript object ol optgroup option output p param picture pre progress q
    rp rt ruby s samp script section select slot small source span strike strong style
    sub summary sup svg table tbody td template textarea tfoot th thead time title tr
    track tt u ul var video wbr""".split()
)


class MarkupError(ValueError):
    """A text that may not be stored; `problems` are sentences."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


def normalise(source: str) -> str:
    """Return plain text or restricted HTML as canonical restricted HTML.

    The empty text stays empty. Normalising twice gives the same as once.
    Raises MarkupError naming everything that is not allowed.
    """
    return to_markup(parse(source))


def parse(source: str) -> tuple[Block, ...]:
    """Return the blocks of a plain text or of restricted HTML.

    Raises MarkupError: forbidden characters, too long, elements, attributes or
    addresses that are not allowed, nesting that is wrong or too deep.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    problem = forbidden_character_message(source) or _length_problem(source)
    if problem:
        raise MarkupError([problem])
    if is_markup(source):
        blocks, problems = read_markup(source)
        if problems:
            raise MarkupError(problems)
        return blocks
    return parse_plain_text(source)


def is_markup(source: str) -> bool:
    """True when the text has an HTML tag, and so is parsed as HTML."""
    return any(
        found.group(2) is None or found.group(2).lower() in _HTML_TAGS
        for found in _TAG.finditer(source)
    )


def to_source(markup: str) -> str:
    """Return canonical HTML as plain text if that is equivalent, else unchanged."""
    plain = to_plain_text(parse(markup))
    if plain is not None and not is_markup(plain) and normalise(plain) == markup:
        return plain
    return markup


def _length_problem(source: str) -> str:
    if len(source) <= MAX_MARKUP_LENGTH:
        return ""
    return (
        f"The text has {len(source):,} characters; "
        f"the maximum is {MAX_MARKUP_LENGTH:,}."
    )


def to_markup(blocks: tuple[Block, ...]) -> str:
    """Return blocks as canonical restricted HTML, one line, nothing optional."""
    return "".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return f"<p>{_runs(block.inlines)}</p>"
    if isinstance(block, ListBlock):
        tag = "ol" if block.ordered else "ul"
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        items = "".join(f"<li>{to_markup(item)}</li>" for item in block.items)
        return f"<{tag}{start}>{items}</{tag}>"
    if isinstance(block, Table):
        return _table_markup(block)
    raise TypeError(f"{type(block).__name__} is not part of a text.")


def _table_markup(table: Table) -> str:
    head = ""
    if table.has_headings:
        cells = "".join(
            f"<th><p>{html.escape(c.heading, quote=False)}</p></th>" if c.heading
            else "<th></th>"
            for c in table.columns
        )  # fmt: skip
        head = f"<tr>{cells}</tr>"
    rows = "".join(
        "<tr>" + "".join(_cell(cell) for cell in row.cells) + "</tr>"
        for row in table.rows
    )
    return f"<table>{head}{rows}</table>"


def _cell(cell: Cell) -> str:
    tag = "th" if cell.header else "td"
    return f"<{tag}>{to_markup(cell.blocks)}</{tag}>"


def _runs(inlines: tuple[Inline, ...]) -> str:
    return "".join(_run(inline) for inline in inlines)


def _run(inline: Inline) -> str:
    if isinstance(inline, LineBreak):
        return "<br>"
    if isinstance(inline, Reference):
        return html.escape(f"[[{inline.target}]]", quote=False)
    if isinstance(inline, Link):
        words = "".join(_run(part) for part in inline.text)
        return f'<a href="{html.escape(inline.href)}">{words}</a>'
    words = html.escape(inline.text, quote=False)
    if inline.italic:
        words = f"<em>{words}</em>"
    return f"<strong>{words}</strong>" if inline.bold else words
