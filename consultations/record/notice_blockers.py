"""Who may decide on a notice, and what keeps them from it."""

from __future__ import annotations

from django.contrib.auth.models import User

from consultations.access import Action
from consultations.editions.file_verification import stored_file_faults
from consultations.editions.independence import ApprovalSubject, account_reasons
from consultations.editions.workflow import role_blockers
from consultations.models import ConsultationNotice
from consultations.record.freezing import public_edition


def notice_decision_blockers(notice: ConsultationNotice, *, by: User) -> list[str]:
    """Return why this user cannot decide on this notice at all."""
    reasons = role_blockers(by, Action.APPROVE_NOTICE)
    if by.pk == notice.requested_by_id:
        reasons = ["You requested this notice, so another person must decide on it."]
    if notice.state != ConsultationNotice.State.WAITING:
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
        reasons += stored_file_faults(notice.edition.content)
    return reasons


def confirmation_blockers(notice: ConsultationNotice, *, by: User) -> list[str]:
    """Return why this user cannot confirm this extension."""
    reasons = role_blockers(by, Action.APPROVE_NOTICE)
    if by.pk == notice.requested_by_id:
        reasons = ["You extended the deadline, so another person must confirm it."]
    if notice.state != ConsultationNotice.State.UNCONFIRMED:
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


def checksum_reasons(notice: ConsultationNotice, checksum: str) -> list[str]:
    """Return why a checksum is not that of the notice."""
    differs = (
        "The checksum of the notice differs from that of the notice you read. Reload "
        "the page and read the notice again."
    )
    return [] if checksum == notice.sha256 else [differs]
