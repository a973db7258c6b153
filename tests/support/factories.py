"""Plain makers of stored objects for tests: make_x(**what matters) -> x."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group, User
from django.db import connection
from django.db.models import F
from django.utils import timezone

from consultations.attached_files.inspection import READER_VERSION
from consultations.editions.triggers import without_guards
from consultations.legal_texts.releases import approve_release, request_release
from consultations.models import (
    ClauseChange,
    Conclusion,
    ConclusionSection,
    Consultation,
    ConsultationDocument,
    ConsultationEdition,
    ConsultationEditionDocument,
    ConsultationEditionFile,
    ConsultationEditionText,
    ConsultationNotice,
    DocumentVersion,
    Notice,
    Question,
    RegulatedDocument,
    StoredFile,
    VersionRelease,
)
from consultations.models.consultation import default_organisation
from consultations.record.freezing import freeze_opening
from consultations.record.notice_decisions import approve_notice
from consultations.record.notices import request_notice
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    CommentSource,
    DCCResponse,
    FileWords,
    Respondent,
    Submission,
)

LONDON = ZoneInfo("Europe/London")
_numbers = itertools.count(1)


def london(text: str) -> dt.datetime:
    """Return `2026-02-02 16:00` of a London clock as an instant."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


def make_user(username: str = "", role: str = "", **values: Any) -> User:
    user = User.objects.create_user(
        username or f"user{next(_numbers)}", password="correct horse battery", **values
    )
    if role:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def make_document(code: str = "S1SR", **values: Any) -> RegulatedDocument:
    values.setdefault("title", f"{code} Requirements")
    return RegulatedDocument.objects.get_or_create(code=code, defaults=values)[0]


def release(version: DocumentVersion) -> VersionRelease:
    """Make the text of a version public, by two people."""
    asked = request_release(version, by=make_user(role="Drafter"), reason="Designated.")
    return approve_release(asked, by=make_user(role="Approver"), sha256=asked.sha256)


def state_from_opening(version: DocumentVersion) -> None:
    """Record a version as consulted on before its consultation opened."""
    same = DocumentVersion.objects.filter(pk=version.pk)
    same.update(public_from_opening_of=F("consultation"))
    if version.consultation is not None:
        freeze(version.consultation)


def make_consultation(
    slug: str = "", *, documents: tuple[str, ...] = ("S1SR",), **values: Any
) -> Consultation:
    values.setdefault("title", "Changes to the S1SR")
    values.setdefault("opens_on", dt.date(2026, 1, 5))
    values.setdefault("closes", london("2026-02-02 16:00"))
    values.setdefault("organisation", default_organisation())
    slug = slug or f"consultation-{next(_numbers)}"
    consultation = Consultation.objects.create(slug=slug, **values)
    for position, code in enumerate(documents):
        ConsultationDocument.objects.create(
            consultation=consultation, document=make_document(code), position=position
        )
    return consultation


def freeze(consultation: Consultation) -> ConsultationEdition | None:
    """Make the consultation public as it stands, as if it stood so at the opening."""
    editions = ConsultationEdition.objects.filter(consultation=consultation)
    if editions.exists():
        delete_editions(consultation)
    fresh = Consultation.objects.get(pk=consultation.pk)
    return freeze_opening(fresh, by=None)


def open_instead(consultation: Consultation, **values: Any) -> None:
    """Give the opening other values, as if the consultation had been made with them."""
    delete_editions(consultation)
    for name, value in values.items():
        setattr(consultation, name, value)
    consultation.save()
    freeze(consultation)


def delete_editions(consultation: Consultation) -> None:
    """Delete the editions and notices of a consultation, past the guards."""
    editions = ConsultationEdition.objects.filter(consultation=consultation)
    with without_guards(connection):
        ConsultationNotice.objects.filter(consultation=consultation).delete()
        for table in (
            ConsultationEditionText,
            ConsultationEditionDocument,
            ConsultationEditionFile,
        ):
            table.objects.filter(edition__in=editions).delete()
        editions.delete()


def publish_changes(consultation: Consultation, **values: Any) -> ConsultationNotice:
    """Publish what differs from the public wording, by two people."""
    values = {"kind": "amended", "text": "A word was wrong."} | values
    asked = request_notice(consultation, by=make_user(role="Drafter"), **values)
    return approve_notice(asked, by=make_user(role="Approver"), sha256=asked.sha256)


def store_read_file(content: bytes, unread: tuple[str, ...] = ()) -> StoredFile:
    """Store a file of plain text, as one that has been read but for some parts."""
    file = StoredFile.objects.store(content)
    words = {
        "texts": [["", content.decode()]],
        "unread": list(unread),
        "reader_version": READER_VERSION,
        "read_at": timezone.now(),
    }
    FileWords.objects.update_or_create(file=file, defaults=words)
    return file


def make_question(consultation: Consultation, **values: Any) -> Question:
    number = consultation.questions.count() + 1
    values.setdefault("key", f"q{number}")
    values.setdefault("label", f"Question {number}")
    values.setdefault("text", "Do you agree with the proposed changes?")
    return Question.objects.create(consultation=consultation, position=number, **values)


def make_respondent(consultation: Consultation, name: str, **values: Any) -> Respondent:
    number = consultation.respondents.count() + 1
    values.setdefault("key", f"r{number}")
    return Respondent.objects.create(
        consultation=consultation, name=name, position=number, **values
    )


def make_submission(
    respondent: Respondent, *, stances: dict[Question, str] | None = None, **values: Any
) -> Submission:
    values.setdefault("received", london("2026-01-30 11:04"))
    submission = Submission.objects.create(respondent=respondent, **values)
    for question, stance in (stances or {}).items():
        Answer.objects.create(submission=submission, question=question, stance=stance)
    return submission


def make_comment(
    consultation: Consultation,
    question: Question | None = None,
    *,
    text: str = "A respondent asked what happens after a failed update.",
    response: str = "",
    disposition: str = "",
    sources: tuple[Respondent, ...] = (),
    **values: Any,
) -> Comment:
    number = consultation.comments.count() + 1
    values = {"key": f"k{number}", "position": number} | values
    comment = Comment.objects.create(
        consultation=consultation,
        question=question,
        text=text,
        **values,
    )
    for respondent in sources:
        CommentSource.objects.create(comment=comment, respondent=respondent)
    if response or disposition:
        DCCResponse.objects.create(
            comment=comment, text=response, disposition=disposition
        )
    return comment


def make_change(
    consultation: Consultation, *, because_of: tuple[Comment, ...] = (), **values: Any
) -> ClauseChange:
    number = consultation.changes.count() + 1
    values.setdefault("key", f"c{number}")
    values.setdefault("document", make_document())
    values.setdefault("reference", f"Clause {number}.1")
    values.setdefault("description", "Words taken out.")
    values.setdefault("rationale", "They were not needed.")
    change = ClauseChange.objects.create(
        consultation=consultation, position=number, **values
    )
    for comment in because_of:
        ChangeCause.objects.create(change=change, comment=comment)
    return change


SECTIONS = (
    ("Introduction", "text"),
    ("Consultation", "questions"),
    ("Respondents", "respondents"),
    ("Analysis of Responses", "analysis"),
    ("Summary of Changes", "changes"),
    ("Attachments", "attachments"),
)


def make_conclusion(
    consultation: Consultation,
    *,
    sections: tuple[tuple[str, str], ...] = SECTIONS,
    **values: Any,
) -> Conclusion:
    values.setdefault("slug", consultation.slug)
    values.setdefault("title", f"Conclusion on {consultation.title}")
    values.setdefault("date", dt.date(2026, 2, 16))
    values.setdefault("classification", "DCC Public")
    conclusion = Conclusion.objects.create(consultation=consultation, **values)
    for position, (heading, kind) in enumerate(sections):
        ConclusionSection.objects.create(
            conclusion=conclusion,
            heading=heading,
            kind=kind,
            position=position,
            text="<p>Some words.</p>" if kind == "text" else "",
        )
    return conclusion


def make_notice(**values: Any) -> Notice:
    """Return a stored notice, due now unless `values` say otherwise."""
    if "consultation" not in values and "user" not in values:
        values["consultation"] = make_consultation()
    now = timezone.now()
    defaults = {
        "to": "ann@example.org",
        "subject": "Published: a title",
        "body": "Edition 1 is published.",
        "queued_at": now,
        "due_at": now,
    }
    return Notice.objects.create(**defaults | values)
