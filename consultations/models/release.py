"""Frozen texts of document versions: those of editions, and releases.

The public reads a text because one of these rows names its version, never because of
the version's own row.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations.documents.version_text import VersionText, read_version_text
from consultations.fields.model_fields import LineField, RichTextField
from consultations.models.edition import Edition
from consultations.models.legal_text import DocumentVersion, RegulatedDocument
from consultations.models.storage import StoredFile

__all__ = [
    "EditionDocument",
    "EditionText",
    "VersionRelease",
]


class FrozenText(models.Model):
    """The text of a version at one moment; `file` is its canonical JSON.

    The other columns are the file's, kept where lists can read them.
    """

    name = LineField(max_length=120)
    label = LineField(max_length=60, blank=True, default="")
    status = models.CharField(max_length=12, choices=DocumentVersion.Status)
    in_force = models.DateField(null=True, blank=True)
    clause_count = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def columns_of(text: VersionText) -> dict[str, object]:
        """Return the columns of a text, all but its file."""
        return {
            "name": text.name,
            "label": text.label,
            "status": text.status,
            "in_force": text.in_force,
            "clause_count": sum(1 for _ in text.every_clause()),
        }

    def version_text(self) -> VersionText:
        """Return the frozen text as a value."""
        return read_version_text(bytes(self.file.content))


class EditionText(FrozenText):
    """The text of a version that an edition names, as it was at submission.

    The edition's hash covers the texts that are in its manifest. The upgrade to
    frozen texts added those of earlier editions, which are not.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="texts")
    document_version = models.ForeignKey(
        DocumentVersion, models.PROTECT, related_name="edition_texts"
    )
    is_in_manifest = models.BooleanField(default=True)

    class Meta:
        verbose_name = "document text of an edition"
        verbose_name_plural = "document texts of editions"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_version_per_edition",
                fields=["edition", "document_version"],
            )
        ]


class EditionDocument(models.Model):
    """A regulated document that the content of an edition names."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="documents")
    document = models.ForeignKey(
        RegulatedDocument, models.PROTECT, related_name="edition_documents"
    )
    code = LineField(max_length=40)

    class Meta:
        verbose_name = "document named in an edition"
        verbose_name_plural = "documents named in editions"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_document_per_edition", fields=["edition", "document"]
            )
        ]

    def __str__(self) -> str:
        return self.code


class VersionReleaseQuerySet(models.QuerySet["VersionRelease"]):
    """Releases by state."""

    def approved(self) -> Self:
        """Those that make their text public."""
        return self.filter(state=VersionRelease.State.APPROVED)

    def pending(self) -> Self:
        """Those that wait for a decision."""
        return self.filter(state=VersionRelease.State.REQUESTED)


class VersionRelease(FrozenText):
    """An act that makes the text of one version public: requested, then approved.

    `sha256` is of the version's name, its text's hash and the reason; the decision is
    on that hash, and never the requester's. Releases by the command
    load_consultation, and by the upgrade to frozen texts, name no user.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", "Waiting for approval"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    class Origin(models.TextChoices):
        REQUEST = "request", "Requested in the workspace"
        COMMAND = "command", "Loaded from a consultation file"
        UPGRADE = "upgrade", "Public before releases were recorded"

    document_version = models.ForeignKey(
        DocumentVersion, models.PROTECT, related_name="releases"
    )
    sha256 = models.CharField(max_length=64)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.REQUEST)
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    reason = RichTextField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    remarks = RichTextField(blank=True, default="")
    objects = VersionReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = "release"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_pending_release_per_version",
                fields=["document_version"],
                condition=Q(state="requested"),
            ),
            models.CheckConstraint(
                name="release_state_known",
                condition=Q(state__in=["requested", "approved", "refused"]),
            ),
            models.CheckConstraint(
                name="release_origin_known",
                condition=Q(origin="request", requested_by__isnull=False)
                | Q(
                    origin__in=["command", "upgrade"],
                    requested_by__isnull=True,
                    decided_by__isnull=True,
                    state="approved",
                ),
            ),
            models.CheckConstraint(
                name="decided_release_has_a_date",
                condition=Q(state="requested", decided_at__isnull=True)
                | (~Q(state="requested") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="requested_release_is_decided_by_somebody",
                condition=Q(state="requested", decided_by__isnull=True)
                | ~Q(origin="request")
                | (~Q(state="requested") & Q(decided_by__isnull=False)),
            ),
        ]
