"""The outcome of a consultation: changes, designation, commitments; its glossary."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone

from consultations.documents.wording import months_later
from consultations.fields.model_fields import LineField, RichTextField
from consultations.models.base import Editable, PermanentHistory
from consultations.models.consultation import Consultation
from consultations.models.legal_text import RegulatedDocument

__all__ = [
    "ClauseChange",
    "Commitment",
    "Designation",
    "GlossaryTerm",
]


class Designation(Editable):
    """A request for designation to an addressee, and its outcome."""

    consultation = models.OneToOneField(
        Consultation, models.CASCADE, related_name="designation"
    )
    addressee = LineField()
    submitted = models.DateField(null=True, blank=True)
    target = models.DateField(null=True, blank=True)
    fallback_months = models.PositiveSmallIntegerField(null=True, blank=True)
    fallback_wording = LineField(blank=True, default="")
    designated = models.DateField(null=True, blank=True)
    outcome = RichTextField(blank=True, default="")
    history = PermanentHistory()

    def __str__(self) -> str:
        return f"designation by {self.addressee}"

    @property
    def long_stop(self) -> dt.date | None:
        """The last day the fallback allows, in calendar months from the target."""
        if self.target is None or self.fallback_months is None:
            return None
        return months_later(self.target, self.fallback_months)

    def is_overdue(self, on: dt.date | None = None) -> bool:
        """True when the last allowed day is past and nothing was designated."""
        last = self.long_stop or self.target
        return not self.designated and last is not None and last < (
            on or timezone.localdate()
        )  # fmt: skip


class Commitment(Editable):
    """A commitment made in a conclusion, due on a day or in a month."""

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="commitments"
    )
    position = models.PositiveIntegerField(default=0)
    text = RichTextField()
    due = models.DateField(null=True, blank=True)
    due_is_month = models.BooleanField(default=False)
    owner = LineField(blank=True, default="")
    done = models.DateField(null=True, blank=True)
    done_by = LineField(blank=True, default="")
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"commitment {self.position}"

    def is_overdue(self, on: dt.date | None = None) -> bool:
        """True when the day, or the whole month, is past and it is not done."""
        if self.done or not self.due:
            return False
        first_late = months_later(self.due.replace(day=1), 1)
        last = first_late - dt.timedelta(days=1) if self.due_is_month else self.due
        return last < (on or timezone.localdate())


class GlossaryTerm(Editable):
    """An abbreviation and what it stands for."""

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="glossary"
    )
    position = models.PositiveIntegerField(default=0)
    short = LineField(max_length=60)
    long = LineField()
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_term_per_consultation", fields=["consultation", "short"]
            )
        ]

    def __str__(self) -> str:
        return self.short


class ClauseChange(Editable):
    """A change to a regulated document decided after the consultation.

    The comments that caused it are in `responses`; `own_initiative` is the reason for
    one that nobody asked for. `clause` is the identity of a clause in the versions.
    """

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="changes"
    )
    key = LineField(max_length=60)
    document = models.ForeignKey(RegulatedDocument, models.PROTECT)
    position = models.PositiveIntegerField(default=0)
    reference = LineField()
    description = RichTextField()
    rationale = RichTextField()
    own_initiative = RichTextField(blank=True, default="")
    clause = LineField(max_length=60, blank=True, default="")
    before = RichTextField(blank=True, default="")
    after = RichTextField(blank=True, default="")
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_change_key_per_consultation",
                fields=["consultation", "key"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.reference}"
