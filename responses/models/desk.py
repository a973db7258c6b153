"""Models of work at the desk: autosaved forms, sessions, draft files.

Their rows are not part of a consultation: they have no history and are not exported.
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
"""Maximum length of a row reference: `comment:12`, `question:new:3`."""


class AutosavedForm(models.Model):
    """The unsaved input of a user in a form, saved while typing.

    `about` is the row reference, `page` is the path of the form's page, and `fields`
    has the input by the names of the form's fields.
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
    """The token of a submitted form for a new row.

    Submitting it again, as a second click does, creates no second row: `address` is
    the redirect of the first submission. `fingerprint` is a hash of what was entered,
    kept by the latest submission of each content; `about` is the row that it created.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="idempotency_keys"
    )
    token = models.CharField(max_length=32)
    address = models.CharField(max_length=1000, blank=True, default="")
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    about = models.CharField(max_length=ABOUT_LENGTH, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="unique_idempotency_key_per_user", fields=["user", "token"]
            ),
            models.UniqueConstraint(
                name="unique_latest_content_per_user",
                fields=["user", "fingerprint"],
                condition=~Q(fingerprint=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} to {self.address}"


class EditingSession(models.Model):
    """A user has a row open in a form; `seen_at` is the time of their last request."""

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
    """A draft conclusion as a file, made by the worker and stored for some time.

    Its address has the random `token`, and only users who may export can open it.
    `progress` is 0 to 100. `heartbeat_at` is the last heartbeat of a worker that has
    claimed the file, and `attempts` tells this worker from the next. `worker` is its
    name; blank for a command, which has no heartbeat outside of its steps.
    """

    MAX_ATTEMPTS = 3

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        WORD = "docx", "Word"
        TEXT = "txt", "Text"
        JSON = "json", "JSON"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        WORKING = "working", "In progress"
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
    worker = models.CharField(max_length=64, blank=True, default="")
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
        """True when the file is ready or has failed."""
        return self.state in (DraftFile.State.READY, DraftFile.State.FAILED)

    @property
    def progress_text(self) -> str:
        """State, progress and step as one text, to detect a change."""
        return f"{self.state} {self.progress} {self.step}".strip()
