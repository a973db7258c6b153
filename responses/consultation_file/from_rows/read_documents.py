"""Reading regulated documents from the database, with parents and annexes."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from consultations.models import Clause, DocumentVersion, RegulatedDocument
from responses.consultation_file import contents
from responses.consultation_file.tables import value_from_row

R = TypeVar("R")


def group_rows(rows: Iterable[R], key: Callable[[R], Any]) -> dict[Any, list[R]]:
    """Return rows grouped by the result of a key function."""
    groups: dict[Any, list[R]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def stored_documents(codes: Iterable[str]) -> tuple[contents.Document, ...]:
    """Return documents with their parents and annexes."""
    rows = {document.pk: document for document in RegulatedDocument.objects.all()}
    chosen = _documents_and_relatives(rows, list(dict.fromkeys(filter(None, codes))))
    rows_of_versions = DocumentVersion.objects.filter(document__in=chosen)
    versions = list(rows_of_versions.select_related("consultation"))
    clauses = group_rows(
        Clause.objects.filter(document_version__in=versions),
        lambda clause: (clause.document_version_id, clause.parent_id),
    )
    by_document = group_rows(versions, lambda version: version.document_id)
    return tuple(
        value_from_row(
            contents.Document,
            document,
            parent=rows[document.parent_id].code if document.parent_id else "",
            versions=tuple(
                _version(version, clauses) for version in by_document[document.pk]
            ),
        )
        for document in chosen
    )


def leave_out_own_consultation(
    documents: Iterable[contents.Document], slug: str
) -> tuple[contents.Document, ...]:
    """Return the documents as a file of a consultation has them.

    The consultation of a version is left out where a new version would get the same.
    """

    def version(given: contents.Version) -> contents.Version:
        own = contents.default_consultation(given.status, slug)
        if given.consultation != own:
            return given
        return dataclasses.replace(given, consultation=contents.OWN_CONSULTATION)

    return tuple(
        dataclasses.replace(each, versions=tuple(map(version, each.versions)))
        for each in documents
    )


def _documents_and_relatives(
    rows: dict[int, RegulatedDocument], codes: list[str]
) -> list[RegulatedDocument]:
    """Return the documents with the codes, then their parents and annexes by code."""
    named = {document.code: document for document in rows.values()}
    chosen = {named[code].pk: named[code] for code in codes if code in named}
    related = dict(chosen)
    unvisited = list(related.values())
    while unvisited:
        document = unvisited.pop()
        relatives = [row for row in rows.values() if row.parent_id == document.pk]
        relatives += [rows[document.parent_id]] if document.parent_id else []
        for each in relatives:
            if each.pk not in related:
                related[each.pk] = each
                unvisited.append(each)
    others = [related[pk] for pk in related.keys() - chosen.keys()]
    return [*chosen.values(), *sorted(others, key=lambda each: each.code)]


def _version(
    version: DocumentVersion, clauses: dict[Any, list[Clause]]
) -> contents.Version:
    return value_from_row(
        contents.Version,
        version,
        consultation=version.consultation.slug if version.consultation else "",
        file="",
        clauses=_clauses(clauses, version.pk, None),
    )


def _clauses(
    clauses: dict[Any, list[Clause]], version: int, parent: int | None
) -> tuple[contents.Clause, ...]:
    return tuple(
        value_from_row(
            contents.Clause, clause, clauses=_clauses(clauses, version, clause.pk)
        )
        for clause in clauses[version, parent]
    )
