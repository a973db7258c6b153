"""What the texts of a conclusion can refer to, by number and by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from consultations.documents.conclusion.compose import compose_with_targets
from consultations.documents.conclusion.numbering import AMBIGUOUS, Target
from consultations.documents.rich_text.inlines import REFERENCE_PATTERN
from consultations.documents.tree import Document, Table
from consultations.models import Conclusion
from responses.analysis.conclusion_content import content_from_rows
from responses.analysis.snapshot import ConclusionRows, read_conclusion_rows
from responses.comments.numbers import comment_numbers
from responses.text_matching.search_terms import SearchTerms, to_one_line

KIND_HEADINGS = {
    "section": "Sections",
    "table": "Tables",
    "attachment": "Attachments",
    "question": "Questions",
    "comment": "Comments",
    "change": "Clause changes",
}
"""The headings of the list by kind of reference, in their order."""

MAX_NAME_LENGTH = 120


@dataclass(frozen=True)
class CrossReference:
    """A reference that a drafter can insert.

    `token` is what the text holds, `[[section: Next Steps]]`; `printed` what the
    conclusion prints for it, `Section 6`; `name` what staff know the target by.
    """

    token: str
    printed: str
    name: str


@dataclass(frozen=True)
class CrossReferenceGroup:
    """The references of one kind, in printed order."""

    heading: str
    references: tuple[CrossReference, ...]


def find_cross_references(
    conclusion: Conclusion, words: SearchTerms
) -> list[CrossReferenceGroup]:
    """Return the references to what the draft prints that match a search, by kind."""
    found: dict[str, list[CrossReference]] = {kind: [] for kind in KIND_HEADINGS}
    for kind, reference in _every_reference(conclusion):
        if words.is_in(f"{reference.printed} {reference.name} {reference.token}"):
            found[kind].append(reference)
    return [
        CrossReferenceGroup(KIND_HEADINGS[kind], tuple(references))
        for kind, references in found.items()
        if references
    ]


def _every_reference(conclusion: Conclusion) -> Iterator[tuple[str, CrossReference]]:
    """Yield each target once, by its first unambiguous name, with its kind."""
    rows = read_conclusion_rows(conclusion)
    document, targets = compose_with_targets(content_from_rows(rows))
    names = _table_names(document) | _row_names(rows)
    seen: set[tuple[str, str]] = set()
    for written, target in targets.items():
        kind, _, named = written.partition(": ")
        if (kind, target.anchor) in seen or not _can_be_written(written, target):
            continue
        seen.add((kind, target.anchor))
        name = names.get(written, named)
        yield kind, CrossReference(f"[[{written}]]", target.label, name)


def _can_be_written(written: str, target: Target) -> bool:
    """Return whether a reference of that name leads to the target.

    An unpaired bracket would end the reference, or begin another.
    """
    found = REFERENCE_PATTERN.fullmatch(f"[[{written}]]")
    return target is not AMBIGUOUS and found is not None


def _table_names(document: Document) -> dict[str, str]:
    """Return the heading of the section of each table, by the table's written name."""
    return {
        f"table: {block.name}": section.heading
        for section in document.every_section()
        for block in section.blocks
        if isinstance(block, Table) and block.name
    }


def _row_names(rows: ConclusionRows) -> dict[str, str]:
    """Return the names of questions, comments and changes by their written names."""
    numbers = comment_numbers(rows.conclusion.consultation)
    questions = {
        f"question: {row.key}": _shortened(row.text) for row in rows.received.questions
    }
    comments = {
        f"comment: {row.key}": f"{numbers[row.pk]}: {_shortened(row.text)}"
        for row in rows.received.comments
        if row.pk in numbers
    }
    changes = {
        f"change: {row.key}": _shortened(row.description) for row in rows.changes
    }
    return questions | comments | changes


def _shortened(text: str) -> str:
    """Return the first words of a rich text on one line."""
    line = to_one_line(text)
    if len(line) <= MAX_NAME_LENGTH:
        return line
    return f"{line[:MAX_NAME_LENGTH].rsplit(' ', 1)[0]}…"
