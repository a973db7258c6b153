"""The hash chains of events of consultations and of documents."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.audit.chains import chain_faults
from consultations.audit.facts import Facts, write_facts
from consultations.documents import codec
from consultations.models import (
    Consultation,
    DocumentEvent,
    Event,
    RegulatedDocument,
)


@transaction.atomic
def record_event(
    consultation: Consultation,
    *,
    kind: str,
    summary: str,
    by: User | None,
    at: dt.datetime | None = None,
    subject: str = "",
    facts: Facts | None = None,
) -> Event:
    """Append an event to a consultation's trail.

    The consultation's row is locked until the transaction ends, so that concurrent
    events do not follow the same previous one. The event of a step of a frozen row is
    recorded before the step, with the row as its subject and the row's new values.
    """
    Consultation.objects.select_for_update().get(pk=consultation.pk)
    event = Event(
        consultation=consultation,
        kind=kind,
        summary=summary,
        by=by,
        subject=subject,
        facts=write_facts(facts),
    )
    _append(event, Event.objects.filter(consultation=consultation).last(), at)
    return event


@transaction.atomic
def record_document_event(
    document: RegulatedDocument,
    *,
    kind: str,
    summary: str,
    by: User | None,
    at: dt.datetime | None = None,
    subject: str = "",
    facts: Facts | None = None,
) -> DocumentEvent:
    """Append an event to a regulated document's trail, with its row locked."""
    RegulatedDocument.objects.select_for_update().get(pk=document.pk)
    event = DocumentEvent(
        document=document,
        kind=kind,
        summary=summary,
        by=by,
        subject=subject,
        facts=write_facts(facts),
    )
    _append(event, DocumentEvent.objects.filter(document=document).last(), at)
    return event


def _append(
    event: Event | DocumentEvent,
    last: Event | DocumentEvent | None,
    at: dt.datetime | None,
) -> None:
    event.number = last.number + 1 if last else 1
    event.at = at or timezone.now()
    event.sha256 = event_hash(event, previous=last.sha256 if last else "")
    event.save(force_insert=True)


def event_hash(event: Event | DocumentEvent, *, previous: str) -> str:
    """Return the hash of an event's own values and the previous event's hash."""
    holder = (
        {"consultation": event.consultation_id}
        if isinstance(event, Event)
        else {"document": event.document_id}
    )
    return chained_hash(event, holder, previous=previous)


def chained_hash(event: Any, holder: dict[str, int], *, previous: str) -> str:
    """Return the hash of an event of a chain, which `holder` names.

    Events without a subject have the form of all events of earlier releases.
    """
    values = {
        "previous": previous,
        **holder,
        "number": event.number,
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "by": event.by_id,
        "kind": event.kind,
        "summary": event.summary,
    }
    if event.subject or event.facts:
        values |= {"subject": event.subject, "facts": event.facts}
    return hashlib.sha256(codec.dumps(values)).hexdigest()


def broken_links(subject: Consultation | RegulatedDocument) -> list[str]:
    """Return a sentence for every event that was altered, removed or inserted."""
    events: Iterable[Event | DocumentEvent] = subject.events.order_by(
        "number"
    ).iterator()
    return chain_faults(
        events,
        name=subject.slug if isinstance(subject, Consultation) else subject.code,
        hash_after=lambda event, previous: event_hash(event, previous=previous),
    )
