"""The workflow of an edition: submit, approve, send back, publish, withdraw.

Every action locks the conclusion and, in one transaction, either raises Refusal with
all reasons or changes the state, records an event in the trail and queues notices.
The database enforces the same rules (triggers.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.access import Action
from consultations.editions.classification import classification_blockers
from consultations.editions.consulted_texts import changed_text_blockers
from consultations.editions.edition_verification import edition_faults
from consultations.editions.independence import approval_blockers, approver_blockers
from consultations.editions.reservation import (
    next_number,
    reservation_blockers,
    text_blockers,
)
from consultations.editions.steps import (
    Refusal,
    clean_or_refuse,
    lock_edition,
    record_edition_step,
    refuse,
    role_blockers,
    state_label,
)
from consultations.editions.submission import (
    submission_blockers,
    submit_edition,
    text_hashes,
    texts_of,
)
from consultations.models import Edition, SignOff
from consultations.notifications import notices
from consultations.public_slugs import claim_slugs_of_edition

__all__ = [
    "Refusal",
    "approve_edition",
    "decision_blockers",
    "publication_blockers",
    "publish_edition",
    "register_publication_check",
    "register_withdrawal_check",
    "reject_edition",
    "role_blockers",
    "submission_blockers",
    "submit_edition",
    "text_hashes",
    "withdraw_edition",
    "withdrawal_blockers",
]

EditionState = Edition.State


PublicationCheck = Callable[[Edition], Iterable[str]]
"""Returns the reasons against publishing an edition, as sentences."""

_PUBLICATION_CHECKS: list[PublicationCheck] = []


def register_publication_check(check: PublicationCheck) -> None:
    """Have a check run on every edition at the moment of its publication.

    What it reads is not known here: the confidential part of the site registers it.
    """
    if check not in _PUBLICATION_CHECKS:
        _PUBLICATION_CHECKS.append(check)


WithdrawalCheck = Callable[[Edition, str], Iterable[str]]
"""Returns the reasons against publishing a reason for a withdrawal, as sentences."""

_WITHDRAWAL_CHECKS: list[WithdrawalCheck] = []


def register_withdrawal_check(check: WithdrawalCheck) -> None:
    """Have a check run on the reason of every withdrawal, which readers will see."""
    if check not in _WITHDRAWAL_CHECKS:
        _WITHDRAWAL_CHECKS.append(check)


# --- deciding -----------------------------------------------------------------------


def approve_edition(
    edition: Edition,
    *,
    by: User,
    sha256: str,
    remarks: str = "",
    at: dt.datetime | None = None,
) -> SignOff:
    """Approve the edition whose hash the approver read."""
    return _decide(
        edition,
        SignOff.Decision.APPROVE,
        by=by,
        sha256=sha256,
        remarks=clean_or_refuse(remarks),
        at=at,
    )


def reject_edition(
    edition: Edition,
    *,
    by: User,
    sha256: str,
    remarks: str,
    at: dt.datetime | None = None,
) -> SignOff:
    """Reject an edition that is submitted, or approved and not published.

    Raise Refusal with every reason against it.
    """
    remarks = clean_or_refuse(remarks)
    if not remarks:
        raise Refusal(["Enter a reason for returning the edition."])
    return _decide(
        edition,
        SignOff.Decision.REJECT,
        by=by,
        sha256=sha256,
        remarks=remarks,
        at=at,
    )


def decision_blockers(
    edition: Edition, *, by: User, decision: str = SignOff.Decision.APPROVE
) -> list[str]:
    """Return why this user cannot take a decision on this edition."""
    reasons = role_blockers(by, Action.APPROVE)
    if by.pk == edition.submitted_by_id:
        reasons = ["You submitted this edition, so another person must approve it."]
    elif decision == SignOff.Decision.APPROVE:
        reasons += approval_blockers(edition, by=by)
    awaited = {EditionState.SUBMITTED}
    if decision == SignOff.Decision.REJECT:
        awaited |= {EditionState.APPROVED}
    if edition.state not in awaited:
        reasons.append(f"This decision is no longer possible: {state_label(edition)}.")
    return reasons


@transaction.atomic
def _decide(
    edition: Edition,
    decision: SignOff.Decision,
    *,
    by: User,
    sha256: str,
    remarks: str,
    at: dt.datetime | None,
) -> SignOff:
    lock_edition(edition)
    reasons = decision_blockers(edition, by=by, decision=decision)
    if sha256 != edition.sha256:
        reasons.append(
            f"The edition you reviewed has the checksum {sha256[:16]}…, but this "
            f"edition has {edition.sha256[:16]}…. Review this edition before you "
            "decide."
        )
    refuse(reasons)
    at = at or timezone.now()
    sign_off = edition.sign_offs.create(
        by=by, at=at, decision=decision, sha256=sha256, remarks=remarks
    )
    approved = decision == SignOff.Decision.APPROVE
    edition.state = EditionState.APPROVED if approved else EditionState.REJECTED
    edition.decided_at = at
    kind, what = ("approved" if approved else "sent-back"), decision.label.lower()
    what = f"was {what}"
    if not approved and edition.number:
        what += f", so the number {edition.number} is available again"
        edition.number = None
    record_edition_step(edition, kind, what, by, at)
    edition.save(update_fields=["state", "decided_at", "number"])
    notices.notify_of_decision(sign_off)
    return sign_off


# --- publishing -------------------------------------------------------------------


@transaction.atomic
def publish_edition(
    edition: Edition, *, by: User, at: dt.datetime | None = None
) -> Edition:
    """Publish an approved edition; supersede the current one.

    Its files are not rendered again, but all hashes are verified first. Its number was
    reserved at its submission; one submitted before numbers were reserved gets it now.
    """
    lock_edition(edition)
    refuse([*_approval_faults(edition, by=by), *edition_faults(edition)])
    reasons = [reason for check in _PUBLICATION_CHECKS for reason in check(edition)]
    refuse([*_reservation_faults(edition), *reasons])
    at = at or timezone.now()
    number = edition.number or next_number(edition.conclusion)
    previous = Edition.objects.current().filter(conclusion=edition.conclusion).first()
    if previous:
        previous.state = EditionState.SUPERSEDED
        what = f"was superseded by edition {number}"
        record_edition_step(previous, "superseded", what, by, at)
        previous.save(update_fields=["state"])
    edition.state, edition.number = EditionState.PUBLISHED, number
    edition.published_at, edition.published_by = at, by
    record_edition_step(edition, "published", "was published", by, at)
    edition.save(update_fields=["state", "number", "published_at", "published_by"])
    claim_slugs_of_edition(edition, at=at)
    notices.notify_of_publication(edition)
    return edition


def publication_blockers(edition: Edition, *, by: User) -> list[str]:
    """Return why this user cannot publish this edition now."""
    return [*_approval_faults(edition, by=by), *_reservation_faults(edition)]


def _reservation_faults(edition: Edition) -> list[str]:
    if edition.state != EditionState.APPROVED:
        return []
    content = edition.conclusion_content()
    return reservation_blockers(edition.conclusion, content) + text_blockers(edition)


def _approval_faults(edition: Edition, *, by: User) -> list[str]:
    reasons = role_blockers(by, Action.PUBLISH)
    approval = (
        edition.sign_offs.filter(
            decision=SignOff.Decision.APPROVE, sha256=edition.sha256
        )
        .exclude(by=edition.submitted_by)
        .select_related("by")
        .first()
    )
    if edition.state == EditionState.SUBMITTED or approval is None:
        reasons.append("This edition has not been approved yet.")
    elif edition.state != EditionState.APPROVED:
        reasons.append(f"The edition cannot be published: {state_label(edition)}.")
    else:
        reasons += approver_blockers(edition, approver=approval.by)
    reasons += changed_text_blockers(texts_of(edition))
    return reasons + classification_blockers(edition.conclusion_content())


@transaction.atomic
def withdraw_edition(
    edition: Edition, *, by: User, reason: str, at: dt.datetime | None = None
) -> Edition:
    """Withdraw the published edition; it stays readable, with the reason."""
    reason = clean_or_refuse(reason)
    lock_edition(edition)
    reasons = withdrawal_blockers(edition, by=by)
    if not reason:
        reasons.append(
            "Enter a reason for withdrawing the edition. Readers will see the reason."
        )
    refuse(reasons)
    refuse([each for check in _WITHDRAWAL_CHECKS for each in check(edition, reason)])
    at = at or timezone.now()
    edition.state = EditionState.WITHDRAWN
    edition.withdrawn_at, edition.withdrawal = at, reason
    record_edition_step(edition, "withdrawn", "was withdrawn", by, at)
    edition.save(update_fields=["state", "withdrawn_at", "withdrawal"])
    notices.notify_of_withdrawal(edition)
    return edition


def withdrawal_blockers(edition: Edition, *, by: User) -> list[str]:
    """Return why this user cannot withdraw this edition."""
    reasons = role_blockers(by, Action.WITHDRAW)
    if edition.state != EditionState.PUBLISHED:
        reasons.append(
            f"Only a published edition can be withdrawn: {state_label(edition)}."
        )
    return reasons
