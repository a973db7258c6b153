"""The rows that a conclusion is made of; `conclusion_content` makes the content.

Rows refer to each other by id. Nothing may follow a relation of a row: that would
read the tables as they are now, and the rows may be of an earlier moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from consultations.models import (
    Clause,
    ClauseChange,
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    ConsultationDocument,
    DocumentVersion,
    Extension,
    ExtensionQuestion,
    GlossaryTerm,
    Organisation,
    Question,
    RegulatedDocument,
    StoredFile,
)
from responses.analysis.document_control import PublishedEdition, published_editions
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    CommentSource,
    DCCResponse,
    Respondent,
    Submission,
)
from responses.row_types import ROW_TYPES_BY_MODEL, rows_of

M = TypeVar("M", bound=Model)

IN_ORDER = ("position", "pk")
BY_ID = ("pk",)


@dataclass(frozen=True)
class ReceivedRows:
    """A consultation's questions, submissions, answers, comments and responses.

    They are in the order of printing; submissions are in the order received.
    """

    consultation: Consultation
    questions: tuple[Question, ...]
    extensions: tuple[Extension, ...]
    extension_questions: tuple[ExtensionQuestion, ...]
    respondents: tuple[Respondent, ...]
    submissions: tuple[Submission, ...]
    answers: tuple[Answer, ...]
    comments: tuple[Comment, ...]
    sources: tuple[CommentSource, ...]
    responses: tuple[DCCResponse, ...]


@dataclass(frozen=True)
class ConclusionRows:
    """Everything one conclusion is made of; `today` is the date of the moment.

    `documents` and `files` are those that other rows refer to, by id. `versions` are
    those that have a text.
    """

    conclusion: Conclusion
    received: ReceivedRows
    organisation: Organisation
    document_links: tuple[ConsultationDocument, ...]
    changes: tuple[ClauseChange, ...]
    causes: tuple[ChangeCause, ...]
    sections: tuple[ConclusionSection, ...]
    attachments: tuple[ConclusionAttachment, ...]
    commitments: tuple[Commitment, ...]
    glossary: tuple[GlossaryTerm, ...]
    documents: dict[int, RegulatedDocument]
    files: dict[str, StoredFile]
    versions: dict[int, DocumentVersion]
    editions: tuple[PublishedEdition, ...]
    today: dt.date


class RowReader(Protocol):
    """Reads the rows of one conclusion, as they are or as they were at a moment."""

    def rows(self, model: type[M], order: Sequence[str] = IN_ORDER) -> tuple[M, ...]:
        """Return the rows of a model that are part of the conclusion, in one query."""
        ...


@dataclass(frozen=True)
class CurrentRows:
    """Reads the rows of a conclusion or of a consultation as they are now."""

    owner: Conclusion | Consultation

    def rows(self, model: type[M], order: Sequence[str] = IN_ORDER) -> tuple[M, ...]:
        """Return the rows of a model below the owner, or below its consultation."""
        owner, row_type = self.owner, ROW_TYPES_BY_MODEL[model]
        if isinstance(owner, Conclusion) and row_type.conclusion_path is None:
            owner = owner.consultation
        return tuple(rows_of(row_type, owner).order_by(*order))


def read_conclusion_rows(
    conclusion: Conclusion, received: ReceivedRows | None = None
) -> ConclusionRows:
    """Read the rows as they are now; `received` saves reading its part again."""
    consultation = conclusion.consultation
    rows = rows_from(
        CurrentRows(conclusion),
        conclusion,
        received or read_received_rows(consultation),
        organisation=consultation.organisation,
        editions=published_editions(conclusion),
        today=timezone.localdate(),
    )
    # Read last, so that no row read before refers to one that was added since.
    return replace(
        rows,
        documents=_documents(conclusion),
        files=stored_files(Q(conclusionattachment__conclusion=conclusion)),
        versions=versions_with_text(
            conclusion.attachments.order_by().values("document_version")
        ),
    )


def read_received_rows(consultation: Consultation) -> ReceivedRows:
    """Read the questions, what was received, and the responses, as they are now."""
    return received_rows_from(CurrentRows(consultation), consultation)


def received_rows_from(reader: RowReader, consultation: Consultation) -> ReceivedRows:
    """Read the questions, what was received, and the responses."""
    received = ReceivedRows(
        consultation=consultation,
        questions=reader.rows(Question),
        extensions=reader.rows(Extension),
        extension_questions=reader.rows(ExtensionQuestion, BY_ID),
        respondents=reader.rows(Respondent),
        submissions=reader.rows(Submission, ("received", "pk")),
        answers=reader.rows(Answer),
        comments=reader.rows(Comment),
        sources=reader.rows(CommentSource),
        responses=reader.rows(DCCResponse, BY_ID),
    )
    return remove_orphans(received)


def rows_from(
    reader: RowReader,
    conclusion: Conclusion,
    received: ReceivedRows,
    *,
    organisation: Organisation,
    editions: tuple[PublishedEdition, ...],
    today: dt.date,
) -> ConclusionRows:
    """Read what a conclusion is made of, without what it only refers to."""
    return ConclusionRows(
        conclusion=conclusion,
        received=received,
        organisation=organisation,
        document_links=reader.rows(ConsultationDocument),
        changes=reader.rows(ClauseChange),
        causes=reader.rows(ChangeCause),
        sections=reader.rows(ConclusionSection),
        attachments=reader.rows(ConclusionAttachment),
        commitments=reader.rows(Commitment),
        glossary=reader.rows(GlossaryTerm),
        documents={},
        files={},
        versions={},
        editions=editions,
        today=today,
    )


def remove_orphans(received: ReceivedRows) -> ReceivedRows:
    """Leave out rows whose parent is missing.

    The parent was added or deleted between two queries, or between two history rows.
    """
    questions = {question.pk for question in received.questions}
    people = {person.pk for person in received.respondents}
    comments = {comment.pk for comment in received.comments}
    return replace(
        received,
        submissions=tuple(s for s in received.submissions if s.respondent_id in people),
        answers=tuple(a for a in received.answers if a.question_id in questions),
        sources=tuple(
            link
            for link in received.sources
            if link.comment_id in comments and link.respondent_id in people
        ),
    )


def stored_files(about: Q) -> dict[str, StoredFile]:
    """Return stored files by their hashes, without their bytes."""
    rows = StoredFile.defer_bytes().filter(about).distinct()
    return {row.sha256: row for row in rows}


def versions_with_text(keys: QuerySet[Any]) -> dict[int, DocumentVersion]:
    """Return the versions with some keys that have clauses, by their keys."""
    clauses = Clause.objects.filter(document_version=OuterRef("pk"))
    rows = DocumentVersion.objects.filter(Exists(clauses), pk__in=keys)
    return {row.pk: row for row in rows.select_related("document")}


def _documents(conclusion: Conclusion) -> dict[int, RegulatedDocument]:
    """Return the documents that the consultation or the conclusion refers to."""
    consultation = conclusion.consultation
    linking = (
        consultation.document_links.all(),
        consultation.changes.all(),
        conclusion.sections.all(),
        conclusion.attachments.all(),
    )
    condition = Q()
    for rows in linking:
        condition |= Q(pk__in=rows.order_by().values("document"))
    return {row.pk: row for row in RegulatedDocument.objects.filter(condition)}
