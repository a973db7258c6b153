"""Outlines that a new conclusion starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from consultations.models import Conclusion, ConclusionSection, RegulatedDocument
from responses.conclusions.section_tree import Tree, tree_of


@dataclass(frozen=True)
class SectionTemplate:
    """A section to be made; `document` is the one whose changes it lists."""

    heading: str
    kind: str = "text"
    document: int | None = None
    question: int | None = None
    tally: bool | None = None
    table: bool | None = None
    sections: tuple[SectionTemplate, ...] = ()


def usual_outline(
    documents: Sequence[RegulatedDocument],
) -> tuple[SectionTemplate, ...]:
    """Return the sections that most conclusions have, the changes by document."""
    return (
        SectionTemplate("Introduction and Context"),
        SectionTemplate(
            "Consultation",
            "questions",
            sections=(SectionTemplate("Respondents", "respondents"),),
        ),
        SectionTemplate("Analysis of Responses", "analysis"),
        *_changes(documents),
        SectionTemplate("Conclusions"),
        SectionTemplate("Next Steps"),
        SectionTemplate("Attachments", "attachments"),
    )


def outline_like(
    other: Conclusion, conclusion: Conclusion, documents: Sequence[RegulatedDocument]
) -> tuple[SectionTemplate, ...]:
    """Return the sections of another conclusion, without their words.

    What is about one question stays only within one consultation. Where the other
    lists the changes to documents that are not consulted on here, those that are
    stand in their place.
    """
    is_same = other.consultation_id == conclusion.consultation_id
    known = {document.pk for document in documents}
    tree = tree_of(other.sections.all())
    return _like(tree, None, is_same, known, list(_changes(documents)))


def _like(
    tree: Tree,
    below: int | None,
    is_same: bool,
    known: set[int],
    own: list[SectionTemplate],
) -> tuple[SectionTemplate, ...]:
    planned: list[SectionTemplate] = []
    for row in tree.get(below, ()):
        if row.kind == "question" and not is_same:
            continue
        if row.document_id and row.document_id not in known:
            planned += own
            own.clear()  # once, however many there were
            continue
        planned.append(
            SectionTemplate(
                row.heading,
                row.kind,
                row.document_id,
                row.question_id,
                row.shows_tally,
                row.shows_table,
                _like(tree, row.pk, is_same, known, own),
            )
        )
    return tuple(planned)


def _changes(documents: Sequence[RegulatedDocument]) -> tuple[SectionTemplate, ...]:
    if len(documents) < 2:
        to = f" to the {documents[0].code}" if documents else ""
        return (SectionTemplate(f"Summary of Changes{to}", "changes"),)
    return tuple(
        SectionTemplate(f"Summary of Changes to the {each.code}", "changes", each.pk)
        for each in documents
    )


def create_sections(
    conclusion: Conclusion,
    outline: Sequence[SectionTemplate],
    *,
    by: User,
    parent: ConclusionSection | None = None,
) -> None:
    """Make the sections of an outline, one below the other."""
    for position, planned in enumerate(outline, 1):
        row = ConclusionSection(
            conclusion=conclusion,
            parent=parent,
            position=position,
            heading=planned.heading,
            kind=planned.kind,
            document_id=planned.document,
            question_id=planned.question,
            shows_tally=planned.tally,
            shows_table=planned.table,
        )
        row._history_user = by  # type: ignore[attr-defined]
        row.save()
        create_sections(conclusion, planned.sections, by=by, parent=row)
