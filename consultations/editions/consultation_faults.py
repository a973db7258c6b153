"""Verification of the editions of consultations, and of their notices."""

from __future__ import annotations

from consultations.audit.facts import Facts, fact_differences, read_facts
from consultations.documents import codec
from consultations.editions.facts import (
    consultation_edition_facts,
    consultation_edition_subject,
    notice_facts,
    notice_subject,
)
from consultations.editions.file_verification import frozen_text_faults
from consultations.editions.hashes import sha256
from consultations.models import (
    Consultation,
    ConsultationEdition,
    ConsultationNotice,
    Event,
)

NOTICE_EVENT_KINDS = {
    ConsultationNotice.State.WAITING: "notice-requested",
    ConsultationNotice.State.APPROVED: "notice-approved",
    ConsultationNotice.State.REFUSED: "notice-refused",
    ConsultationNotice.State.CANCELLED: "notice-cancelled",
    ConsultationNotice.State.UNCONFIRMED: "extension-published",
    ConsultationNotice.State.CONFIRMED: "extension-confirmed",
}
"""The kind of the event that records a notice in a state."""

EDITION_EVENT = "consultation-frozen"

FOUND_EVENTS = ("consultation-edition-recorded", "notice-recorded")
"""The kinds of the events of rows of an earlier version of this site."""

FIRST_EVENTS = (
    *(EDITION_EVENT, "notice-requested", "notice-approved", "extension-published"),
    *FOUND_EVENTS,
)
"""The kinds of the events that record the existence of a row."""

RESTORE = "Restore the row from a backup."


def notice_manifest(notice: ConsultationNotice) -> bytes:
    """Return the bytes that a notice's hash is of."""
    content = notice.edition.content_id if notice.edition else ""
    return codec.dumps(
        {
            "kind": str(notice.kind),
            "subject": notice.subject,
            "text": notice.text,
            "file": notice.file_id or "",
            "filename": notice.filename,
            "edition": content,
        }
    )


def consultation_faults(edition: ConsultationEdition) -> list[str]:
    """Return the faults of an edition of a consultation and of its texts."""
    return [
        *consultation_edition_faults(edition),
        *(
            f"{edition.consultation.slug}, {edition}: {fault}"
            for text in edition.texts.select_related("file").iterator(chunk_size=1)
            for fault in frozen_text_faults(text)
        ),
    ]


def consultation_edition_faults(edition: ConsultationEdition) -> list[str]:
    """Return the faults of an edition: its columns and parts are its content's."""
    name = f"{edition.consultation.slug}, {edition} (row {edition.pk})"
    try:
        text = edition.text()
    except (ValueError, TypeError):
        return [f"{name}: the content cannot be read."]
    found = {
        "title": edition.title,
        "follows": edition.follows,
        "words": edition.words,
        "documents": set(edition.documents.values_list("code", flat=True)),
        "files": list(edition.files.values_list("filename", "file")),
        "texts": set(edition.texts.values_list("name", "file")),
    }
    expected = {
        "title": text.title,
        "follows": text.follows,
        "words": text.words,
        "documents": {each.code for each in text.documents},
        "files": [(each.filename, each.sha256) for each in text.attachments],
        "texts": {(each.version, each.sha256) for each in text.texts},
    }
    faults = [
        f"{name}: the {part} does not match the content."
        for part, value in found.items()
        if value != expected[part]
    ]
    subject = consultation_edition_subject(edition)
    return faults + _recorded_faults(name, subject, consultation_edition_facts(edition))


def _recorded_faults(name: str, subject: str, stored: Facts) -> list[str]:
    """Return a sentence if a row differs from its last event."""
    event = Event.objects.filter(subject=subject).order_by("number").last()
    if event is None:
        return [f"{name}: the activity log does not record the row. {RESTORE}"]
    found = fact_differences(read_facts(event.facts), stored)
    if not found:
        return []
    return [f"{name}: {'; '.join(found)} (entry {event.number}). {RESTORE}"]


def notice_faults(notice: ConsultationNotice) -> list[str]:
    """Return the faults of a notice: its hash, and its two people."""
    name = f"{notice.consultation.slug}, {notice} (row {notice.pk})"
    faults = []
    if sha256(notice_manifest(notice)) != notice.sha256:
        faults.append(f"{name}: the words do not match the checksum.")
    own = notice.decided_by_id and notice.decided_by_id == notice.requested_by_id
    if own and notice.state != ConsultationNotice.State.CANCELLED:
        faults.append(f"{name} was decided by the person who requested it.")
    return faults + _recorded_faults(name, notice_subject(notice), notice_facts(notice))


def record_trail_faults(consultation: Consultation) -> list[str]:
    """Return the editions and notices that a trail records, but that are not stored."""
    editions = ConsultationEdition.objects.filter(consultation=consultation)
    stored = {
        *(f"consultation-edition:{pk}" for pk in editions.values_list("pk", flat=True)),
        *(
            f"notice:{pk}"
            for pk in consultation.public_notices.values_list("pk", flat=True)
        ),
    }
    steps = consultation.events.filter(kind__in=FIRST_EVENTS).exclude(subject="")
    return [
        f"{consultation.slug}: the activity log records “{summary}”, but the row is "
        f"not stored. {RESTORE}"
        for subject, summary in steps.values_list("subject", "summary")
        if subject not in stored
    ]
