"""Outlines for new conclusions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from consultations.models import Conclusion, ConclusionSection, RegulatedDocument
from responses.conclusions.section_tree import Tree, tree_of


@dataclass(frozen=True)
class SectionTemplate:
    """A section to create; `document` is the one whose changes it lists."""

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
    """Return the sections that most conclusions have, with changes by document."""
    return (
        SectionTemplate("Introduction and Context"),
        SectionTemplate(
            "Consultation",
            "questions",
            sections=(SectionTemplate("Respondents", "respondents"),),
        ),
        SectionTemplate("Analysis of Responses", "analysis"),
        *_change_sections(documents),
        SectionTemplate("Conclusions"),
        SectionTemplate("Next Steps"),
        SectionTemplate("Attachments", "attachments"),
    )


def outline_copied_from(
    other: Conclusion, conclusion: Conclusion, documents: Sequence[RegulatedDocument]
) -> tuple[SectionTemplate, ...]:
    """Return the sections of another conclusion, without their text.

    Sections about a question are copied only within one consultation. Sections for
    the changes to documents that are not consulted on here are replaced with sections
    for the documents that are.
    """
    is_same_consultation = other.consultation_id == conclusion.consultation_id
    document_ids = {document.pk for document in documents}
    tree = tree_of(other.sections.all())
    return _copied_sections(
        tree,
        None,
        is_same_consultation,
        document_ids,
        list(_change_sections(documents)),
    )


def _copied_sections(
    tree: Tree,
    parent: int | None,
    is_same_consultation: bool,
    document_ids: set[int],
    change_sections: list[SectionTemplate],
) -> tuple[SectionTemplate, ...]:
    copied: list[SectionTemplate] = []
    for row in tree.get(parent, ()):
        if row.kind == "question" and not is_same_consultation:
            continue
        if row.document_id and row.document_id not in document_ids:
            copied += change_sections
            change_sections.clear()  # once, however many there were
            continue
        copied.append(
            SectionTemplate(
                row.heading,
                row.kind,
                row.document_id,
                row.question_id,
                row.shows_tally,
                row.shows_table,
                _copied_sections(
                    tree, row.pk, is_same_consultation, document_ids, change_sections
                ),
            )
        )
    return tuple(copied)


def _change_sections(
    documents: Sequence[RegulatedDocument],
) -> tuple[SectionTemplate, ...]:
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
    """Create the sections of an outline."""
    for position, template in enumerate(outline, 1):
        row = ConclusionSection(
            conclusion=conclusion,
            parent=parent,
            position=position,
            heading=template.heading,
            kind=template.kind,
            document_id=template.document,
            question_id=template.question,
            shows_tally=template.tally,
            shows_table=template.table,
        )
        row._history_user = by  # type: ignore[attr-defined]
        row.save()
        create_sections(conclusion, template.sections, by=by, parent=row)
