"""The check that the consultation is public in the wording that it has."""

from __future__ import annotations

from collections.abc import Iterator

from consultations.record.freezing import pending_changes
from responses.checks.subject import CheckContext, Finding

NOTICES_REF = "notices"
"""The reference in findings on what is not public: the page of the notices."""

REMEDY = "Publish a notice or restore the wording."


def wording_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield each part of the consultation that differs from what readers see."""
    for change in pending_changes(context.consultation):
        yield Finding(f"{change.sentence} {REMEDY}", NOTICES_REF)
