"""Verification of frozen rows: all hashes are computed again."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import connection

from consultations.audit.accounts import account_faults, broken_account_links
from consultations.audit.trail import broken_links
from consultations.documents import codec
from consultations.editions import triggers
from consultations.editions.authorship import author_faults
from consultations.editions.consultation_faults import (
    consultation_edition_faults,
    notice_faults,
    record_trail_faults,
)
from consultations.editions.guards import GUARDS
from consultations.editions.naming import document_codes
from consultations.models import (
    Consultation,
    ConsultationEdition,
    ConsultationEditionText,
    ConsultationNotice,
    Edition,
    EditionText,
    RegulatedDocument,
    SignOff,
    StoredFile,
    VersionRelease,
)

RELEASE_EVENT_KINDS = {
    VersionRelease.State.REQUESTED: "release-requested",
    VersionRelease.State.APPROVED: "released",
    VersionRelease.State.REFUSED: "release-refused",
}
"""The kind of the event that records a release in a state."""

TEXT_FROZEN_EVENT = "text-frozen"
"""The kind of the event of a text added to an earlier edition."""


def sha256(data: bytes | str) -> str:
    """Return the hash of bytes, or of a text's UTF-8 bytes."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def manifest(
    content_sha256: str, files: Mapping[str, str], texts: Mapping[str, str]
) -> bytes:
    """Return the bytes that an edition's hash is of: hashes of content, files, texts.

    The manifest of an edition that names no text has no `texts`, which is also the
    form of all editions from before texts were frozen.
    """
    parts: dict[str, object] = {"content": content_sha256, "files": dict(files)}
    if texts:
        parts["texts"] = dict(texts)
    return codec.dumps(parts)


def edition_manifest(edition: Edition) -> bytes:
    """Return the manifest of a stored edition from its current rows."""
    files = dict(edition.files.values_list("name", "file_id"))
    texts = edition.texts.filter(is_in_manifest=True)
    return manifest(
        edition.content_sha256, files, dict(texts.values_list("name", "file_id"))
    )


def stored_file_faults(stored: StoredFile) -> list[str]:
    """Return a sentence for each fault of a stored file."""
    name = f"Stored file {stored.sha256}"
    faults = []
    if not stored.matches_hash():
        faults.append(f"{name} does not match its checksum.")
    if len(bytes(stored.content)) != stored.size:
        faults.append(f"{name} does not have its recorded size, {stored.size} bytes.")
    if stored.packed is not None and _gunzip(bytes(stored.packed)) != bytes(
        stored.content
    ):  # fmt: skip
        faults.append(f"{name}: the compressed copy does not match the file.")
    return faults


def _gunzip(packed: bytes) -> bytes | None:
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        return None


def edition_faults(edition: Edition) -> list[str]:
    """Return the faults of an edition, its sign-offs and its files."""
    return [
        *record_faults(edition),
        *(
            fault
            for file in edition.files.select_related("file").iterator(chunk_size=1)
            for fault in stored_file_faults(file.file)
        ),
        *(
            fault
            for text in edition.texts.select_related("file").iterator(chunk_size=1)
            for fault in stored_file_faults(text.file)
        ),
    ]


def record_faults(edition: Edition) -> list[str]:
    """Return the faults of an edition's hashes and sign-offs."""
    name = f"{edition} (row {edition.pk})"
    faults = []
    if sha256(edition.content) != edition.content_sha256:
        faults.append(f"{name}: the content does not match its checksum.")
    if sha256(edition_manifest(edition)) != edition.sha256:
        faults.append(f"{name}: the list of its files does not match its checksum.")
    faults += [f"{name}: {fault}" for fault in _named_document_faults(edition)]
    for text in edition.texts.select_related("file").iterator(chunk_size=1):
        faults += [f"{name}: {fault}" for fault in frozen_text_faults(text)]
    sign_offs = list(edition.sign_offs.all())
    for sign_off in sign_offs:
        if sign_off.sha256 != edition.sha256:
            faults.append(
                f"{name}: the decision “{sign_off}” has a different checksum."
            )
        if sign_off.decision == SignOff.Decision.APPROVE and (
            edition.authors.filter(user=sign_off.by_id).exists()
        ):
            faults.append(f"{name}: an author made the decision “{sign_off}”.")
        if sign_off.by_id == edition.submitted_by_id:
            faults.append(f"{name}: the submitter made the decision “{sign_off}”.")
    needed = _needed_decision(edition)
    if needed and needed not in {sign_off.decision for sign_off in sign_offs}:
        state = edition.get_state_display().lower()
        faults.append(f"{name} is {state}, but no decision for this state is stored.")
    return faults


def _named_document_faults(edition: Edition) -> list[str]:
    """Return a fault for each document whose row and the content disagree.

    A document that was not stored at submission has no row.
    """
    stored = set(edition.documents.values_list("code", flat=True))
    try:
        named = document_codes(edition.conclusion_content())
    except ValueError:
        return []
    return [
        f"the document {code} is stored as named, but the content does not name it."
        for code in sorted(stored - named)
    ]


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


def frozen_text_faults(
    row: EditionText | VersionRelease | ConsultationEditionText,
) -> list[str]:
    """Return the faults of a frozen text: its columns must be those of its file."""
    try:
        text = row.version_text()
    except (ValueError, TypeError):
        return [f"the text {row.name} cannot be read."]
    columns = row.columns_of(text)
    return [
        f"the {name} of the text {row.name} does not match its file."
        for name, value in columns.items()
        if getattr(row, name) != value
    ]


def release_manifest(name: str, text_sha256: str, reason: str) -> bytes:
    """Return the bytes that a release's hash is of."""
    return codec.dumps({"version": name, "text": text_sha256, "reason": reason})


def release_faults(release: VersionRelease) -> list[str]:
    """Return the faults of a release: its text, its hash and its two people."""
    name = f"Release {release.pk} of {release.name}"
    faults = [f"{name}: {fault}" for fault in frozen_text_faults(release)]
    found = release_manifest(release.name, release.file_id, release.reason)
    if sha256(found) != release.sha256:
        faults.append(f"{name}: the text and the reason do not match its checksum.")
    if release.decided_by_id and release.decided_by_id == release.requested_by_id:
        faults.append(f"{name} was decided by the person who requested it.")
    return faults


def document_trail_faults(document: RegulatedDocument) -> list[str]:
    """Return the faults of a document's trail; untold releases and texts are some.

    Every release, and every text that no edition's hash covers, has an event with its
    checksum.
    """
    faults = broken_links(document)
    told = [
        (kind, summary)
        for kind, summary in document.events.values_list("kind", "summary")
    ]
    releases = VersionRelease.objects.filter(document_version__document=document)
    checks = [
        (
            RELEASE_EVENT_KINDS[VersionRelease.State(release.state)],
            release.sha256,
            f"release {release.pk}",
        )
        for release in releases.defer("file")
    ]
    added = EditionText.objects.filter(
        document_version__document=document, is_in_manifest=False
    )
    checks += [
        (TEXT_FROZEN_EVENT, text.file_id, f"the text {text.name} of an edition")
        for text in added
    ]
    faults += [
        f"{document.code}: the activity log does not record {what} as stored "
        f"(checksum {checksum}). Restore the row from a backup."
        for kind, checksum, what in checks
        if not any(kind == k and checksum in summary for k, summary in told)
    ]
    stored = {(kind, checksum) for kind, checksum, _ in checks}
    faults += [
        f"{document.code}: the activity log records “{summary}”, but the row is not "
        "stored. Restore the row from a backup."
        for kind, summary in told
        if kind
        in {*RELEASE_EVENT_KINDS.values(), TEXT_FROZEN_EVENT} - {"release-requested"}
        and not any(kind == k and checksum in summary for k, checksum in stored)
    ]
    return faults


def _needed_decision(edition: Edition) -> str:
    if edition.state == Edition.State.SUBMITTED:
        return ""
    if edition.state == Edition.State.REJECTED:
        return SignOff.Decision.REJECT
    return SignOff.Decision.APPROVE


@dataclass
class Verification:
    """How many rows of each kind were checked, and the faults found."""

    checked_counts: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def check(self, kind: str, each: Iterator[list[str]]) -> None:
        """Count the rows of one kind and collect their faults."""
        self.checked_counts[kind] = 0
        for faults in each:
            self.checked_counts[kind] += 1
            self.faults += faults


def verify_everything() -> Verification:
    """Hash every file, edition and event again; the bytes are read one at a time."""
    found = Verification()
    stored = StoredFile.objects.order_by("pk").iterator(chunk_size=1)
    found.check("files", map(stored_file_faults, stored))
    editions = Edition.objects.select_related("conclusion").order_by("pk")
    found.check("editions", map(record_faults, editions.iterator(chunk_size=1)))
    releases = VersionRelease.objects.select_related("file").order_by("pk")
    found.check("releases", map(release_faults, releases.iterator(chunk_size=1)))
    frozen = ConsultationEdition.objects.select_related("consultation", "content")
    frozen = frozen.order_by("pk")
    found.check(
        "consultation editions", map(consultation_faults, frozen.iterator(chunk_size=1))
    )
    public_notices = ConsultationNotice.objects.select_related("consultation")
    public_notices = public_notices.select_related("edition").order_by("pk")
    found.check("notices", map(notice_faults, public_notices.iterator()))
    consultations = Consultation.objects.order_by("pk").iterator()
    found.check("trails", map(trail_faults, consultations))
    documents = RegulatedDocument.objects.order_by("pk").iterator()
    found.check("documents", map(document_trail_faults, documents))
    found.checked_counts["accounts"] = User.objects.count()
    found.faults += [*broken_account_links(), *account_faults()]
    gone = set(triggers.missing_guards(connection))
    names = [guard.name for guard in GUARDS]
    found.check("guards", ([_guard_fault(n)] if n in gone else [] for n in names))
    return found


def trail_faults(consultation: Consultation) -> list[str]:
    """Return the faults of a trail; missing editions that it records are one."""
    told = consultation.events.filter(kind="submitted").count()
    kept = Edition.objects.filter(conclusion__consultation=consultation).count()
    gone = (
        f"{consultation.slug}: the activity log records {told} submitted editions, but "
        f"{kept} are stored. Restore the missing editions from a backup."
    )
    return [
        *broken_links(consultation),
        *([gone] if told != kept else []),
        *author_faults(consultation),
        *record_trail_faults(consultation),
    ]


def _guard_fault(name: str) -> str:
    return (
        f"The database trigger {name} is missing or has been changed, so frozen rows "
        "are not protected. Run `python manage.py verify --mend-guards`."
    )
