"""Synchronising the consultation, its questions and extensions with a file."""

from __future__ import annotations

from dataclasses import dataclass

from consultations.models import (
    Consultation,
    ConsultationAttachment,
    ConsultationDocument,
    Extension,
    ExtensionQuestion,
    Organisation,
    Question,
    StoredFile,
)
from consultations.models.consultation import default_organisation
from responses.consultation_file import contents
from responses.consultation_file.files_beside import AccompanyingFiles
from responses.consultation_file.from_rows.file_names import split_name
from responses.consultation_file.tables import truncate_to_minute, values_for_row
from responses.consultation_file.to_rows.documents import Documents
from responses.consultation_file.to_rows.sync import (
    CHANGE_REASON,
    Sync,
    Values,
    lock_rows,
    pair_with_stored,
)


@dataclass(frozen=True)
class SavedQuestions:
    """The rows that the rest of a consultation refers to."""

    consultation: Consultation
    documents: Documents
    questions: dict[str, Question]

    def question(self, key: str) -> int | None:
        """Return the question's id; None for no question."""
        return self.questions[key].pk if key else None

    def document(self, code: str) -> int | None:
        """Return the document's id; None for no document."""
        return self.documents.by_code[code].pk if code else None

    def version(self, code: str, key: str) -> int | None:
        """Return the version's id; None for no version."""
        return self.documents.versions[code, key].pk if key else None


def sync_consultation(
    sync: Sync,
    file: contents.ConsultationFile,
    documents: Documents,
    accompanying_files: AccompanyingFiles,
) -> SavedQuestions:
    """Store the consultation, its documents, questions and extensions."""
    given = file.consultation
    consultation = sync.sync_rows(
        Consultation,
        {r.slug: r for r in lock_rows(Consultation.objects.filter(slug=given.slug))},
        {given.slug: _consultation(given, _organisation(file, sync).pk)},
    )[given.slug]
    _sync_links(sync, given, consultation, documents)
    _sync_attachments(sync, given, consultation, accompanying_files)
    questions = sync.sync_tree(
        Question,
        {row.key: row for row in lock_rows(consultation.questions.all())},
        {each.key: _question(each, consultation.pk) for each in file.questions},
        {each.key: each.parent or None for each in file.questions},
    )
    saved_questions = SavedQuestions(consultation, documents, questions)
    _sync_extensions(sync, given, saved_questions)
    return saved_questions


def _organisation(file: contents.ConsultationFile, sync: Sync) -> Organisation:
    """Return the organisation with the name, created if missing; rename none."""
    given = file.organisation
    if given is None:
        return default_organisation()
    row = Organisation.objects.filter(name=given.name, short=given.short).first()
    if row is None:
        row = Organisation(**values_for_row(given))
        row._history_user = sync.by  # type: ignore[attr-defined]
        row._change_reason = CHANGE_REASON  # type: ignore[attr-defined]
        row.save()
    return row


def _consultation(given: contents.Consultation, organisation: int) -> Values:
    follows = given.follows or contents.Follows(relation="")
    return values_for_row(
        given, organisation_id=organisation, **values_for_row(follows)
    )


def _sync_links(
    sync: Sync,
    given: contents.Consultation,
    consultation: Consultation,
    documents: Documents,
) -> None:
    links = lock_rows(consultation.document_links.select_related("document"))
    wanted: dict[str, Values] = {
        code: {
            "consultation_id": consultation.pk,
            "document_id": documents.by_code[code].pk,
        }
        for code in given.documents
    }
    stored = {link.document.code: link for link in links}
    sync.sync_rows(ConsultationDocument, stored, wanted)


def _sync_attachments(
    sync: Sync,
    given: contents.Consultation,
    consultation: Consultation,
    accompanying_files: AccompanyingFiles,
) -> None:
    rows = list(lock_rows(consultation.attachments.all()))
    numbers = pair_with_stored(
        [(row.title, row.file_id) for row in rows],
        [(each.title, split_name(each.file)[0]) for each in given.attachments],
    )
    wanted: dict[int, Values] = {}
    for number, each in zip(numbers, given.attachments, strict=True):
        digest, filename = store_file(each.file, accompanying_files)
        wanted[number] = values_for_row(
            each,
            consultation_id=consultation.pk,
            file_id=digest,
            filename=filename,
        )
    sync.sync_rows(ConsultationAttachment, dict(enumerate(rows)), wanted)


def store_file(name: str, accompanying_files: AccompanyingFiles) -> tuple[str, str]:
    """Store the bytes of an attachment if they are new; return hash and filename."""
    digest, filename = split_name(name)
    if digest and not StoredFile.objects.filter(pk=digest).exists():
        StoredFile.objects.store(accompanying_files.content(digest))
    return digest, filename


def _question(question: contents.Question, consultation: int) -> Values:
    return values_for_row(
        question, consultation_id=consultation, options=list(question.options)
    )


def _sync_extensions(
    sync: Sync, given: contents.Consultation, saved_questions: SavedQuestions
) -> None:
    stored_rows = saved_questions.consultation.extensions.prefetch_related(
        "question_links"
    )
    rows = list(lock_rows(stored_rows))
    numbers = pair_with_stored(
        [(truncate_to_minute(row.until), truncate_to_minute(row.was)) for row in rows],
        [(each.to, each.from_) for each in given.extensions],
    )
    extensions = sync.sync_rows(
        Extension,
        dict(enumerate(rows)),
        {
            number: values_for_row(
                each, consultation_id=saved_questions.consultation.pk
            )
            for number, each in zip(numbers, given.extensions, strict=True)
        },
    )
    wanted: dict[tuple[int, int], Values] = {}
    for number, each in zip(numbers, given.extensions, strict=True):
        for key in each.questions:
            pair = (extensions[number].pk, saved_questions.questions[key].pk)
            wanted[pair] = {"extension_id": pair[0], "question_id": pair[1]}
    stored = {
        (row.pk, link.question_id): link
        for row in rows
        for link in row.question_links.all()
    }
    sync.sync_rows(ExtensionQuestion, stored, wanted)
