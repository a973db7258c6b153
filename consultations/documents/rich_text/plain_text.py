"""Plain text with paragraphs, `- ` and `1. ` lists: to blocks and back."""

from __future__ import annotations

import re

from consultations.documents.rich_text.inlines import collapse_spaces, parse_references
from consultations.documents.tree import (
    Block,
    ListBlock,
    Paragraph,
    Reference,
    Text,
)

_BULLET = re.compile(r"( *)(?:([-*•])|(\d{1,4})\.) +(?=\S)")


def parse_plain_text(source: str) -> tuple[Block, ...]:
    """Return the blocks of typed text; a blank line ends a paragraph."""
    blocks: list[Block] = []
    for chunk in re.split(r"\n[ \t]*\n", source.expandtabs(4)):
        blocks.extend(
            _parse_chunk([line for line in chunk.split("\n") if line.strip()])
        )
    return tuple(_join_lists(blocks))


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


def _parse_list(lines: list[str]) -> list[Block]:
    """Return lists of lines that start with a bullet; deeper indents nest."""
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
            inner = _parse_list(_remove_indent(lines[index:end])) if end > index else []
            items.append((*_parse_paragraph(words), *inner))
            index = end
        blocks.append(ListBlock(tuple(items), ordered, start))
    return blocks


def _remove_indent(lines: list[str]) -> list[str]:
    least = min(_indent(line) for line in lines)
    return [line[least:] for line in lines]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _join_lists(blocks: list[Block]) -> list[Block]:
    """Join lists that a blank line between items has split."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if isinstance(block, ListBlock) and isinstance(last, ListBlock):
            runs_on = not block.ordered or block.start == last.start + len(last.items)
            if block.ordered == last.ordered and runs_on:
                joined[-1] = ListBlock(
                    last.items + block.items, last.ordered, last.start
                )
                continue
        joined.append(block)
    return joined


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
