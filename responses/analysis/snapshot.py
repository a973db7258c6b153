"""The rows that a conclusion is made of, read at once: `digest` makes words of them.

Rows of these values are told by their ids. Nothing follows a relation of one: that
would read the tables as they are now, and the rows may be as they stood before.
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
    """A consultation's questions, and all that came in and was said back.

    Everything is in the order of printing, submissions in that of their coming.
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
    """Everything one conclusion is made of; `today` is the day it is made on.

    `documents` and `files` hold those that other rows name, by their ids.
    """

    conclusion: Conclusion
    heard: ReceivedRows
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


def rows_now(
    conclusion: Conclusion, heard: ReceivedRows | None = None
) -> ConclusionRows:
    """Read the rows as they are; `heard` spares reading its part again."""
    consultation = conclusion.consultation
    causes = ChangeCause.objects.filter(change__consultation=consultation)
    return ConclusionRows(
        conclusion=conclusion,
        heard=heard or read_received_rows(consultation),
        organisation=consultation.organisation,
        document_links=tuple(consultation.document_links.all()),
        changes=tuple(consultation.changes.all()),
        causes=tuple(causes),
        sections=tuple(conclusion.sections.all()),
        attachments=tuple(conclusion.attachments.all()),
        commitments=tuple(consultation.commitments.all()),
        glossary=tuple(consultation.glossary.all()),
        # Last, so that nothing read before names one that came later.
        documents=_documents(conclusion),
        files=stored_files(Q(conclusionattachment__conclusion=conclusion)),
        editions=published_editions(conclusion),
        today=timezone.localdate(),
    )


def read_received_rows(consultation: Consultation) -> ReceivedRows:
    """Read what was asked, came in and was said back, as it is."""
    links = ExtensionQuestion.objects.filter(extension__consultation=consultation)
    submissions = Submission.objects.filter(respondent__consultation=consultation)
    answers = Answer.objects.filter(submission__respondent__consultation=consultation)
    sources = CommentSource.objects.filter(comment__consultation=consultation)
    responses = DCCResponse.objects.filter(comment__consultation=consultation)
    heard = ReceivedRows(
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
    return without_orphans(heard)


def without_orphans(heard: ReceivedRows) -> ReceivedRows:
    """Leave out rows that belong to a row which is not there.

    It came or went between two queries, or between two lines of a history.
    """
    questions = {question.pk for question in heard.questions}
    people = {person.pk for person in heard.respondents}
    comments = {comment.pk for comment in heard.comments}
    return replace(
        heard,
        submissions=tuple(s for s in heard.submissions if s.respondent_id in people),
        answers=tuple(a for a in heard.answers if a.question_id in questions),
        sources=tuple(
            link
            for link in heard.sources
            if link.comment_id in comments and link.respondent_id in people
        ),
    )


def stored_files(about: Q) -> dict[str, StoredFile]:
    """Return stored files by their hashes, their bytes left in the database."""
    rows = StoredFile.defer_bytes().filter(about).distinct()
    return {row.sha256: row for row in rows}


def _documents(conclusion: Conclusion) -> dict[int, RegulatedDocument]:
    """Return the documents that the consultation or the conclusion names."""
    consultation = conclusion.consultation
    naming = (
        consultation.document_links.all(),
        consultation.changes.all(),
        conclusion.sections.all(),
        conclusion.attachments.all(),
    )
    named = Q()
    for rows in naming:
        named |= Q(pk__in=rows.order_by().values("document"))
    return {row.pk: row for row in RegulatedDocument.objects.filter(named)}
