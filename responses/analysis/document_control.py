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

FIRST_EDITION = "First edition"


@dataclass(frozen=True)
class PublishedEdition:
    """An edition that was published; `cover_date` is printed on it."""

    number: int
    cover_date: dt.date
    correction: str = ""
    is_withdrawn: bool = False


def published_editions(
    conclusion: Conclusion, at: dt.datetime | None = None
) -> tuple[PublishedEdition, ...]:
    """Return the editions published at a moment, with whether they were withdrawn."""
    rows = (
        conclusion.editions.ever_published().filter(published_at__lte=at)
        if at
        else (conclusion.editions.ever_published())
    )
    read = rows.only("number", "content", "correction", "published_at", "withdrawn_at")
    return tuple(_published_edition(edition, at) for edition in read.order_by("number"))


def revisions_from(
    editions: Sequence[PublishedEdition],
    *,
    date: dt.date | None,
    today: dt.date,
    correction: str = "",
) -> tuple[Revision, ...]:
    """Return a revision for each published edition and one for the next edition.

    A revision has the date on its edition's cover. The next edition's is `date`, the
    conclusion's own, or today if that is still the date of the edition it corrects.
    """
    number = editions[-1].number + 1 if editions else 1
    changes = _one_line_text(correction) or (
        "Correction" if editions else FIRST_EDITION
    )
    if editions and (date is None or date <= editions[-1].cover_date):
        date = today
    next_revision = Revision(str(number), printed_date(date) if date else "", changes)
    return (*map(_revision, editions), next_revision)


def _published_edition(edition: Edition, at: dt.datetime | None) -> PublishedEdition:
    withdrawn_at = edition.withdrawn_at
    return PublishedEdition(
        number=edition.number or 0,
        cover_date=_cover_date(edition),
        correction=edition.correction,
        is_withdrawn=withdrawn_at is not None and (at is None or withdrawn_at <= at),
    )


def _cover_date(edition: Edition) -> dt.date:
    """Return the date printed on an edition, or the day it was published."""
    printed = read_cover_date(edition.content)
    return printed or timezone.localdate(edition.published_at)


def _revision(edition: PublishedEdition) -> Revision:
    changes = _one_line_text(edition.correction) or FIRST_EDITION
    if edition.is_withdrawn:
        changes = f"{changes} (withdrawn)"
    return Revision(str(edition.number), printed_date(edition.cover_date), changes)


def _one_line_text(text: str) -> str:
    """Return restricted HTML or typed text as one line of plain text."""
    return " ".join(plain_text(parse(normalise(text))).split())
