"""Releases: acts that make the text of a version public, by two people.

A drafter asks for the release of a text; the text is frozen at that moment. Somebody
else with the permission to approve, whose account is independent of the requester's,
reads the frozen text and approves its release, or refuses it. The command
load_consultation and the upgrade to frozen texts release without a request. Every
release is recorded in the trail of its document.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.access import Action
from consultations.audit import trail
from consultations.audit.keys import reserve_key
from consultations.documents.version_text import write_version_text
from consultations.editions.consulted_texts import (
    frozen_text_blockers,
    frozen_texts,
)
from consultations.editions.facts import release_facts, release_subject
from consultations.editions.file_verification import stored_file_faults
from consultations.editions.hashes import release_manifest, sha256
from consultations.editions.independence import release_approval_blockers
from consultations.editions.new_words import NewWords, new_words_reasons
from consultations.editions.release_verification import RELEASE_EVENT_KINDS
from consultations.editions.steps import Refusal, clean_or_refuse, role_blockers
from consultations.models import (
    DocumentVersion,
    RegulatedDocument,
    StoredFile,
    VersionRelease,
)
from consultations.notifications.release_notices import (
    notify_of_release_decision,
    notify_of_release_request,
)
from consultations.public_slugs import claim_slugs

ReleaseState = VersionRelease.State

COMMAND_REASON = "<p>Loaded by an administrator from a consultation file.</p>"
"""The reason of releases by the command load_consultation."""


@transaction.atomic
def request_release(
    version: DocumentVersion, *, by: User, reason: str, at: dt.datetime | None = None
) -> VersionRelease:
    """Freeze the text of a version and ask for its release.

    Raise Refusal with every reason against it.
    """
    at = at or timezone.now()
    version = _lock_version(version)
    reason = clean_or_refuse(reason)
    reasons = request_blockers(version, by=by, at=at)
    if not reason:
        reasons.append("Enter a reason for the release.")
    reasons += new_words_reasons(stored_words(version))
    if reasons:
        raise Refusal(reasons)
    release = _freeze(
        version, reason=reason, origin=VersionRelease.Origin.REQUEST, by=by, at=at
    )
    _record(release, "was requested", by=by, at=at)
    release.save(force_insert=True)
    notify_of_release_request(release)
    return release


def request_blockers(
    version: DocumentVersion, *, by: User, at: dt.datetime | None = None
) -> list[str]:
    """Return why this user cannot ask for the release of this version."""
    reasons = [*role_blockers(by, Action.SUBMIT), *frozen_text_blockers(version)]
    if not can_be_released(version, at):
        reasons.append(
            f"{version} has the status “{version.get_status_display()}” and is not in "
            "force. "
            "You can release a designated version, a version that has come into "
            "force, or a version consulted on in a consultation that has opened. For "
            "this version, open the consultation or publish the conclusion instead."
        )
    if version.releases.pending().exists():
        reasons.append(
            f"A release of {version} is already waiting for approval. Ask an approver "
            "to refuse that release before you request another."
        )
    latest = version.releases.approved().order_by("decided_at", "pk").last()
    if latest and latest.file_id == text_hash(version):
        reasons.append(f"The text of {version} has not changed since its last release.")
    return reasons


def can_be_released(version: DocumentVersion, at: dt.datetime | None = None) -> bool:
    """True for a version that an act outside its own row has made ready for readers.

    That is a designated version, a concluded one that has come into force, and one
    that became consulted on after the opening of its consultation.
    """
    if version.status == DocumentVersion.Status.DESIGNATED:
        return True
    if version.status == DocumentVersion.Status.CONSULTED:
        return version.consultation is not None and version.consultation.is_public(at)
    return version.in_force is not None and version.in_force <= timezone.localdate(at)


@transaction.atomic
def approve_release(
    release: VersionRelease,
    *,
    by: User,
    sha256: str,
    at: dt.datetime | None = None,
) -> VersionRelease:
    """Make the frozen text public; raise Refusal with every reason against it."""
    return _decide(release, ReleaseState.APPROVED, by=by, checksum=sha256, at=at)


@transaction.atomic
def refuse_release(
    release: VersionRelease,
    *,
    by: User,
    sha256: str,
    remarks: str,
    at: dt.datetime | None = None,
) -> VersionRelease:
    """Refuse a release, with remarks for its requester.

    Raise Refusal with every reason against it.
    """
    remarks = clean_or_refuse(remarks)
    if not remarks:
        raise Refusal(["Enter a reason for refusing the release."])
    return _decide(
        release, ReleaseState.REFUSED, by=by, checksum=sha256, remarks=remarks, at=at
    )


def release_decision_blockers(
    release: VersionRelease,
    *,
    by: User,
    decision: str = ReleaseState.APPROVED,
) -> list[str]:
    """Return why this user cannot take a decision on this release."""
    reasons = role_blockers(by, Action.APPROVE)
    if by.pk == release.requested_by_id:
        reasons = ["You requested this release, so another person must decide on it."]
    elif decision == ReleaseState.APPROVED:
        reasons += release_approval_blockers(release, by=by)
    if decision == ReleaseState.APPROVED:
        reasons += frozen_text_blockers(release.document_version)
    if release.state != ReleaseState.REQUESTED:
        state = release.get_state_display().lower()
        reasons.append(f"The release cannot be decided on: it is {state}.")
    return reasons


def _decide(
    release: VersionRelease,
    state: str,
    *,
    by: User,
    checksum: str,
    remarks: str = "",
    at: dt.datetime | None,
) -> VersionRelease:
    _lock_version(release.document_version)
    release.refresh_from_db()
    reasons = release_decision_blockers(release, by=by, decision=state)
    if checksum != release.sha256:
        reasons.append(
            "The checksum of the release differs from that of the text you read. "
            "Reload the page and read the text again."
        )
    if state == ReleaseState.APPROVED:
        reasons += stored_file_faults(release.file)
        reasons += new_words_reasons(frozen_words(release))
    if reasons:
        raise Refusal(reasons)
    release.state, release.decided_by = state, by
    release.decided_at, release.remarks = at or timezone.now(), remarks
    _record(release, f"was {state}", by=by, at=release.decided_at)
    release.save(update_fields=["state", "decided_by", "decided_at", "remarks"])
    if state == ReleaseState.APPROVED:
        claim_slugs([release.document_version.document], at=release.decided_at)
    notify_of_release_decision(release)
    return release


@transaction.atomic
def release_by_command(
    document: RegulatedDocument, keys: frozenset[str], *, at: dt.datetime | None = None
) -> list[VersionRelease]:
    """Release the designated versions with these keys, where their text is not yet.

    Only for load_consultation, which an administrator of the server runs. A text that
    a consultation has frozen is left out: it needs a notice.
    """
    at = at or timezone.now()
    released = []
    designated = document.versions.filter(status=DocumentVersion.Status.DESIGNATED)
    for version in designated.filter(key__in=keys):
        latest = version.releases.approved().order_by("decided_at", "pk").last()
        if latest and latest.file_id == text_hash(version):
            continue
        if frozen_texts([version.pk]).exists():
            continue
        origin = VersionRelease.Origin.COMMAND
        release = _freeze(version, reason=COMMAND_REASON, origin=origin, by=None, at=at)
        _record(release, "was approved by the command load_consultation", at=at)
        release.save(force_insert=True)
        released.append(release)
    if released:
        claim_slugs([document], at=at)
    return released


def stored_words(version: DocumentVersion) -> NewWords:
    """Return what a release of a version's text as it is stored would make public."""
    return NewWords(version.document, versions=((version.pk, version.as_text()),))


def frozen_words(release: VersionRelease) -> NewWords:
    """Return what a release makes public."""
    version = release.document_version
    return NewWords(version.document, versions=((version.pk, release.version_text()),))


def text_hash(version: DocumentVersion) -> str:
    """Return the hash of a version's text as it is stored now."""
    return sha256(write_version_text(version.as_text()))


def _freeze(
    version: DocumentVersion,
    *,
    reason: str,
    origin: str,
    by: User | None,
    at: dt.datetime,
) -> VersionRelease:
    """Return a release that is not stored yet; the bytes of its text are."""
    text = version.as_text()
    file = StoredFile.objects.store(write_version_text(text))
    state, decided_at = ReleaseState.REQUESTED, None
    if origin != VersionRelease.Origin.REQUEST:
        state, decided_at = ReleaseState.APPROVED, at
    return VersionRelease(
        pk=reserve_key(VersionRelease),
        document_version=version,
        file=file,
        sha256=sha256(release_manifest(text.name, file.pk, reason)),
        origin=origin,
        state=state,
        reason=reason,
        requested_by=by,
        requested_at=at,
        decided_at=decided_at,
        **VersionRelease.columns_of(text),
    )


def _lock_version(version: DocumentVersion) -> DocumentVersion:
    """Lock a version's row until the transaction ends; return it as it is stored."""
    rows = DocumentVersion.objects.select_for_update(of=("self",))
    return rows.select_related("document").get(pk=version.pk)


def _record(
    release: VersionRelease, what: str, *, at: dt.datetime, by: User | None = None
) -> None:
    trail.record_document_event(
        release.document_version.document,
        kind=RELEASE_EVENT_KINDS[ReleaseState(release.state)],
        summary=f"The release of the text of {release.document_version} {what} "
        f"(checksum {release.sha256})",
        by=by,
        at=at,
        subject=release_subject(release),
        facts=release_facts(release),
    )
