"""Standard passages in sections: inserted, still present, or outdated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from consultations.documents.diff.texts import comparison_html
from consultations.documents.rich_text.markup import MarkupError, normalise
from consultations.models import ConclusionSection, Passage, PassageUse
from responses.passages.library import (
    append_passage,
    contains_passage,
    passages_for,
    passages_with_words,
)
from responses.row_types import row_ref
from responses.text_matching.search_terms import parse_search_terms

MAX_OFFERED_IN_SECTION = 20


@dataclass(frozen=True)
class PassageUsage:
    """A passage in a section, in the version that was inserted.

    `text` is that of the version; `is_whole` says that the section has it unchanged,
    so that it can be replaced with the current version.
    """

    use: PassageUse
    text: str
    is_whole: bool

    @property
    def passage(self) -> Passage:
        return self.use.passage

    @property
    def is_outdated(self) -> bool:
        """True when the passage has another text now."""
        return self.passage.text != self.text

    @property
    def comparison(self) -> str:
        """The inserted text compared with the current one, as safe HTML."""
        return comparison_html(self.text, self.passage.text)


def passage_usage(section: ConclusionSection) -> list[PassageUsage]:
    """Return the passages in a section, each by its latest use."""
    latest: dict[int, PassageUse] = {}
    uses = PassageUse.objects.filter(about=row_ref(section))
    for use in uses.select_related("passage__owner", "by").order_by("pk"):
        latest[use.passage_id] = use
    texts = _texts_when_used(latest)
    found = []
    for key, use in latest.items():
        text = texts.get(key)
        if text is not None and contains_passage(text, section.text):
            found.append(PassageUsage(use, text, text in section.text))
    return found


def _texts_when_used(uses: Mapping[int, PassageUse]) -> dict[int, str]:
    """Return the text of each passage in the version that was used."""
    used_versions = Q(pk=None)
    for key, use in uses.items():
        used_versions |= Q(id=key, version=use.passage_version)
    lines = Passage.history.filter(used_versions).order_by("history_id")
    return dict(lines.values_list("id", "text"))


def passages_for_sections(find: str) -> list[Passage]:
    """Return the passages for sections that match the search terms."""
    passages = passages_for(Passage.Kind.BACKGROUND)
    return passages_with_words(passages, parse_search_terms(find))[
        :MAX_OFFERED_IN_SECTION
    ]


def replace_with_current(typed: str, usage: PassageUsage) -> str | None:
    """Return a text with the current version of a passage; None if not unchanged."""
    try:
        text = normalise(typed)
    except MarkupError:
        return None
    if usage.text not in text:
        return None
    return text.replace(usage.text, usage.passage.text, 1)


def append_to_section(typed: str, passage: Passage) -> str:
    """Return a typed text with a passage at its end."""
    return append_passage(typed, passage.text)
