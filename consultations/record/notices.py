"""Notices of changes to opened consultations: requested, then approved by another.

A notice freezes what it publishes when it is requested, and another person decides on
its hash. An extension is in effect at once, on one person's act, and another person
confirms it afterwards. Every step is recorded in the trail of the consultation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.access import Action
from consultations.documents.consultation_changes import subject_of
from consultations.editions.workflow import Refusal, role_blockers
from consultations.models import (
    Consultation,
    ConsultationNotice,
    StoredFile,
)
from consultations.models.consultation_edition import Origin
from consultations.record.content import content_blockers
from consultations.record.freezing import (
    changes_from,
    freeze_rows,
    make_public,
    public_edition,
    record_frozen,
    rows_of_edition,
)
from consultations.record.notice_steps import (
    clean_or_refuse,
    lock_consultation,
    next_number,
    record_step,
    store_notice,
)
from consultations.record.rows import StoredRows, read_stored_rows

Kind, State = ConsultationNotice.Kind, ConsultationNotice.State


@transaction.atomic
def request_notice(
    consultation: Consultation,
    *,
    kind: str,
    text: str,
    by: User | None,
    file: StoredFile | None = None,
    filename: str = "",
    origin: str = Origin.WORKSPACE,
    dated: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> ConsultationNotice:
    """Freeze what a notice publishes, and ask for its approval.

    Only load_consultation, which an administrator of the server runs, names no user.
    Raise Refusal with every reason against it.
    """
    at = at or timezone.now()
    consultation = lock_consultation(consultation)
    text = clean_or_refuse(text)
    reasons = [] if by is None else role_blockers(by, Action.REQUEST_NOTICE)
    reasons += notice_request_blockers(consultation, kind=Kind(kind), at=at)
    if not text:
        reasons.append("Enter the reason. Readers will see the reason.")
    if reasons:
        raise Refusal(reasons)
    edition, subject = None, ""
    based_on = public_edition(consultation, at)
    if based_on is not None and Kind(kind).makes_an_edition:
        rows = read_stored_rows(consultation)
        subject = subject_of(changes_from(based_on, rows))
        edition = freeze_rows(consultation, rows, origin=origin, by=by, at=at)
        record_frozen(edition, by=by, at=at)
    notice = store_notice(
        consultation,
        kind=kind,
        subject=subject,
        text=text,
        file=file,
        filename=filename,
        edition=edition,
        based_on=based_on,
        origin=origin,
        state=State.WAITING,
        requested_by=by,
        requested_at=at,
        dated=dated,
    )
    record_step(notice, "was requested", by=by, at=at)
    return notice


def notice_request_blockers(
    consultation: Consultation,
    *,
    kind: ConsultationNotice.Kind,
    at: dt.datetime | None = None,
) -> list[str]:
    """Return what prevents a notice of a kind, whoever asks for it."""
    standing = public_edition(consultation, at)
    if standing is None:
        return ["The consultation is not public yet, so it needs no notice."]
    reasons = []
    if kind == Kind.EXTENDED:
        reasons.append("To extend the deadline, use “Extend deadline”.")
    if consultation.is_withdrawn():
        reasons.append(
            "The consultation was withdrawn, so no further notice can be requested."
        )
    if consultation.public_notices.filter(state=State.WAITING).exists():
        reasons.append(
            "A notice is already waiting for approval. Ask an approver to decide on "
            "that notice first."
        )
    if kind.makes_an_edition:
        reasons += content_blockers(consultation, allow_no_questions=True)
    if kind.makes_an_edition and not changes_from(
        standing, read_stored_rows(consultation)
    ):
        reasons.append(
            "Nothing differs from the published consultation. Change the consultation "
            "first, or choose another kind of notice."
        )
    return reasons


@transaction.atomic
def publish_extensions(
    consultation: Consultation,
    *,
    text: str,
    by: User | None,
    origin: str = Origin.WORKSPACE,
    dated: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> ConsultationNotice | None:
    """Publish the extensions added since the last edition at once, and nothing else.

    The notice waits for another person's confirmation. None is returned where the
    consultation is not public, or no extension is new.
    """
    at = at or timezone.now()
    standing = public_edition(consultation, at)
    stored = read_stored_rows(consultation).text.extensions
    if standing is None:
        return None
    rows = rows_of_edition(standing)
    published = rows.text.extensions
    if not stored[len(published) :]:
        return None
    extensions = (*published, *stored[len(published) :])
    rows = StoredRows(
        replace(rows.text, extensions=extensions), rows.documents, rows.versions
    )
    edition = freeze_rows(consultation, rows, origin=origin, by=by, at=at)
    record_frozen(edition, by=by, at=at)
    notice = store_notice(
        consultation,
        kind=Kind.EXTENDED,
        subject="Deadline",
        text=text,
        edition=edition,
        based_on=standing,
        origin=origin,
        state=State.UNCONFIRMED,
        number=next_number(consultation),
        effective_at=at,
        requested_by=by,
        requested_at=at,
        dated=dated,
    )
    make_public(edition, public_from=at)
    record_step(notice, "is in effect", by=by, at=at)
    return notice


def record_loaded_notice(
    consultation: Consultation,
    *,
    kind: str,
    text: str,
    dated: dt.datetime,
    file: StoredFile | None = None,
    filename: str = "",
    is_confirmed: bool = True,
    at: dt.datetime | None = None,
) -> ConsultationNotice:
    """Record a notice of the past that a consultation file lists.

    Only for load_consultation; the file has no earlier wording. An extension that is
    not confirmed waits for its confirmation here.
    """
    at = at or timezone.now()
    notice = store_notice(
        consultation,
        kind=kind,
        text=text,
        file=file,
        filename=filename,
        origin=Origin.COMMAND,
        state=State.APPROVED if is_confirmed else State.UNCONFIRMED,
        number=next_number(consultation),
        effective_at=dated,
        requested_at=at,
        decided_at=at if is_confirmed else None,
        dated=dated,
    )
    record_step(notice, "was loaded from a consultation file", by=None, at=at)
    return notice
