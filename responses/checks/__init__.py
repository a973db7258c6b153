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

__all__ = ["Finding", "findings", "publication_blockers", "publication_warnings"]

_BLOCKING = (chain.blockers, dates.blockers, identities.blockers, references.blockers)
_WARNING = (
    chain.warnings,
    dates.warnings,
    identities.warnings,
    references.warnings,
    likeness.warnings,
)


def findings(conclusion: Conclusion) -> tuple[list[Finding], list[Finding]]:
    """Return the blockers and the warnings of a conclusion as it stands."""
    subject = subject_of(conclusion)
    return list(_all(_BLOCKING, subject)), list(_all(_WARNING, subject))


def publication_blockers(conclusion: Conclusion) -> list[str]:
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
