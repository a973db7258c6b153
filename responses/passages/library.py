"""Standard text (passages), and the record of its uses."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from consultations.documents.rich_text.markup import MarkupError, normalise, to_source
from consultations.models import Consultation, Passage, PassageUse
from consultations.models.base import Editable
from responses.comments.numbers import comment_label, load_comment_numbers
from responses.editing.keys import is_row_number
from responses.models import Comment
from responses.row_types import ROW_TYPES_BY_NAME, page_of, parse_row_ref
from responses.text_matching.normalisation import fold_text
from responses.text_matching.search_terms import SearchTerms, to_one_line


def passages_for(kind: str) -> QuerySet[Passage]:
    """Return the passages of a kind that may be used, by title."""
    return Passage.objects.filter(kind=kind, retired=False).select_related("owner")


def passages_with_words(
    passages: Iterable[Passage], words: SearchTerms
) -> list[Passage]:
    """Return the passages with the search terms in their title or text."""
    return [
        each
        for each in passages
        if words.is_in(f"{each.title} {to_one_line(each.text)}")
    ]


def record_use(
    passage: Passage,
    about: str,
    consultation: Consultation,
    by: User,
    *,
    version: int = 0,
    at: dt.datetime | None = None,
) -> PassageUse:
    """Record that a passage is used in a row; once for each version.

    `about` is the row reference; `version` is that of the inserted text, 0 for the
    passage's current one.
    """
    use, _ = PassageUse.objects.get_or_create(
        passage=passage,
        passage_version=version or passage.version,
        about=about,
        defaults={"consultation": consultation, "by": by, "at": at or timezone.now()},
    )
    return use


def append_passage(typed: str, passage: str) -> str:
    """Return a typed text, valid or not, with a passage at its end."""
    try:
        return normalise(typed) + passage
    except MarkupError:
        return f"{typed}\n\n{to_source(passage)}"


def contains_passage(passage: str, text: str) -> bool:
    """True when at least half of a passage's words are in a text."""
    words = set(fold_text(to_one_line(passage)).split())
    shared = words & set(fold_text(to_one_line(text)).split())
    return bool(words) and 2 * len(shared) >= len(words)


# --- places of use ------------------------------------------------------------------


@dataclass(frozen=True)
class PlaceOfUse:
    """Where a passage was used; without an address if the row was deleted."""

    use: PassageUse
    label: str
    address: str


def places_of_use(uses: Iterable[PassageUse]) -> list[PlaceOfUse]:
    """Return the places of uses; a query for each row type, two for the numbers."""
    uses = list(uses)
    keys: dict[str, list[int]] = defaultdict(list)
    for use in uses:
        kind, key = parse_row_ref(use.about)
        if kind in ROW_TYPES_BY_NAME and key:
            keys[kind].append(key)
    rows = {
        f"{kind}:{row.pk}": row
        for kind, own in keys.items()
        for row in _rows_with_parents(kind, own)
    }
    consultations = {use.consultation_id: use.consultation for use in uses}
    load_comment_numbers(consultations.values())
    return [
        PlaceOfUse(use, _place_label(use, row, consultations), page_of(row))
        if (row := rows.get(use.about))
        else PlaceOfUse(use, _deleted_label(use), "")
        for use in uses
    ]


def _place_label(
    use: PassageUse, row: Editable, consultations: Mapping[int, Consultation]
) -> str:
    if isinstance(row, Comment):
        return comment_label(row, consultations[use.consultation_id])
    return capfirst(str(row))


def _deleted_label(use: PassageUse) -> str:
    row_type = ROW_TYPES_BY_NAME.get(parse_row_ref(use.about)[0])
    return f"Deleted {row_type.label if row_type else 'item'}"


def _rows_with_parents(kind: str, keys: list[int]) -> QuerySet[Editable]:
    """Return rows of a type, with the related rows that their addresses need."""
    row_type = ROW_TYPES_BY_NAME[kind]
    rows: QuerySet[Editable] = row_type.model._default_manager.filter(pk__in=keys)
    path = row_type.consultation_path
    return rows.select_related(path) if path else rows


# --- uses in a form -------------------------------------------------------------------


def parse_used_passages(typed: str) -> dict[int, int]:
    """Return passages and versions from the text of a form: `12:3 15:1`."""
    pairs = [each.partition(":") for each in typed.split()]
    return {
        int(key): int(version)
        for key, _, version in pairs
        if is_row_number(key) and is_row_number(version)
    }


def record_uses(
    used: Mapping[int, int],
    text: str,
    about: str,
    consultation: Consultation,
    *,
    by: User,
) -> None:
    """Record which of the inserted passages are in the text of a saved row."""
    for passage in Passage.objects.filter(pk__in=list(used)):
        if contains_passage(passage.text, text):
            record_use(passage, about, consultation, by, version=used[passage.pk])
