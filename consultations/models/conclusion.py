"""Drafts of conclusions: their sections and attachments."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from consultations.documents.conclusion.content import SECTION_KINDS
from consultations.fields.model_fields import LineField, RichTextField
from consultations.models.base import Editable, PermanentHistory
from consultations.models.consultation import Consultation, Question
from consultations.models.legal_text import DocumentVersion, RegulatedDocument
from consultations.models.storage import StoredFile

__all__ = [
    "Conclusion",
    "ConclusionAttachment",
    "ConclusionSection",
]


def default_columns() -> list[str]:
    """Return the default columns of comment tables."""
    return ["comment", "response"]


class Conclusion(Editable):
    """The document that ends a consultation, or one of them; it has no state itself.

    Its editions do: see edition.py. `first_published` is of a conclusion that was
    published before it was entered here.
    """

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="conclusions"
    )
    slug = models.SlugField(max_length=120, unique=True)
    position = models.PositiveIntegerField(default=0)
    title = LineField(max_length=500)
    subtitle = LineField(max_length=500, blank=True, default="")
    date = models.DateField(null=True, blank=True)
    first_published = models.DateField("date first published", null=True, blank=True)
    author = LineField(blank=True, default="")
    classification = LineField(max_length=60, blank=True, default="")
    columns = models.JSONField(default=default_columns)
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consultations:conclusion", args=[self.slug])


class ConclusionSection(Editable):
    """A section of a conclusion; its number is computed, never stored."""

    KINDS = [(kind, kind.replace("-", " ").capitalize()) for kind in SECTION_KINDS]

    conclusion = models.ForeignKey(Conclusion, models.CASCADE, related_name="sections")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="subsections"
    )
    position = models.PositiveIntegerField(default=0)
    heading = LineField(blank=True, default="")
    kind = models.CharField(max_length=20, choices=KINDS, default="text")
    text = RichTextField(blank=True, default="")
    document = models.ForeignKey(
        RegulatedDocument, models.PROTECT, null=True, blank=True
    )
    question = models.ForeignKey(Question, models.PROTECT, null=True, blank=True)
    shows_tally = models.BooleanField(null=True, blank=True)
    shows_table = models.BooleanField(null=True, blank=True)
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="section_kind_known",
                condition=models.Q(kind__in=SECTION_KINDS),
            ),
        ]

    def __str__(self) -> str:
        return self.heading or "Section with no heading"


class ConclusionAttachment(Editable):
    """A file published with a conclusion; its number is its place in the list."""

    class Kind(models.TextChoices):
        CLEAN = "clean", "Clean text"
        REDLINE = "redline", "Redline"
        MATRIX = "matrix", "Matrix"
        NOTICE = "notice", "Notice"
        OTHER = "other", "Other"

    conclusion = models.ForeignKey(
        Conclusion, models.CASCADE, related_name="attachments"
    )
    position = models.PositiveIntegerField(default=0)
    title = LineField()
    kind = models.CharField(max_length=10, choices=Kind)
    document = models.ForeignKey(
        RegulatedDocument, models.PROTECT, null=True, blank=True
    )
    document_version = models.ForeignKey(
        DocumentVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    against = models.ForeignKey(
        DocumentVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True)
    filename = LineField(max_length=200, blank=True, default="")
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="attachment_kind_known",
                condition=models.Q(
                    kind__in=["clean", "redline", "matrix", "notice", "other"]
                ),
            ),
            models.CheckConstraint(
                name="attachment_file_has_a_name",
                condition=models.Q(file=None) | ~models.Q(filename=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title
