"""Reading a consultation from the database, as the value of a file.

The number of queries depends neither on the consultation's size nor on how many
consultations share its documents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from consultations.models import (
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    ConsultationNotice,
    Designation,
    ExtensionQuestion,
    Question,
)
from responses.consultation_file import contents
from responses.consultation_file.from_rows.file_names import stored_name
from responses.consultation_file.from_rows.read_documents import (
    group_rows,
    leave_out_own_consultation,
    stored_documents,
)
from responses.consultation_file.notation.moments import Month
from responses.consultation_file.tables import (
    filled_lines,
    truncate_to_minute,
    value_from_row,
)
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    CommentSource,
    Submission,
)


def stored_file(consultation: Consultation) -> contents.ConsultationFile:
    """Return the whole consultation; attachments' files by hash and name."""
    questions = list(consultation.questions.select_related("parent"))
    respondents = list(consultation.respondents.all())
    changes = _changes(consultation)
    conclusions = _conclusions(consultation)
    codes = [
        link.document.code
        for link in consultation.document_links.select_related("document")
    ]
    return contents.ConsultationFile(
        consultation_file=1,
        organisation=value_from_row(contents.Organisation, consultation.organisation),
        documents=leave_out_own_consultation(
            stored_documents([*codes, *_referenced_documents(changes, conclusions)]),
            consultation.slug,
        ),
        consultation=_consultation(consultation, codes),
        questions=tuple(map(_question, questions)),
        respondents=tuple(
            value_from_row(contents.Respondent, row) for row in respondents
        ),
        submissions=_submissions(consultation),
        comments=_comments(consultation),
        changes=changes,
        conclusions=conclusions,
        designation=_designation(consultation),
        commitments=tuple(map(_commitment, consultation.commitments.all())),
        glossary=tuple((t.short, t.long) for t in consultation.glossary.all()),
    )


def _referenced_documents(
    changes: Iterable[contents.Change], conclusions: Iterable[contents.Conclusion]
) -> Iterable[str]:
    """Yield the codes of documents of changes, sections and attachments."""
    yield from (change.document for change in changes)

    def in_sections(sections: Iterable[contents.Section]) -> Iterable[str]:
        for section in sections:
            yield section.document
            yield from in_sections(section.sections)

    for conclusion in conclusions:
        yield from in_sections(conclusion.sections)
        yield from (attachment.document for attachment in conclusion.attachments)


# --- consultation and questions ------------------------------------------------------


def _consultation(
    consultation: Consultation, documents: list[str]
) -> contents.Consultation:
    follows = None
    if consultation.relation:
        follows = value_from_row(contents.Follows, consultation)
    return value_from_row(
        contents.Consultation,
        consultation,
        documents=tuple(documents),
        follows=follows,
        extensions=_extensions(consultation),
        notices=stored_notices(consultation),
        withdrawn=withdrawal_of(consultation),
        published=(),
        attachments=tuple(
            value_from_row(
                contents.ConsultationAttachment,
                row,
                file=stored_name(row.file_id, row.filename),
            )
            for row in consultation.attachments.all()
        ),
    )


def stored_notices(consultation: Consultation) -> tuple[contents.Notice, ...]:
    """Return the notices but dropped ones; a withdrawal has a key of its own."""
    rows = ConsultationNotice.objects.not_dropped().filter(consultation=consultation)
    rows = rows.exclude(kind=ConsultationNotice.Kind.WITHDRAWN)
    return tuple(map(_notice, rows.order_by("pk")))


def notices_in_effect(consultation: Consultation) -> tuple[contents.Notice, ...]:
    """Return the notices that readers see, but for a withdrawal."""
    rows = ConsultationNotice.objects.in_effect().filter(consultation=consultation)
    rows = rows.exclude(kind=ConsultationNotice.Kind.WITHDRAWN)
    return tuple(map(_notice, rows.order_by("number")))


def _notice(row: ConsultationNotice) -> contents.Notice:
    return value_from_row(
        contents.Notice,
        row,
        on=_dated(row),
        kind=row.kind,
        state=_state(row),
        file=stored_name(str(row.file_id), row.filename) if row.file_id else "",
    )


def _state(row: ConsultationNotice) -> str:
    """Return the state of a notice that another person still has to decide on."""
    return row.state if row.state in contents.NOTICE_STATES else ""


def _dated(row: ConsultationNotice) -> dt.datetime:
    """Return the date of a notice to the minute, as the file has it."""
    moment = row.dated or row.effective_at or row.requested_at
    return moment.replace(second=0, microsecond=0)


def withdrawal_of(consultation: Consultation) -> contents.Withdrawn | None:
    """Return the withdrawal of a consultation, also one that waits for approval."""
    rows = ConsultationNotice.objects.not_dropped().filter(consultation=consultation)
    row = rows.filter(kind=ConsultationNotice.Kind.WITHDRAWN).first()
    if row is None:
        return None
    return value_from_row(contents.Withdrawn, row, at=_dated(row), state=_state(row))


def _extensions(consultation: Consultation) -> tuple[contents.Extension, ...]:
    links = ExtensionQuestion.objects.filter(extension__consultation=consultation)
    questions = _linked_keys(
        links.order_by("question__position", "question"), "extension", "question__key"
    )
    return tuple(
        value_from_row(contents.Extension, row, questions=questions.get(row.pk, ()))
        for row in consultation.extensions.all()
    )


def _linked_keys(
    links: QuerySet[Any], one: str, other: str
) -> dict[int, tuple[str, ...]]:
    """Return the keys of linked rows, by the id of the linking row, in one query.

    A prefetch of foreign keys fails on SQLite from 1,000 rows on (Django 5.2).
    """
    keys: dict[int, tuple[str, ...]] = {}
    for pk, key in links.values_list(one, other):
        keys[pk] = (*keys.get(pk, ()), key)
    return keys


def _question(question: Question) -> contents.Question:
    is_choice = question.kind == Question.Kind.CHOICE
    return value_from_row(
        contents.Question,
        question,
        parent=question.parent.key if question.parent else "",
        options=filled_lines(question.options) if is_choice else (),
    )


# --- submissions, comments, changes ----------------------------------------------


def _submissions(consultation: Consultation) -> tuple[contents.Submission, ...]:
    rows = Submission.objects.filter(respondent__consultation=consultation)
    answers = group_rows(
        Answer.objects.filter(
            submission__respondent__consultation=consultation
        ).select_related("question"),
        lambda answer: answer.submission_id,
    )
    return tuple(
        value_from_row(
            contents.Submission,
            row,
            respondent=row.respondent.key,
            withdrawn=_withdrawn_response(row),
            answers=tuple(
                value_from_row(contents.Answer, answer, question=answer.question.key)
                for answer in answers[row.pk]
            ),
        )
        for row in rows.select_related("respondent")
    )


def _withdrawn_response(row: Submission) -> contents.Withdrawn | None:
    if row.withdrawn_at is None:
        return None
    at = truncate_to_minute(row.withdrawn_at)
    return contents.Withdrawn(at=at, reason=row.withdrawn_reason)


def _comments(consultation: Consultation) -> tuple[contents.Comment, ...]:
    rows = consultation.comments.select_related("dcc_response", "question")
    sources = _linked_keys(
        CommentSource.objects.filter(comment__consultation=consultation),
        "comment",
        "respondent__key",
    )
    return tuple(_comment(row, sources.get(row.pk, ())) for row in rows)


def _comment(comment: Comment, sources: tuple[str, ...]) -> contents.Comment:
    response = getattr(comment, "dcc_response", None)
    return value_from_row(
        contents.Comment,
        comment,
        question=comment.question.key if comment.question else "",
        from_=sources,
        response=response.text if response else "",
        disposition=response.disposition if response else "",
    )


def _changes(consultation: Consultation) -> tuple[contents.Change, ...]:
    causes = _linked_keys(
        ChangeCause.objects.filter(change__consultation=consultation),
        "change",
        "comment__key",
    )
    rows = consultation.changes.select_related("document")
    return tuple(
        value_from_row(
            contents.Change,
            row,
            document=row.document.code,
            because_of=causes.get(row.pk, ()),
        )
        for row in rows
    )


# --- conclusions and what follows ---------------------------------------------------


def _conclusions(consultation: Consultation) -> tuple[contents.Conclusion, ...]:
    rows = consultation.conclusions.all()
    sections = group_rows(
        ConclusionSection.objects.filter(
            conclusion__consultation=consultation
        ).select_related("document", "question"),
        lambda section: (section.conclusion_id, section.parent_id),
    )
    attachments = group_rows(
        ConclusionAttachment.objects.filter(
            conclusion__consultation=consultation
        ).select_related("document", "document_version", "against"),
        lambda attachment: attachment.conclusion_id,
    )
    return tuple(
        value_from_row(
            contents.Conclusion,
            row,
            columns=tuple(row.columns),
            sections=_sections(sections, row, None),
            attachments=tuple(map(_attachment, attachments[row.pk])),
        )
        for row in rows
    )


def _sections(
    sections: dict[Any, list[ConclusionSection]],
    conclusion: Conclusion,
    parent: int | None,
) -> tuple[contents.Section, ...]:
    """Return the sections below one, without keys that do not fit their kind."""
    return tuple(
        value_from_row(
            contents.Section,
            section,
            document=(
                section.document.code
                if section.document and section.kind == "changes"
                else ""
            ),
            question=section.question.key if own and section.question else "",
            tally=section.shows_tally if own else None,
            table=section.shows_table if own else None,
            sections=_sections(sections, conclusion, section.pk),
        )
        for section in sections[conclusion.pk, parent]
        for own in [section.kind == "question"]
    )


def _attachment(attachment: ConclusionAttachment) -> contents.Attachment:
    version, against = attachment.document_version, attachment.against
    return value_from_row(
        contents.Attachment,
        attachment,
        document=attachment.document.code if attachment.document else "",
        version=version.key if version else "",
        against=against.key if against else "",
        file=(
            stored_name(str(attachment.file_id), attachment.filename)
            if attachment.file_id
            else ""
        ),
    )


def _designation(consultation: Consultation) -> contents.Designation | None:
    row = Designation.objects.filter(consultation=consultation).first()
    if row is None:
        return None
    fallback = None
    if row.fallback_months is not None or row.fallback_wording:
        fallback = value_from_row(contents.Fallback, row)
    return value_from_row(contents.Designation, row, fallback=fallback)


def _commitment(row: Commitment) -> contents.Commitment:
    due: dt.date | Month | None = row.due
    if row.due and row.due_is_month:
        due = Month(row.due.year, row.due.month)
    return value_from_row(contents.Commitment, row, due=due)
