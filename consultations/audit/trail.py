"""The hash chain of a consultation's events: appending and verifying."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.documents import codec
from consultations.models import Consultation, Event


@transaction.atomic
def record_event(
    consultation: Consultation,
    *,
    kind: str,
    summary: str,
    by: User | None,
    at: dt.datetime | None = None,
) -> Event:
    """Append an event to a consultation's trail.

    The consultation's row is locked until the transaction ends, so that concurrent
    events do not follow the same previous one.
    """
    Consultation.objects.select_for_update().get(pk=consultation.pk)
    last = Event.objects.filter(consultation=consultation).order_by("number").last()
    event = Event(
        consultation=consultation,
        number=last.number + 1 if last else 1,
        at=at or timezone.now(),
        by=by,
        kind=kind,
        summary=summary,
    )
    event.sha256 = event_hash(event, previous=last.sha256 if last else "")
    event.save(force_insert=True)
    return event


def event_hash(event: Event, *, previous: str) -> str:
    """Return the hash of an event's own facts and the previous event's hash."""
    facts = {
        "previous": previous,
        "consultation": event.consultation_id,
        "number": event.number,
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "by": event.by_id,
        "kind": event.kind,
        "summary": event.summary,
    }
    return hashlib.sha256(codec.dumps(facts)).hexdigest()


def broken_links(consultation: Consultation) -> list[str]:
    """Return a sentence for every event that was altered, removed or inserted."""
    broken = []
    previous, expected = "", 1
    for event in consultation.events.order_by("number").iterator():
        name = f"{consultation.slug}: event {event.number}"
        if event.number != expected:
            broken.append(f"{name} follows event {expected - 1}: an event is missing.")
        if event.sha256 != event_hash(event, previous=previous):
            broken.append(f"{name} ({event.kind}) does not match its checksum.")
        previous, expected = event.sha256, event.number + 1
    return broken
