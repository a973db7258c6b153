"""Numbers of sections, tables and attachments, and the references to them.

Done once, on the composed document, before any format: no renderer counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from consultations.documents.tree import (
    AttachmentList,
    Block,
    Document,
    Inline,
    ListBlock,
    Paragraph,
    Reference,
    Row,
    Section,
    Table,
    every_block,
    inline_text,
)


@dataclass(frozen=True)
class Target:
    """Where a reference leads and what it prints."""

    anchor: str
    label: str


AMBIGUOUS = Target("", "")
"""What a name that several things have leads to: nowhere."""

Targets = dict[str, Target]
"""Reference targets by written or by folded name: `section: next steps`."""


def number_document(
    document: Document, extra: Iterable[tuple[str, Target]] = ()
) -> Document:
    """Return the document with every number and every reference filled in.

    Sections are numbered 1, 1.1, 1.1.1 in order; named tables 1, 2, 3 through the
    document; attachments 1, 2, 3. `extra` names further targets, such as comments.
    A label may hold `{table: NAME}`, which becomes that table's caption.
    """
    return number_with_targets(document, extra)[0]


def number_with_targets(
    document: Document, extra: Iterable[tuple[str, Target]] = ()
) -> tuple[Document, Targets]:
    """Return what number_document returns, and the targets by their written names.

    A written name is that of a reference as a drafter writes it, `section: Next Steps`.
    A name that several things have leads to AMBIGUOUS: a reference to it stays as it
    was written.
    """
    counted = _Counter().sections(document.sections, "")
    pairs = list(_all_targets(counted))
    first = {fold_target_name(name): target for name, target in reversed(pairs)}
    for name, target in extra:
        label = _fill_in_captions(target.label, first)
        pairs.append((name, Target(target.anchor, label)))
    targets = _by_folded_name(pairs)
    written = {name: targets[fold_target_name(name)] for name, _ in pairs}
    sections = tuple(_resolve_section(section, targets) for section in counted)
    return replace(document, sections=sections), written


def _by_folded_name(pairs: Iterable[tuple[str, Target]]) -> Targets:
    targets: Targets = {}
    for name, target in pairs:
        known = targets.setdefault(fold_target_name(name), target)
        if known.anchor != target.anchor:
            targets[fold_target_name(name)] = AMBIGUOUS
    return targets


def unresolved_references(document: Document) -> list[str]:
    """Return the targets of unresolved references, in order, each once."""
    found: dict[str, None] = {}
    for section in document.every_section():
        for block in every_block(section.blocks):
            if isinstance(block, Paragraph):
                found.update(
                    (inline.target, None)
                    for inline in block.inlines
                    if isinstance(inline, Reference) and not inline.label
                )
    return list(found)


def unread_references(document: Document) -> list[str]:
    """Return what begins like a reference and was not read as one, each once.

    Whatever stands inside: another kind, `[[figure: 3]]`, or an unclosed bracket. The
    words of headings, titles and links are not read for references at all.
    """
    lines = [document.title, document.subtitle, *(p.value for p in document.properties)]
    for section in document.every_section():
        lines.append(section.heading)
        for block in every_block(section.blocks):
            lines += _words_outside_references(block)
    found = (_UNREAD.finditer(line) for line in lines if "[[" in line)
    return list(dict.fromkeys(match[0] for each in found for match in each))


_UNREAD = re.compile(r"\[\[\s*+\w[\w -]{0,40}?:(?:[^\[\]]{0,80}+\]\])?")


def _words_outside_references(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        words = (
            "\n" if isinstance(each, Reference) else inline_text((each,))
            for each in block.inlines
        )
        yield "".join(words)
    elif isinstance(block, Table):
        yield from (column.heading for column in block.columns)
    elif isinstance(block, AttachmentList):
        yield from (item.title for item in block.items)


def fold_target_name(name: str) -> str:
    """Return a target's name normalised in case and spaces."""
    return " ".join(name.casefold().replace(":", " ").split())


@dataclass
class _Counter:
    """Counts tables and attachments through the whole document."""

    tables: int = 0
    attachments: int = 0
    anchors: set[str] = field(default_factory=set)

    def sections(
        self, sections: tuple[Section, ...], above: str
    ) -> tuple[Section, ...]:
        return tuple(
            self.section(section, f"{above}{position}")
            for position, section in enumerate(sections, 1)
        )

    def section(self, section: Section, own: str) -> Section:
        blocks = tuple(self.block(block) for block in section.blocks)
        inner = self.sections(section.sections, f"{own}.")
        return replace(section, number=own, blocks=blocks, sections=inner)

    def block(self, block: Block) -> Block:
        if isinstance(block, Table) and block.name:
            self.tables += 1
            return replace(block, number=self.tables)
        if isinstance(block, AttachmentList):
            first = self.attachments + 1
            self.attachments += len(block.items)
            items = (
                replace(item, number=n) for n, item in enumerate(block.items, first)
            )
            return AttachmentList(tuple(items))
        return block


def _all_targets(sections: Iterable[Section]) -> Iterator[tuple[str, Target]]:
    for section in sections:
        target = Target(section.anchor, f"Section {section.number}")
        yield f"section: {section.heading}", target
        for block in section.blocks:
            if isinstance(block, Table) and block.name:
                yield f"table: {block.name}", Target(block.anchor, block.caption)
            elif isinstance(block, AttachmentList):
                for item in block.items:
                    label = f"Attachment {item.number}"
                    yield f"attachment: {item.title}", Target(item.anchor, label)
        yield from _all_targets(section.sections)


def _fill_in_captions(label: str, targets: Targets) -> str:
    before, table, name = label.rpartition("{table: ")
    if not table or not name.endswith("}"):
        return label
    target = targets.get(fold_target_name(f"table: {name[:-1]}"))
    return before + (target.label if target else "")


def _resolve_section(section: Section, targets: Targets) -> Section:
    return replace(
        section,
        blocks=_resolve_blocks(section.blocks, targets),
        sections=tuple(_resolve_section(inner, targets) for inner in section.sections),
    )


def _resolve_blocks(blocks: tuple[Block, ...], targets: Targets) -> tuple[Block, ...]:
    return tuple(_resolve_block(block, targets) for block in blocks)


def _resolve_block(block: Block, targets: Targets) -> Block:
    if isinstance(block, Paragraph):
        return _resolve_paragraph(block, targets)
    if isinstance(block, ListBlock):
        items = tuple(_resolve_blocks(item, targets) for item in block.items)
        return replace(block, items=items)
    if isinstance(block, Table):
        return replace(
            block, rows=tuple(_resolve_row(row, targets) for row in block.rows)
        )
    return block


def _resolve_row(row: Row, targets: Targets) -> Row:
    cells = tuple(
        replace(cell, blocks=_resolve_blocks(cell.blocks, targets))
        for cell in row.cells
    )
    return replace(row, cells=cells)


def _resolve_paragraph(block: Paragraph, targets: Targets) -> Paragraph:
    if not any(isinstance(inline, Reference) for inline in block.inlines):
        return block
    return Paragraph(
        tuple(_resolve_inline(inline, targets) for inline in block.inlines)
    )


def _resolve_inline(inline: Inline, targets: Targets) -> Inline:
    if not isinstance(inline, Reference):
        return inline
    target = targets.get(fold_target_name(inline.target))
    if target is None or target is AMBIGUOUS:
        return inline
    return replace(inline, anchor=target.anchor, label=target.label)
