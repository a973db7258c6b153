"""Texts consulted on that a consultation has frozen: only its notices change them.

From the moment at which the opening is set, neither a release nor an edition of a
conclusion nor the opening of another consultation makes another wording public. The
database enforces the same rules (guards/consultations.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from consultations.models import (
    Consultation,
    ConsultationEdition,
    ConsultationEditionText,
    DocumentVersion,
)

NOTICE_FIRST = (
    "Request a notice of that consultation first: the notice changes the text, or "
    "removes the text from the consultation."
)


def frozen_texts(versions: Iterable[int]) -> QuerySet[ConsultationEditionText]:
    """Return the texts of versions in the latest edition of each consultation.

    An edition counts from the moment at which its opening is set.
    """
    editions = ConsultationEdition.objects.latest_standing()
    rows = ConsultationEditionText.objects.filter(
        edition__in=editions, document_version__in=list(versions)
    )
    return rows.select_related("edition__consultation").order_by("pk")


def frozen_text_blockers(version: DocumentVersion) -> list[str]:
    """Return why a version cannot be released: a consultation has frozen its text."""
    return [
        f"The text of {version} is frozen in the consultation “{row.edition.title}”. "
        f"{NOTICE_FIRST}"
        for row in frozen_texts([version.pk])
    ]


def lock_versions(keys: Iterable[int]) -> None:
    """Lock versions until the transaction ends, always in the same order.

    Two consultations that make different wordings of a version public at the same time
    would not see each other otherwise.
    """
    versions = DocumentVersion.objects.filter(pk__in=list(keys)).order_by("pk")
    list(versions.select_for_update(of=("self",)))


def changed_text_blockers(
    hashes: Mapping[int, str], *, own: Consultation | None = None
) -> list[str]:
    """Return which texts differ from those that consultations have frozen.

    `hashes` are of texts to be made public, by version; `own` is the consultation that
    makes them public, and its own editions do not count.
    """
    rows = frozen_texts(hashes)
    if own is not None:
        rows = rows.exclude(edition__consultation=own)
    return [
        f"The text of {row.name} differs from the text that is frozen in the "
        f"consultation “{row.edition.title}”. {NOTICE_FIRST}"
        for row in rows
        if row.file_id != hashes[row.document_version_id]
    ]
