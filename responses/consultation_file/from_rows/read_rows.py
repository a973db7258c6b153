"""What the database holds of a consultation, as the value a file would give.

The number of queries depends neither on the consultation's size nor on how many
consultations share its documents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from consultations.models import (
    ClauseChange,
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    Designation,
    ExtensionQuestion,
    Question,
)
from responses.consultation_file import contents
from responses.consultation_file.from_rows.file_names import stored_name
from responses.consultation_file.from_rows.read_documents import (
    grouped,
    stored_documents,
)
from responses.consultation_file.notation.moments import Month
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    CommentSource,
    Respondent,
    Submission,
)


def stored_file(consultation: Consultation) -> contents.ConsultationFile:
    """Return the whole consultation; attachments' files by hash and name."""
    questions = list(consultation.questions.select_related("parent"))
    respondents = list(consultation.respondents.all())
    changes = _changes(consultation)
    conclusions = _conclusions(consultation)
    about = [
        link.document.code
        for link in consultation.document_links.select_related("document")
    ]
    return contents.ConsultationFile(
        consultation_file=1,
        organisation=contents.Organisation(
            name=consultation.organisation.name, short=consultation.organisation.short
        ),
        documents=stored_documents([*about, *_named(changes, conclusions)]),
        consultation=_consultation(consultation, about),
        questions=tuple(map(_question, questions)),
        respondents=tuple(map(_respondent, respondents)),
        submissions=_submissions(consultation),
        comments=_comments(consultation),
        changes=changes,
        conclusions=conclusions,
        designation=_designation(consultation),
        commitments=tuple(map(_commitment, consultation.commitments.all())),
        glossary=tuple((t.short, t.long) for t in consultation.glossary.all()),
    )


def _named(
    changes: Iterable[contents.Change], conclusions: Iterable[contents.Conclusion]
) -> Iterable[str]:
    """Yield the codes of documents that changes, sections and attachments name."""
    yield from (change.document for change in changes)

    def in_sections(sections: Iterable[contents.Section]) -> Iterable[str]:
        for section in sections:
            yield section.document
            yield from in_sections(section.sections)

    for conclusion in conclusions:
        yield from in_sections(conclusion.sections)
        yield from (attachment.document for attachment in conclusion.attachments)


# --- what is asked -------------------------------------------------------------------


def _consultation(
    consultation: Consultation, documents: list[str]
) -> contents.Consultation:
    follows = None
    if consultation.follows:
        follows = contents.Follows(
            slug=consultation.follows, relation=consultation.relation
        )
    return contents.Consultation(
        slug=consultation.slug,
        title=consultation.title,
        summary=consultation.summary,
        documents=tuple(documents),
        opened=consultation.opens_on,
        opens_at=minute(consultation.opens_at_time),
        closes=minute(consultation.closes),
        target_conclusion=consultation.target_conclusion,
        classification=consultation.classification,
        mailbox=consultation.mailbox,
        anonymity=consultation.anonymity,
        follows=follows,
        extensions=_extensions(consultation),
        attachments=tuple(
            contents.ConsultationAttachment(
                title=row.title, file=stored_name(row.file_id, row.filename)
            )
            for row in consultation.attachments.all()
        ),
    )


def minute(moment: dt.datetime | dt.time | None) -> Any:
    """Return an instant or a time to the minute, which is all that the file tells."""
    return moment and moment.replace(second=0, microsecond=0)


def _extensions(consultation: Consultation) -> tuple[contents.Extension, ...]:
    links = ExtensionQuestion.objects.filter(extension__consultation=consultation)
    questions = _keys(
        links.order_by("question__position", "question"), "extension", "question__key"
    )
    return tuple(
        contents.Extension(
            from_=minute(row.was),
            to=minute(row.until),
            reason=row.reason,
            questions=questions.get(row.pk, ()),
        )
        for row in consultation.extensions.all()
    )


def _keys(links: QuerySet[Any], one: str, other: str) -> dict[int, tuple[str, ...]]:
    """Return the keys that links lead to, by the id they lead from, in one query.

    A prefetch of foreign keys fails on SQLite from 1,000 rows on (Django 5.2).
    """
    keys: dict[int, tuple[str, ...]] = {}
    for pk, key in links.values_list(one, other):
        keys[pk] = (*keys.get(pk, ()), key)
    return keys


def _lines(lines: list[str]) -> tuple[str, ...]:
    return tuple(filter(None, lines))


def _question(question: Question) -> contents.Question:
    is_choice = question.kind == Question.Kind.CHOICE
    return contents.Question(
        key=question.key,
        label=question.label,
        text=question.text,
        kind=question.kind,
        parent=question.parent.key if question.parent else "",
        refers_to=_lines(question.refers_to),
        options=_lines(question.options) if is_choice else (),
        summary=question.summary,
    )


# --- what came in, and what is said to it ----------------------------------------


def _respondent(respondent: Respondent) -> contents.Respondent:
    return contents.Respondent(
        key=respondent.key,
        name=respondent.name,
        email=respondent.email,
        category=respondent.category,
        roles=_lines(respondent.roles),
        represents=_lines(respondent.represents),
        aliases=_lines(respondent.aliases),
    )


def _submissions(consultation: Consultation) -> tuple[contents.Submission, ...]:
    rows = Submission.objects.filter(respondent__consultation=consultation)
    answers = grouped(
        Answer.objects.filter(
            submission__respondent__consultation=consultation
        ).select_related("question"),
        lambda answer: answer.submission_id,
    )
    return tuple(
        contents.Submission(
            respondent=row.respondent.key,
            received=minute(row.received),
            channel=row.channel,
            attribution=row.attribution,
            accepted=row.accepted,
            accepted_reason=row.accepted_reason,
            answers=tuple(map(_answer, answers[row.pk])),
        )
        for row in rows.select_related("respondent")
    )


def _answer(answer: Answer) -> contents.Answer:
    return contents.Answer(
        question=answer.question.key,
        stance=answer.stance,
        choice=answer.choice,
        text=answer.text,
        confidential=answer.confidential,
    )


def _comments(consultation: Consultation) -> tuple[contents.Comment, ...]:
    rows = consultation.comments.select_related("dcc_response", "question")
    sources = _keys(
        CommentSource.objects.filter(comment__consultation=consultation),
        "comment",
        "respondent__key",
    )
    return tuple(_comment(row, sources.get(row.pk, ())) for row in rows)


def _comment(comment: Comment, sources: tuple[str, ...]) -> contents.Comment:
    response = getattr(comment, "dcc_response", None)
    return contents.Comment(
        key=comment.key,
        question=comment.question.key if comment.question else "",
        from_=sources,
        text=comment.text,
        response=response.text if response else "",
        disposition=response.disposition if response else "",
        concerns=_lines(comment.concerns),
        replies_to=comment.replies_to,
    )


def _changes(consultation: Consultation) -> tuple[contents.Change, ...]:
    causes = _keys(
        ChangeCause.objects.filter(change__consultation=consultation),
        "change",
        "comment__key",
    )
    rows = consultation.changes.select_related("document")
    return tuple(_change(row, causes.get(row.pk, ())) for row in rows)


def _change(change: ClauseChange, causes: tuple[str, ...]) -> contents.Change:
    return contents.Change(
        key=change.key,
        document=change.document.code,
        reference=change.reference,
        description=change.description,
        rationale=change.rationale,
        because_of=causes,
        own_initiative=change.own_initiative,
        clause=change.clause,
        before=change.before,
        after=change.after,
    )


# --- conclusions and what follows ---------------------------------------------------


def _conclusions(consultation: Consultation) -> tuple[contents.Conclusion, ...]:
    rows = consultation.conclusions.all()
    sections = grouped(
        ConclusionSection.objects.filter(
            conclusion__consultation=consultation
        ).select_related("document", "question"),
        lambda section: (section.conclusion_id, section.parent_id),
    )
    attachments = grouped(
        ConclusionAttachment.objects.filter(
            conclusion__consultation=consultation
        ).select_related("document", "document_version", "against"),
        lambda attachment: attachment.conclusion_id,
    )
    return tuple(
        contents.Conclusion(
            slug=row.slug,
            title=row.title,
            subtitle=row.subtitle,
            date=row.date,
            author=row.author,
            classification=row.classification,
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
    """Return the sections below one; keys that do not go with a kind are left out."""
    return tuple(
        contents.Section(
            heading=section.heading,
            kind=section.kind,
            text=section.text,
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
    return contents.Attachment(
        title=attachment.title,
        kind=attachment.kind,
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
        fallback = contents.Fallback(
            months=row.fallback_months, wording=row.fallback_wording
        )
    return contents.Designation(
        addressee=row.addressee,
        submitted=row.submitted,
        target=row.target,
        fallback=fallback,
        designated=row.designated,
        outcome=row.outcome,
    )


def _commitment(row: Commitment) -> contents.Commitment:
    due: dt.date | Month | None = row.due
    if row.due and row.due_is_month:
        due = Month(row.due.year, row.due.month)
    return contents.Commitment(
        text=row.text, due=due, owner=row.owner, done=row.done, done_by=row.done_by
    )
