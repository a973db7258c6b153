"""Trails of consultations, documents and accounts, in hash chains; and notices."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models

from consultations.models.consultation import Consultation
from consultations.models.legal_text import RegulatedDocument

__all__ = ["AccountEvent", "DocumentEvent", "Event", "Notice"]


class ChainedEvent(models.Model):
    """An event of a trail; never changed, never deleted.

    `sha256` is of the previous event's hash and this event's own values, so that a row
    taken out or altered behind the application shows in `verify`.

    The event of a step of a frozen row has the row as its `subject`, such as
    `edition:12`, and in `facts` the values that the row has after the step, as JSON
    (audit.facts). Both are empty for other events.
    """

    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=30)
    summary = models.TextField()
    subject = models.CharField(max_length=60, blank=True, default="", db_index=True)
    facts = models.TextField(blank=True, default="")
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True
        ordering = ["number"]

    def __str__(self) -> str:
        return self.summary


class Event(ChainedEvent):
    """An event of a consultation."""

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="events"
    )

    class Meta(ChainedEvent.Meta):
        verbose_name = "activity log entry"
        verbose_name_plural = "activity log entries"
        constraints = [
            models.UniqueConstraint(
                name="unique_event_number_per_consultation",
                fields=["consultation", "number"],
            )
        ]


class DocumentEvent(ChainedEvent):
    """An event of a regulated document, such as a release."""

    document = models.ForeignKey(
        RegulatedDocument, models.PROTECT, related_name="events"
    )

    class Meta(ChainedEvent.Meta):
        verbose_name = "activity log entry on a document"
        verbose_name_plural = "activity log entries on documents"
        constraints = [
            models.UniqueConstraint(
                name="unique_event_number_per_document",
                fields=["document", "number"],
            )
        ]


class AccountEvent(models.Model):
    """An event of a user's account; never changed, never deleted.

    The account events of the whole site form one hash chain. `by` is the user who was
    signed in, None for nobody; `source` is the name of the page, or `command`. `state`
    is the account's state after the event, as audit.accounts.AccountState. Events
    outlive their users, so no foreign key of the database holds these, and the columns
    can be null only so that joins find the events of deleted users.
    """

    class Kind(models.TextChoices):
        RECORDED = "recorded", "State recorded"
        CREATED = "created", "Account created"
        DELETED = "deleted", "Account deleted"
        ACTIVATED = "activated", "Account activated"
        DEACTIVATED = "deactivated", "Account deactivated"
        ROLE_GIVEN = "role-given", "Role given"
        ROLE_REMOVED = "role-removed", "Role removed"
        SUPERUSER_GIVEN = "superuser-given", "Superuser status given"
        SUPERUSER_REMOVED = "superuser-removed", "Superuser status removed"
        PASSWORD_SET = "password-set", "Password set"
        PASSWORD_REHASHED = "password-rehashed", "Password storage upgraded"
        EMAIL_CHANGED = "email-changed", "Email address changed"
        RENAMED = "renamed", "Username changed"
        FACTOR_ADDED = "second-factor-added", "Two-step verification added"
        FACTOR_REMOVED = "second-factor-removed", "Two-step verification removed"
        SIGN_ON_LINKED = "sign-on-linked", "Single sign-on linked"
        SIGN_ON_REMOVED = "sign-on-removed", "Single sign-on removed"

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
    )
    source = models.CharField(max_length=100)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
    )
    kind = models.CharField(max_length=30, choices=Kind)
    summary = models.TextField()
    state = models.TextField(blank=True, default="")
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = "account log entry"
        verbose_name_plural = "account log entries"
        ordering = ["number"]

    def __str__(self) -> str:
        return self.summary


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices by state of sending."""

    def pending(self) -> Self:
        """Notices still to be sent, the oldest first."""
        return self.filter(sent_at=None, failed_at=None)

    def due(self, at: dt.datetime) -> Self:
        """Pending notices whose next attempt is due, the longest due first."""
        return self.pending().filter(due_at__lte=at).order_by("due_at", "pk")

    def failed(self) -> Self:
        """Notices that are no longer tried."""
        return self.filter(sent_at=None, failed_at__isnull=False)


class Notice(models.Model):
    """An email: queued in the transaction it reports, sent by the worker.

    `due_at` is the time of the next attempt. `sending_since` is set while a process
    sends it, so that no other does. `kind` names the function that composes the email
    when it is sent; without a kind, `subject` and `body` are the email. An email about
    an account or the text of a version has no consultation. One about an account has
    `user` if it is composed when it is sent.
    """

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, null=True, related_name="notices"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    kind = models.CharField(max_length=30, blank=True, default="")
    idempotency_key = models.CharField(max_length=100, null=True, unique=True)  # noqa: DJ001 - unique, where there is one
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    body = models.TextField()
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    first_attempt_at = models.DateTimeField(null=True)
    sending_since = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "email"
        ordering = ["pk"]
        indexes = [
            models.Index(
                name="notice_pending",
                fields=["due_at"],
                condition=models.Q(sent_at=None, failed_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.subject
