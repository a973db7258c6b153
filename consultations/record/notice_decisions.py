"""Decisions on notices of changes to opened consultations, by a second person.

A notice is approved or refused on its hash; an extension is confirmed afterwards. Every
step is recorded in the trail of the consultation.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.access import Action
from consultations.editions.consulted_texts import changed_text_blockers
from consultations.editions.file_verification import stored_file_faults
from consultations.editions.independence import ApprovalSubject, account_reasons
from consultations.editions.workflow import Refusal, role_blockers
from consultations.models import ConsultationNotice
from consultations.record.freezing import discard, make_public, public_edition
from consultations.record.notice_steps import (
    clean_or_refuse,
    lock_consultation,
    next_number,
    record_step,
)

State = ConsultationNotice.State


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
    lock_consultation(notice.consultation)
    notice.refresh_from_db()
    reasons = [
        *notice_decision_blockers(notice, by=by),
        *notice_approval_blockers(notice, by=by),
    ]
    if reasons or sha256 != notice.sha256:
        raise Refusal([*reasons, *_checksum_reasons(notice, sha256)])
    notice.state, notice.decided_by, notice.decided_at = State.APPROVED, by, at
    notice.number, notice.effective_at = next_number(notice.consultation), at
    notice.save(
        update_fields=["state", "decided_by", "decided_at", "number", "effective_at"]
    )
    if notice.edition is not None:
        make_public(notice.edition, public_from=at)
    record_step(notice, "was approved and is in effect", by=by, at=at)
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
    lock_consultation(notice.consultation)
    notice.refresh_from_db()
    remarks = clean_or_refuse(remarks)
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
    record_step(notice, "was refused", by=by, at=at)
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
    lock_consultation(notice.consultation)
    notice.refresh_from_db()
    reasons = confirmation_blockers(notice, by=by)
    reasons += _checksum_reasons(notice, sha256)
    if reasons:
        raise Refusal(reasons)
    notice.state, notice.decided_by, notice.decided_at = State.CONFIRMED, by, at
    notice.save(update_fields=["state", "decided_by", "decided_at"])
    record_step(notice, "was confirmed", by=by, at=at)
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
