"""What the checks found in a conclusion, with where each thing is mended."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from consultations.models import Conclusion
from responses.checks import Finding, findings

SHOWN = ("comment", "change", "respondent", "question")
"""What the consultation's page on the desk has an anchor for."""


@dataclass(frozen=True)
class Sentence:
    """A finding and the address of what it is about; empty where there is none."""

    text: str
    href: str


@dataclass(frozen=True)
class Found:
    """What stands in the way of publishing, and what deserves a second look."""

    blockers: tuple[Sentence, ...]
    warnings: tuple[Sentence, ...]


def found_in(conclusion: Conclusion) -> Found:
    """Run the checks on a conclusion as it stands."""
    page = reverse("responses:consultation", args=[conclusion.consultation.slug])
    blockers, warnings = findings(conclusion)
    return Found(
        tuple(_sentence(finding, page) for finding in blockers),
        tuple(_sentence(finding, page) for finding in warnings),
    )


def _sentence(finding: Finding, page: str) -> Sentence:
    kind, _, key = finding.about.partition(":")
    if kind == "commitments":
        return Sentence(finding.text, f"{page}#commitments")
    href = f"{page}#{kind}-{key}" if kind in SHOWN and key else ""
    return Sentence(finding.text, href)
