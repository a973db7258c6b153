"""Standard passages in sections: put in, still there, and newer by now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from consultations.documents.diff.texts import comparison_html
from consultations.documents.rich_text.markup import MarkupError, normalise
from consultations.models import ConclusionSection, Passage, PassageUse
from responses.passages.library import (
    append_passage,
    passages_for,
    passages_with_words,
    stands_in,
)
from responses.row_types import row_ref
from responses.text_matching.search_terms import parse_search_terms

MAX_OFFERED_IN_SECTION = 20


@dataclass(frozen=True)
class PassageUsage:
    """A passage that stands in a section, in the version that was put there.

    `text` is that version's; `is_whole` says that the section still has it unchanged,
    so that a newer one can take its place.
    """

    use: PassageUse
    text: str
    is_whole: bool

    @property
    def passage(self) -> Passage:
        return self.use.passage

    @property
    def is_newer(self) -> bool:
        """True when the passage says something else by now."""
        return self.passage.text != self.text

    @property
    def comparison(self) -> str:
        """How it differs by now, as safe HTML."""
        return comparison_html(self.text, self.passage.text)


def passage_usage(section: ConclusionSection) -> list[PassageUsage]:
    """Return the passages whose words are in a section, by the latest use of each."""
    latest: dict[int, PassageUse] = {}
    uses = PassageUse.objects.filter(about=row_ref(section))
    for use in uses.select_related("passage__owner", "by").order_by("pk"):
        latest[use.passage_id] = use
    texts = _texts_then(latest)
    found = []
    for key, use in latest.items():
        text = texts.get(key)
        if text is not None and stands_in(text, section.text):
            found.append(PassageUsage(use, text, text in section.text))
    return found


def _texts_then(uses: Mapping[int, PassageUse]) -> dict[int, str]:
    """Return the text of each passage as it was in the version that was used."""
    then = Q(pk=None)
    for key, use in uses.items():
        then |= Q(id=key, version=use.passage_version)
    lines = Passage.history.filter(then).order_by("history_id")
    return dict(lines.values_list("id", "text"))


def offered_for_sections(find: str) -> list[Passage]:
    """Return the passages for sections that have the words looked for."""
    passages = passages_for(Passage.Kind.BACKGROUND)
    return passages_with_words(passages, parse_search_terms(find))[
        :MAX_OFFERED_IN_SECTION
    ]


def with_newer(typed: str, standing: PassageUsage) -> str | None:
    """Return a typed text with a passage as it is now; None where it is not whole."""
    try:
        text = normalise(typed)
    except MarkupError:
        return None
    if standing.text not in text:
        return None
    return text.replace(standing.text, standing.passage.text, 1)


def with_passage(typed: str, passage: Passage) -> str:
    """Return a typed text with a passage at its end."""
    return append_passage(typed, passage.text)
