"""One of everything that an address names, in one consultation or in several."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from consultations.background.workers import record_heartbeat
from consultations.editions import workflow
from consultations.editions.authorship import NO_AUTHORS
from consultations.editions.remarks import add_remark, section_headings
from consultations.models import (
    Clause,
    Commitment,
    Conclusion,
    Consultation,
    ConsultationAttachment,
    Designation,
    DocumentVersion,
    Edition,
    Extension,
    ExtensionQuestion,
    GlossaryTerm,
    Passage,
    StoredFile,
)
from responses import row_types
from responses.analysis.conclusion_content import conclusion_content
from responses.models import ConfirmedFinding, DraftFile
from tests.support.factories import (
    freeze,
    make_conclusion,
    make_document,
    make_question,
    make_user,
    publish_changes,
    release,
    store_read_file,
)
from tests.support.pages import answered_consultation, attach, publish

World = dict[str, Any]
"""What the arguments of addresses are, by the names in the table of addresses."""


def make_world(slug: str = "walked", code: str = "S1SR", letter: str = "") -> World:
    """Make one of everything; the keys of rows begin with the letter."""
    record_heartbeat("worker")
    consultation = answered_consultation(slug, rows=1)
    for rows in (consultation.comments, consultation.changes):
        for row in rows.all():
            row.key = letter + row.key
            row.save()
    document = make_document(code)
    consultation.document_links.update(document=document)
    consultation.changes.update(document=document)
    conclusion = make_conclusion(consultation)
    version = _make_version(document)
    return {
        "slug": slug,
        "one": 1,
        "html": "html",
        "csv": "csv",
        "code": document.code,
        "version": version.key,
        "version_pk": version.pk,
        "text_sha256": release(version).file_id,
        "uid": "MQ",
        "reset": "no-such-token",
        **_rows_of_consultation(consultation),
        **_rows_of_conclusion(conclusion),
    }


def _make_version(document: Any) -> DocumentVersion:
    version = DocumentVersion.objects.create(
        document=document, key="designated", status="designated"
    )
    Clause.objects.create(
        document_version=version, identity="c1", number="1", text="<p>Words.</p>"
    )
    return version


def _rows_of_consultation(consultation: Consultation) -> World:
    question = consultation.questions.get()
    respondent = consultation.respondents.get()
    file = StoredFile.objects.store(b"words")
    attachment = ConsultationAttachment.objects.create(
        consultation=consultation, title="Words", file=file, filename="words.txt"
    )
    extension = Extension.objects.create(
        consultation=consultation,
        was=timezone.now() - dt.timedelta(days=7),
        until=timezone.now(),
        reason="Asked for.",
    )
    ExtensionQuestion.objects.create(extension=extension, question=question)
    make_question(consultation, key="q1a", label="Question 1a", parent=question)
    Designation.objects.create(consultation=consultation)
    passage = Passage.objects.create(
        title=f"Background of {consultation.slug}",
        kind="background",
        text="Words.",
        owner=make_user(role="Approver"),
    )
    commitment = Commitment.objects.create(
        consultation=consultation, text="Soon.", due=dt.date(2030, 1, 1)
    )
    term = GlossaryTerm.objects.create(
        consultation=consultation, short="DSP", long="Data Service Provider"
    )
    freeze(consultation)
    briefing = publish_changes(
        consultation,
        kind="briefing",
        file=store_read_file(b"slides"),
        filename="slides.txt",
    )
    Consultation.objects.filter(pk=consultation.pk).update(mailbox="new@example.org")
    amended = publish_changes(consultation, kind="updated")
    return {
        "link": consultation.document_links.get().pk,
        "about": row_types.row_ref(question),
        "question": question.pk,
        "respondent": respondent.pk,
        "submission": respondent.submissions.get().pk,
        "comment": consultation.comments.get().key,
        "comment_pk": consultation.comments.get().pk,
        "change": consultation.changes.get().key,
        "change_pk": consultation.changes.get().pk,
        "commitment": commitment.pk,
        "term": term.pk,
        "passage": passage.pk,
        "attachment": attachment.pk,
        "extension": extension.pk,
        "notice": briefing.pk,
        "amended_notice": amended.pk,
    }


def _rows_of_conclusion(conclusion: Conclusion) -> World:
    """Publish an edition, submit a correction of it, and return the rows."""
    attach(conclusion, b"words", "words.txt")
    first = publish(conclusion)
    conclusion.subtitle = "Mended."
    conclusion.save()
    later = submitted_correction(conclusion)
    by = make_user(role="Approver")
    anchor = section_headings(later)[0][0]
    confirmation = ConfirmedFinding.objects.create(
        conclusion=conclusion,
        key="single-category:0",
        text="Only one respondent has the category.",
        reason="Everybody is named.",
        by=by,
        at=timezone.now(),
    )
    file = DraftFile.objects.create(
        conclusion=conclusion,
        name="txt",
        state="ready",
        asked_by=by,
        asked_at=timezone.now(),
        finished_at=timezone.now(),
        file=StoredFile.objects.store(b"draft"),
        filename="DRAFT.txt",
    )
    return {
        "section": conclusion.sections.all()[0].pk,
        "enclosure": conclusion.attachments.get().pk,
        "confirmation": confirmation.pk,
        "token": file.token,
        "filename": file.filename,
        "edition": first.pk,
        "later_edition": later.pk,
        "remark": add_remark(later, anchor=anchor, text="Say when.", by=by).pk,
    }


def submitted_correction(conclusion: Conclusion) -> Edition:
    """Submit a second edition of a conclusion, for approval."""
    return workflow.submit_edition(
        conclusion,
        content=conclusion_content(conclusion, "A word was wrong."),
        authorship=NO_AUTHORS,
        blockers=[],
        by=make_user(role="Drafter"),
        correction="A word was wrong.",
        formats=("html", "txt", "json"),
    )
