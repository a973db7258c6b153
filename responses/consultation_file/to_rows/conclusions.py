"""Synchronising draft conclusions, designation and commitments with a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from consultations.models import (
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Designation,
    GlossaryTerm,
)
from responses.consultation_file import contents
from responses.consultation_file.files_beside import AccompanyingFiles
from responses.consultation_file.notation.moments import Month
from responses.consultation_file.tables import values_for_row
from responses.consultation_file.to_rows.consultation import SavedQuestions, store_file
from responses.consultation_file.to_rows.sync import (
    Sync,
    Values,
    lock_rows,
    pair_with_stored,
)

SectionKey = tuple[int, int]
"""A conclusion's id and a number of one of its sections or attachments."""


def sync_conclusions(
    sync: Sync,
    file: contents.ConsultationFile,
    saved_questions: SavedQuestions,
    accompanying_files: AccompanyingFiles,
) -> None:
    """Store conclusions, the designation, commitments and the glossary."""
    consultation = saved_questions.consultation
    conclusions = sync.sync_rows(
        Conclusion,
        {row.slug: row for row in lock_rows(consultation.conclusions.all())},
        {each.slug: _conclusion(each, consultation.pk) for each in file.conclusions},
    )
    _sync_sections(sync, file, saved_questions, conclusions)
    _sync_attachments(sync, file, saved_questions, conclusions, accompanying_files)
    given = file.designation
    designations = lock_rows(Designation.objects.filter(consultation=consultation))
    sync.sync_rows(
        Designation,
        {row.consultation_id: row for row in designations},
        {consultation.pk: _designation(given, consultation.pk)} if given else {},
    )
    _sync_commitments(sync, file.commitments, saved_questions)
    sync.sync_rows(
        GlossaryTerm,
        {row.short: row for row in lock_rows(consultation.glossary.all())},
        {
            short: {"consultation_id": consultation.pk, "short": short, "long": long}
            for short, long in file.glossary
        },
    )


def _conclusion(conclusion: contents.Conclusion, consultation: int) -> Values:
    return values_for_row(
        conclusion, consultation_id=consultation, columns=list(conclusion.columns)
    )


# --- sections ----------------------------------------------------------------------


def _sync_sections(
    sync: Sync,
    file: contents.ConsultationFile,
    saved_questions: SavedQuestions,
    conclusions: dict[str, Conclusion],
) -> None:
    rows = lock_rows(
        ConclusionSection.objects.filter(
            conclusion__consultation=saved_questions.consultation
        )
    ).select_related("question")
    stored = {(row.conclusion_id, row.pk): row for row in rows}
    wanted: dict[SectionKey, Values] = {}
    parents: dict[SectionKey, SectionKey | None] = {}
    for conclusion in file.conclusions:
        owner = conclusions[conclusion.slug].pk
        own = [row for row in stored.values() if row.conclusion_id == owner]
        matcher = _SectionMatcher(own, owner, saved_questions, wanted, parents)
        matcher.match_below(None, conclusion.sections)
    sync.sync_tree(ConclusionSection, stored, wanted, parents, group=lambda key: key[0])


class _SectionMatcher:
    """Matches a conclusion's sections with stored ones, level by level."""

    def __init__(
        self,
        stored: list[ConclusionSection],
        owner: int,
        saved_questions: SavedQuestions,
        wanted: dict[SectionKey, Values],
        parents: dict[SectionKey, SectionKey | None],
    ) -> None:
        self.stored = stored
        self.owner = owner
        self.saved_questions = saved_questions
        self.wanted = wanted
        self.parents = parents
        self.last_new_id = 0

    def match_below(
        self, parent: SectionKey | None, given: Sequence[contents.Section]
    ) -> None:
        """Match the sections below one, each followed by those below it."""
        above = parent[1] if parent else None
        rows = [row for row in self.stored if row.parent_id == above]
        numbers = pair_with_stored(
            [(r.kind, r.question.key if r.question else "", r.heading) for r in rows],
            [(s.kind, s.question, s.heading) for s in given],
        )
        for number, section in zip(numbers, given, strict=True):
            if number < len(rows):
                key = (self.owner, rows[number].pk)
            else:
                self.last_new_id -= 1  # ids of rows are above 0
                key = (self.owner, self.last_new_id)
            self.wanted[key] = _section(section, self.owner, self.saved_questions)
            self.parents[key] = parent
            self.match_below(key, section.sections)


def _section(
    section: contents.Section, conclusion: int, saved_questions: SavedQuestions
) -> Values:
    return values_for_row(
        section,
        conclusion_id=conclusion,
        document_id=saved_questions.document(section.document),
        question_id=saved_questions.question(section.question),
        shows_tally=section.tally,
        shows_table=section.table,
    )


# --- attachments -------------------------------------------------------------------


def _sync_attachments(
    sync: Sync,
    file: contents.ConsultationFile,
    saved_questions: SavedQuestions,
    conclusions: dict[str, Conclusion],
    accompanying_files: AccompanyingFiles,
) -> None:
    stored: dict[SectionKey, ConclusionAttachment] = {}
    wanted: dict[SectionKey, Values] = {}
    rows = lock_rows(
        ConclusionAttachment.objects.filter(
            conclusion__consultation=saved_questions.consultation
        )
    )
    for row in rows:
        number = sum(1 for owner, _ in stored if owner == row.conclusion_id)
        stored[row.conclusion_id, number] = row
    for conclusion in file.conclusions:
        owner = conclusions[conclusion.slug].pk
        own = [row for key, row in stored.items() if key[0] == owner]
        numbers = pair_with_stored(
            [(row.title, row.kind) for row in own],
            [(each.title, each.kind) for each in conclusion.attachments],
        )
        for number, each in zip(numbers, conclusion.attachments, strict=True):
            wanted[owner, number] = _attachment(
                each, owner, saved_questions, accompanying_files
            )
    sync.sync_rows(ConclusionAttachment, stored, wanted, group=lambda key: key[0])


def _attachment(
    attachment: contents.Attachment,
    conclusion: int,
    saved_questions: SavedQuestions,
    accompanying_files: AccompanyingFiles,
) -> Values:
    """Store new bytes of an attachment; return the values of its row."""
    digest, filename = store_file(attachment.file, accompanying_files)
    return values_for_row(
        attachment,
        conclusion_id=conclusion,
        document_id=saved_questions.document(attachment.document),
        document_version_id=saved_questions.version(
            attachment.document, attachment.version
        ),
        against_id=saved_questions.version(attachment.document, attachment.against),
        file_id=digest or None,
        filename=filename,
    )


# --- what follows ------------------------------------------------------------------


def _designation(given: contents.Designation, consultation: int) -> Values:
    fallback = given.fallback or contents.Fallback()
    return values_for_row(
        given, consultation_id=consultation, **values_for_row(fallback)
    )


def _sync_commitments(
    sync: Sync, given: Sequence[contents.Commitment], saved_questions: SavedQuestions
) -> None:
    rows = list(lock_rows(saved_questions.consultation.commitments.all()))
    numbers = pair_with_stored(
        [(row.text,) for row in rows], [(each.text,) for each in given]
    )
    wanted = {
        number: _commitment(each, saved_questions.consultation.pk)
        for number, each in zip(numbers, given, strict=True)
    }
    sync.sync_rows(Commitment, dict(enumerate(rows)), wanted)


def _commitment(given: contents.Commitment, consultation: int) -> Values:
    due: dt.date | None
    due = given.due.first_day if isinstance(given.due, Month) else given.due
    return values_for_row(
        given,
        consultation_id=consultation,
        due=due,
        due_is_month=isinstance(given.due, Month),
    )
