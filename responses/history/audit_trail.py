"""The trail of a consultation as people read it and take it away."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from consultations.models import Consultation, Event

EVENTS_PER_PAGE = 50

KINDS = {
    "opening-set": "Opening set",
    "opening-taken-back": "Opening taken back",
    "copied": "Copied",
    "extended": "Extended",
    "loaded": "Imported",
    "answered": "Answered",
    "submitted": "Submitted",
    "approved": "Approved",
    "sent-back": "Sent back",
    "remarked": "Remarked on",
    "planned": "Publication planned",
    "plan-cancelled": "Publication not planned any more",
    "published": "Published",
    "superseded": "Superseded",
    "withdrawn": "Withdrawn",
}
"""What the kinds of events are called; one that is not here goes by its own name."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these would be run by a spreadsheet."""


def events_of(
    consultation: Consultation, *, kind: str = "", before: int | None = None
) -> tuple[list[Event], int | None]:
    """Return a page of events, newest first, and the number the next page is before."""
    events = _events(consultation)
    if kind:
        events = events.filter(kind=kind)
    if before is not None:
        events = events.filter(number__lt=before)
    rows = list(events.order_by("-number")[: EVENTS_PER_PAGE + 1])
    more = rows[EVENTS_PER_PAGE - 1].number if len(rows) > EVENTS_PER_PAGE else None
    return rows[:EVENTS_PER_PAGE], more


def event_kinds(consultation: Consultation) -> list[tuple[str, str]]:
    """Return the kinds of events a trail has, with what each is called."""
    kinds = consultation.events.order_by("kind").values_list("kind", flat=True)
    return [(kind, label_of(kind)) for kind in kinds.distinct()]


def label_of(kind: str) -> str:
    """Return what a kind of event is called."""
    return KINDS.get(kind, kind.replace("-", " ").capitalize())


def as_csv(consultation: Consultation) -> bytes:
    """Return the whole trail as CSV in UTF-8, the oldest first.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["number", "at", "by", "kind", "summary", "sha256"])
    for event in _events(consultation).order_by("number"):
        writer.writerow([_cell(value) for value in _facts(event)])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def as_json(consultation: Consultation) -> bytes:
    """Return the whole trail as JSON, the oldest first."""
    names = ("number", "at", "by", "kind", "summary", "sha256")
    events = [
        dict(zip(names, _facts(event), strict=True))
        for event in _events(consultation).order_by("number")
    ]
    trail = {"consultation": consultation.slug, "events": events}
    return json.dumps(trail, ensure_ascii=False, indent=2).encode()


def _facts(event: Event) -> Sequence[str | int]:
    return (
        event.number,
        timezone.localtime(event.at).isoformat(timespec="seconds"),
        event.by.get_username() if event.by else "",
        event.kind,
        event.summary,
        event.sha256,
    )


def _cell(value: str | int) -> str | int:
    is_formula = isinstance(value, str) and value.startswith(FORMULA_STARTS)
    return f"'{value}" if is_formula else value


def _events(consultation: Consultation) -> QuerySet[Event]:
    return Event.objects.filter(consultation=consultation).select_related("by")
