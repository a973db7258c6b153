"""What all acts on notices share: the lock, the number, and the event of a step."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Max

from consultations.audit import trail
from consultations.audit.keys import reserve_key
from consultations.editions.consultation_faults import (
    NOTICE_EVENT_KINDS,
    notice_manifest,
)
from consultations.editions.facts import notice_facts, notice_subject
from consultations.editions.hashes import sha256
from consultations.models import Consultation, ConsultationNotice


def store_notice(
    consultation: Consultation, *, what: str, at: dt.datetime, **values: Any
) -> ConsultationNotice:
    """Store a new notice with its hash, after the event that says `what` it is."""
    notice = ConsultationNotice(
        pk=reserve_key(ConsultationNotice),
        consultation=consultation,
        requested_at=at,
        **values,
    )
    notice.sha256 = sha256(notice_manifest(notice))
    record_step(notice, what, by=notice.requested_by, at=at)
    notice.save(force_insert=True)
    return notice


def decide(
    notice: ConsultationNotice,
    state: str,
    *,
    what: str,
    by: User,
    at: dt.datetime,
    **values: Any,
) -> None:
    """Store a decision on a notice, after the event that says `what` it was."""
    values |= {"state": state, "decided_by": by, "decided_at": at}
    for name, value in values.items():
        setattr(notice, name, value)
    record_step(notice, what, by=by, at=at)
    notice.save(update_fields=list(values))


def next_notice_number(consultation: Consultation) -> int:
    """Return the number of the next notice of a consultation that takes effect."""
    last: int | None = consultation.public_notices.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def lock_consultation_row(consultation: Consultation) -> Consultation:
    """Lock a consultation's row until the transaction ends; return it as stored."""
    rows = Consultation.objects.select_for_update(of=("self",))
    return rows.select_related("organisation").get(pk=consultation.pk)


def lock_notice(notice: ConsultationNotice) -> None:
    """Lock the consultation of a notice, then reload the notice."""
    lock_consultation_row(notice.consultation)
    notice.refresh_from_db()


def checksum_reasons(notice: ConsultationNotice, checksum: str) -> list[str]:
    """Return a reason against a decision on another notice than the one read."""
    differs = (
        "The checksum of the notice differs from that of the notice you read. Reload "
        "the page and read the notice again."
    )
    return [] if checksum == notice.sha256 else [differs]


def record_step(
    notice: ConsultationNotice, what: str, *, by: User | None, at: dt.datetime
) -> None:
    """Record a step; the database demands it before the notice is saved."""
    number = f"Notice {notice.number}" if notice.number else "A notice"
    about = f", {notice.subject}" if notice.subject else ""
    trail.record_event(
        notice.consultation,
        kind=NOTICE_EVENT_KINDS[ConsultationNotice.State(notice.state)],
        summary=f"{number} ({notice.get_kind_display().lower()}{about}) {what} "
        f"(checksum {notice.sha256})",
        by=by,
        at=at,
        subject=notice_subject(notice),
        facts=notice_facts(notice),
    )
