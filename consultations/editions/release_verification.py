"""Verification of releases and of the activity logs of documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultations.audit.facts import fact_differences, read_facts
from consultations.audit.trail import broken_links
from consultations.editions.facts import release_facts, release_subject
from consultations.editions.file_verification import frozen_text_faults
from consultations.editions.hashes import release_manifest, sha256
from consultations.models import (
    DocumentEvent,
    EditionText,
    RegulatedDocument,
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

FINAL_EVENTS = {*RELEASE_EVENT_KINDS.values(), TEXT_FROZEN_EVENT} - {
    "release-requested"
}
"""The kinds of events whose row must have their checksum: a request can be decided."""

_CHECKSUM = re.compile(r"\b[0-9a-f]{64}\b")


def release_faults(release: VersionRelease) -> list[str]:
    """Return the faults of a release: its text, its hash and its two people."""
    name = f"Release {release.pk} of {release.name}"
    faults = [f"{name}: {fault}" for fault in frozen_text_faults(release)]
    found = release_manifest(release.name, release.file_id, release.reason)
    if sha256(found) != release.sha256:
        faults.append(f"{name}: the text and the reason do not match its checksum.")
    if release.decided_by_id and release.decided_by_id == release.requested_by_id:
        faults.append(f"{name} was decided by the person who requested it.")
    return faults + [f"{name}: {fault}" for fault in _recorded_faults(release)]


def _recorded_faults(release: VersionRelease) -> list[str]:
    """Return a sentence if a release differs from its last event."""
    events = DocumentEvent.objects.filter(subject=release_subject(release))
    event = events.order_by("number").last()
    if event is None:
        return ["the activity log has no entry for the release."]
    found = fact_differences(read_facts(event.facts), release_facts(release))
    if not found:
        return []
    remedy = "Restore the row from a backup."
    return [f"{'; '.join(found)} (entry {event.number}). {remedy}"]


def document_trail_faults(document: RegulatedDocument) -> list[str]:
    """Return the faults of a document's trail; unrecorded releases and texts are some.

    Every release, and every text that no edition's hash covers, has an event with its
    checksum.
    """
    events = list(document.events.order_by("number").values_list("kind", "summary"))
    recorded = {
        (kind, checksum)
        for kind, text in events
        for checksum in _CHECKSUM.findall(text)
    }
    stored = dict(_recorded_rows(document))
    return [
        *broken_links(document),
        *(
            f"{document.code}: {name} (checksum {checksum}) is stored, but the "
            "activity log does not record it. Restore the row from a backup."
            for (kind, checksum), name in stored.items()
            if (kind, checksum) not in recorded
        ),
        *(
            f"{document.code}: the activity log records “{text}”, but the row is not "
            "stored. Restore the row from a backup."
            for kind, text in events
            if kind in FINAL_EVENTS
            and not any((kind, found) in stored for found in _CHECKSUM.findall(text))
        ),
    ]


def _recorded_rows(
    document: RegulatedDocument,
) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the kind and the checksum of each row that has an event, and its name."""
    releases = VersionRelease.objects.filter(document_version__document=document)
    for release in releases.defer("file"):
        kind = RELEASE_EVENT_KINDS[VersionRelease.State(release.state)]
        yield (kind, release.sha256), f"release {release.pk}"
    added = EditionText.objects.filter(
        document_version__document=document, is_in_manifest=False
    )
    for text in added:
        yield (TEXT_FROZEN_EVENT, text.file_id), f"the text {text.name} of an edition"
