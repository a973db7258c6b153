"""Parsing of restricted HTML and plain text to blocks, and blocks to HTML.

Allowed: p, br, strong, em, a[href], ul, ol[start], li, table, thead, tbody, tr, th, td
(b and i are read as strong and em). Everything else is an error that is named, never
dropped in silence. `normalise` is the one way in for every text that is stored.

In the words of any text, `[[section: Next Steps]]` is a cross-reference.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterable, Iterator

from consultations.documents.rich_text.characters import forbidden_character_message
from consultations.documents.rich_text.markup_reader import read_markup
from consultations.documents.rich_text.nesting import NESTED_TOO_DEEP
from consultations.documents.rich_text.plain_text import (
    NestedTooDeepError,
    parse_plain_text,
    to_plain_text,
)
from consultations.documents.tree import (
    Block,
    Inline,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Reference,
    Table,
)

MAX_TEXT_LENGTH = 200_000
"""Most characters of one text that is printed, without tags."""

MAX_ANSWER_LENGTH = 1_000_000
"""Most characters of one answer to a question, which is not printed as it is."""

MAX_TAG_CHARACTERS = 300_000
"""Most characters that tags and escapes may add to a text."""

MAX_REFERENCES = 5_000
"""Most cross-references of one text."""

MAX_TAGS = 30_000
"""Most tags, or lines of plain text, of one text."""

_CANONICAL_TAG = re.compile(r"<[^<>]*+>")
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


def normalise(source: str, max_length: int = MAX_TEXT_LENGTH) -> str:
    """Return plain text or restricted HTML as canonical restricted HTML.

    The empty text stays empty. Normalising twice gives the same as once. The length is
    checked before parsing, and again without the tags, which is the length people know.
    Raises MarkupError naming everything that is not allowed.
    """
    _check_length_before_parsing(source, max_length)
    blocks = parse_once(source)
    markup = _join_up_to(_pieces(blocks), max_length + MAX_TAG_CHARACTERS)
    _check_count("tags", markup.count("<"))
    _check_length(_count_words(markup), max_length)
    _PARSED.append((markup, blocks))  # parsing the markup returns the same blocks
    return markup


def parse(source: str) -> tuple[Block, ...]:
    """Return the blocks of a plain text or of restricted HTML, however long.

    Raises MarkupError: forbidden characters, elements, attributes or addresses that
    are not allowed, nesting that is wrong or too deep.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    problem = forbidden_character_message(source)
    if problem:
        raise MarkupError([problem])
    if is_markup(source):
        blocks, problems = read_markup(source)
        if problems:
            raise MarkupError(problems)
        return blocks
    try:
        return parse_plain_text(source)
    except NestedTooDeepError:
        raise MarkupError([NESTED_TOO_DEEP]) from None


def parse_once(source: str) -> tuple[Block, ...]:
    """Return what `parse` returns; the last few texts are remembered.

    One page reads the same text to store it, to compare it and to offer it for editing.
    """
    for text, blocks in tuple(_PARSED):
        if text == source:
            return blocks
    blocks = parse(source)
    _PARSED.append((source, blocks))
    return blocks


_PARSED: deque[tuple[str, tuple[Block, ...]]] = deque(maxlen=6)
"""The texts that were parsed last, or made of blocks, with their blocks."""


def is_markup(source: str) -> bool:
    """True when the text has an HTML tag, and so is parsed as HTML."""
    return any(
        found.group(2) is None or found.group(2).lower() in _HTML_TAGS
        for found in _TAG.finditer(source)
    )


def to_source(markup: str) -> str:
    """Return canonical HTML as plain text if that is equivalent, else unchanged."""
    plain = to_plain_text(parse_once(markup))
    if plain is None or is_markup(plain):
        return markup
    return plain if to_markup(parse_once(plain)) == markup else markup


def _check_length_before_parsing(source: str, max_length: int) -> None:
    """Raise MarkupError for a text that costs too much to parse."""
    if (references := source.count("[[")) > MAX_REFERENCES:
        message = (
            f"The text has {references:,} cross-references ([[ ]]); the maximum is "
            f"{MAX_REFERENCES:,}. Delete some cross-references."
        )
        raise MarkupError([message])
    if not is_markup(source):
        _check_length(len(source), max_length)
        _check_count("lines", source.count("\n") + 1)
        return
    longest = max_length + MAX_TAG_CHARACTERS
    if len(source) > longest:
        raise MarkupError([_with_tags_message(len(source), longest)])
    _check_count("tags", source.count("<"))


def _check_length(length: int, max_length: int) -> None:
    """Raise MarkupError where a text without its tags is too long."""
    if length > max_length:
        message = (
            f"The text has {length:,} characters; the maximum is {max_length:,}. "
            "Shorten the text."
        )
        raise MarkupError([message])


def _check_count(parts: str, count: int) -> None:
    """Raise MarkupError where a text has too many tags, or lines."""
    if count > MAX_TAGS:
        message = (
            f"The text has {count:,} {parts}; the maximum is {MAX_TAGS:,}. Shorten the "
            "text, or use less formatting."
        )
        raise MarkupError([message])


def _with_tags_message(length: int, max_length: int) -> str:
    return (
        f"The text has {length:,} characters, including tags; the maximum is "
        f"{max_length:,}. Shorten the text, or use less formatting."
    )


def _join_up_to(pieces: Iterable[str], max_length: int) -> str:
    """Join pieces of HTML; raise MarkupError where they are too long.

    A short text can have long HTML: the address of a link that goes over many
    paragraphs is written in each. Only as much is made as is allowed.
    """
    length = 0
    joined = []
    for piece in pieces:
        length += len(piece)
        if length > max_length:
            raise MarkupError([_with_tags_message(length, max_length)])
        joined.append(piece)
    return "".join(joined)


def _count_words(markup: str) -> int:
    """Return the number of characters of canonical HTML without its tags."""
    return len(html.unescape(_CANONICAL_TAG.sub("", markup)))


def to_markup(blocks: tuple[Block, ...]) -> str:
    """Return blocks as canonical restricted HTML, one line, nothing optional."""
    return "".join(_pieces(blocks))


def _pieces(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Yield the canonical HTML of blocks, in pieces."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield "<p>"
            yield from map(_run, block.inlines)
            yield "</p>"
        elif isinstance(block, ListBlock):
            yield from _list_pieces(block)
        elif isinstance(block, Table):
            yield from _table_pieces(block)
        else:
            raise TypeError(f"{type(block).__name__} is not part of a text.")


def _list_pieces(block: ListBlock) -> Iterator[str]:
    tag = "ol" if block.ordered else "ul"
    start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
    yield f"<{tag}{start}>"
    for item in block.items:
        yield "<li>"
        yield from _pieces(item)
        yield "</li>"
    yield f"</{tag}>"


def _table_pieces(table: Table) -> Iterator[str]:
    yield "<table>"
    if table.has_headings:
        yield "<tr>"
        for column in table.columns:
            heading = html.escape(column.heading, quote=False)
            yield f"<th><p>{heading}</p></th>" if heading else "<th></th>"
        yield "</tr>"
    for row in table.rows:
        yield "<tr>"
        for cell in row.cells:
            tag = "th" if cell.header else "td"
            yield f"<{tag}>"
            yield from _pieces(cell.blocks)
            yield f"</{tag}>"
        yield "</tr>"
    yield "</table>"


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
