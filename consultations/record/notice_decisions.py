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
from consultations.editions.consulted_texts import (
    changed_text_blockers,
    lock_versions,
)
from consultations.editions.file_verification import stored_file_faults
from consultations.editions.independence import ApprovalSubject, account_reasons
from consultations.editions.new_words import new_words_reasons
from consultations.editions.steps import clean_or_refuse, refuse, role_blockers
from consultations.models import ConsultationNotice
from consultations.notifications.public_notices import notify_of_notice_decision
from consultations.public_slugs import claim_slugs_of_consultation
from consultations.record.freezing import discard, make_public, public_edition
from consultations.record.new_words import notice_words
from consultations.record.notice_steps import (
    checksum_reasons,
    decide,
    lock_notice,
    next_notice_number,
)

NoticeState = ConsultationNotice.State


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
    lock_notice(notice)
    if notice.edition is not None:
        lock_versions(notice.edition.texts.values_list("document_version", flat=True))
    refuse(
        [
            *notice_decision_blockers(notice, by=by),
            *notice_approval_blockers(notice, by=by),
            *new_words_reasons(notice_words(notice)),
            *checksum_reasons(notice, sha256),
        ]
    )
    decide(
        notice,
        NoticeState.APPROVED,
        what="was approved and is in effect",
        by=by,
        at=at,
        number=next_notice_number(notice.consultation),
        effective_at=at,
    )
    if notice.edition is not None:
        make_public(notice.edition, public_from=at, by=by, at=at)
        claim_slugs_of_consultation(notice.edition, at=at)
    notify_of_notice_decision(notice)
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
    lock_notice(notice)
    remarks = clean_or_refuse(remarks)
    reasons = notice_decision_blockers(notice, by=by)
    reasons += checksum_reasons(notice, sha256)
    if not remarks:
        reasons.append("Enter a reason for refusing the notice.")
    refuse(reasons)
    decide(
        notice, NoticeState.REFUSED, what="was refused", by=by, at=at, remarks=remarks
    )
    if notice.edition is not None:
        discard(notice.edition, by=by, at=at)
    notify_of_notice_decision(notice)
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
    lock_notice(notice)
    reasons = confirmation_blockers(notice, by=by)
    refuse([*reasons, *checksum_reasons(notice, sha256)])
    decide(notice, NoticeState.CONFIRMED, what="was confirmed", by=by, at=at)
    notify_of_notice_decision(notice)
    return notice


# --- who may decide ------------------------------------------------------------------


def notice_decision_blockers(notice: ConsultationNotice, *, by: User) -> list[str]:
    """Return why this user cannot decide on this notice at all."""
    reasons = role_blockers(by, Action.APPROVE_NOTICE)
    if by.pk == notice.requested_by_id:
        reasons = ["You requested this notice, so another person must decide on it."]
    if notice.state != NoticeState.WAITING:
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
    if notice.state != NoticeState.UNCONFIRMED:
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
