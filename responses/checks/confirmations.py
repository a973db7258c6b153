"""Confirming findings that only a person can judge."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.audit import trail
from consultations.audit.history import create_all, delete_all
from consultations.models import (
    Conclusion,
    Consultation,
    DocumentEvent,
    Event,
    RegulatedDocument,
)
from responses.checks.subject import Finding
from responses.models import ConfirmedFinding
from responses.text_matching.phrases import to_plain_words

CONFIRMED_MARK = "confirmed:"
"""How the subject begins of an event that records a confirmation of new words."""

MARK_DIGITS = 40


class UnknownFindingError(LookupError):
    """The conclusion has no finding with the key, or the finding is confirmed."""


@transaction.atomic
def confirm_finding(
    conclusion: Conclusion,
    finding: Finding,
    *,
    reason: str,
    by: User,
    at: dt.datetime | None = None,
) -> ConfirmedFinding:
    """Record that a person has judged a finding to be no fault.

    Confirming it again, as a second click does, returns the first confirmation.
    """
    Conclusion.objects.select_for_update().get(pk=conclusion.pk)
    rows = ConfirmedFinding.objects.filter(conclusion=conclusion)
    if known := rows.filter(key=finding.confirmation).first():
        return known
    at = at or timezone.now()
    row = ConfirmedFinding(
        conclusion=conclusion,
        key=finding.confirmation,
        text=finding.text,
        reason=reason,
        by=by,
        at=at,
    )
    (stored,) = create_all(ConfirmedFinding, [row], by=by)
    trail.record_event(
        conclusion.consultation,
        kind="confirmed",
        summary=f"Issue in “{conclusion.title}” confirmed as not a problem: "
        f"{finding.text} Reason: "
        f"{to_plain_words(reason)}",
        by=by,
        at=at,
    )
    return stored


@transaction.atomic
def remove_confirmation(
    confirmed: ConfirmedFinding, *, by: User, at: dt.datetime | None = None
) -> None:
    """Withdraw a confirmation, so that the finding is shown again."""
    conclusion = confirmed.conclusion
    trail.record_event(
        conclusion.consultation,
        kind="confirmation-removed",
        summary=f"Confirmation removed from “{conclusion.title}”: {confirmed.text}",
        by=by,
        at=at,
    )
    delete_all([confirmed], by=by)


# --- words that an opening, a notice or a release makes public ------------------------


@transaction.atomic
def confirm_words(
    subject: Consultation | RegulatedDocument,
    finding: Finding,
    *,
    reason: str,
    by: User,
    at: dt.datetime | None = None,
) -> None:
    """Record in the activity log that a person has judged new words to be no fault.

    Confirming them again, as a second click does, records nothing.
    """
    type(subject)._default_manager.select_for_update().get(pk=subject.pk)
    mark = _mark_of(finding)
    if subject.events.filter(subject=mark).exists():
        return
    summary = (
        f"Issue confirmed as not a problem: {finding.text} Reason: "
        f"{to_plain_words(reason)}"
    )
    if isinstance(subject, Consultation):
        trail.record_event(
            subject, kind="confirmed", summary=summary, by=by, at=at, subject=mark
        )
    else:
        trail.record_document_event(
            subject, kind="confirmed", summary=summary, by=by, at=at, subject=mark
        )


def _mark_of(finding: Finding) -> str:
    """Return the subject of the event that records the confirmation of a finding."""
    digest = hashlib.sha256(finding.confirmation.encode()).hexdigest()
    return f"{CONFIRMED_MARK}{digest[:MARK_DIGITS]}"


def words_confirmed_for(
    subject: Consultation | RegulatedDocument,
) -> list[Event | DocumentEvent]:
    """Return the confirmations of new words, the oldest first."""
    events = subject.events.filter(subject__startswith=CONFIRMED_MARK)
    return list(events.select_related("by"))


def without_confirmed_words(
    subject: Consultation | RegulatedDocument, findings: Sequence[Finding]
) -> list[Finding]:
    """Return the findings about new words that nobody has confirmed."""
    if not any(finding.confirmation for finding in findings):
        return list(findings)
    marks = {event.subject for event in words_confirmed_for(subject)}
    return [
        finding
        for finding in findings
        if not finding.confirmation or _mark_of(finding) not in marks
    ]


# --- finding what is confirmed --------------------------------------------------------


def find_finding(findings: Iterable[Finding], key: str) -> Finding:
    """Return the finding with a confirmation key; raise UnknownFindingError."""
    for finding in findings:
        if key and finding.confirmation == key:
            return finding
    raise UnknownFindingError(key)


def without_confirmed(
    conclusion: Conclusion, findings: Iterable[Finding]
) -> list[Finding]:
    """Return the findings that nobody has confirmed."""
    rows = ConfirmedFinding.objects.filter(conclusion=conclusion)
    keys = set(rows.order_by().values_list("key", flat=True))
    return [each for each in findings if each.confirmation not in keys]


def confirmations_of(
    conclusion: Conclusion, until: dt.datetime | None = None
) -> list[ConfirmedFinding]:
    """Return the confirmations of a conclusion, the oldest first."""
    rows = ConfirmedFinding.objects.filter(conclusion=conclusion).select_related("by")
    return list(rows.filter(at__lte=until) if until else rows)
