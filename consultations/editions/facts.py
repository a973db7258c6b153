"""The facts of editions and of releases, recorded with each of their steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from consultations.audit.facts import column_facts, fact, fingerprint
from consultations.models import Edition, VersionRelease

EDITION_COLUMNS = (
    ("state", "state"),
    ("key of the conclusion", "conclusion_id"),
    ("number", "number"),
    ("title", "title"),
    ("subtitle", "subtitle"),
    ("date first published", "first_published"),
    ("checksum of the content", "content_sha256"),
    ("checksum", "sha256"),
    ("key of the submitter", "submitted_by_id"),
    ("time of submission", "submitted_at"),
    ("time of the decision", "decided_at"),
    ("key of the publisher", "published_by_id"),
    ("time of publication", "published_at"),
    ("time of withdrawal", "withdrawn_at"),
)

RELEASE_COLUMNS = (
    ("state", "state"),
    ("key of the version", "document_version_id"),
    ("name", "name"),
    ("label", "label"),
    ("status", "status"),
    ("date in force", "in_force"),
    ("number of clauses", "clause_count"),
    ("checksum of the text", "file_id"),
    ("checksum", "sha256"),
    ("origin", "origin"),
    ("key of the requester", "requested_by_id"),
    ("time of the request", "requested_at"),
    ("key of the person who decided", "decided_by_id"),
    ("time of the decision", "decided_at"),
)


def edition_subject(edition: Edition) -> str:
    """Return the subject of an edition's events."""
    return f"edition:{edition.pk}"


def edition_facts(
    edition: Any,
    *,
    files: Iterable[Any],
    documents: Iterable[Any],
    decisions: Iterable[Any] = (),
) -> dict[str, str]:
    """Return the facts of an edition and of the rows that belong to it.

    The rows may be those of a migration, or not stored yet.
    """
    facts = column_facts(edition, EDITION_COLUMNS)
    facts["checksum of the correction"] = fingerprint(edition.correction)
    facts["checksum of the note"] = fingerprint(edition.note)
    facts["checksum of the withdrawal reason"] = fingerprint(edition.withdrawal)
    facts["list of documents"] = ", ".join(sorted(each.code for each in documents))
    files = sorted(files, key=lambda file: str(file.name))
    facts["list of files"] = ", ".join(file.name for file in files)
    for file in files:
        facts[f"name of the file {file.name}"] = file.filename
        facts[f"type of the file {file.name}"] = file.media_type
        facts[f"checksum of the file {file.name}"] = file.file_id
    decisions = sorted(decisions, key=lambda decision: str(decision.decision))
    facts["list of decisions"] = ", ".join(each.decision for each in decisions)
    for each in decisions:
        what = f"of the decision “{each.decision}”"
        facts[f"key of the user {what}"] = fact(each.by_id)
        facts[f"time {what}"] = fact(each.at)
        facts[f"checksum {what}"] = each.sha256
        facts[f"checksum of the remarks {what}"] = fingerprint(each.remarks)
    return facts


def stored_edition_facts(edition: Any) -> dict[str, str]:
    """Return the facts of an edition; its other rows are read from the database."""
    return edition_facts(
        edition,
        files=edition.files.all(),
        documents=edition.documents.all(),
        decisions=edition.sign_offs.all(),
    )


def release_subject(release: VersionRelease) -> str:
    """Return the subject of a release's events."""
    return f"release:{release.pk}"


def release_facts(release: Any) -> dict[str, str]:
    """Return the facts of a release."""
    facts = column_facts(release, RELEASE_COLUMNS)
    facts["checksum of the reason"] = fingerprint(release.reason)
    facts["checksum of the remarks"] = fingerprint(release.remarks)
    return facts
