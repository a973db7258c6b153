"""Confirming findings that only a person can judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.audit import trail
from consultations.audit.history import create_all, delete_all
from consultations.models import Conclusion
from responses.checks.subject import Finding
from responses.models import ConfirmedFinding
from responses.text_matching.phrases import to_plain_words


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
