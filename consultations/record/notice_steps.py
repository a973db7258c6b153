"""What all acts on notices share: the lock, the number, and the event of a step."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Max

from consultations.audit import trail
from consultations.editions.consultation_faults import (
    NOTICE_EVENT_KINDS,
    notice_manifest,
)
from consultations.editions.hashes import sha256
from consultations.editions.workflow import Refusal
from consultations.fields.cleaning import clean_markup
from consultations.models import Consultation, ConsultationNotice

State = ConsultationNotice.State


def store_notice(consultation: Consultation, **values: object) -> ConsultationNotice:
    notice = ConsultationNotice(consultation=consultation, **values)
    notice.sha256 = sha256(notice_manifest(notice))
    notice.save(force_insert=True)
    return notice


def next_number(consultation: Consultation) -> int:
    last: int | None = consultation.public_notices.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def lock_consultation(consultation: Consultation) -> Consultation:
    """Lock a consultation's row until the transaction ends; return it as stored."""
    rows = Consultation.objects.select_for_update(of=("self",))
    return rows.select_related("organisation").get(pk=consultation.pk)


def clean_or_refuse(text: str) -> str:
    try:
        return clean_markup(text)
    except ValidationError as error:
        raise Refusal(error.messages) from error


def record_step(
    notice: ConsultationNotice, what: str, *, by: User | None, at: dt.datetime
) -> None:
    number = f"Notice {notice.number}" if notice.number else "A notice"
    about = f", {notice.subject}" if notice.subject else ""
    trail.record_event(
        notice.consultation,
        kind=NOTICE_EVENT_KINDS[State(notice.state)],
        summary=f"{number} ({notice.get_kind_display().lower()}{about}) {what} "
        f"(checksum {notice.sha256})",
        by=by,
        at=at,
    )
