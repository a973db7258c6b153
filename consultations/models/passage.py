"""Reusable passages: background for sections, and responses to comments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations.fields.model_fields import LineField, RichTextField
from consultations.models.base import Editable, PermanentHistory
from consultations.models.consultation import Consultation

__all__ = ["Passage", "PassageUse"]


class Passage(Editable):
    """A reusable text with an owner, for sections or responses."""

    class Kind(models.TextChoices):
        BACKGROUND = "background", "For sections of conclusions"
        RESPONSE = "response", "For responses to comments"

    title = LineField()
    kind = models.CharField(max_length=10, choices=Kind)
    text = RichTextField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    retired = models.BooleanField(default=False)
    history = PermanentHistory()

    class Meta:
        verbose_name = "standard text"
        verbose_name_plural = "standard texts"
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_passage_title_per_kind", fields=["kind", "title"]
            ),
            models.CheckConstraint(
                name="passage_kind_known",
                condition=Q(kind__in=["background", "response"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PassageUse(models.Model):
    """A use of a passage: which version, in which row, when and by whom.

    `about` names the item: `comment:12`, `section:7`.
    """

    passage = models.ForeignKey(Passage, models.PROTECT, related_name="uses")
    passage_version = models.PositiveIntegerField()
    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="passage_uses"
    )
    about = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.passage} in {self.about}"
