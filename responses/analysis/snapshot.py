"""The rows that a conclusion is made of; `conclusion_content` makes the content.

Rows refer to each other by id. Nothing may follow a relation of a row: that would
read the tables as they are now, and the rows may be of an earlier moment.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils import timezone

from consultations.models import (
    ClauseChange,
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    ConsultationDocument,
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

    `documents` and `files` are those that other rows refer to, by id.
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
    editions: tuple[PublishedEdition, ...]
    today: dt.date


def read_conclusion_rows(
    conclusion: Conclusion, received: ReceivedRows | None = None
) -> ConclusionRows:
    """Read the rows as they are now; `received` saves reading its part again."""
    consultation = conclusion.consultation
    causes = ChangeCause.objects.filter(change__consultation=consultation)
    return ConclusionRows(
        conclusion=conclusion,
        received=received or read_received_rows(consultation),
        organisation=consultation.organisation,
        document_links=tuple(consultation.document_links.all()),
        changes=tuple(consultation.changes.all()),
        causes=tuple(causes),
        sections=tuple(conclusion.sections.all()),
        attachments=tuple(conclusion.attachments.all()),
        commitments=tuple(consultation.commitments.all()),
        glossary=tuple(consultation.glossary.all()),
        # Read last, so that no row read before refers to one that was added since.
        documents=_documents(conclusion),
        files=stored_files(Q(conclusionattachment__conclusion=conclusion)),
        editions=published_editions(conclusion),
        today=timezone.localdate(),
    )


def read_received_rows(consultation: Consultation) -> ReceivedRows:
    """Read the questions, what was received, and the responses, as they are now."""
    links = ExtensionQuestion.objects.filter(extension__consultation=consultation)
    submissions = Submission.objects.filter(respondent__consultation=consultation)
    answers = Answer.objects.filter(submission__respondent__consultation=consultation)
    sources = CommentSource.objects.filter(comment__consultation=consultation)
    responses = DCCResponse.objects.filter(comment__consultation=consultation)
    received = ReceivedRows(
        consultation=consultation,
        questions=tuple(consultation.questions.all()),
        extensions=tuple(consultation.extensions.all()),
        extension_questions=tuple(links),
        respondents=tuple(consultation.respondents.all()),
        submissions=tuple(submissions.order_by("received", "pk")),
        answers=tuple(answers),
        comments=tuple(consultation.comments.all()),
        sources=tuple(sources),
        responses=tuple(responses),
    )
    return remove_orphans(received)


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
