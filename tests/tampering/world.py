"""A record with a row of everything frozen, which the routes tamper with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from consultations.audit import trail
from consultations.documents.conclusion.content import DocumentNamed
from consultations.editions import workflow
from consultations.legal_texts.releases import request_release
from consultations.models import (
    Clause,
    Conclusion,
    ConsultationAttachment,
    DocumentVersion,
    Edition,
    StoredFile,
)
from tests.support.editions import (
    approver,
    make_approved,
    make_content,
    make_correction,
    make_published,
    make_submitted,
)
from tests.support.factories import (
    make_conclusion,
    make_consultation,
    make_document,
    make_question,
    make_respondent,
    make_submission,
    make_user,
    release,
)


@dataclass(frozen=True)
class World:
    """The primary keys of rows, and values that the statements of routes need."""

    consultation: int
    conclusion: int
    document: int
    superseded: int
    published: int
    withdrawn: int
    approved: int
    submitted: int
    submitter: int
    approver: int
    outsider: int
    released: int
    requested: int
    respondent: int
    stored: str
    spare: str
    attached: str
    checksum: str

    @property
    def now(self) -> str:
        """A time as raw SQL gives it."""
        return "2026-11-30 09:00:00"


def make_world() -> World:
    """Store the rows of every kind, with two editions of one conclusion."""
    conclusion = make_conclusion(make_consultation())
    named = (DocumentNamed("S1SR", "S1SR Requirements"),)
    first = make_published(
        conclusion, content=make_content(conclusion, documents=named)
    )
    content = make_content(conclusion, documents=named, words="Better words.")
    second = make_correction(first, content=content)
    workflow.approve_edition(second, by=approver(), sha256=second.sha256)
    workflow.publish_edition(second, by=approver())
    withdrawn = make_published()
    workflow.withdraw_edition(withdrawn, by=approver(), reason="The wrong annex.")
    approved, submitted = make_approved(), make_submitted()
    respondent = _make_responses(conclusion)
    document = make_document("CTSD")
    text = StoredFile.objects.store(b"A paper that respondents read.")
    ConsultationAttachment.objects.create(
        consultation=conclusion.consultation, title="Paper", filename="p.txt", file=text
    )
    trail.record_event(
        conclusion.consultation, kind="noted", summary="A last event.", by=None
    )
    decision = approved.sign_offs.get()
    return World(
        consultation=conclusion.consultation_id,
        conclusion=conclusion.pk,
        document=document.pk,
        superseded=first.pk,
        published=second.pk,
        withdrawn=withdrawn.pk,
        approved=approved.pk,
        submitted=submitted.pk,
        submitter=submitted.submitted_by_id,
        approver=decision.by_id,
        outsider=make_user(role="Approver").pk,
        released=release(_make_version(document.code, "4.0")).pk,
        requested=request_release(
            _make_version(document.code, "5.0"),
            by=make_user(role="Drafter"),
            reason="Designated.",
        ).pk,
        respondent=respondent,
        stored=_digest(second, "txt"),
        spare=StoredFile.objects.store(b"Nothing names this.").pk,
        attached=text.pk,
        checksum=submitted.sha256,
    )


def _digest(edition: Edition, name: str) -> str:
    return edition.files.get(name=name).file_id


def _make_version(code: str, label: str) -> DocumentVersion:
    version = DocumentVersion.objects.create(
        document=make_document(code), key=f"v{label}", label=label, status="designated"
    )
    Clause.objects.create(
        document_version=version, identity="c1", number="1", text="<p>A text.</p>"
    )
    return version


def _make_responses(conclusion: Conclusion) -> int:
    consultation = conclusion.consultation
    question = make_question(consultation)
    respondent = make_respondent(consultation, "Uplyme Gas Supply")
    make_submission(respondent, stances={question: "yes"})
    make_conclusion(make_consultation(), date=dt.date(2026, 2, 16))
    respondent.name = "Uplyme Gas Supply Ltd"
    respondent.save()
    return respondent.pk
