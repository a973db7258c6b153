"""Which versions of a regulated document's text are public.

A version is stored before its consultation opens, or before its conclusion is
published, so its row alone says nothing: what has been published since does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from consultations.models import (
    ConclusionAttachment,
    Consultation,
    DocumentVersion,
    Edition,
)

Status = DocumentVersion.Status


def public_versions(at: dt.datetime | None = None) -> QuerySet[DocumentVersion]:
    """Return the versions anyone may read.

    Those in force or once in force; those attached to a published conclusion; those
    consulted on when no consultation on the document is still to open; those concluded
    when no consultation on it is still without a conclusion.
    """
    about = Consultation.objects.filter(documents=OuterRef("document"))
    editions = Edition.objects.public()
    attached = ConclusionAttachment.objects.filter(
        Q(document_version=OuterRef("pk")) | Q(against=OuterRef("pk")),
        conclusion__editions__in=editions,
    )
    announced = Consultation.objects.announced(at).values("pk")
    to_open = about.exclude(pk__in=announced)
    to_conclude = about.exclude(conclusions__editions__in=editions)
    return DocumentVersion.objects.filter(
        Q(status=Status.DESIGNATED)
        | Q(Exists(attached))
        | (Q(status=Status.CONSULTED) & Exists(about) & ~Exists(to_open))
        | (Q(status=Status.CONCLUDED) & Exists(about) & ~Exists(to_conclude))
    )


@dataclass(frozen=True)
class Version:
    """A version and its tag; one from before the text in force matters no more."""

    version: DocumentVersion
    tag: str
    tone: str
    matters: bool = True


def versions_with_tags(
    versions: Iterable[DocumentVersion], on: dt.date
) -> list[Version]:
    """Return a document's versions, newest first, with what each of them is now."""
    ordered = list(versions)
    began = [version for version in ordered if _began(version, on)]
    began.sort(key=lambda v: (v.in_force or dt.date.min, v.position, v.pk))
    return [_tagged(version, began) for version in reversed(ordered)]


def _began(version: DocumentVersion, on: dt.date) -> bool:
    """True when it has taken effect; one designated without a day always had."""
    if version.in_force is None:
        return version.status == Status.DESIGNATED
    return version.status != Status.CONSULTED and version.in_force <= on


def _tagged(version: DocumentVersion, began: list[DocumentVersion]) -> Version:
    if began and version == began[-1]:
        return Version(version, "In force", "in-force")
    if version in began:
        return Version(version, "No longer in force", "past", matters=False)
    is_news = not began or version.position > began[-1].position
    if version.status == Status.CONSULTED:
        return Version(version, "Consulted on", "consulted", matters=is_news)
    if version.status == Status.CONCLUDED:
        return Version(version, "Concluded", "concluded", matters=is_news)
    return Version(version, "Not yet in force", "coming")
