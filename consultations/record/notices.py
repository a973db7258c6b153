"""Notices of changes to opened consultations: requested, then approved by another.

A notice freezes what it publishes when it is requested, and another person decides on
its hash. An extension is in effect at once, on one person's act, and another person
confirms it afterwards. Every step is recorded in the trail of the consultation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from consultations.access import Action
from consultations.audit import trail
from consultations.documents.consultation_changes import subject_of
from consultations.editions.consultation_faults import (
    NOTICE_EVENT_KINDS,
    notice_manifest,
)
from consultations.editions.consulted_texts import changed_text_blockers
from consultations.editions.file_verification import stored_file_faults
from consultations.editions.hashes import sha256
from consultations.editions.independence import ApprovalSubject, account_reasons
from consultations.editions.workflow import Refusal, role_blockers
from consultations.fields.cleaning import clean_markup
from consultations.models import (
    Consultation,
    ConsultationNotice,
    StoredFile,
)
from consultations.models.consultation_edition import Origin
from consultations.record.content import content_blockers
from consultations.record.freezing import (
    changes_from,
    discard,
    freeze_rows,
    make_public,
    public_edition,
    record_frozen,
    rows_of_edition,
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
    consultation = _lock(consultation)
    text = _clean_or_refuse(text)
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
    notice = _create(
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
    _record(notice, "was requested", by=by, at=at)
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
def approve_notice(
    notice: ConsultationNotice,
    *,
    by: User,
    sha256: str,
    at: dt.datetime | None = None,
) -> ConsultationNotice:
    """Put a notice into effect; raise Refusal with every reason against it."""
    at = at or timezone.now()
    _lock(notice.consultation)
    notice.refresh_from_db()
    reasons = [
        *notice_decision_blockers(notice, by=by),
        *notice_approval_blockers(notice, by=by),
    ]
    if reasons or sha256 != notice.sha256:
        raise Refusal([*reasons, *_checksum_reasons(notice, sha256)])
    notice.state, notice.decided_by, notice.decided_at = State.APPROVED, by, at
    notice.number, notice.effective_at = _next_number(notice.consultation), at
    notice.save(
        update_fields=["state", "decided_by", "decided_at", "number", "effective_at"]
    )
    if notice.edition is not None:
        make_public(notice.edition, public_from=at)
    _record(notice, "was approved and is in effect", by=by, at=at)
    return notice


@transaction.atomic
def refuse_notice(
    notice: ConsultationNotice,
    *,
    by: User,
    sha256: str,
    remarks: str,
    at: dt.datetime | None = None,
) -> ConsultationNotice:
    """Refuse a notice, with remarks for its requester.

    Raise Refusal with every reason against it.
    """
    at = at or timezone.now()
    _lock(notice.consultation)
    notice.refresh_from_db()
    remarks = _clean_or_refuse(remarks)
    reasons = [
        *notice_decision_blockers(notice, by=by),
        *_checksum_reasons(notice, sha256),
    ]
    if not remarks:
        reasons.append("Enter a reason for refusing the notice.")
    if reasons:
        raise Refusal(reasons)
    notice.state, notice.decided_by, notice.decided_at = State.REFUSED, by, at
    notice.remarks = remarks
    notice.save(update_fields=["state", "decided_by", "decided_at", "remarks"])
    if notice.edition is not None:
        discard(notice.edition, by=by, at=at)
    _record(notice, "was refused", by=by, at=at)
    return notice


@transaction.atomic
def confirm_extension(
    notice: ConsultationNotice,
    *,
    by: User,
    sha256: str,
    at: dt.datetime | None = None,
) -> ConsultationNotice:
    """Confirm an extension that is in effect; raise Refusal with every reason."""
    at = at or timezone.now()
    _lock(notice.consultation)
    notice.refresh_from_db()
    reasons = confirmation_blockers(notice, by=by)
    reasons += _checksum_reasons(notice, sha256)
    if reasons:
        raise Refusal(reasons)
    notice.state, notice.decided_by, notice.decided_at = State.CONFIRMED, by, at
    notice.save(update_fields=["state", "decided_by", "decided_at"])
    _record(notice, "was confirmed", by=by, at=at)
    return notice


# --- who may decide ------------------------------------------------------------------


def notice_decision_blockers(notice: ConsultationNotice, *, by: User) -> list[str]:
    """Return why this user cannot decide on this notice at all."""
    reasons = role_blockers(by, Action.APPROVE_NOTICE)
    if by.pk == notice.requested_by_id:
        reasons = ["You requested this notice, so another person must decide on it."]
    if notice.state != State.WAITING:
        state = notice.get_state_display().lower()
        reasons.append(f"The notice cannot be decided on: its state is “{state}”.")
    return reasons


def notice_approval_blockers(notice: ConsultationNotice, *, by: User) -> list[str]:
    """Return why this user cannot approve this notice, apart from its state."""
    reasons = _account_blockers(notice, by=by)
    now_public = public_edition(notice.consultation)
    if now_public is None or now_public.pk != notice.based_on_id:
        reasons.append(
            "The published consultation has changed since the notice was requested. "
            "Refuse this notice, and ask for a new one."
        )
    if notice.edition is not None:
        texts = notice.edition.texts.values_list("document_version", "file")
        reasons += stored_file_faults(notice.edition.content)
        reasons += changed_text_blockers(dict(texts), own=notice.consultation)
    return reasons


def confirmation_blockers(notice: ConsultationNotice, *, by: User) -> list[str]:
    """Return why this user cannot confirm this extension."""
    reasons = role_blockers(by, Action.APPROVE_NOTICE)
    if by.pk == notice.requested_by_id:
        reasons = ["You extended the deadline, so another person must confirm it."]
    if notice.state != State.UNCONFIRMED:
        state = notice.get_state_display().lower()
        reasons.append(f"The notice cannot be confirmed: its state is “{state}”.")
    return [*reasons, *_account_blockers(notice, by=by)]


def _account_blockers(notice: ConsultationNotice, *, by: User) -> list[str]:
    """Return why the accounts do not show that the user is another person."""
    if notice.requested_by_id is None:
        return []
    since = notice.requested_at
    if notice.based_on and notice.based_on.public_from:
        since = min(since, notice.based_on.public_from)
    subject = ApprovalSubject(
        people={notice.requested_by_id: "who requested this notice"},
        since=since,
        began="the published wording became public",
        intermediate="whose own account was changed by the requester of this notice",
    )
    reasons = account_reasons(subject, approver=by, whose="your account", who="You")
    return [f"{reason} Another approver must decide." for reason in reasons]


def _checksum_reasons(notice: ConsultationNotice, checksum: str) -> list[str]:
    differs = (
        "The checksum of the notice differs from that of the notice you read. Reload "
        "the page and read the notice again."
    )
    return [] if checksum == notice.sha256 else [differs]


# --- extensions, and notices of consultation files -----------------------------------


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
    notice = _create(
        consultation,
        kind=Kind.EXTENDED,
        subject="Deadline",
        text=text,
        edition=edition,
        based_on=standing,
        origin=origin,
        state=State.UNCONFIRMED,
        number=_next_number(consultation),
        effective_at=at,
        requested_by=by,
        requested_at=at,
        dated=dated,
    )
    make_public(edition, public_from=at)
    _record(notice, "is in effect", by=by, at=at)
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
    notice = _create(
        consultation,
        kind=kind,
        text=text,
        file=file,
        filename=filename,
        origin=Origin.COMMAND,
        state=State.APPROVED if is_confirmed else State.UNCONFIRMED,
        number=_next_number(consultation),
        effective_at=dated,
        requested_at=at,
        decided_at=at if is_confirmed else None,
        dated=dated,
    )
    _record(notice, "was loaded from a consultation file", by=None, at=at)
    return notice


def _create(consultation: Consultation, **values: object) -> ConsultationNotice:
    notice = ConsultationNotice(consultation=consultation, **values)
    notice.sha256 = sha256(notice_manifest(notice))
    notice.save(force_insert=True)
    return notice


def _next_number(consultation: Consultation) -> int:
    last: int | None = consultation.public_notices.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _lock(consultation: Consultation) -> Consultation:
    """Lock a consultation's row until the transaction ends; return it as stored."""
    rows = Consultation.objects.select_for_update(of=("self",))
    return rows.select_related("organisation").get(pk=consultation.pk)


def _clean_or_refuse(text: str) -> str:
    try:
        return clean_markup(text)
    except ValidationError as error:
        raise Refusal(error.messages) from error


def _record(
    notice: ConsultationNotice, what: str, *, by: User | None, at: dt.datetime
) -> None:
    number = f"Notice {notice.number}" if notice.number else "A notice"
    about = f", {notice.subject}" if notice.subject else ""
    trail.record_event(
        notice.consultation,
        kind=NOTICE_EVENT_KINDS[State(notice.state)],
        summary=f"{number} ({notice.get_kind_display().lower()}{about}) {what} "
        f"(checksum {notice.sha256})",
        by=by,
        at=at,
    )
