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
from consultations.editions.guards import GUARDS
from consultations.models import Consultation, Edition, SignOff, StoredFile


def sha256(data: bytes | str) -> str:
    """Return the hash of bytes, or of a text's UTF-8 bytes."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def manifest(content_sha256: str, files: Mapping[str, str]) -> bytes:
    """Return the bytes that an edition's hash is of: hashes of content and files."""
    return codec.dumps({"content": content_sha256, "files": dict(files)})


def edition_manifest(edition: Edition) -> bytes:
    """Return the manifest of a stored edition from its current rows."""
    files = dict(edition.files.values_list("name", "file_id"))
    return manifest(edition.content_sha256, files)


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
    ]


def record_faults(edition: Edition) -> list[str]:
    """Return the faults of an edition's hashes and sign-offs."""
    name = f"{edition} (row {edition.pk})"
    faults = []
    if sha256(edition.content) != edition.content_sha256:
        faults.append(f"{name}: the content does not match its checksum.")
    if sha256(edition_manifest(edition)) != edition.sha256:
        faults.append(f"{name}: the list of its files does not match its checksum.")
    sign_offs = list(edition.sign_offs.all())
    for sign_off in sign_offs:
        if sign_off.sha256 != edition.sha256:
            faults.append(f"{name}: the decision “{sign_off}” has another checksum.")
        if sign_off.decision == SignOff.Decision.APPROVE and (
            edition.authors.filter(user=sign_off.by_id).exists()
        ):
            faults.append(f"{name}: {sign_off}, who wrote text in the edition.")
        if sign_off.by_id == edition.submitted_by_id:
            faults.append(f"{name}: {sign_off}, who submitted the edition.")
    needed = _needed_decision(edition)
    if needed and needed not in {sign_off.decision for sign_off in sign_offs}:
        state = edition.get_state_display().lower()
        faults.append(f"{name} is {state}, but no decision for this state is stored.")
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
    consultations = Consultation.objects.order_by("pk").iterator()
    found.check("trails", map(trail_faults, consultations))
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
    ]


def _guard_fault(name: str) -> str:
    return (
        f"The database trigger {name} is missing or has been changed, so frozen rows "
        "are not protected. Run `python manage.py verify --mend-guards`."
    )
