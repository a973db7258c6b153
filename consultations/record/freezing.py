"""Freezing editions of consultations, and what differs from the standing one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.contrib.auth.models import User
from django.db.models import Max
from django.utils import timezone

from consultations.audit import trail
from consultations.audit.keys import reserve_key
from consultations.documents.consultation_changes import TextChange, text_changes
from consultations.documents.consultation_text import (
    ConsultedText,
    write_consultation_text,
)
from consultations.documents.version_text import write_version_text
from consultations.documents.wording import printed_time
from consultations.editions.consultation_faults import EDITION_EVENT
from consultations.editions.consulted_texts import lock_versions
from consultations.editions.facts import (
    consultation_edition_facts,
    consultation_edition_subject,
)
from consultations.editions.hashes import sha256
from consultations.editions.workflow import Refusal
from consultations.models import (
    Consultation,
    ConsultationEdition,
    ConsultationEditionDocument,
    ConsultationEditionFile,
    ConsultationEditionText,
    StoredFile,
)
from consultations.models.consultation_edition import Origin
from consultations.public_slugs import present_slug
from consultations.record.content import consulted_text_blockers
from consultations.record.rows import StoredRows, read_stored_rows

PUBLISHED_EVENT = "consultation-published"
"""The kind of the event that an edition got the moment from which it is public."""

DISCARDED_EVENT = "edition-discarded"
"""The kind of the event that an edition was discarded before it was public."""


def standing_edition(consultation: Consultation) -> ConsultationEdition | None:
    """Return the latest edition that is public, or will be by the clock alone."""
    editions = ConsultationEdition.objects.standing()
    found = editions.filter(consultation=consultation).select_related("content")
    return found.order_by("-number").first()


def public_edition(
    consultation: Consultation, at: dt.datetime | None = None
) -> ConsultationEdition | None:
    """Return the edition that the public reads at a moment; None for none."""
    editions = ConsultationEdition.objects.public(at)
    found = editions.filter(consultation=consultation).select_related("content")
    return found.order_by("-number").first()


def freeze_rows(
    consultation: Consultation,
    rows: StoredRows,
    *,
    origin: str,
    by: User | None,
    at: dt.datetime,
) -> ConsultationEdition:
    """Freeze a text with the rows it names, as an edition that is not public yet."""
    text = rows.text
    edition = ConsultationEdition(
        pk=reserve_key(ConsultationEdition),
        consultation=consultation,
        title=text.title,
        follows=text.follows,
        words=text.words,
        content=StoredFile.objects.store(write_consultation_text(text)),
        origin=origin,
        frozen_at=at,
        frozen_by=by,
    )
    _record(edition, EDITION_EVENT, "was frozen", by=by, at=at)
    edition.save(force_insert=True)
    for pk, code in rows.documents:
        ConsultationEditionDocument.objects.create(
            edition=edition, document_id=pk, code=code
        )
    for number, file in enumerate(text.attachments, 1):
        ConsultationEditionFile.objects.create(
            edition=edition, number=number, filename=file.filename, file_id=file.sha256
        )
    _freeze_versions(edition, rows)
    return edition


def _freeze_versions(edition: ConsultationEdition, rows: StoredRows) -> None:
    for pk, content in rows.versions:
        row = ConsultationEditionText(
            edition=edition,
            document_version_id=pk,
            file=StoredFile.objects.store(content),
        )
        for name, value in row.columns_of(row.version_text()).items():
            setattr(row, name, value)
        row.save(force_insert=True)


def make_public(
    edition: ConsultationEdition,
    *,
    public_from: dt.datetime,
    by: User | None,
    at: dt.datetime,
) -> None:
    """Give an edition its number, and the moment from which it is public."""
    editions = ConsultationEdition.objects.filter(
        consultation=edition.consultation_id, discarded_at=None
    )
    edition.number = (editions.aggregate(last=Max("number"))["last"] or 0) + 1
    edition.public_from = public_from
    what = f"is public from {printed_time(timezone.localtime(public_from))}"
    _record(edition, PUBLISHED_EVENT, what, by=by, at=at)
    edition.save(update_fields=["number", "public_from"])


def freeze_opening(
    consultation: Consultation,
    *,
    origin: str = Origin.WORKSPACE,
    by: User | None,
    at: dt.datetime | None = None,
    rows: StoredRows | None = None,
) -> ConsultationEdition | None:
    """Freeze what the opening will make public; return the first edition.

    `rows` are the published wording of a consultation file; without them, the rows
    that are stored are frozen.

    It replaces the one of an opening that has not come. A consultation without an
    opening has none, and one that is public keeps its own: None is returned then.
    Raise Refusal where another consultation has frozen another wording of a text.
    """
    at = at or timezone.now()
    rows = rows or read_stored_rows(consultation)
    return _freeze_first(consultation, rows, origin=origin, by=by, at=at)


def freeze_changed_dates(
    consultation: Consultation, *, by: User | None, at: dt.datetime | None = None
) -> ConsultationEdition | None:
    """Freeze an opening that has not come anew, with the deadline as it is now.

    Nothing else of it changes. None is returned where there is no such opening.
    """
    at = at or timezone.now()
    standing = standing_edition(consultation)
    if standing is None or _is_public(standing, at):
        return None
    now = read_stored_rows(consultation).text
    rows = rows_of_edition(standing)
    text = replace(rows.text, closes=now.closes, extensions=now.extensions)
    if text == rows.text:
        return None
    return _freeze_first(
        consultation, replace(rows, text=text), origin=standing.origin, by=by, at=at
    )


def _freeze_first(
    consultation: Consultation,
    rows: StoredRows,
    *,
    origin: str,
    by: User | None,
    at: dt.datetime,
) -> ConsultationEdition | None:
    standing = standing_edition(consultation)
    if consultation.opens is None or (standing and _is_public(standing, at)):
        return None
    lock_versions(pk for pk, _ in rows.versions)
    if reasons := consulted_text_blockers(consultation, rows):
        raise Refusal(reasons)
    if standing is not None:
        discard(standing, by=by, at=at)
    edition = freeze_rows(consultation, rows, origin=origin, by=by, at=at)
    make_public(edition, public_from=consultation.opens, by=by, at=at)
    return edition


def discard_opening(
    consultation: Consultation, *, by: User | None, at: dt.datetime | None = None
) -> None:
    """Discard the edition of an opening that has not come."""
    at = at or timezone.now()
    standing = standing_edition(consultation)
    if standing is not None and not _is_public(standing, at):
        discard(standing, by=by, at=at)


def discard(edition: ConsultationEdition, *, by: User | None, at: dt.datetime) -> None:
    """Discard an edition that is not public yet."""
    edition.discarded_at = at
    what = "was discarded before it was public"
    _record(edition, DISCARDED_EVENT, what, by=by, at=at)
    edition.save(update_fields=["discarded_at"])


def _record(
    edition: ConsultationEdition,
    kind: str,
    what: str,
    *,
    by: User | None,
    at: dt.datetime,
) -> None:
    """Record a step; the database demands it before the edition is saved."""
    trail.record_event(
        edition.consultation,
        kind=kind,
        summary=f"{_name(edition)} {what} (checksum {edition.content_id})",
        by=by,
        at=at,
        subject=consultation_edition_subject(edition),
        facts=consultation_edition_facts(edition),
    )


def _name(edition: ConsultationEdition) -> str:
    number = f"Edition {edition.number}" if edition.number else "An edition"
    return f"{number} of the consultation"


def _is_public(edition: ConsultationEdition, at: dt.datetime) -> bool:
    return edition.public_from is not None and edition.public_from <= at


def rows_of_edition(edition: ConsultationEdition) -> StoredRows:
    """Return what an edition froze, to freeze it again with another part."""
    return StoredRows(
        edition.text(),
        documents=tuple(edition.documents.values_list("document", "code")),
        versions=tuple(
            (row.document_version_id, bytes(row.file.content))
            for row in edition.texts.select_related("file")
        ),
    )


def present_rows(edition: ConsultationEdition) -> StoredRows:
    """Return what an edition froze, with the short names and slugs of today.

    A consultation file has only present ones, and can be loaded elsewhere.
    """
    rows = rows_of_edition(edition)
    texts = edition.texts.select_related("document_version__document", "file")
    codes = {each.code: each.document.code for each in edition.documents.all()}
    versions = []
    for row in texts:
        version = row.version_text()
        code = row.document_version.document.code
        codes[version.document] = code
        version = replace(version, document=code)
        content = write_version_text(version)
        versions.append((row.document_version_id, version.name, content))
    text = replace(
        rows.text,
        follows=present_slug(rows.text.follows),
        documents=tuple(
            replace(each, code=codes.get(each.code, each.code))
            for each in rows.text.documents
        ),
        texts=tuple(
            ConsultedText(name, sha256(content)) for _, name, content in versions
        ),
    )
    return StoredRows(
        text,
        documents=tuple((pk, codes[code]) for pk, code in rows.documents),
        versions=tuple((pk, content) for pk, _, content in versions),
    )


# --- what is not public yet ----------------------------------------------------------


def pending_changes(consultation: Consultation) -> tuple[TextChange, ...]:
    """Return what differs from the standing edition; nothing where there is none."""
    standing = standing_edition(consultation)
    if standing is None:
        return ()
    return changes_from(standing, read_stored_rows(consultation))


def changes_from(
    standing: ConsultationEdition, rows: StoredRows
) -> tuple[TextChange, ...]:
    """Return what differs from an edition."""
    published = standing.text()
    if present_slug(published.follows) == rows.text.follows:
        published = replace(published, follows=rows.text.follows)
    return text_changes(published, rows.text)
