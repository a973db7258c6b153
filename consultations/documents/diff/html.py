"""A comparison as HTML: `ins` and `del`, with words for screen-reader users.

Only p, br, ul, ol, li, table, tr, td, strong, em, ins, del and span with a class. The
names of insertions and deletions are words in the text, in `span class="away"`: most
screen readers say nothing at `ins` and `del`, and these may not carry `aria-label`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby

from consultations.documents.diff.blocks import ComparedBlock, ComparedCell
from consultations.documents.diff.runs import Run, RunKind
from consultations.documents.diff.units import BlockPlace, ListLevel

_TAGS: dict[RunKind, str] = {"inserted": "ins", "deleted": "del"}
_END_LABELS: dict[RunKind, str] = {
    "inserted": " end of insertion ",
    "deleted": " end of deletion ",
}
_SPACE_NAMES = {" ": "space", "\u00a0": "no-break space", "\n": "line break"}


def blocks_html(blocks: Sequence[ComparedBlock]) -> str:
    """Return all blocks as HTML."""
    writer = _Writer()
    for block in blocks:
        writer.write(block)
    return writer.finish()


def changed_html(blocks: Sequence[ComparedBlock]) -> str:
    """Return the blocks that are not kept, and the heading rows of changed tables."""
    writer = _Writer()
    for block, shown in zip(blocks, _blocks_to_show(blocks), strict=True):
        if shown:
            writer.write(block)
        else:
            writer.skip(block.place)
    return writer.finish()


def _blocks_to_show(blocks: Sequence[ComparedBlock]) -> list[bool]:
    shown = [block.state != "kept" for block in blocks]
    heading = -1
    for index, block in enumerate(blocks):
        if block.place.kind == "heading row":
            heading = index
        elif block.place.kind != "row" or block.place.begins_table:
            heading = -1
        elif shown[index] and heading >= 0:
            shown[heading] = True
    return shown


def runs_html(runs: Sequence[Run], *, heading: bool = False) -> str:
    """Return runs as HTML inside one paragraph."""
    groups = [(kind, list(group)) for kind, group in groupby(runs, lambda r: r.kind)]
    parts = []
    before: list[Run] = []
    for index, (kind, group) in enumerate(groups):
        words = "".join(_run(run, heading=heading) for run in group)
        if kind == "kept":
            parts.append(words)
        else:
            label = _label(kind, group, before)
            follows = groups[index + 1][0] if index + 1 < len(groups) else "deleted"
            end = _END_LABELS[kind] if follows == "kept" else ""
            parts.append(
                _ins_or_del(kind, f"{label}: ", _names_of_spaces(group) + words, end)
            )
        before = group
    return "".join(parts)


def _ins_or_del(kind: RunKind, label: str, words: str, end: str = "") -> str:
    tag = _TAGS[kind]
    return f"<{tag}>{_span('away', label)}{words}{_span('away', end)}</{tag}>"


def _label(kind: RunKind, group: list[Run], before: list[Run]) -> str:
    words = [run.text for run in group if not run.style.address]
    was = [run.text for run in before if not run.style.address]
    restyled = kind == "inserted" and before and before[0].kind == "deleted"
    if restyled and "".join(words) == "".join(was) != "":
        return "inserted, the same words in another style"
    return kind


def _names_of_spaces(group: list[Run]) -> str:
    """Return the names of spaces where only spaces are inserted or deleted."""
    text = "".join(run.text for run in group)
    if not text.isspace():
        return ""
    names = ", ".join(_SPACE_NAMES.get(each, "space") for each in text)
    return _span("comparison-sign", f"[{names}]")


def _run(run: Run, *, heading: bool) -> str:
    html = escape(run.text).replace("\n", "<br>")
    if run.style.address:
        return f'<span class="comparison-address">{html}</span>'
    if run.style.linked:
        html = f'<span class="comparison-link">{html}</span>'
    if run.style.italic:
        html = f"<em>{html}</em>"
    if run.style.bold or heading:
        html = f"<strong>{html}</strong>"
    return html + (_note(f" (was {run.previous_text})") if run.previous_text else "")


def _span(name: str, words: str) -> str:
    return f'<span class="{name}">{escape(words)}</span>' if words else ""


def _note(words: str) -> str:
    return _span("comparison-note", words)


@dataclass
class _OpenList:
    """An open list: the sides its blocks are from, and whether an item is open."""

    level: ListLevel
    sides: set[str]
    item_is_open: bool = False


@dataclass
class _Writer:
    """Writes blocks in order, within their lists and tables."""

    parts: list[str] = field(default_factory=list)
    lists: list[_OpenList] = field(default_factory=list)
    table: set[str] | None = None

    def write(self, block: ComparedBlock) -> None:
        sides = _sides(block)
        # Of a block that both have, the place is the one afterwards.
        self._close(block.place, "after" if "after" in sides else "before")
        self._open(block.place.levels, sides)
        if block.place.is_row:
            self._row(block, sides)
        else:
            self.parts.append(_paragraph(block))

    def skip(self, place: BlockPlace) -> None:
        """Close the elements that end at a block that is left out."""
        self._close(place, "after")

    def finish(self) -> str:
        self._close(BlockPlace("nothing"), "after")
        return "".join(self.parts)

    def _close(self, place: BlockPlace, side: str) -> None:
        """Close the table, lists and item that the next block is not in."""
        depth, same_item = self._shared_depth(place, side)
        new_table = place.begins_table and side in (self.table or ())
        inside = depth == len(self.lists) == len(place.levels) and same_item
        if not (place.is_row and inside) or new_table:
            self._close_table()
        while len(self.lists) > depth:
            self._close_item(self.lists[-1])
            self.parts.append("</ol>" if self.lists.pop().level.ordered else "</ul>")
        if not same_item:
            self._close_item(self.lists[-1])

    def _shared_depth(self, place: BlockPlace, side: str) -> tuple[int, bool]:
        """Return how many open lists a place is in, and whether in the same item."""
        for depth, (opened, level) in enumerate(
            zip(self.lists, place.levels, strict=False)
        ):
            begins = level.begins_list and side in opened.sides
            if begins or level.ordered != opened.level.ordered:
                return depth, True
            if level.begins_item or level.number != opened.level.number:
                return depth + 1, False
        return min(len(self.lists), len(place.levels)), True

    def _close_item(self, opened: _OpenList) -> None:
        if opened.item_is_open:
            self.parts.append("</li>")
        opened.item_is_open = False

    def _open(self, levels: Sequence[ListLevel], sides: set[str]) -> None:
        """Open lists and items; an item has the number of its own text."""
        for depth, level in enumerate(levels):
            if depth == len(self.lists):
                self.parts.append("<ol>" if level.ordered else "<ul>")
                self.lists.append(_OpenList(level, set()))
            opened = self.lists[depth]
            if not opened.item_is_open:
                number = f' value="{level.number}"' if level.ordered else ""
                self.parts.append(f"<li{number}>")
                opened.item_is_open = True
            opened.level = level
            opened.sides |= sides

    def _row(self, block: ComparedBlock, sides: set[str]) -> None:
        if self.table is None:
            self.parts.append(_caption(block) + "<table>")
            self.table = set()
        self.table |= sides
        note = f"[{block.note}] " if block.note else ""
        cells = (
            _cell(cell, note if not index else "")
            for index, cell in enumerate(block.cells)
        )
        self.parts.append(f"<tr>{''.join(cells) or '<td></td>'}</tr>")

    def _close_table(self) -> None:
        if self.table is not None:
            self.parts.append("</table>")
        self.table = None


def _sides(block: ComparedBlock) -> set[str]:
    names = {"deleted": {"before"}, "inserted": {"after"}}
    return names.get(block.state, {"before", "after"})


def _caption(block: ComparedBlock) -> str:
    if not block.place.caption:
        return ""
    was = f" (was {block.previous_caption})" if block.previous_caption else ""
    return f"<p>{_span('comparison-caption', block.place.caption + was)}</p>"


def _paragraph(block: ComparedBlock, note: str = "", *, heading: bool = False) -> str:
    note += f"[{block.note}] " if block.note else ""
    words = runs_html(block.runs, heading=heading)
    if not words and block.state in ("inserted", "deleted"):
        kind: RunKind = "inserted" if block.state == "inserted" else "deleted"
        words = _ins_or_del(kind, f"{kind}: ", _span("comparison-sign", "[empty]"))
    if block.place.kind == "nothing" and not words and not note:
        return ""
    return f"<p>{_note(note)}{words}</p>"


def _cell(cell: ComparedCell, note: str) -> str:
    note += f"[{cell.note}] " if cell.note else ""
    if len(cell.blocks) == 1 and not cell.blocks[0].place.levels:
        only = cell.blocks[0]
        if not only.place.is_row:
            return f"<td>{_paragraph(only, note, heading=cell.header)}</td>"
    first = f"<p>{_note(note)}</p>" if note else ""
    return f"<td>{first}{blocks_html(cell.blocks)}</td>"
