"""Verification of the editions of consultations, and of their notices."""

from __future__ import annotations

from collections.abc import Iterable

from consultations.documents import codec
from consultations.editions.file_verification import frozen_text_faults
from consultations.editions.hashes import sha256
from consultations.models import (
    Consultation,
    ConsultationEdition,
    ConsultationNotice,
)

NOTICE_EVENT_KINDS = {
    ConsultationNotice.State.WAITING: "notice-requested",
    ConsultationNotice.State.APPROVED: "notice-approved",
    ConsultationNotice.State.REFUSED: "notice-refused",
    ConsultationNotice.State.UNCONFIRMED: "extension-published",
    ConsultationNotice.State.CONFIRMED: "extension-confirmed",
}
"""The kind of the event that records a notice in a state."""

EDITION_EVENT = "consultation-frozen"


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
    return [
        f"{name}: the {part} does not match the content."
        for part, value in found.items()
        if value != expected[part]
    ]


def notice_faults(notice: ConsultationNotice) -> list[str]:
    """Return the faults of a notice: its hash, and its two people."""
    name = f"{notice.consultation.slug}, {notice} (row {notice.pk})"
    faults = []
    if sha256(notice_manifest(notice)) != notice.sha256:
        faults.append(f"{name}: the words do not match the checksum.")
    if notice.decided_by_id and notice.decided_by_id == notice.requested_by_id:
        faults.append(f"{name} was decided by the person who requested it.")
    return faults


def record_trail_faults(consultation: Consultation) -> list[str]:
    """Return the editions and notices that a trail and the rows do not agree on."""
    told = list(consultation.events.values_list("kind", "summary"))
    editions = ConsultationEdition.objects.filter(consultation=consultation)
    checks = [(EDITION_EVENT, each.content_id, str(each)) for each in editions]
    checks += [
        (
            NOTICE_EVENT_KINDS[ConsultationNotice.State(each.state)],
            each.sha256,
            str(each),
        )
        for each in consultation.public_notices.all()
    ]
    slug = consultation.slug
    faults = [
        f"{slug}: {what} (checksum {checksum}) is stored, but the activity log does "
        "not record it. Restore the row from a backup."
        for kind, checksum, what in checks
        if not _is_told(told, kind, checksum)
    ]
    stored = {checksum for _, checksum, _ in checks}
    kinds = {EDITION_EVENT, *NOTICE_EVENT_KINDS.values()}
    faults += [
        f"{slug}: the activity log records “{summary}”, but the row is not stored. "
        "Restore the row from a backup."
        for kind, summary in told
        if kind in kinds and not any(checksum in summary for checksum in stored)
    ]
    return faults


def _is_told(told: Iterable[tuple[str, str]], kind: str, checksum: str) -> bool:
    return any(kind == each and checksum in summary for each, summary in told)
