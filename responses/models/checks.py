"""Models of the checks: findings that a named person has confirmed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from consultations.fields.model_fields import LineField, RichTextField
from consultations.models import Conclusion
from consultations.models.base import Editable, PermanentHistory

__all__ = ["ConfirmedFinding"]

KEY_LENGTH = 250
"""Maximum length of the key of a finding: `common-word:r3:energy`."""


class ConfirmedFinding(Editable):
    """A finding that a person has judged to be no fault, with the reason.

    `key` names what was confirmed, `text` is the finding as the person read it.
    """

    conclusion = models.ForeignKey(
        Conclusion, models.CASCADE, related_name="confirmed_findings"
    )
    key = LineField(max_length=KEY_LENGTH)
    text = models.TextField("finding")
    reason = RichTextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    history = PermanentHistory()

    class Meta:
        verbose_name = "confirmed issue"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_confirmed_finding_per_conclusion",
                fields=["conclusion", "key"],
            )
        ]

    def __str__(self) -> str:
        return self.text
