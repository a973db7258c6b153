"""Verification of stored files, and of the rows that name them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

from django.db.models import Exists, F, ManyToOneRel, OuterRef

from consultations.models import (
    ConsultationEditionText,
    Edition,
    EditionText,
    StoredFile,
    VersionRelease,
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


def missing_file_faults(edition: Edition) -> list[str]:
    """Return a sentence for each file or text of an edition without stored bytes."""
    named = [
        *(
            (f"file {name} ({filename})", digest)
            for name, filename, digest in edition.files.values_list(
                "name", "filename", "file_id"
            )
        ),
        *(
            (f"text {name}", digest)
            for name, digest in edition.texts.values_list("name", "file_id")
        ),
    ]
    stored = StoredFile.objects.filter(pk__in={digest for _, digest in named})
    existing = set(stored.values_list("pk", flat=True))
    return [
        f"the {name} is missing: no file with the checksum {digest} is stored. "
        "Restore the file from a backup."
        for name, digest in named
        if digest not in existing
    ]


def dangling_file_faults() -> Iterator[list[str]]:
    """Yield the faults of each table that names stored files, other than editions."""
    in_editions = {"consultations_editionfile", "consultations_editiontext"}
    stored = StoredFile.objects.filter(pk=OuterRef("digest"))
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel):
            continue
        model = relation.field.model
        if model._meta.db_table in in_editions:
            continue
        rows = model._base_manager.exclude(**{relation.field.attname: None})
        rows = rows.annotate(digest=F(relation.field.attname))
        yield [
            f"The {model._meta.verbose_name} {pk} names the file {digest}, which is "
            "not stored. Restore the file from a backup."
            for pk, digest in rows.exclude(Exists(stored))
            .order_by("pk")
            .values_list("pk", "digest")
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
