"""The rounds of a consultation in order, on this site and elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from consultations.documents.consultation_text import ConsultationText
from consultations.models import Consultation, PublicSlug
from consultations.models.consultation_edition import with_stored_names
from consultations.public.shown import (
    ShownConsultation,
    public_consultations,
    shown_to_public,
)
from consultations.public_slugs import present_slug

MAX_CHAIN_LENGTH = 12
"""Rounds that are shown on each side of a consultation."""

UNNAMED_ROUND = "an earlier consultation"
"""What readers are told of a round that is elsewhere and has no title here."""


@dataclass(frozen=True)
class Round:
    """A round of consultation; `opened` and `url` are of one outside this site.

    `follows` is the title of the round before it, empty for the first. A round
    outside this site may have no title.
    """

    title: str
    consultation: Consultation | None
    follows: str = ""
    opened: dt.date | None = None
    url: str = ""


@dataclass(frozen=True)
class _Link:
    """A round, and what it says of the one that it follows."""

    title: str
    row: Consultation | None
    follows: str = ""
    opened: dt.date | None = None
    url: str = ""


def consultation_chain(
    found: ShownConsultation | Consultation, *, staff: bool
) -> list[Round]:
    """Return all rounds of a consultation in order; one query per earlier round.

    Staff see titles and links as they are stored, readers as they are public.
    """
    known = public_consultations()
    if staff:
        known = with_stored_names(Consultation.objects.all())
    row = found.row if isinstance(found, ShownConsultation) else found
    text = found.text if isinstance(found, ShownConsultation) else found
    own = _Link(text.title, row, present_slug(text.follows))
    earlier = [*_earlier(own, known), own]
    elsewhere = _elsewhere(earlier[0], found)
    links = [*elsewhere, *earlier, *_later(own, known)]
    titles = {each.row.slug: each.title for each in links if each.row}
    outside = elsewhere[0].title or UNNAMED_ROUND if elsewhere else ""
    return [
        Round(
            each.title,
            each.row,
            titles.get(each.follows) or (outside if each is earlier[0] else ""),
            each.opened,
            each.url,
        )
        for each in links
    ]


def _as_link(row: Any) -> _Link:
    return _Link(row.public_title, row, present_slug(row.public_follows))


def _earlier(own: _Link, known: QuerySet[Consultation]) -> list[_Link]:
    """Return the rounds on this site that a consultation follows, the first one first.

    A round that is on this site but not known to the reader ends the chain unsaid.
    """
    links: list[_Link] = []
    seen = {own.row.slug} if own.row else set()
    follows = own.follows
    while follows and follows not in seen and len(links) < MAX_CHAIN_LENGTH:
        seen.add(follows)
        row = known.filter(slug=follows).first()
        if row is None:
            break
        links.insert(0, _as_link(row))
        follows = links[0].follows
    return links


def _elsewhere(first: _Link, found: ShownConsultation | Consultation) -> list[_Link]:
    """Return the round outside this site that the first round on it follows, if any."""
    if first.row is None or Consultation.objects.filter(slug=first.follows).exists():
        return []
    text: ConsultationText | Consultation | None = _words_of(first.row, found)
    if text is None or not (first.follows or text.follows_title):
        return []
    title, opened = text.follows_title, text.follows_opened
    return [_Link(title, None, opened=opened, url=text.follows_url)]


def _words_of(
    row: Consultation, found: ShownConsultation | Consultation
) -> ConsultationText | Consultation | None:
    """Return what a reader of a consultation may know of one of its rounds."""
    if isinstance(found, Consultation):
        return row
    if row.pk == found.pk:
        return found.text
    shown = shown_to_public(row)
    return shown.text if shown else None


def _later(own: _Link, known: QuerySet[Consultation]) -> list[_Link]:
    """Return the rounds that follow a consultation, at any distance."""
    links: list[_Link] = []
    level = [own.row.slug] if own.row else []
    seen = set(level)
    while level and len(links) < MAX_CHAIN_LENGTH:
        owners = Q(consultation__slug__in=level)
        former = PublicSlug.objects.filter(owners).values("slug")
        following = Q(public_follows__in=level) | Q(public_follows__in=former)
        rows = known.filter(following).exclude(slug__in=seen)
        later = [_as_link(row) for row in rows]
        links += reversed(later)
        level = [each.row.slug for each in later if each.row]
        seen.update(level)
    return links
