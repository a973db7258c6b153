"""The activity log of a consultation: pages of events, and downloads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from consultations.models import Consultation, DocumentEvent, Event

EVENTS_PER_PAGE = 50

EVENT_LABELS = {
    "opening-set": "Opening set",
    "opening-taken-back": "Opening cancelled",
    "renamed": "Web address changed",
    "copied": "Copied",
    "consultation-frozen": "Text of the consultation frozen",
    "consultation-published": "Publication of the consultation text recorded",
    "edition-discarded": "Frozen text of the consultation discarded",
    "extended": "Deadline extended",
    "extension-published": "Extension published",
    "extension-confirmed": "Extension confirmed",
    "notice-requested": "Notice requested",
    "notice-approved": "Notice approved",
    "notice-refused": "Notice refused",
    "notice-cancelled": "Notice cancelled",
    "loaded": "Consultation file loaded",
    "answered": "Comment answered",
    "confirmed": "Issue confirmed as not a problem",
    "confirmation-removed": "Confirmation removed",
    "submitted": "Submitted for approval",
    "approved": "Approved",
    "sent-back": "Returned to drafter",
    "remarked": "Review remark added",
    "taken-over": "Text taken over",
    "planned": "Publication scheduled",
    "plan-cancelled": "Scheduled publication cancelled",
    "published": "Published",
    "superseded": "Superseded",
    "withdrawn": "Withdrawn",
    "release-requested": "Release requested",
    "released": "Released",
    "release-refused": "Release refused",
    "text-frozen": "Text frozen",
    "edition-recorded": "Edition recorded by an upgrade of the site",
    "consultation-edition-recorded": "Text of the consultation recorded by an upgrade",
    "notice-recorded": "Notice recorded by an upgrade of the site",
    "release-recorded": "Release recorded by an upgrade of the site",
    "history-erased": "Earlier versions erased",
}
"""The labels of kinds of events; `event_label` makes one for other kinds."""

CSV_COLUMNS = (
    *("Number", "Date and time", "User", "Event", "Summary"),
    "Checksum (SHA-256)",
)

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a cell that begins with one of these as a formula."""


def events_of(
    consultation: Consultation, *, kind: str = "", before: int | None = None
) -> tuple[list[Event], int | None]:
    """Return a page of events, newest first, and the number that the next is before."""
    events = _events(consultation)
    if kind:
        events = events.filter(kind=kind)
    if before is not None:
        events = events.filter(number__lt=before)
    rows = list(events.order_by("-number")[: EVENTS_PER_PAGE + 1])
    next_before = (
        rows[EVENTS_PER_PAGE - 1].number if len(rows) > EVENTS_PER_PAGE else None
    )
    return rows[:EVENTS_PER_PAGE], next_before


def document_events(consultation: Consultation) -> list[DocumentEvent]:
    """Return the events of a consultation's documents, newest first."""
    rows = DocumentEvent.objects.filter(
        document__in=consultation.document_links.values("document")
    )
    return list(rows.select_related("by", "document").order_by("-at", "-pk"))


def event_kinds(consultation: Consultation) -> list[tuple[str, str]]:
    """Return the kinds of events in a trail, with their labels."""
    kinds = consultation.events.order_by("kind").values_list("kind", flat=True)
    return [(kind, event_label(kind)) for kind in kinds.distinct()]


def event_label(kind: str) -> str:
    """Return the label of a kind of event."""
    return EVENT_LABELS.get(kind, kind.replace("-", " ").capitalize())


def trail_as_csv(consultation: Consultation) -> bytes:
    """Return the whole activity log as CSV in UTF-8, the oldest first.

    An apostrophe is put before text that a spreadsheet would run as a formula.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(CSV_COLUMNS)
    for event in _events(consultation).order_by("number"):
        number, at, by, kind, *rest = _event_values(event)
        values = [number, at, by, event_label(str(kind)), *rest]
        writer.writerow([_escape_formula(value) for value in values])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def trail_as_json(consultation: Consultation) -> bytes:
    """Return the whole activity log as JSON, the oldest first."""
    names = ("number", "at", "by", "kind", "summary", "sha256")
    events = [
        dict(zip(names, _event_values(event), strict=True))
        for event in _events(consultation).order_by("number")
    ]
    trail = {"consultation": consultation.slug, "events": events}
    return json.dumps(trail, ensure_ascii=False, indent=2).encode()


def _event_values(event: Event) -> Sequence[str | int]:
    return (
        event.number,
        timezone.localtime(event.at).isoformat(timespec="seconds"),
        event.by.get_username() if event.by else "",
        event.kind,
        event.summary,
        event.sha256,
    )


def _escape_formula(value: str | int) -> str | int:
    is_formula = isinstance(value, str) and value.startswith(FORMULA_STARTS)
    return f"'{value}" if is_formula else value


def _events(consultation: Consultation) -> QuerySet[Event]:
    return Event.objects.filter(consultation=consultation).select_related("by")
