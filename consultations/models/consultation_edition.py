"""Editions of consultations, frozen when they become public, and their notices.

The public reads a consultation because an edition of it is public, never because of
the rows that the workspace edits.
"""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from consultations.documents.consultation_text import (
    ConsultationText,
    read_consultation_text,
)
from consultations.fields.model_fields import LineField, RichTextField
from consultations.models.consultation import Consultation
from consultations.models.legal_text import DocumentVersion, RegulatedDocument
from consultations.models.release import FrozenText
from consultations.models.storage import StoredFile

__all__ = [
    "ConsultationEdition",
    "ConsultationEditionDocument",
    "ConsultationEditionFile",
    "ConsultationEditionText",
    "ConsultationNotice",
]


class Origin(models.TextChoices):
    """Where a frozen row came from."""

    WORKSPACE = "workspace", "Made in the workspace"
    COMMAND = "command", "Loaded from a consultation file"
    UPGRADE = "upgrade", "Public before editions were recorded"


class ConsultationEditionQuerySet(models.QuerySet["ConsultationEdition"]):
    """Editions by state."""

    def public(self, at: dt.datetime | None = None) -> Self:
        """Those that anyone may read at a moment."""
        at = at or timezone.now()
        return self.filter(public_from__lte=at, discarded_at=None)

    def standing(self) -> Self:
        """Those that are public or will be, by the clock alone."""
        return self.filter(public_from__isnull=False, discarded_at=None)

    def latest_standing(self) -> Self:
        """The latest of each consultation that is public, or will be by the clock."""
        standing = ConsultationEdition.objects.standing()
        later = standing.filter(
            consultation=OuterRef("consultation"), number__gt=OuterRef("number")
        )
        return self.standing().filter(~Exists(later))

    def latest_of(self, consultation: OuterRef, at: dt.datetime | None) -> Self:
        """Return the latest public edition of a consultation, for a subquery."""
        found = self.public(at).filter(consultation=consultation)
        return found.order_by("-number")[:1]


class ConsultationEdition(models.Model):
    """What the public reads of a consultation, frozen; `content` is its JSON.

    The first edition is frozen when the opening is set, and is public from the
    opening. Later ones become public by a notice: until then they have no number and
    no `public_from`. An edition that is not public yet can be discarded. `title`,
    `follows` and `words` are the content's, kept where lists can read them.
    """

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="text_editions"
    )
    number = models.PositiveIntegerField(null=True)
    title = LineField()
    follows = LineField(max_length=120, blank=True, default="")
    words = models.TextField()
    content = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    public_from = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)
    objects = ConsultationEditionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_number_per_consultation_edition",
                fields=["consultation", "number"],
                condition=Q(discarded_at=None),
            ),
            models.CheckConstraint(
                name="public_consultation_edition_has_a_number",
                condition=Q(number__isnull=True, public_from__isnull=True)
                | Q(number__isnull=False, public_from__isnull=False),
            ),
            models.CheckConstraint(
                name="consultation_edition_origin_known",
                condition=Q(origin__in=["workspace", "command", "upgrade"]),
            ),
        ]

    def __str__(self) -> str:
        return f"edition {self.number}" if self.number else "edition not public yet"

    def get_absolute_url(self) -> str:
        return reverse(
            "consultations:consultation_edition",
            args=[self.consultation.slug, self.number],
        )

    def text(self) -> ConsultationText:
        """Return the frozen text as a value."""
        return read_consultation_text(bytes(self.content.content))


def with_public_edition(
    consultations: models.QuerySet[Consultation], at: dt.datetime | None = None
) -> models.QuerySet[Consultation]:
    """Return the consultations that have a public edition, each with its columns.

    `public_edition` is the edition's key; `public_title` and `public_follows` are what
    readers see.
    """
    latest = ConsultationEdition.objects.latest_of(OuterRef("pk"), at)
    return consultations.annotate(
        public_edition=Subquery(latest.values("pk")),
        public_title=Subquery(latest.values("title")),
        public_follows=Subquery(latest.values("follows")),
    ).filter(public_edition__isnull=False)


def with_stored_names(
    consultations: models.QuerySet[Consultation],
) -> models.QuerySet[Consultation]:
    """Return consultations with the names that staff see in place of public ones."""
    return consultations.annotate(public_title=F("title"), public_follows=F("follows"))


class ConsultationEditionText(FrozenText):
    """The text of a version that an edition makes public."""

    edition = models.ForeignKey(
        ConsultationEdition, models.PROTECT, related_name="texts"
    )
    document_version = models.ForeignKey(
        DocumentVersion, models.PROTECT, related_name="consultation_edition_texts"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_version_per_consultation_edition",
                fields=["edition", "document_version"],
            )
        ]


class ConsultationEditionDocument(models.Model):
    """A regulated document that an edition names."""

    edition = models.ForeignKey(
        ConsultationEdition, models.PROTECT, related_name="documents"
    )
    document = models.ForeignKey(
        RegulatedDocument, models.PROTECT, related_name="consultation_edition_documents"
    )
    code = LineField(max_length=40)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_document_per_consultation_edition",
                fields=["edition", "document"],
            )
        ]

    def __str__(self) -> str:
        return self.code


class ConsultationEditionFile(models.Model):
    """A file that an edition makes public; files are numbered from 1."""

    edition = models.ForeignKey(
        ConsultationEdition, models.PROTECT, related_name="files"
    )
    number = models.PositiveIntegerField()
    filename = LineField(max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="unique_file_number_per_consultation_edition",
                fields=["edition", "number"],
            )
        ]

    def __str__(self) -> str:
        return self.filename


class ConsultationNoticeQuerySet(models.QuerySet["ConsultationNotice"]):
    """Notices by state."""

    def in_effect(self) -> Self:
        """Those that readers see."""
        return self.filter(state__in=IN_EFFECT)

    def not_dropped(self) -> Self:
        """Those that are in effect, or can still take effect."""
        return self.filter(state__in=[*IN_EFFECT, "waiting"])

    def waiting(self) -> Self:
        """Those that another person has to decide on or confirm."""
        return self.filter(state__in=["waiting", "unconfirmed"])


IN_EFFECT = ("approved", "unconfirmed", "confirmed")
"""The states of notices that readers see."""


class ConsultationNotice(models.Model):
    """A dated notice of a change to an opened consultation, with its reason.

    It takes effect when another person approves it; until then its requester can
    cancel it. An extension takes effect at once and is confirmed afterwards. `number`
    and `effective_at` are set when it takes effect, and `dated` is the date that a
    consultation file gives. `sha256` is of its kind, subject, reason, file and of the
    edition that it makes public. `based_on` is the edition that was public when it was
    requested.
    """

    class Kind(models.TextChoices):
        AMENDED = "amended", "Amended"
        CORRECTED = "corrected", "Corrected"
        UPDATED = "updated", "Updated"
        EXTENDED = "extended", "Extended"
        BRIEFING = "briefing", "Briefing"
        WITHDRAWN = "withdrawn", "Withdrawn"

        @property
        def makes_an_edition(self) -> bool:
            """True for a notice that publishes another wording."""
            return self not in (
                ConsultationNotice.Kind.BRIEFING,
                ConsultationNotice.Kind.WITHDRAWN,
            )

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for approval"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        CANCELLED = "cancelled", "Cancelled by the requester"
        UNCONFIRMED = "unconfirmed", "In effect, waiting for confirmation"
        CONFIRMED = "confirmed", "Confirmed"

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="public_notices"
    )
    number = models.PositiveIntegerField(null=True)
    effective_at = models.DateTimeField(null=True)
    dated = models.DateTimeField(null=True)
    kind = models.CharField(max_length=10, choices=Kind)
    subject = LineField(max_length=500, blank=True, default="")
    text = RichTextField()
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    filename = LineField(max_length=200, blank=True, default="")
    origin = models.CharField(max_length=10, choices=Origin)
    state = models.CharField(max_length=12, choices=State)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    remarks = RichTextField(blank=True, default="")
    edition = models.OneToOneField(
        ConsultationEdition, models.PROTECT, null=True, related_name="notice"
    )
    based_on = models.ForeignKey(
        ConsultationEdition, models.PROTECT, null=True, related_name="+"
    )
    sha256 = models.CharField(max_length=64)
    objects = ConsultationNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_notice_number_per_consultation",
                fields=["consultation", "number"],
            ),
            models.UniqueConstraint(
                name="unique_waiting_notice_per_consultation",
                fields=["consultation"],
                condition=Q(state="waiting"),
            ),
            models.CheckConstraint(
                name="notice_kind_known",
                condition=Q(
                    kind__in=[
                        *("amended", "corrected", "updated"),
                        *("extended", "briefing", "withdrawn"),
                    ]
                ),
            ),
            models.CheckConstraint(
                name="notice_in_effect_has_number_and_date",
                condition=Q(
                    state__in=["waiting", "refused", "cancelled"],
                    number__isnull=True,
                    effective_at__isnull=True,
                )
                | Q(
                    state__in=list(IN_EFFECT),
                    number__isnull=False,
                    effective_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="workspace_notice_has_a_requester",
                condition=Q(origin="command", requested_by__isnull=True)
                | Q(origin="workspace", requested_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        name = f"notice {self.number}" if self.number else "notice"
        return f"{name} ({self.get_kind_display().lower()})"

    @property
    def headline(self) -> str:
        """The notice without its date: `Question 2 corrected`."""
        if self.kind == self.Kind.BRIEFING:
            return "Briefing"
        about = self.subject or "Consultation"
        return f"{about} {self.get_kind_display().lower()}"

    @property
    def is_in_effect(self) -> bool:
        """True for a notice that readers see."""
        return self.state in IN_EFFECT
