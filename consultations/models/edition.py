"""Editions: frozen conclusions, submitted for sign-off and published."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from consultations.documents.conclusion.content import ConclusionContent
from consultations.documents.conclusion.stored import read_content, read_document
from consultations.documents.tree import Document
from consultations.fields.model_fields import LineField, RichTextField
from consultations.models.base import Editable, PermanentHistory
from consultations.models.conclusion import Conclusion
from consultations.models.storage import StoredFile

__all__ = [
    "Edition",
    "EditionAuthor",
    "EditionFile",
    "Remark",
    "ScheduledPublication",
    "SignOff",
    "TextTakeover",
]


class EditionQuerySet(models.QuerySet["Edition"]):
    """Editions by state."""

    def current(self) -> Self:
        """The published editions, at most one per conclusion."""
        return self.filter(state=Edition.State.PUBLISHED)

    def ever_published(self) -> Self:
        """The editions anyone may read: published, superseded or withdrawn."""
        return self.filter(
            state__in=[
                Edition.State.PUBLISHED,
                Edition.State.SUPERSEDED,
                Edition.State.WITHDRAWN,
            ]
        )

    def pending(self) -> Self:
        """Submitted or approved, not yet published."""
        return self.filter(state__in=[Edition.State.SUBMITTED, Edition.State.APPROVED])


class Edition(models.Model):
    """A frozen conclusion: its content, the files rendered from it, and their hash.

    `title`, `subtitle` and `first_published` are the content's, kept where lists can
    read them. `sha256` is of the manifest: the content's hash and every file's name
    and hash. Sign-off is on that hash. The draft began at the first change after the
    last public edition and was read at submission; both are None for editions of
    earlier releases. `number` is reserved at submission, and given back when the
    edition is returned. Only the state and its dates change otherwise; the database
    refuses anything else.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", "Submitted for approval"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Returned"
        PUBLISHED = "published", "Published"
        SUPERSEDED = "superseded", "Superseded"
        WITHDRAWN = "withdrawn", "Withdrawn"

        @property
        def is_public(self) -> bool:
            """True for states anyone may read."""
            return self in (
                Edition.State.PUBLISHED,
                Edition.State.SUPERSEDED,
                Edition.State.WITHDRAWN,
            )

    conclusion = models.ForeignKey(Conclusion, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    title = LineField(max_length=500, blank=True, default="")
    subtitle = LineField(max_length=500, blank=True, default="")
    first_published = models.DateField(null=True, blank=True)
    content = models.TextField()
    content_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    correction = RichTextField(blank=True, default="")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField()
    note = RichTextField(blank=True, default="")
    draft_began_at = models.DateTimeField(null=True, blank=True)
    draft_read_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal = RichTextField(blank=True, default="")
    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_edition_number_per_conclusion",
                fields=["conclusion", "number"],
            ),
            models.UniqueConstraint(
                name="unique_pending_edition_per_conclusion",
                fields=["conclusion"],
                condition=Q(state__in=["submitted", "approved"]),
            ),
            models.UniqueConstraint(
                name="unique_published_edition_per_conclusion",
                fields=["conclusion"],
                condition=Q(state="published"),
            ),
            models.CheckConstraint(
                name="edition_state_known",
                condition=Q(
                    state__in=[
                        *("submitted", "approved", "rejected"),
                        *("published", "superseded", "withdrawn"),
                    ]
                ),
            ),
            models.CheckConstraint(
                name="decided_edition_has_a_date",
                condition=Q(state="submitted", decided_at__isnull=True)
                | (~Q(state="submitted") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="public_edition_has_number_and_date",
                condition=Q(
                    state__in=["submitted", "approved"],
                    published_at__isnull=True,
                    published_by__isnull=True,
                )
                | Q(
                    state="rejected",
                    number__isnull=True,
                    published_at__isnull=True,
                    published_by__isnull=True,
                )
                | Q(
                    state__in=["published", "superseded", "withdrawn"],
                    number__isnull=False,
                    published_at__isnull=False,
                    published_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="withdrawn_edition_has_a_reason",
                condition=(
                    ~Q(state="withdrawn") & Q(withdrawal="", withdrawn_at__isnull=True)
                )
                | (
                    Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawal="")
                ),
            ),
        ]

    def __str__(self) -> str:
        name = f"edition {self.number}" if self.number else "draft for approval"
        return f"{self.conclusion.slug} {name}"

    def get_absolute_url(self) -> str:
        return reverse(
            "consultations:edition", args=[self.conclusion.slug, self.number]
        )

    @property
    def is_public(self) -> bool:
        """True for an edition that was published: anyone may read it."""
        return Edition.State(self.state).is_public

    def conclusion_content(self) -> ConclusionContent:
        """Return the frozen content as a value."""
        return read_content(self.content)

    def document(self) -> Document:
        """Return the document as it was composed when the edition was submitted."""
        file = self.files.select_related("file").get(name="json").file
        return read_document(bytes(file.content))


class EditionFile(models.Model):
    """A file of an edition: `html`, `pdf`, `docx`, `txt`, `json`, `attachments/1`."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="files")
    name = models.CharField(max_length=40)
    filename = LineField(max_length=200)
    media_type = models.CharField(max_length=120)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "file of an edition"
        verbose_name_plural = "files of editions"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_file_name_per_edition", fields=["edition", "name"]
            )
        ]

    def __str__(self) -> str:
        return self.filename


class EditionAuthor(models.Model):
    """A user who wrote text in an edition since the last one; frozen with the edition.

    `texts` are the labels of the texts, such as `Comment Q2.3: Published comment`.
    `taken_over` are those that others wrote and the user took over.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="authors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    texts = models.JSONField(default=list)
    taken_over = models.JSONField(default=list)

    class Meta:
        verbose_name = "author of an edition"
        verbose_name_plural = "authors of editions"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_author_per_edition", fields=["edition", "user"]
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class TextTakeover(models.Model):
    """A user's taking over of a text of a draft that others wrote, in its wording.

    `row` is the reference of the row, such as `comment:12`, and `sha256` is the hash of
    the wording. Who takes over a text answers for it in place of those who wrote it.
    """

    conclusion = models.ForeignKey(
        Conclusion, models.PROTECT, related_name="text_takeovers"
    )
    row = models.CharField(max_length=80)
    field = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "text taken over"
        verbose_name_plural = "texts taken over"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.row} {self.field}"


class SignOff(models.Model):
    """One person's decision on one edition, bound to the hash they read.

    An edition is approved once and sent back once: an approval can be taken back by
    sending the edition back, until it is published.
    """

    class Decision(models.TextChoices):
        APPROVE = "approve", "Approved"
        REJECT = "reject", "Returned"

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="sign_offs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decision = models.CharField(max_length=7, choices=Decision)
    sha256 = models.CharField(max_length=64)
    remarks = RichTextField(blank=True, default="")

    class Meta:
        verbose_name = "decision on an edition"
        verbose_name_plural = "decisions on editions"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_decision_per_edition", fields=["edition", "decision"]
            ),
            models.CheckConstraint(
                name="decision_known", condition=Q(decision__in=["approve", "reject"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} by {self.by}"


class Remark(Editable):
    """A remark of an approver on one section of a submitted edition.

    `heading` and `anchor` are the section's in that edition; the drafter settles it.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="section_remarks")
    heading = LineField(max_length=500)
    anchor = LineField(max_length=200, blank=True, default="")
    text = RichTextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    history = PermanentHistory()

    class Meta:
        verbose_name = "review remark"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"review remark on {self.heading}"


class ScheduledPublication(models.Model):
    """An approved edition that is to be published at a set time.

    `failure` says why it could not be published when the time came.
    """

    edition = models.OneToOneField(
        Edition, models.CASCADE, related_name="scheduled_publication"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    scheduled_at = models.DateTimeField()
    failure = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.edition} at {self.at:%Y-%m-%d %H:%M}"

    def is_overdue(self, at: dt.datetime | None = None) -> bool:
        """True when its time is past and it is neither published nor failed."""
        return not self.failure and self.at <= (at or timezone.now())
