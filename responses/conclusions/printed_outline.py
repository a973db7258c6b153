"""The printed outline of a conclusion: numbers, headings, and rows of sections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from consultations.documents.conclusion.compose import compose
from consultations.documents.conclusion.content import ConclusionContent, SectionContent
from consultations.documents.tree import Document, Section
from consultations.models import ConclusionSection, Question
from responses.analysis.snapshot import ConclusionRows
from responses.conclusions.section_tree import SectionStep, possible_moves, tree_of


@dataclass(frozen=True)
class OutlineEntry:
    """A section as it is printed.

    `row` is the drafter's section; None for a section that an analysis generates,
    which has a `question`. A row that is not printed has no number. `moves` are the
    possible steps, `parent` is the primary key of the section above.
    """

    number: str
    heading: str
    anchor: str
    row: ConclusionSection | None
    question: Question | None
    moves: frozenset[SectionStep]
    parent: int | None
    entries: tuple[OutlineEntry, ...]


def outline_of(
    content: ConclusionContent, rows: ConclusionRows
) -> tuple[OutlineEntry, ...]:
    """Return the outline of the content that was made of the rows.

    The content is composed twice without text: as it is, and with the primary key of
    the row in place of each heading, to match printed sections with rows.
    """
    structure = _structure_only(content)
    by_parent: dict[int | None, list[ConclusionSection]] = defaultdict(list)
    for row in rows.sections:
        by_parent[row.parent_id].append(row)
    marked = compose(
        replace(
            structure, sections=_replace_headings(structure.sections, by_parent, None)
        )
    )
    builder = _OutlineBuilder(content, rows, marked)
    return builder.entries(compose(structure).sections, marked.sections, None)


def printed_number(outline: Sequence[OutlineEntry], key: int) -> str:
    """Return the printed number of a section; empty where it is not printed."""
    for entry in every_entry(outline):
        if entry.row and entry.row.pk == key:
            return entry.number
    return ""


def every_entry(outline: Sequence[OutlineEntry]) -> Iterator[OutlineEntry]:
    """Yield the entries at every depth, in order."""
    for entry in outline:
        yield entry
        yield from every_entry(entry.entries)


def anchor_of(document: Document, number: str) -> str:
    """Return the anchor of the section with a number; empty for none."""
    anchors = {each.number: each.anchor for each in document.every_section()}
    return anchors.get(number, "")


def _structure_only(content: ConclusionContent) -> ConclusionContent:
    """Return the content without text, and with one comment for each question."""
    comments = tuple(replace(each, text="", response="") for each in content.comments)
    return replace(
        content,
        questions=tuple(
            replace(
                each,
                text="",
                summary="",
                answers=(),
                comments=tuple(
                    replace(comment, text="", response="", changes=())
                    for comment in each.comments[:1]
                ),
            )
            for each in content.questions
        ),
        comments=tuple(replace(each, changes=()) for each in comments[:1]),
        changes=(),
        attachments=(),
        commitments=(),
        sections=tuple(map(_remove_text, content.sections)),
    )


def _remove_text(section: SectionContent) -> SectionContent:
    inner = tuple(map(_remove_text, section.sections))
    return replace(section, text="", sections=inner)


def _replace_headings(
    sections: Sequence[SectionContent],
    by_parent: Mapping[int | None, Sequence[ConclusionSection]],
    parent: int | None,
) -> tuple[SectionContent, ...]:
    return tuple(
        replace(
            section,
            heading=f"row {row.pk}",
            sections=_replace_headings(section.sections, by_parent, row.pk),
        )
        for section, row in zip(sections, by_parent[parent], strict=True)
    )


class _OutlineBuilder:
    """Matches printed sections with rows."""

    def __init__(
        self, content: ConclusionContent, rows: ConclusionRows, marked: Document
    ) -> None:
        self.rows = {f"row {row.pk}": row for row in rows.sections}
        self.tree = tree_of(rows.sections)
        self.parents = {row.pk: key for key, own in self.tree.items() for row in own}
        questions = {question.key: question for question in rows.received.questions}
        self.questions = {
            each.heading: questions[each.key] for each in content.questions
        }
        self.printed_headings = {section.heading for section in marked.every_section()}

    def entries(
        self,
        printed: Sequence[Section],
        marked: Sequence[Section],
        parent: int | None,
        *,
        is_own: bool = True,
    ) -> tuple[OutlineEntry, ...]:
        """Return the entries of printed sections, then those of rows not printed."""
        found = tuple(
            self.entry(section, mark, parent)
            for section, mark in zip(printed, marked, strict=True)
        )
        rows = self.tree.get(parent, ()) if is_own else ()
        return found + tuple(
            self.unprinted_entry(row)
            for row in rows
            if f"row {row.pk}" not in self.printed_headings
        )

    def entry(
        self, section: Section, mark: Section, parent: int | None
    ) -> OutlineEntry:
        row = self.rows.get(mark.heading)
        inner = self.entries(
            section.sections,
            mark.sections,
            row.pk if row else parent,
            is_own=row is not None,
        )
        return OutlineEntry(
            number=section.number,
            heading=section.heading,
            anchor=section.anchor,
            row=row,
            question=None if row else self.questions.get(section.heading),
            moves=possible_moves(self.tree, row) if row else frozenset(),
            parent=self.parents[row.pk] if row else parent,
            entries=inner,
        )

    def unprinted_entry(self, row: ConclusionSection) -> OutlineEntry:
        return OutlineEntry(
            number="",
            heading=str(row),
            anchor="",
            row=row,
            question=None,
            moves=possible_moves(self.tree, row),
            parent=self.parents[row.pk],
            entries=tuple(map(self.unprinted_entry, self.tree.get(row.pk, ()))),
        )
