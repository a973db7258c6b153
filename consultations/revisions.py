"""Document control: the editions of a conclusion, and what each of them changed."""

from __future__ import annotations

import datetime as dt
import json

from django.utils import timezone

from consultations.documents.content import Revision
from consultations.documents.markup import normalise, parse
from consultations.documents.tree import plain_text
from consultations.documents.wording import printed_date
from consultations.models import Conclusion, Edition

FIRST = "First edition"


def revisions_for(conclusion: Conclusion, correction: str = "") -> tuple[Revision, ...]:
    """Return a line for each edition that was published and one for the next.

    A line has the date on its edition's cover. The next edition's is the
    conclusion's, or today if that is still the date of the edition it corrects.
    """
    published = list(
        conclusion.editions.public()
        .only("number", "state", "content", "correction", "published_at")
        .order_by("number")
    )
    lines = [_line(edition) for edition in published]
    number = (published[-1].number or 0) + 1 if published else 1
    changes = _words(correction) or ("Correction" if published else FIRST)
    day = _next_date(conclusion, published)
    coming = Revision(str(number), printed_date(day) if day else "", changes)
    return (*lines, coming)


def _line(edition: Edition) -> Revision:
    changes = _words(edition.correction) or FIRST
    if edition.state == Edition.State.WITHDRAWN:
        changes = f"{changes} (withdrawn)"
    return Revision(str(edition.number), printed_date(_cover_date(edition)), changes)


def _cover_date(edition: Edition) -> dt.date:
    """Return the date an edition bears, or the day it was published."""
    printed: str | None = json.loads(edition.content)["date"]
    if printed:
        return dt.date.fromisoformat(printed)
    return timezone.localdate(edition.published_at)


def _next_date(conclusion: Conclusion, published: list[Edition]) -> dt.date | None:
    day = conclusion.date
    if published and (day is None or day <= _cover_date(published[-1])):
        return timezone.localdate()
    return day


def _words(text: str) -> str:
    """Return restricted HTML, or what somebody typed, as one line of plain text."""
    return " ".join(plain_text(parse(normalise(text))).split())
