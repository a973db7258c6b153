"""What the desk keeps while people work: autosaved forms, sessions, draft files.

None of it is part of a consultation: it has no history and is in no file.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations.fields.model_fields import LineField
from consultations.models import Conclusion, StoredFile

__all__ = [
    "AutosavedForm",
    "DraftFile",
    "EditingSession",
    "IdempotencyKey",
]

ABOUT_LENGTH = 80
"""Characters of the name of what somebody edits: `comment:12`, `question:new:3`."""


class AutosavedForm(models.Model):
    """What somebody has typed into a form and not saved yet, kept as they type.

    `about` names the item, `page` is the path of the form's page, and `fields` holds
    what was typed, by the names of the form's fields.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="autosaved_forms"
    )
    about = models.CharField(max_length=ABOUT_LENGTH)
    page = models.CharField(max_length=500, blank=True, default="")
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="unique_autosaved_form_per_user", fields=["user", "about"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.about}"


class IdempotencyKey(models.Model):
    """A form for a new row that was sent and stored, by the token in its page.

    Sending it once more, as an impatient second click does, makes no second row:
    `address` is where the first one led.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="idempotency_keys"
    )
    token = models.CharField(max_length=32)
    address = models.CharField(max_length=1000, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="unique_idempotency_key_per_user", fields=["user", "token"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} to {self.address}"


class EditingSession(models.Model):
    """Somebody has an item open in a form; `seen_at` is their last sign of life."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="editing_sessions"
    )
    about = models.CharField(max_length=ABOUT_LENGTH, db_index=True)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="unique_editing_session_per_row", fields=["user", "about"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.about}"


class DraftFile(models.Model):
    """A draft conclusion as a file, made by the worker and kept to be fetched again.

    It is addressed by `token`, which nobody can guess, and still only for those who
    may export. `progress` is 0 to 100; `heartbeat_at` is set while a worker has it, to
    the worker's last sign of life, and `attempts` tells this worker from the next.
    """

    MOST_ATTEMPTS = 3

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        WORD = "docx", "Word"
        TEXT = "txt", "Text"
        JSON = "json", "JSON"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        WORKING = "working", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    conclusion = models.ForeignKey(
        Conclusion, models.CASCADE, related_name="draft_files"
    )
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=10, choices=Format)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    step = LineField(blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    filename = LineField(max_length=200, blank=True, default="")
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="draft_file_state_known",
                condition=Q(state__in=["waiting", "working", "ready", "failed"]),
            ),
            models.CheckConstraint(
                name="draft_file_is_there_when_ready",
                condition=~Q(state="ready") | Q(file__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.conclusion}"

    @property
    def is_finished(self) -> bool:
        """True when nothing more will come of it."""
        return self.state in (DraftFile.State.READY, DraftFile.State.FAILED)

    @property
    def as_shown(self) -> str:
        """What a row shows of how far it is, to tell whether there is anything new."""
        return f"{self.state} {self.progress} {self.step}".strip()
