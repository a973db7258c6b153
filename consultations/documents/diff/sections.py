"""Comparison of two documents, section by section.

Sections are matched by their words, then heading, then anchor, so a section may be
renumbered, renamed or moved. What is printed is compared, except numbers of sections,
tables and attachments, which follow from other changes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from consultations.documents.diff.blocks import (
    ComparedBlock,
    compare_leaves,
    one_sided_block,
)
from consultations.documents.diff.html import changed_html, runs_html
from consultations.documents.diff.runs import Run, compare_lines, uniform_runs
from consultations.documents.diff.units import BlockPlace, Leaf, read_leaves
from consultations.documents.diff.words import line_inlines, read_words
from consultations.documents.tree import (
    AttachmentList,
    Document,
    Link,
    Property,
    Section,
    Table,
    Text,
    every_block,
)

SectionState = Literal["kept", "changed", "inserted", "deleted", "moved"]

TITLE_BLOCK = "Title block"
MAX_SECTION_PAIRS = 10_000
"""Most pairs of sections that are compared; beyond it, headings must be equal."""
MIN_SHARED_WORDS = 0.5
"""Share of common words that matches two sections with different headings."""


@dataclass(frozen=True)
class Renumbering:
    """The printed number before and after: `Table 3`, `Table 4`."""

    before: str
    after: str


@dataclass(frozen=True)
class ComparedSection:
    """A section of either document, without its subsections, and what became of it.

    Heading, number and anchor are those afterwards, or those before of a section that
    is deleted. A section may be changed and moved; one that is only moved has the state
    `moved`. `html` shows the blocks that changed and leaves out the others. The title
    block comes first, with neither number nor anchor.
    """

    state: SectionState
    heading: str
    number: str = ""
    anchor: str = ""
    previous_number: str = ""
    moved: bool = False
    heading_runs: tuple[Run, ...] = ()
    blocks: tuple[ComparedBlock, ...] = ()
    renumbered: tuple[Renumbering, ...] = ()

    @property
    def heading_html(self) -> str:
        """The heading, without its number, with every difference marked."""
        return runs_html(self.heading_runs)

    @property
    def html(self) -> str:
        """The blocks that are not kept, as HTML; empty where all are."""
        return changed_html(self.blocks)


@dataclass(frozen=True)
class _Entry:
    """A section and the index of its parent in reading order."""

    section: Section
    parent: int

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        return read_leaves(self.section.blocks)

    @cached_property
    def identity(self) -> Hashable:
        """The heading and the words: equal for unchanged sections only."""
        return self.section.heading, tuple(leaf.identity for leaf in self.leaves)

    @cached_property
    def heading(self) -> Counter[str]:
        return Counter(read_words(line_inlines(self.section.heading.casefold())).keys)

    @cached_property
    def word_counts(self) -> Counter[str]:
        """How often each word is in the section; in its subsections if it has none."""
        tally = Counter(key for leaf in self.leaves for key in leaf.keys)
        if not tally:
            for inner in self.section.sections:
                tally += _Entry(inner, -1).word_counts
        return tally


def compare_documents(before: Document, after: Document) -> tuple[ComparedSection, ...]:
    """Return the title block and every section of both, in the order of `after`.

    A deleted section follows the one it followed.
    """
    old, new = _entries(before), _entries(after)
    pairs = _match_sections(old, new)
    moved = _moved_sections(old, new, pairs)
    partners = {j: i for i, j in pairs.items()}
    sections = {
        j: _compare_entries(old[partners[j]], entry, moved=j in moved)
        if j in partners
        else _one_sided_section(entry, "inserted")
        for j, entry in enumerate(new)
    }
    return (
        _title_block(before, after),
        *(
            sections[j] if i is None else _one_sided_section(old[i], "deleted")
            for i, j in _reading_order(pairs, len(old), len(new))
        ),
    )


# --- sections as they are compared ------------------------------------------------


def _entries(document: Document) -> list[_Entry]:
    entries: list[_Entry] = []

    def add(section: Section, parent: int) -> None:
        entries.append(_Entry(section, parent))
        own = len(entries) - 1
        for inner in section.sections:
            add(inner, own)

    for section in document.sections:
        add(section, -1)
    return entries


def _compare_entries(old: _Entry, new: _Entry, *, moved: bool) -> ComparedSection:
    blocks = compare_leaves(old.leaves, new.leaves)
    heading = compare_lines(old.section.heading, new.section.heading)
    kept = all(block.state == "kept" for block in blocks)
    kept = kept and all(run.kind == "kept" for run in heading)
    unchanged: SectionState = "moved" if moved else "kept"
    return ComparedSection(
        state=unchanged if kept else "changed",
        heading=new.section.heading,
        number=new.section.number,
        anchor=new.section.anchor,
        previous_number=old.section.number,
        moved=moved,
        heading_runs=heading,
        blocks=blocks,
        renumbered=tuple(_renumberings(old.section, new.section)),
    )


def _one_sided_section(
    entry: _Entry, state: Literal["inserted", "deleted"]
) -> ComparedSection:
    section = entry.section
    inserted = state == "inserted"
    return ComparedSection(
        state=state,
        heading=section.heading,
        number=section.number,
        anchor=section.anchor,
        previous_number="" if inserted else section.number,
        heading_runs=uniform_runs((Text(section.heading),), state),
        blocks=tuple(one_sided_block(leaf, state) for leaf in entry.leaves),
    )


def _renumberings(old: Section, new: Section) -> Iterator[Renumbering]:
    """Yield changed numbers of the section, its tables and its attachments."""
    if old.number != new.number:
        yield Renumbering(f"Section {old.number}", f"Section {new.number}")
    was, now = dict(_numbered_captions(old)), dict(_numbered_captions(new))
    for name, caption in now.items():
        if was.get(name, caption) != caption:
            yield Renumbering(was[name], caption)


def _numbered_captions(section: Section) -> Iterator[tuple[str, str]]:
    for block in every_block(section.blocks):
        if isinstance(block, Table) and block.number:
            yield f"table {block.name}", block.caption
        elif isinstance(block, AttachmentList):
            for item in block.items:
                yield f"attachment {item.title}", f"Attachment {item.number}"


# --- matching of sections ---------------------------------------------------------


def _match_sections(old: Sequence[_Entry], new: Sequence[_Entry]) -> dict[int, int]:
    """Return matches of `old` and `new`: equal sections, then the most similar."""
    everywhere = range(len(old)), range(len(new))
    pairs = _pair_by_name(old, new, lambda e: e.identity, *everywhere)
    left = [i for i in range(len(old)) if i not in pairs]
    taken = set(pairs.values())
    right = [j for j in range(len(new)) if j not in taken]
    if len(left) * len(right) > MAX_SECTION_PAIRS:
        return pairs | _pair_by_name(old, new, lambda e: e.section.heading, left, right)
    weighed = ((_match_weight(old[i], new[j]), i, j) for i in left for j in right)
    for weight, i, j in sorted(weighed, key=lambda w: (-w[0], abs(w[1] - w[2]), w)):
        if weight and i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _pair_by_name(
    old: Sequence[_Entry],
    new: Sequence[_Entry],
    name: Callable[[_Entry], Hashable],
    left: Iterable[int],
    right: Iterable[int],
) -> dict[int, int]:
    """Pair sections with equal names, in order."""
    waiting: dict[Hashable, deque[int]] = {}
    for i in left:
        waiting.setdefault(name(old[i]), deque()).append(i)
    pairs = {}
    for j in right:
        if queue := waiting.get(name(new[j])):
            pairs[queue.popleft()] = j
    return pairs


def _match_weight(old: _Entry, new: _Entry) -> float:
    """Return the similarity of two sections; 0 if it is too low for a match."""
    words, heading = (
        _shared_word_ratio(old.word_counts, new.word_counts),
        _shared_word_ratio(old.heading, new.heading),
    )
    if words < MIN_SHARED_WORDS and heading < 1:
        return 0.0
    anchor = old.section.anchor == new.section.anchor
    return 0.6 * words + 0.3 * heading + 0.1 * anchor


def _shared_word_ratio(old: Counter[str], new: Counter[str]) -> float:
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 0.0


def _moved_sections(
    old: Sequence[_Entry], new: Sequence[_Entry], pairs: dict[int, int]
) -> set[int]:
    """Return the sections of `new` with another parent or in another order.

    They are as few as possible: a section that others moved past is not moved.
    """
    moved = set()
    siblings: dict[int, list[tuple[int, int]]] = {}
    parents = {-1: -1, **pairs}
    for i, j in sorted(pairs.items()):
        parent = new[j].parent
        if parents.get(old[i].parent) == parent:
            siblings.setdefault(parent, []).append((i, j))
        else:
            moved.add(j)
    for group in siblings.values():
        places = [j for _, j in group]
        moved |= set(places) - _longest_increasing_subsequence(places)
    return moved


def _longest_increasing_subsequence(places: Sequence[int]) -> set[int]:
    """Return the longest increasing subsequence of distinct numbers."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for place in places:
        at = bisect_left(ends, place)
        before[place] = ends[at - 1] if at else None
        ends[at : at + 1] = [place]
    rising = set()
    last = ends[-1] if ends else None
    while last is not None:
        rising.add(last)
        last = before[last]
    return rising


def _reading_order(
    pairs: dict[int, int], old: int, new: int
) -> Iterator[tuple[int | None, int]]:
    """Yield (None, j) for every new section and (i, -1) for every deleted one."""
    deleted: dict[int, list[int]] = {}
    last = -1
    for i in range(old):
        if i in pairs:
            last = pairs[i]
        else:
            deleted.setdefault(last, []).append(i)
    for j in range(-1, new):
        if j >= 0:
            yield None, j
        yield from ((i, -1) for i in deleted.get(j, ()))


# --- the title block --------------------------------------------------------------


def _title_block(before: Document, after: Document) -> ComparedSection:
    blocks = compare_leaves(_title_leaves(before), _title_leaves(after))
    kept = all(block.state == "kept" for block in blocks)
    return ComparedSection(
        state="kept" if kept else "changed",
        heading=TITLE_BLOCK,
        heading_runs=uniform_runs((Text(TITLE_BLOCK),), "kept"),
        blocks=blocks,
    )


def _title_leaves(document: Document) -> tuple[Leaf, ...]:
    """Return a leaf for each line of the title block, with date and classification."""
    lines = [
        Property("Title", document.title),
        Property("Subtitle", document.subtitle),
        Property("Publisher", document.publisher),
        *document.properties,
    ]
    labels = {line.label for line in lines}
    more = (("Date", document.date), ("Classification", document.classification))
    lines += [Property(label, value) for label, value in more if label not in labels]
    return tuple(_title_leaf(line) for line in lines if line.value)


def _title_leaf(prop: Property) -> Leaf:
    value = Text(prop.value)
    words = Link(prop.href, (value,)) if prop.href else value
    return Leaf(BlockPlace(), (Text(f"{prop.label}: "), words), name=prop.label)
