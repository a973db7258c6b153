"""Checks of a conclusion: blockers and warnings.

A blocker is shown to the drafter and raised by publishing; a warning is only shown.
Both are sentences that name a row. A finding with a `confirmation` key is left out once
a named person has confirmed it. There is a module for each subject: the chain from
comment to change, dates, the public wording, disclosure, identities, files that were
not read, duplicates, similar comments, references, typed numbers, placeholders.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultations.models import Conclusion
from responses.checks import (
    chain,
    dates,
    disclosure,
    duplicates,
    identities,
    likeness,
    placeholders,
    public_wording,
    references,
    typed_references,
    unread_files,
)
from responses.checks.confirmations import without_confirmed
from responses.checks.public_texts import typed_text
from responses.checks.subject import CheckContext, Finding, read_check_context

__all__ = ["Finding", "blocking_findings", "findings", "publication_warnings"]

_BLOCKER_CHECKS = (
    chain.chain_blockers,
    dates.date_blockers,
    public_wording.wording_blockers,
    disclosure.disclosure_blockers,
    identities.identity_blockers,
    unread_files.unread_file_blockers,
    references.reference_blockers,
    duplicates.duplicate_blockers,
)
_WARNING_CHECKS = (
    chain.chain_warnings,
    dates.date_warnings,
    disclosure.disclosure_warnings,
    identities.identity_warnings,
    duplicates.duplicate_warnings,
    references.reference_warnings,
    typed_references.typed_number_warnings,
    typed_references.typed_key_warnings,
    placeholders.placeholder_warnings,
    likeness.likeness_warnings,
)


def findings(
    conclusion: Conclusion, correction: str = ""
) -> tuple[list[Finding], list[Finding]]:
    """Return the blockers and the warnings that nobody has confirmed.

    `correction` is what a new edition says that it corrects.
    """
    typed = [typed_text("what the edition corrects", correction)] if correction else []
    context = read_check_context(conclusion, typed)
    blockers = list(_unique_findings(_BLOCKER_CHECKS, context))
    warnings = list(_unique_findings(_WARNING_CHECKS, context))
    if not any(finding.confirmation for finding in (*blockers, *warnings)):
        return blockers, warnings
    return without_confirmed(conclusion, blockers), without_confirmed(
        conclusion, warnings
    )


def blocking_findings(conclusion: Conclusion, correction: str = "") -> list[str]:
    """Return why the conclusion cannot be published, as sentences."""
    return [finding.text for finding in findings(conclusion, correction)[0]]


def publication_warnings(conclusion: Conclusion) -> list[str]:
    """Return the warnings about publishing the conclusion, as sentences."""
    return [finding.text for finding in findings(conclusion)[1]]


def _unique_findings(
    checks: tuple[chain.Check, ...], context: CheckContext
) -> Iterator[Finding]:
    seen: set[str] = set()
    for check in checks:
        for finding in check(context):
            if finding.text not in seen:
                seen.add(finding.text)
                yield finding
