"""Errors for slugs in a file that something else has claimed."""

from __future__ import annotations

from collections.abc import Iterator

from consultations.models import PublicSlug
from consultations.public_slugs import SLUG_FIELDS, slug_of
from responses.consultation_file.contents import ConsultationFile
from responses.consultation_file.notation.errors import FileError, Path
from responses.consultation_file.reading import Reading

CONSULTATION_PATH: Path = ("consultation", "slug")


def claimed_slug_errors(
    reading: Reading, file: ConsultationFile
) -> Iterator[FileError]:
    """Yield an error for each former slug of something public that a file names.

    Rows are found by their slugs, so a former slug would add a second row.
    """
    paths = dict(_paths_by_slug(file))
    rows = PublicSlug.objects.filter(slug__in=[slug for _, slug in paths])
    for row in rows.select_related("consultation", "conclusion", "document"):
        kind, present = PublicSlug.Kind(row.kind), slug_of(row.owner)
        path = paths.get((kind, row.slug))
        if path and present != row.slug:
            name = SLUG_FIELDS[kind]
            yield reading.error(
                path,
                f'The {name} "{row.slug}" was used for “{row.owner.title}”, which '
                f'now has the {name} "{present}". Use "{present}" for the same '
                f"{kind.label.lower()}, or choose another {name}.",
            )


def _paths_by_slug(
    file: ConsultationFile,
) -> Iterator[tuple[tuple[PublicSlug.Kind, str], Path]]:
    yield (PublicSlug.Kind.CONSULTATION, file.consultation.slug), CONSULTATION_PATH
    for number, conclusion in enumerate(file.conclusions):
        path = ("conclusions", number, "slug")
        yield (PublicSlug.Kind.CONCLUSION, conclusion.slug), path
    for number, document in enumerate(file.documents):
        yield (PublicSlug.Kind.DOCUMENT, document.code), ("documents", number, "code")
