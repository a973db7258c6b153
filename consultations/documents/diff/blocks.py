"""Comparison of blocks: paragraphs, list items and table rows, aligned, then by words.

The place of a block is compared too: its lists, its kind of row. What only follows from
another change (a later item's number, a table's caption) is no change.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from consultations.documents.diff.runs import Run, RunKind, compare_words, uniform_runs
from consultations.documents.diff.units import BlockPlace, CellLeaves, Leaf
from consultations.documents.diff.words_diff import (
    TokenEncoder,
    diff_strings,
    similarity_ratio,
)

BlockState = Literal["kept", "changed", "inserted", "deleted"]

MIN_SIMILARITY = 0.5
"""Share of common words below which two blocks are not aligned."""

MAX_BLOCK_PAIRS = 40_000
"""Most pairs of blocks that are compared; of more, those near in order."""

IndexPair = tuple[int | None, int | None]


@dataclass(frozen=True)
class ComparedCell:
    """A table cell: its blocks, and what became of the cell itself."""

    state: BlockState
    blocks: tuple[ComparedBlock, ...]
    header: bool = False
    note: str = ""


@dataclass(frozen=True)
class ComparedBlock:
    """A paragraph, list item, attachment or table row, and what became of it.

    `place` is where it stands afterwards, or stood if it is deleted; `note` says how
    its form changed. A row has `cells`, everything else `runs`. `previous_caption` is
    the caption of its table before the table was renumbered.
    """

    state: BlockState
    place: BlockPlace
    runs: tuple[Run, ...] = ()
    cells: tuple[ComparedCell, ...] = ()
    note: str = ""
    previous_caption: str = ""


def compare_leaves(
    before: Sequence[Leaf], after: Sequence[Leaf]
) -> tuple[ComparedBlock, ...]:
    """Return the blocks of both, aligned; nothing is changed only if they are equal.

    Equal means: the same words, styles, links, lists, items and tables.
    """
    blocks = []
    neighbours = True
    for i, j in _align_leaves(before, after):
        if i is None or j is None:
            leaf = after[j] if j is not None else before[i or 0]
            blocks.append(one_sided_block(leaf, "deleted" if j is None else "inserted"))
            neighbours = False
        else:
            blocks.append(_compare_leaf(before[i], after[j], neighbours=neighbours))
            neighbours = True
    return tuple(blocks)


def one_sided_block(leaf: Leaf, kind: RunKind) -> ComparedBlock:
    """Return a leaf as a wholly inserted, deleted or kept block."""
    cells = tuple(_one_sided_cell(cell, kind) for cell in leaf.cells)
    return ComparedBlock(kind, leaf.place, uniform_runs(leaf.inlines, kind), cells)


def _one_sided_cell(cell: CellLeaves, kind: RunKind, note: str = "") -> ComparedCell:
    blocks = tuple(one_sided_block(leaf, kind) for leaf in cell.leaves)
    return ComparedCell(kind, blocks, cell.header, note)


# --- one block --------------------------------------------------------------------


def _compare_leaf(old: Leaf, new: Leaf, *, neighbours: bool) -> ComparedBlock:
    """Compare two aligned leaves.

    What begins here is compared only where the leaves before them are aligned too:
    otherwise it follows from what was inserted or deleted there.
    """
    note = _form_note(old.place, new.place)
    if not note and neighbours:
        note = _beginnings_note(old.place, new.place)
    runs, cells = _compare_inlines(old, new), _compare_cells(old.cells, new.cells)
    kept = (
        not note
        and all(run.kind == "kept" for run in runs)
        and all(cell.state == "kept" for cell in cells)
    )
    was = old.place.caption if old.place.caption != new.place.caption else ""
    return ComparedBlock(
        "kept" if kept else "changed", new.place, runs, cells, note, was
    )


def _compare_inlines(old: Leaf, new: Leaf) -> tuple[Run, ...]:
    if old.inlines == new.inlines:
        return uniform_runs(new.inlines, "kept")
    return compare_words(old.words, new.words)


def _form_note(old: BlockPlace, new: BlockPlace) -> str:
    if old.form == new.form:
        return ""
    if old.printed_text == new.printed_text:
        return f"was {old.printed_text} in another kind of list"
    return f"was {old.printed_text}, now {new.printed_text}"


def _beginnings_note(old: BlockPlace, new: BlockPlace) -> str:
    if old.beginnings == new.beginnings:
        return ""
    if old.begins_table != new.begins_table:
        return (
            "now begins a table"
            if new.begins_table
            else "now joined to the previous table"
        )
    for before, after in zip(old.levels, new.levels, strict=True):
        if before.begins_list and after.begins_list and before.number != after.number:
            return f"numbering began at {before.number}, now begins at {after.number}"
        if before.begins_list != after.begins_list:
            joined = "now joined to the previous list"
            return "now begins a list" if after.begins_list else joined
        if before.begins_item != after.begins_item:
            joined = "now part of the previous item"
            return "now a separate item" if after.begins_item else joined
    raise AssertionError("Different beginnings, but no level that differs.")


def _compare_cells(
    before: Sequence[CellLeaves], after: Sequence[CellLeaves]
) -> tuple[ComparedCell, ...]:
    """Compare the cells of a row: by position, or aligned if their number changed."""
    if len(before) == len(after):
        return tuple(map(_compare_cell, before, after))
    alphabet = TokenEncoder()
    old = [alphabet.encode(cell.keys) for cell in before]
    new = [alphabet.encode(cell.keys) for cell in after]
    pairs = _align(
        [cell.identity for cell in before],
        [cell.identity for cell in after],
        lambda i, j: similarity_ratio(old[i], new[j], least=MIN_SIMILARITY),
    )
    cells = []
    for i, j in pairs:
        if i is not None and j is not None:
            cells.append(_compare_cell(before[i], after[j]))
        elif j is not None:
            cells.append(_one_sided_cell(after[j], "inserted", "cell inserted"))
        elif i is not None:
            cells.append(_one_sided_cell(before[i], "deleted", "cell deleted"))
    return tuple(cells)


def _compare_cell(old: CellLeaves, new: CellLeaves) -> ComparedCell:
    blocks = compare_leaves(old.leaves, new.leaves)
    note = ""
    if old.header != new.header:
        note = "now a heading" if new.header else "no longer a heading"
    kept = not note and all(block.state == "kept" for block in blocks)
    return ComparedCell("kept" if kept else "changed", blocks, new.header, note)


# --- alignment --------------------------------------------------------------------


def _align_leaves(before: Sequence[Leaf], after: Sequence[Leaf]) -> Iterator[IndexPair]:
    alphabet = TokenEncoder()

    # Lazy: only blocks that are not equal on both sides are encoded.
    @cache
    def old(i: int) -> str:
        return alphabet.encode(before[i].keys)

    @cache
    def new(j: int) -> str:
        return alphabet.encode(after[j].keys)

    def alike(i: int, j: int) -> float:
        one, other = before[i], after[j]
        if one.place.kind != other.place.kind:
            return 0.0
        if one.name and one.name == other.name:
            return 1.0
        return similarity_ratio(old(i), new(j), least=MIN_SIMILARITY)

    return _align(
        [leaf.identity for leaf in before], [leaf.identity for leaf in after], alike
    )


def _align(
    before: Sequence[Hashable],
    after: Sequence[Hashable],
    alike: Callable[[int, int], float],
) -> Iterator[IndexPair]:
    """Yield pairs in order: equal items, and between them the most similar.

    At each place what is only in `before` comes first.
    """
    letters: dict[Hashable, str] = {}
    old, new = (
        "".join(letters.setdefault(each, chr(len(letters))) for each in side)
        for side in (before, after)
    )
    i = j = 0
    for change in diff_strings(old, new):
        yield from zip(range(i, change.i0), range(j, change.j0), strict=True)
        before_gap, after_gap = (change.i0, change.i1), (change.j0, change.j1)
        yield from _align_gap(range(*before_gap), range(*after_gap), alike)
        i, j = change.i1, change.j1
    yield from zip(range(i, len(old)), range(j, len(new)), strict=True)


def _align_gap(
    before: range, after: range, alike: Callable[[int, int], float]
) -> Iterator[IndexPair]:
    i, j = before.start, after.start
    ends = (before.stop, after.stop)
    for next_i, next_j in [*_best_pairs(before, after, alike), ends]:
        yield from ((n, None) for n in range(i, next_i))
        yield from ((None, n) for n in range(j, next_j))
        if (next_i, next_j) != ends:
            yield next_i, next_j
        i, j = next_i + 1, next_j + 1


def _best_pairs(
    before: range, after: range, alike: Callable[[int, int], float]
) -> list[tuple[int, int]]:
    """Return the pairs, in order on both sides, with the greatest total similarity."""
    chains = _HeaviestChain(len(after))
    for i in before:
        scored = [(j, alike(i, j)) for j in _nearby_indexes(i, before, after)]
        # From the right, so that no two pairs of one row are in one chain.
        for j, score in reversed(scored):
            if score >= MIN_SIMILARITY:
                chains.add(j - after.start, score, (i, j))
    return chains.best_chain()


def _nearby_indexes(i: int, before: range, after: range) -> range:
    """Return the blocks to compare block i with: all, or those near its position."""
    if len(before) * len(after) <= MAX_BLOCK_PAIRS:
        return after
    centre = after.start + (i - before.start) * len(after) // len(before)
    reach = MAX_BLOCK_PAIRS // len(before) // 2
    first, end = max(after.start, centre - reach), centre + reach
    return range(first, max(first, min(after.stop, end)))


class _HeaviestChain:
    """The heaviest chain of pairs to each column, in a tree of running maxima."""

    def __init__(self, width: int) -> None:
        self.pairs: list[tuple[tuple[int, int], int]] = []
        self.tree: list[tuple[float, int]] = [(0.0, -1)] * (width + 1)

    def add(self, column: int, weight: float, pair: tuple[int, int]) -> None:
        total, last = self._heaviest_up_to(column)
        self.pairs.append((pair, last))
        entry = (total + weight, len(self.pairs) - 1)
        at = column + 1
        while at < len(self.tree):
            if self.tree[at][0] < entry[0]:
                self.tree[at] = entry
            at += at & -at

    def _heaviest_up_to(self, columns: int) -> tuple[float, int]:
        best = (0.0, -1)
        while columns:
            if self.tree[columns][0] > best[0]:
                best = self.tree[columns]
            columns -= columns & -columns
        return best

    def best_chain(self) -> list[tuple[int, int]]:
        _total, index = self._heaviest_up_to(len(self.tree) - 1)
        chain = []
        while index >= 0:
            pair, index = self.pairs[index]
            chain.append(pair)
        return chain[::-1]
