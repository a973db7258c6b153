"""Synchronising regulated documents, versions and clauses with a file.

They are shared: rows that a file leaves out are not deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consultations.models import (
    Clause,
    Consultation,
    DocumentVersion,
    RegulatedDocument,
)
from responses.consultation_file import contents
from responses.consultation_file.tables import values_for_row
from responses.consultation_file.to_rows.sync import Sync, Values, lock_rows

VersionKey = tuple[str, str]
"""A document's code and its version's key."""

ClauseKey = tuple[str, str, str]
"""A document's code, its version's key, and a clause's identity."""


@dataclass(frozen=True)
class Documents:
    """The rows of a file's documents and versions."""

    by_code: dict[str, RegulatedDocument]
    versions: dict[VersionKey, DocumentVersion]


def sync_documents(sync: Sync, given: Iterable[contents.Document]) -> Documents:
    """Store documents, versions and texts that are new or altered."""
    documents = {document.code: document for document in given}
    rows = sync.sync_tree(
        RegulatedDocument,
        {
            r.code: r
            for r in lock_rows(RegulatedDocument.objects.filter(code__in=documents))
        },
        {code: values_for_row(each) for code, each in documents.items()},
        {code: each.parent or None for code, each in documents.items()},
    )
    versions = _sync_versions(sync, documents, rows)
    _sync_clauses(sync, documents, versions)
    return Documents(rows, versions)


def _sync_versions(
    sync: Sync,
    documents: dict[str, contents.Document],
    rows: dict[str, RegulatedDocument],
) -> dict[VersionKey, DocumentVersion]:
    stored = {
        (version.document.code, version.key): version
        for version in lock_rows(
            DocumentVersion.objects.filter(document__code__in=documents)
        ).select_related("document")
    }
    wanted: dict[VersionKey, Values] = {}
    for code, document in documents.items():
        given = {version.key: version for version in document.versions}
        stored_keys = [key for owner, key in stored if owner == code]
        order = (
            list(given) if set(stored_keys) <= set(given) else [*stored_keys, *given]
        )
        for key in dict.fromkeys(order):
            wanted[code, key] = {}
            if key in given:
                wanted[code, key] = values_for_row(
                    given[key], document_id=rows[code].pk
                )
                if given[key].status != DocumentVersion.Status.CONSULTED:
                    wanted[code, key]["public_from_opening_of_id"] = None
    return sync.sync_rows(DocumentVersion, stored, wanted, group=lambda key: key[0])


def sync_consultations_of_versions(
    sync: Sync, given: Iterable[contents.Document], documents: Documents
) -> None:
    """Set the consultation of the versions in a file, which are stored by now.

    The opening of the consultation, also a past one, makes the versions consulted on
    public: an administrator who runs load_consultation states so.
    """
    slugs = {
        (document.code, version.key): version.consultation
        for document in given
        for version in document.versions
    }
    stored = Consultation.objects.filter(slug__in=set(slugs.values()))
    ids: dict[str, int] = dict(stored.values_list("slug", "pk"))
    rows = {key: documents.versions[key] for key in slugs}
    wanted: dict[VersionKey, Values] = {}
    for key, slug in slugs.items():
        is_consulted = rows[key].status == DocumentVersion.Status.CONSULTED
        consultation = ids.get(slug)
        wanted[key] = {
            "consultation_id": consultation,
            "public_from_opening_of_id": consultation if is_consulted else None,
        }
    sync.sync_rows(DocumentVersion, rows, wanted, group=lambda key: key[0])


def _sync_clauses(
    sync: Sync,
    documents: dict[str, contents.Document],
    versions: dict[VersionKey, DocumentVersion],
) -> None:
    """Store the clauses of versions; a version without clauses keeps stored ones."""
    wanted: dict[ClauseKey, Values] = {}
    parents: dict[ClauseKey, ClauseKey | None] = {}
    versions_with_clauses: dict[int, VersionKey] = {}
    for code, document in documents.items():
        for version in document.versions:
            row = versions[code, version.key]
            if version.clauses:
                versions_with_clauses[row.pk] = (code, version.key)
            for clause, parent in _clauses_with_parents(version.clauses, ""):
                key = (code, version.key, clause.id)
                wanted[key] = values_for_row(clause, document_version_id=row.pk)
                parents[key] = (code, version.key, parent) if parent else None
    stored: dict[ClauseKey, Clause] = {
        (*versions_with_clauses[clause.document_version_id], clause.identity): clause
        for clause in lock_rows(
            Clause.objects.filter(document_version__in=list(versions_with_clauses))
        )
    }
    sync.sync_tree(Clause, stored, wanted, parents, group=lambda key: key[:2])


def _clauses_with_parents(
    clauses: Iterable[contents.Clause], parent: str
) -> Iterator[tuple[contents.Clause, str]]:
    for clause in clauses:
        yield clause, parent
        yield from _clauses_with_parents(clause.clauses, clause.id)
