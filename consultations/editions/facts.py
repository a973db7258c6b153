"""The facts of frozen rows, recorded with each of their steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from consultations.audit.facts import column_facts, fact, fingerprint
from consultations.models import (
    ConsultationEdition,
    ConsultationNotice,
    Edition,
    VersionRelease,
)

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

CONSULTATION_EDITION_COLUMNS = (
    ("key of the consultation", "consultation_id"),
    ("number", "number"),
    ("title", "title"),
    ("earlier consultation", "follows"),
    ("checksum of the content", "content_id"),
    ("origin", "origin"),
    ("time at which it was frozen", "frozen_at"),
    ("key of the person who froze it", "frozen_by_id"),
    ("time from which it is public", "public_from"),
    ("time at which it was discarded", "discarded_at"),
)

NOTICE_COLUMNS = (
    ("state", "state"),
    ("key of the consultation", "consultation_id"),
    ("number", "number"),
    ("kind", "kind"),
    ("subject", "subject"),
    ("date in the consultation file", "dated"),
    ("time from which it is in effect", "effective_at"),
    ("checksum of the file", "file_id"),
    ("name of the file", "filename"),
    ("origin", "origin"),
    ("key of the requester", "requested_by_id"),
    ("time of the request", "requested_at"),
    ("key of the person who decided", "decided_by_id"),
    ("time of the decision", "decided_at"),
    ("key of the edition", "edition_id"),
    ("key of the published edition", "based_on_id"),
    ("checksum", "sha256"),
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


def consultation_edition_subject(edition: ConsultationEdition) -> str:
    """Return the subject of the events of an edition of a consultation."""
    return f"consultation-edition:{edition.pk}"


def consultation_edition_facts(edition: Any) -> dict[str, str]:
    """Return the facts of an edition of a consultation."""
    return column_facts(edition, CONSULTATION_EDITION_COLUMNS)


def notice_subject(notice: ConsultationNotice) -> str:
    """Return the subject of a notice's events."""
    return f"notice:{notice.pk}"


def notice_facts(notice: Any) -> dict[str, str]:
    """Return the facts of a notice."""
    facts = column_facts(notice, NOTICE_COLUMNS)
    facts["checksum of the reason"] = fingerprint(notice.text)
    facts["checksum of the remarks"] = fingerprint(notice.remarks)
    return facts
