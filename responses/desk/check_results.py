"""What the checks found in a conclusion, with where each thing is mended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from consultations.models import Conclusion
from responses.checks import Finding
from responses.checks.kept import findings_if_known, findings_now

OF_THE_CONSULTATION = {
    "commitments": "after",
    "consultation": "details",
    "designation": "after",
    "documents": "consulted_documents",
    "extensions": "deadline",
    "opening": "opening",
    "glossary": "after",
    "questions": "questions",
    "respondents": "received",
    "changes": "changes",
}
"""The page for what a finding is about, where that is a room of the consultation."""

OF_THE_CONCLUSION = {"conclusion": "conclusion_details", "sections": "sections"}
"""The same for what belongs to the conclusion."""


@dataclass(frozen=True)
class Sentence:
    """A finding and the address where it is mended; empty where there is none."""

    text: str
    href: str


@dataclass(frozen=True)
class Found:
    """What stands in the way of publishing, and what deserves a second look."""

    blockers: tuple[Sentence, ...]
    warnings: tuple[Sentence, ...]


def found_in(conclusion: Conclusion) -> Found:
    """Run the checks on a conclusion as it stands, unless their result is kept."""
    return _found(conclusion, *findings_now(conclusion))


def found_if_known(conclusion: Conclusion) -> Found | None:
    """Return what the checks found in the conclusion as it stands; None if not run."""
    known = findings_if_known(conclusion)
    return _found(conclusion, *known) if known else None


def _found(
    conclusion: Conclusion, blockers: Iterable[Finding], warnings: Iterable[Finding]
) -> Found:
    places = Places(conclusion)
    return Found(
        tuple(Sentence(each.text, places.of(each.about)) for each in blockers),
        tuple(Sentence(each.text, places.of(each.about)) for each in warnings),
    )


class Places:
    """Where the things of one conclusion are edited, each kind looked up once."""

    def __init__(self, conclusion: Conclusion) -> None:
        self.conclusion = conclusion
        self.consultation = conclusion.consultation
        self.known: dict[str, dict[str, list[int]]] = {}

    def of(self, about: str) -> str:
        """Return the address for what a finding is about; empty for none."""
        kind, _, key = about.partition(":")
        slug, own = self.consultation.slug, self.conclusion.slug
        if kind in OF_THE_CONSULTATION:
            return self._address(OF_THE_CONSULTATION[kind], slug)
        if kind in OF_THE_CONCLUSION:
            return self._address(OF_THE_CONCLUSION[kind], own)
        if kind in {"comment", "change", "submission"}:
            return self._address(kind, slug, key)
        if kind in {"question", "respondent"}:
            return self._row(kind, key, slug, kind)
        if kind in {"section", "attachment"}:
            page = {"section": "section", "attachment": "enclosure"}[kind]
            return self._row(kind, key, own, page)
        return ""

    def _row(self, kind: str, key: str, slug: str, page: str) -> str:
        """Return the page of a row, or of the list where several go by one name."""
        if kind not in self.known:
            self.known[kind] = defaultdict(list)
            for name, pk in self._rows(kind):
                self.known[kind][name].append(pk)
        rows = self.known[kind][key]
        if len(rows) > 1:
            return self._address(f"{page}s", slug)
        return self._address(page, slug, rows[0]) if rows else ""

    def _rows(self, kind: str) -> Iterable[tuple[str, int]]:
        if kind == "question":
            return self.consultation.questions.values_list("key", "pk")
        if kind == "respondent":
            return self.consultation.respondents.values_list("key", "pk")
        if kind == "section":
            return self.conclusion.sections.values_list("heading", "pk")
        return self.conclusion.attachments.values_list("title", "pk")

    @staticmethod
    def _address(page: str, *args: object) -> str:
        return reverse(f"responses:{page}", args=args)
