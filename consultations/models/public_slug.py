"""The web addresses of what is public, present and former."""

from __future__ import annotations

from typing import cast

from django.db import models
from django.db.models import Q

from consultations.models.conclusion import Conclusion
from consultations.models.consultation import Consultation
from consultations.models.legal_text import RegulatedDocument

__all__ = ["PublicSlug"]


class PublicSlug(models.Model):
    """A slug that one consultation, conclusion or document has claimed for good.

    The slug of a document is its code. `claimed_at` is when the owner first became
    public under the slug, or when its opening was set. The database refuses the slug
    to everything else of its kind, and keeps the row unless a consultation that claimed
    the slug in advance has no opening any more.
    """

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", "Consultation"
        CONCLUSION = "conclusion", "Conclusion"
        DOCUMENT = "document", "Regulated document"

    kind = models.CharField(max_length=12, choices=Kind)
    slug = models.CharField(max_length=120)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, null=True, related_name="public_slugs"
    )
    conclusion = models.ForeignKey(
        Conclusion, models.PROTECT, null=True, related_name="public_slugs"
    )
    document = models.ForeignKey(
        RegulatedDocument, models.PROTECT, null=True, related_name="public_slugs"
    )
    claimed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_public_slug_per_kind", fields=["kind", "slug"]
            ),
            models.CheckConstraint(
                name="public_slug_has_the_owner_of_its_kind",
                condition=Q(
                    kind="consultation",
                    consultation__isnull=False,
                    conclusion=None,
                    document=None,
                )
                | Q(
                    kind="conclusion",
                    consultation=None,
                    conclusion__isnull=False,
                    document=None,
                )
                | Q(
                    kind="document",
                    consultation=None,
                    conclusion=None,
                    document__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"the web address “{self.slug}”"

    @property
    def owner(self) -> Consultation | Conclusion | RegulatedDocument:
        """What claimed the slug."""
        owner = self.consultation or self.conclusion or self.document
        return cast(Consultation | Conclusion | RegulatedDocument, owner)
