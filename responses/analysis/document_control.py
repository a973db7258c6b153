"""Document control: the editions of a conclusion, and what each of them changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from consultations.documents.conclusion.content import Revision
from consultations.documents.conclusion.stored import read_cover_date
from consultations.documents.rich_text.markup import normalise, parse
from consultations.documents.tree import plain_text
from consultations.documents.wording import printed_date
from consultations.models import Conclusion, Edition

FIRST = "First edition"


@dataclass(frozen=True)
class PublishedEdition:
    """An edition that was published; `cover` is the date it bears."""

    number: int
    cover: dt.date
    correction: str = ""
    is_withdrawn: bool = False


def published_editions(
    conclusion: Conclusion, at: dt.datetime | None = None
) -> tuple[PublishedEdition, ...]:
    """Read the editions published by then, and whether each was withdrawn by then."""
    rows = (
        conclusion.editions.ever_published().filter(published_at__lte=at)
        if at
        else (conclusion.editions.ever_published())
    )
    read = rows.only("number", "content", "correction", "published_at", "withdrawn_at")
    return tuple(_published(edition, at) for edition in read.order_by("number"))


def revisions_in(
    editions: Sequence[PublishedEdition],
    *,
    date: dt.date | None,
    today: dt.date,
    correction: str = "",
) -> tuple[Revision, ...]:
    """Return a line for each edition that was published and one for the next.

    A line has the date on its edition's cover. The next edition's is `date`, the
    conclusion's own, or today if that is still the date of the edition it corrects.
    """
    number = editions[-1].number + 1 if editions else 1
    changes = _words(correction) or ("Correction" if editions else FIRST)
    if editions and (date is None or date <= editions[-1].cover):
        date = today
    coming = Revision(str(number), printed_date(date) if date else "", changes)
    return (*map(_line, editions), coming)


def _published(edition: Edition, at: dt.datetime | None) -> PublishedEdition:
    since = edition.withdrawn_at
    return PublishedEdition(
        number=edition.number or 0,
        cover=_cover_date(edition),
        correction=edition.correction,
        is_withdrawn=since is not None and (at is None or since <= at),
    )


def _cover_date(edition: Edition) -> dt.date:
    """Return the date an edition bears, or the day it was published."""
    printed = read_cover_date(edition.content)
    return printed or timezone.localdate(edition.published_at)


def _line(edition: PublishedEdition) -> Revision:
    changes = _words(edition.correction) or FIRST
    if edition.is_withdrawn:
        changes = f"{changes} (withdrawn)"
    return Revision(str(edition.number), printed_date(edition.cover), changes)


def _words(text: str) -> str:
    """Return restricted HTML, or what somebody typed, as one line of plain text."""
    return " ".join(plain_text(parse(normalise(text))).split())
