"""The workflow of an edition: submit, approve, send back, publish, withdraw.

Every action locks the conclusion and, in one transaction, either raises Refusal with
all reasons or changes the state, records an event in the trail and queues notices.
The database enforces the same rules (triggers.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from consultations.access import Action, required_roles_message, user_may
from consultations.audit import trail
from consultations.documents.conclusion.content import (
    ConclusionContent,
    without_publication,
)
from consultations.documents.formats import FORMATS, canonical_json
from consultations.documents.pdf.errors import PdfError
from consultations.documents.rich_text.markup import MarkupError
from consultations.editions.authorship import Authorship, authors_summary
from consultations.editions.classification import classification_blockers
from consultations.editions.consulted_texts import changed_text_blockers, frozen_texts
from consultations.editions.edition_verification import edition_faults
from consultations.editions.facts import edition_subject, stored_edition_facts
from consultations.editions.freezing import (
    EditionRows,
    edition_rows,
    freeze,
    freeze_texts,
    lost_attachments,
)
from consultations.editions.hashes import sha256
from consultations.editions.independence import approval_blockers, approver_blockers
from consultations.editions.naming import versions_named_by
from consultations.editions.reservation import (
    next_number,
    reservation_blockers,
    reserve_edition,
    text_blockers,
)
from consultations.fields.cleaning import clean_markup
from consultations.models import Conclusion, Edition, SignOff
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


class Refusal(Exception):
    """An action that is refused: `reasons` are sentences for the user, each once."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(dict.fromkeys(reasons))
        super().__init__(" ".join(self.reasons))


# --- submitting -------------------------------------------------------------------


def submit_edition(
    conclusion: Conclusion,
    *,
    content: ConclusionContent,
    authorship: Authorship,
    blockers: Sequence[str],
    by: User,
    note: str = "",
    correction: str = "",
    formats: Sequence[str] = FORMATS,
    at: dt.datetime | None = None,
) -> Edition:
    """Freeze the content of a conclusion as an edition for sign-off.

    `authorship` says who wrote the content: no author may approve it. `blockers` are
    the caller's reasons against it. The files are rendered before the
    transaction begins, so that no lock is held meanwhile; the blockers are checked
    before that and again under the lock. The content is frozen with the number of the
    next edition, its address and the correction.
    Raise Refusal with every reason against it.
    """
    note, correction = _clean_or_refuse(note), _clean_or_refuse(correction)
    ask = partial(
        submission_blockers, conclusion, content=content, by=by, correction=correction
    )
    _refuse([*ask(), *blockers])
    content = reserve_edition(conclusion, content, correction)
    try:
        draft = freeze(conclusion, content, formats)
    except MarkupError as error:
        raise Refusal(error.problems) from error
    except PdfError as error:
        raise Refusal([str(error)]) from error
    if authorship.texts is not None and authorship.texts != draft.hashes_by_version:
        reason = (
            "The text of a document version was changed during the submission. Submit "
            "the conclusion again."
        )
        raise Refusal([reason])
    with transaction.atomic():
        _lock_conclusion(conclusion)
        _refuse([*ask(), *reservation_blockers(conclusion, content)])
        rows = edition_rows(
            draft,
            conclusion=conclusion,
            submitted_by=by,
            submitted_at=at or timezone.now(),
            note=note,
            correction=correction,
            authorship=authorship,
        )
        _record_submission(rows)
        rows.store()
        notices.notify_of_submission(rows.edition)
    return rows.edition


def submission_blockers(
    conclusion: Conclusion,
    *,
    content: ConclusionContent,
    by: User,
    correction: str = "",
) -> list[str]:
    """Return why this user cannot submit the content; the checks are separate."""
    reasons = role_blockers(by, Action.SUBMIT)
    in_hand = conclusion.editions.pending().first()
    if in_hand:
        reasons.append(
            f"A draft for approval is in progress ({_state_label(in_hand)}). "
            "Publish or return that draft before you submit another."
        )
    reasons += _correction_blockers(conclusion, content, correction)
    reasons += classification_blockers(content)
    if frozen_texts(versions_named_by(conclusion).values_list("pk", flat=True)):
        reasons += changed_text_blockers(text_hashes(conclusion))
    return reasons + lost_attachments(content)


def _correction_blockers(
    conclusion: Conclusion, content: ConclusionContent, correction: str
) -> list[str]:
    latest = conclusion.editions.ever_published().order_by("number").last()
    if latest is None:
        unneeded = "No edition has been published yet, so there is nothing to correct."
        return [unneeded] if correction else []
    if not correction:
        published = f"Edition {latest.number} has been published."
        return [f"{published} Enter what the new edition corrects."]
    _, printed = canonical_json(content)
    if (
        latest.state == EditionState.PUBLISHED
        and without_publication(printed)
        == without_publication(latest.conclusion_content())
        and _texts_of(latest) == text_hashes(conclusion)
    ):
        return [f"The conclusion has not changed since edition {latest.number}."]
    return []


def _texts_of(edition: Edition) -> dict[int, str]:
    return dict(edition.texts.values_list("document_version", "file"))


def text_hashes(conclusion: Conclusion) -> dict[int, str]:
    """Return the hashes of the legal texts that a conclusion names, by version."""
    return {each.version: sha256(each.content) for each in freeze_texts(conclusion)}


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
        remarks=_clean_or_refuse(remarks),
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
    remarks = _clean_or_refuse(remarks)
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
        reasons.append(f"This decision is no longer possible: {_state_label(edition)}.")
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
    _lock_edition(edition)
    reasons = decision_blockers(edition, by=by, decision=decision)
    if sha256 != edition.sha256:
        reasons.append(
            f"The edition you reviewed has the checksum {sha256[:16]}…, but this "
            f"edition has {edition.sha256[:16]}…. Review this edition before you "
            "decide."
        )
    _refuse(reasons)
    at = at or timezone.now()
    sign_off = edition.sign_offs.create(
        by=by, at=at, decision=decision, sha256=sha256, remarks=remarks
    )
    approved = decision == SignOff.Decision.APPROVE
    edition.state = EditionState.APPROVED if approved else EditionState.REJECTED
    edition.decided_at = at
    kind, what = (
        "approved" if approved else "sent-back",
        f"was {decision.label.lower()}",
    )
    if not approved and edition.number:
        what += f", so the number {edition.number} is free again"
        edition.number = None
    _record(edition, kind, what, by, at)
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
    _lock_edition(edition)
    _refuse([*_approval_faults(edition, by=by), *edition_faults(edition)])
    reasons = [reason for check in _PUBLICATION_CHECKS for reason in check(edition)]
    _refuse([*_reservation_faults(edition), *reasons])
    at = at or timezone.now()
    number = edition.number or next_number(edition.conclusion)
    previous = Edition.objects.current().filter(conclusion=edition.conclusion).first()
    if previous:
        previous.state = EditionState.SUPERSEDED
        what = f"was superseded by edition {number}"
        _record(previous, "superseded", what, by, at)
        previous.save(update_fields=["state"])
    edition.state, edition.number = EditionState.PUBLISHED, number
    edition.published_at, edition.published_by = at, by
    _record(edition, "published", "was published", by, at)
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
        reasons.append(f"The edition cannot be published: {_state_label(edition)}.")
    else:
        reasons += approver_blockers(edition, approver=approval.by)
    reasons += changed_text_blockers(_texts_of(edition))
    return reasons + classification_blockers(edition.conclusion_content())


@transaction.atomic
def withdraw_edition(
    edition: Edition, *, by: User, reason: str, at: dt.datetime | None = None
) -> Edition:
    """Withdraw the published edition; it stays readable, with the reason."""
    reason = _clean_or_refuse(reason)
    _lock_edition(edition)
    reasons = withdrawal_blockers(edition, by=by)
    if not reason:
        reasons.append(
            "Enter a reason for withdrawing the edition. Readers will see the reason."
        )
    _refuse(reasons)
    _refuse([each for check in _WITHDRAWAL_CHECKS for each in check(edition, reason)])
    at = at or timezone.now()
    edition.state = EditionState.WITHDRAWN
    edition.withdrawn_at, edition.withdrawal = at, reason
    _record(edition, "withdrawn", "was withdrawn", by, at)
    edition.save(update_fields=["state", "withdrawn_at", "withdrawal"])
    notices.notify_of_withdrawal(edition)
    return edition


def withdrawal_blockers(edition: Edition, *, by: User) -> list[str]:
    """Return why this user cannot withdraw this edition."""
    reasons = role_blockers(by, Action.WITHDRAW)
    if edition.state != EditionState.PUBLISHED:
        reasons.append(
            f"Only a published edition can be withdrawn: {_state_label(edition)}."
        )
    return reasons


# --- common to all actions ------------------------------------------------------------


def _refuse(reasons: Sequence[str]) -> None:
    if reasons:
        raise Refusal(reasons)


def role_blockers(by: User, action: Action) -> list[str]:
    """Return why a user may not take an action; empty if they may."""
    return [] if user_may(by, action) else [required_roles_message(action)]


def _state_label(edition: Edition) -> str:
    """Return `edition 2 is superseded`, or `the edition is approved` without number."""
    name = f"edition {edition.number}" if edition.number else "the edition"
    return f"{name} is {EditionState(edition.state).label.lower()}"


def _clean_or_refuse(text: str) -> str:
    """Return text as restricted HTML; raise Refusal with its problems."""
    try:
        return clean_markup(text)
    except ValidationError as error:
        raise Refusal(error.messages) from error


def _lock_conclusion(conclusion: Conclusion) -> None:
    """Lock the conclusion's row until the transaction ends."""
    Conclusion.objects.select_for_update().get(pk=conclusion.pk)


def _lock_edition(edition: Edition) -> None:
    """Lock the edition's conclusion, then reload the edition."""
    Conclusion.objects.select_for_update().get(pk=edition.conclusion_id)
    edition.refresh_from_db()


def _record_submission(rows: EditionRows) -> None:
    edition = rows.edition
    authors = authors_summary(edition, rows.authors)
    trail.record_event(
        edition.conclusion.consultation,
        kind="submitted",
        summary=f"{_summary(edition, 'was submitted for approval')}. {authors}",
        by=edition.submitted_by,
        at=edition.submitted_at,
        subject=edition_subject(edition),
        facts=rows.facts(),
    )


def _record(edition: Edition, kind: str, what: str, by: User, at: dt.datetime) -> None:
    """Record a step; the database demands it before the edition is saved."""
    trail.record_event(
        edition.conclusion.consultation,
        kind=kind,
        summary=_summary(edition, what),
        by=by,
        at=at,
        subject=edition_subject(edition),
        facts=stored_edition_facts(edition),
    )


def _summary(edition: Edition, what: str) -> str:
    name = f"Edition {edition.number}" if edition.number else "An edition"
    title = edition.conclusion.title
    return f"{name} of “{title}” {what} (checksum {edition.sha256})"
