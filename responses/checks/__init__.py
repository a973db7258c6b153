"""What stands in the way of publishing, and what deserves a second look.

A blocker is shown to the drafter and raised by publishing; a warning is only shown.
Both are sentences that name their item. One module a subject: the chain from comment
to change, dates, identities, like comments, references.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultations.models import Conclusion
from responses.checks import chain, dates, identities, likeness, references
from responses.checks.subject import CheckContext, Finding, subject_of

__all__ = ["Finding", "blocking_findings", "findings", "publication_warnings"]

_BLOCKING = (
    chain.chain_blockers,
    dates.date_blockers,
    identities.identity_blockers,
    references.reference_blockers,
)
_WARNING = (
    chain.chain_warnings,
    dates.date_warnings,
    identities.identity_warnings,
    references.reference_warnings,
    likeness.likeness_warnings,
)


def findings(conclusion: Conclusion) -> tuple[list[Finding], list[Finding]]:
    """Return the blockers and the warnings of a conclusion as it stands."""
    subject = subject_of(conclusion)
    return list(_all(_BLOCKING, subject)), list(_all(_WARNING, subject))


def blocking_findings(conclusion: Conclusion) -> list[str]:
    """Return why the conclusion cannot be published, as sentences."""
    return [finding.text for finding in findings(conclusion)[0]]


def publication_warnings(conclusion: Conclusion) -> list[str]:
    """Return what deserves a second look before publishing, as sentences."""
    return [finding.text for finding in findings(conclusion)[1]]


def _all(checks: tuple[chain.Check, ...], subject: CheckContext) -> Iterator[Finding]:
    seen: set[str] = set()
    for check in checks:
        for finding in check(subject):
            if finding.text not in seen:
                seen.add(finding.text)
                yield finding
