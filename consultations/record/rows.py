"""The text of a consultation as its rows stand now: the draft of the next edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from consultations.documents.consultation_text import (
    AttachmentFile,
    ConsultationText,
    ConsultedText,
    DocumentName,
    ExtensionText,
    QuestionText,
)
from consultations.documents.version_text import write_version_text
from consultations.editions.hashes import sha256
from consultations.models import (
    Consultation,
    DocumentVersion,
    ExtensionQuestion,
    Question,
)


@dataclass(frozen=True)
class StoredRows:
    """A consultation's text, and the rows that an edition of it names.

    `documents` are keys with codes; `versions` have their text as it is stored.
    """

    text: ConsultationText
    documents: tuple[tuple[int, str], ...]
    versions: tuple[tuple[int, bytes], ...]


def read_stored_rows(consultation: Consultation) -> StoredRows:
    """Return the text of a consultation from its rows."""
    links = consultation.document_links.select_related("document")
    documents = [link.document for link in links]
    versions = [
        (row, write_version_text(row.as_text())) for row in _versions(consultation)
    ]
    text = ConsultationText(
        title=consultation.title,
        organisation=consultation.organisation.name,
        organisation_short=consultation.organisation.short,
        anonymity=consultation.anonymity,
        summary=consultation.summary,
        documents=tuple(
            DocumentName(row.code, row.title, row.reference, row.route)
            for row in documents
        ),
        opens=_as_utc(consultation.opens),
        closes=_as_utc(consultation.closes),
        target_conclusion=consultation.target_conclusion,
        classification=consultation.classification,
        mailbox=consultation.mailbox,
        follows=consultation.follows,
        follows_title=consultation.follows_title,
        follows_opened=consultation.follows_opened,
        follows_url=consultation.follows_url,
        relation=consultation.relation,
        questions=_question_texts(consultation.questions.all()),
        attachments=_attachment_files(consultation),
        extensions=_extension_texts(consultation),
        texts=tuple(
            ConsultedText(f"{row.document.code}/{row.key}", sha256(content))
            for row, content in versions
        ),
    )
    return StoredRows(
        text,
        documents=tuple((row.pk, row.code) for row in documents),
        versions=tuple((row.pk, content) for row, content in versions),
    )


def _versions(consultation: Consultation) -> Iterable[DocumentVersion]:
    """Return the versions that the opening of a consultation makes public."""
    rows = DocumentVersion.objects.filter(public_from_opening_of=consultation)
    rows = rows.select_related("document").prefetch_related("clauses")
    return rows.order_by("document__code", "position", "pk")


def _as_utc(moment: dt.datetime | None) -> dt.datetime | None:
    return moment and moment.astimezone(dt.UTC)


def _question_texts(questions: Iterable[Question]) -> tuple[QuestionText, ...]:
    children: dict[int | None, list[Question]] = {}
    for question in questions:
        children.setdefault(question.parent_id, []).append(question)

    def texts(parent: int | None) -> tuple[QuestionText, ...]:
        return tuple(
            QuestionText(
                key=row.key,
                label=row.label,
                text=row.text,
                kind=row.kind,
                options=tuple(row.options),
                refers_to=tuple(row.refers_to),
                children=texts(row.pk),
            )
            for row in children.get(parent, ())
        )

    return texts(None)


def _attachment_files(consultation: Consultation) -> tuple[AttachmentFile, ...]:
    rows = consultation.attachments.values_list(
        "title", "filename", "file", "file__size"
    )
    return tuple(AttachmentFile(*row) for row in rows)


def _extension_texts(consultation: Consultation) -> tuple[ExtensionText, ...]:
    links = ExtensionQuestion.objects.filter(extension__consultation=consultation)
    keys: dict[int, list[str]] = {}
    ordered = links.order_by("question__position", "question")
    for extension, key in ordered.values_list("extension", "question__key"):
        keys.setdefault(extension, []).append(key)
    return tuple(
        ExtensionText(
            was=row.was.astimezone(dt.UTC),
            until=row.until.astimezone(dt.UTC),
            reason=row.reason,
            questions=tuple(keys.get(row.pk, ())),
        )
        for row in consultation.extensions.all()
    )
