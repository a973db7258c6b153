"""Findings of a conclusion's checks, each linked to the page that corrects it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from consultations.models import Conclusion, Consultation
from responses.checks import Finding
from responses.checks.cached_findings import current_findings, findings_if_cached
from responses.checks.public_texts import LEGAL_TEXT_REF
from responses.checks.public_wording import NOTICES_REF
from responses.row_types import ROW_TYPES, ROW_TYPES_BY_NAME, RowType, rows_of

OPENING_REF = "opening"
"""The reference in findings on the opening: fields of the consultation with a page
of their own, so not a row type."""

PAGES_OF_REFS = {
    OPENING_REF: "responses:opening",
    NOTICES_REF: "responses:notices",
}
"""The pages of what is no row type."""

_BY_PLURAL = {
    row_type.plural: row_type
    for row_type in ROW_TYPES
    if row_type.plural and row_type.list_page
}


@dataclass(frozen=True)
class LinkedFinding:
    """A finding, and the addresses that correct and confirm it; empty for none."""

    text: str
    href: str
    confirm_href: str = ""


@dataclass(frozen=True)
class CheckResults:
    """The findings that prevent publishing, and those that only warn."""

    blockers: tuple[LinkedFinding, ...]
    warnings: tuple[LinkedFinding, ...]


def check_conclusion(conclusion: Conclusion) -> CheckResults:
    """Return the findings of a conclusion; run the checks unless they are cached."""
    return _link_findings(conclusion, *current_findings(conclusion))


def cached_check_results(conclusion: Conclusion) -> CheckResults | None:
    """Return the cached findings of a conclusion; None where none are current."""
    known = findings_if_cached(conclusion)
    return _link_findings(conclusion, *known) if known else None


def _link_findings(
    conclusion: Conclusion, blockers: Iterable[Finding], warnings: Iterable[Finding]
) -> CheckResults:
    links = EditLinks(conclusion)

    def linked(findings: Iterable[Finding]) -> tuple[LinkedFinding, ...]:
        return tuple(
            LinkedFinding(
                each.text,
                links.address(each.target),
                confirm_address(conclusion, each.confirmation),
            )
            for each in findings
        )

    return CheckResults(linked(blockers), linked(warnings))


def confirm_address(conclusion: Conclusion, key: str) -> str:
    """Return the page that confirms a finding; empty where none can be confirmed."""
    if not key:
        return ""
    page = reverse("responses:confirm_finding", args=[conclusion.slug])
    return f"{page}?{urlencode({'finding': key})}"


class EditLinks:
    """The addresses that edit a conclusion's rows; each row type is read once."""

    def __init__(self, conclusion: Conclusion) -> None:
        self.conclusion = conclusion
        self.consultation = conclusion.consultation
        self._keys: dict[str, Mapping[str, list[int]]] = {}

    def address(self, about: str) -> str:
        """Return the page that edits what a finding refers to; empty if none."""
        name, _, key = about.partition(":")
        if name in PAGES_OF_REFS:
            return reverse(PAGES_OF_REFS[name], args=[self.consultation.slug])
        if name == LEGAL_TEXT_REF:
            return reverse("responses:document_version", args=key.rsplit("/", 1))
        if name in _BY_PLURAL:
            return self._list_address(_BY_PLURAL[name])
        row_type = ROW_TYPES_BY_NAME.get(name)
        if row_type is None or not row_type.page:
            return ""
        if len(row_type.keys) == 1:  # one page for all of a consultation or conclusion
            return self._page_address(row_type.page, row_type)
        return self._row_address(row_type, key) if row_type.finding_key else ""

    def _row_address(self, row_type: RowType, key: str) -> str:
        """Return the page of a row; the list page where several rows have the key."""
        if row_type.keys[-1] == row_type.finding_key:
            return self._page_address(row_type.page, row_type, key)
        keys = self._primary_keys(row_type).get(key, [])
        if len(keys) > 1:
            return self._list_address(row_type)
        return self._page_address(row_type.page, row_type, keys[0]) if keys else ""

    def _primary_keys(self, row_type: RowType) -> Mapping[str, list[int]]:
        """Return primary keys of rows of a type, by the key that findings use."""
        if row_type.name not in self._keys:
            rows = rows_of(row_type, self._owner(row_type))
            found: dict[str, list[int]] = defaultdict(list)
            for value, pk in rows.values_list(row_type.finding_key, "pk"):
                found[value].append(pk)
            self._keys[row_type.name] = found
        return self._keys[row_type.name]

    def _list_address(self, row_type: RowType) -> str:
        return self._page_address(row_type.list_page, row_type)

    def _page_address(self, page: str, row_type: RowType, *keys: object) -> str:
        owner = self._owner(row_type)
        return reverse(f"responses:{page}", args=[owner.slug, *keys])

    def _owner(self, row_type: RowType) -> Consultation | Conclusion:
        in_conclusion = row_type.conclusion_path is not None
        return self.conclusion if in_conclusion else self.consultation
