"""Plain text with paragraphs, `- ` and `1. ` lists: to blocks and back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from consultations.documents.rich_text.inlines import collapse_spaces, parse_references
from consultations.documents.rich_text.nesting import MAX_LIST_DEPTH
from consultations.documents.tree import (
    Block,
    ListBlock,
    Paragraph,
    Reference,
    Text,
)

_BULLET = re.compile(r"( *+)(?:([-*•])|(\d{1,4})\.) ++(?=\S)")
_BLANK_LINE = re.compile(r"\n[ \t]*+\n")


class NestedTooDeepError(ValueError):
    """Lists are nested more than MAX_LIST_DEPTH deep."""


def parse_plain_text(source: str) -> tuple[Block, ...]:
    """Return the blocks of typed text; a blank line ends a paragraph.

    Raise NestedTooDeepError.
    """
    blocks: list[Block] = []
    for chunk in _BLANK_LINE.split(source.expandtabs(4)):
        blocks.extend(
            _parse_chunk([line for line in chunk.split("\n") if line.strip()])
        )
    return tuple(_join_lists(blocks))


def parse_paragraphs(source: str) -> tuple[Block, ...]:
    """Return the paragraphs of any text, without lists."""
    chunks = _BLANK_LINE.split(source)
    return tuple(block for each in chunks for block in _parse_paragraph(each.split()))


def _parse_chunk(lines: list[str]) -> list[Block]:
    blocks: list[Block] = []
    words: list[str] = []
    index = 0
    while index < len(lines):
        if _BULLET.match(lines[index]):
            blocks.extend(_parse_paragraph(words))
            words = []
            blocks.extend(_parse_list(lines[index:]))
            index = len(lines)
        else:
            words.append(lines[index].strip())
            index += 1
    blocks.extend(_parse_paragraph(words))
    return blocks


def _parse_paragraph(words: list[str]) -> list[Block]:
    if not words:
        return []
    return [Paragraph(parse_references([Text(collapse_spaces(" ".join(words)))]))]


def _parse_list(lines: list[str], depth: int = 1) -> list[Block]:
    """Return lists of lines that start with a bullet; deeper indents nest.

    Raise NestedTooDeepError.
    """
    if depth > MAX_LIST_DEPTH:
        raise NestedTooDeepError
    blocks: list[Block] = []
    index = 0
    while index < len(lines):
        found = _BULLET.match(lines[index])
        if found is None:
            break
        own, ordered = len(found[1]), found[3] is not None
        items: list[tuple[Block, ...]] = []
        start = expected = int(found[3]) if ordered else 1
        while index < len(lines):
            here = _BULLET.match(lines[index])
            if here is None or len(here[1]) != own or (here[3] is not None) != ordered:
                break
            if ordered and int(here[3]) != expected:
                break
            expected += 1
            words = [lines[index][here.end() :].strip()]
            index += 1
            while index < len(lines) and not _BULLET.match(lines[index]):
                words.append(lines[index].strip())
                index += 1
            end = index
            while end < len(lines) and _indent(lines[end]) > own:
                end += 1
            inner = []
            if end > index:
                inner = _parse_list(_remove_indent(lines[index:end]), depth + 1)
            items.append((*_parse_paragraph(words), *inner))
            index = end
        blocks.append(ListBlock(tuple(items), ordered, start))
    return blocks


def _remove_indent(lines: list[str]) -> list[str]:
    least = min(_indent(line) for line in lines)
    return [line[least:] for line in lines]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


@dataclass
class _JoinedList:
    """A list to which the items of the lists after it are added."""

    ordered: bool
    start: int
    items: list[tuple[Block, ...]]

    def is_continued_by(self, block: ListBlock) -> bool:
        continues = not block.ordered or block.start == self.start + len(self.items)
        return block.ordered == self.ordered and continues

    def close(self) -> ListBlock:
        return ListBlock(tuple(self.items), self.ordered, self.start)


def _join_lists(blocks: list[Block]) -> list[Block]:
    """Join lists that a blank line between items has split."""
    joined: list[Block | _JoinedList] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if not isinstance(block, ListBlock):
            joined.append(block)
        elif isinstance(last, _JoinedList) and last.is_continued_by(block):
            last.items.extend(block.items)
        else:
            joined.append(_JoinedList(block.ordered, block.start, [*block.items]))
    return [each.close() if isinstance(each, _JoinedList) else each for each in joined]


def to_plain_text(blocks: tuple[Block, ...]) -> str | None:
    """Return the blocks as plain text, or None where that would lose content."""
    chunks: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            words = _plain_words(block)
            if words is None or _BULLET.match(words):
                return None
            chunks.append(words)
        elif isinstance(block, ListBlock):
            lines = _item_lines(block)
            if lines is None:
                return None
            chunks.append("\n".join(lines))
        else:
            return None
    return "\n\n".join(chunks)


def _item_lines(block: ListBlock) -> list[str] | None:
    lines = []
    for number, item in enumerate(block.items, block.start):
        if len(item) != 1 or not isinstance(item[0], Paragraph):
            return None
        words = _plain_words(item[0])
        if words is None:
            return None
        lines.append((f"{number}. " if block.ordered else "- ") + words)
    return lines


def _plain_words(block: Paragraph) -> str | None:
    words = ""
    for inline in block.inlines:
        if isinstance(inline, Reference):
            words += inline.printed_text
        elif isinstance(inline, Text) and not (inline.bold or inline.italic):
            words += inline.text
        else:
            return None
    return words
