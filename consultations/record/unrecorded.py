"""Rows of a public consultation that were changed outside the site.

The rows are the draft of the next notice, so the database lets the site change them.
The site writes each change to the history of the row: a row that differs from its last
version there, or has none, was changed by something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from consultations.documents.wording import join_words
from consultations.models import (
    Clause,
    Consultation,
    ConsultationAttachment,
    ConsultationDocument,
    DocumentVersion,
    Extension,
    ExtensionQuestion,
    Organisation,
    Question,
    RegulatedDocument,
)
from consultations.record.freezing import changes_from, public_edition
from consultations.record.rows import read_stored_rows

UNTRACKED = {"version", "public_from_opening_of_id"}
"""Columns that are written without a row of history."""

RESTORE_ROW = "Restore the row from its history, or from a backup."


def unrecorded_faults(consultation: Consultation) -> list[str]:
    """Return the rows changed outside the site, and what differs from the edition.

    There are none where the rows have the published wording.
    """
    edition = public_edition(consultation)
    if edition is None:
        return []
    changes = changes_from(edition, read_stored_rows(consultation))
    if not changes:
        return []
    differs = f"Differs from {edition}: {join_words([each.part for each in changes])}."
    return [
        f"{consultation.slug}: {fault} outside the site. {differs} {RESTORE_ROW}"
        for model, rows in _tables(consultation)
        for fault in _row_faults(model, rows)
    ]


def _tables(consultation: Consultation) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield the models that an edition freezes, each with the filter of its rows."""
    own = {"consultation": consultation.pk}
    yield Consultation, {"id": consultation.pk}
    yield Organisation, {"id": consultation.organisation_id}
    yield Question, own
    yield ConsultationAttachment, own
    yield ConsultationDocument, own
    yield Extension, own
    extensions = consultation.extensions.values_list("pk", flat=True)
    yield ExtensionQuestion, {"extension__in": list(extensions)}
    documents = consultation.document_links.values_list("document", flat=True)
    yield RegulatedDocument, {"id__in": list(documents)}
    versions = DocumentVersion.objects.filter(public_from_opening_of=consultation)
    keys = list(versions.values_list("pk", flat=True))
    yield DocumentVersion, {"id__in": keys}
    yield Clause, {"document_version__in": keys}


def _row_faults(model: Any, rows: dict[str, Any]) -> Iterator[str]:
    """Yield half a sentence for each row that is not as its history has it."""
    columns = [
        field.attname
        for field in model._meta.concrete_fields
        if field.attname not in UNTRACKED
    ]
    stored = {row["id"]: row for row in model.objects.filter(**rows).values(*columns)}
    history = model.history.model.objects
    found = history.filter(**rows) | history.filter(id__in=list(stored))
    last: dict[int, dict[str, Any]] = {}
    for row in found.order_by("history_id").values(*columns, "history_type"):
        last[row["id"]] = row
    noun = model._meta.verbose_name
    for pk in sorted({*stored, *last}):
        recorded, name = last.get(pk), f"the {noun} {pk}"
        is_recorded = recorded is not None and recorded.pop("history_type") != "-"
        if pk not in stored:
            if is_recorded and model.objects.filter(pk=pk).first() is None:
                yield f"{name} was deleted"
        elif not is_recorded or recorded is None:
            yield f"{name} was added"
        else:
            differing = [c for c in columns if stored[pk][c] != recorded[c]]
            if differing:
                yield f"{name} was changed ({', '.join(differing)})"
