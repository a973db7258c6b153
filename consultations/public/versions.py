"""The public versions of regulated documents.

A version is stored before its consultation opens or its conclusion is published, so
whether it is public depends on these, not on its own row.
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

VersionStatus = DocumentVersion.Status


def public_versions(at: dt.datetime | None = None) -> QuerySet[DocumentVersion]:
    """Return the versions anyone may read.

    Those in force or once in force; those attached to a published conclusion; those
    consulted on when no consultation on the document is still to open; those concluded
    when no consultation on it is still without a conclusion.
    """
    about = Consultation.objects.filter(documents=OuterRef("document"))
    editions = Edition.objects.ever_published()
    attached = ConclusionAttachment.objects.filter(
        Q(document_version=OuterRef("pk")) | Q(against=OuterRef("pk")),
        conclusion__editions__in=editions,
    )
    announced = Consultation.objects.public(at).values("pk")
    to_open = about.exclude(pk__in=announced)
    to_conclude = about.exclude(conclusions__editions__in=editions)
    return DocumentVersion.objects.filter(
        Q(status=VersionStatus.DESIGNATED)
        | Q(Exists(attached))
        | (Q(status=VersionStatus.CONSULTED) & Exists(about) & ~Exists(to_open))
        | (Q(status=VersionStatus.CONCLUDED) & Exists(about) & ~Exists(to_conclude))
    )


@dataclass(frozen=True)
class TaggedVersion:
    """A version and its tag; a version older than the one in force is not relevant."""

    version: DocumentVersion
    tag: str
    tone: str
    is_relevant: bool = True

    @property
    def heading(self) -> str:
        """The version as a heading: `Version 4.0`, or its key with a capital."""
        label, key = self.version.label, self.version.key
        return f"Version {label}" if label else f"{key[:1].upper()}{key[1:]}"


def tag_versions(
    versions: Iterable[DocumentVersion], on: dt.date
) -> list[TaggedVersion]:
    """Return a document's versions, newest first, each with its tag."""
    ordered = list(versions)
    began = [version for version in ordered if _has_taken_effect(version, on)]
    began.sort(key=lambda v: (v.in_force or dt.date.min, v.position, v.pk))
    return [_tag_version(version, began) for version in reversed(ordered)]


def _has_taken_effect(version: DocumentVersion, on: dt.date) -> bool:
    """True when a version took effect; a designated one without a date always has."""
    if version.in_force is None:
        return version.status == VersionStatus.DESIGNATED
    return version.status != VersionStatus.CONSULTED and version.in_force <= on


def _tag_version(
    version: DocumentVersion, began: list[DocumentVersion]
) -> TaggedVersion:
    if began and version == began[-1]:
        return TaggedVersion(version, "In force", "in-force")
    if version in began:
        return TaggedVersion(version, "No longer in force", "past", is_relevant=False)
    is_news = not began or version.position > began[-1].position
    if version.status == VersionStatus.CONSULTED:
        return TaggedVersion(version, "Consulted on", "consulted", is_relevant=is_news)
    if version.status == VersionStatus.CONCLUDED:
        return TaggedVersion(version, "Concluded", "concluded", is_relevant=is_news)
    return TaggedVersion(version, "Not yet in force", "coming")
