"""Models of respondents, submissions, answers, comments and responses."""

from __future__ import annotations

import datetime as dt
from html import unescape

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.html import strip_tags
from django.utils.text import Truncator

from consultations.documents.rich_text.markup import MAX_ANSWER_LENGTH
from consultations.fields.model_fields import LineField, LinesField, RichTextField
from consultations.models import ClauseChange, Consultation, Question
from consultations.models.base import Editable, PermanentHistory

__all__ = [
    "Answer",
    "Attribution",
    "ChangeCause",
    "Comment",
    "CommentSource",
    "DCCResponse",
    "Respondent",
    "Submission",
]


class Attribution(models.TextChoices):
    """How a respondent may be known to the public."""

    ANONYMOUS = "anonymous", "Anonymous"
    NAMED = "named", "Named"
    CONFIDENTIAL = "confidential", "Confidential"


class Respondent(Editable):
    """An organisation or person that answered one consultation."""

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="respondents"
    )
    key = LineField(max_length=60)
    position = models.PositiveIntegerField("order", default=0)
    name = LineField()
    email = LineField(blank=True, default="")
    category = LineField(max_length=120, blank=True, default="")
    roles = LinesField()
    represents = LinesField("organisations represented")
    aliases = LinesField("other names")
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_respondent_key_per_consultation",
                fields=["consultation", "key"],
            )
        ]

    def __str__(self) -> str:
        return self.name


class Submission(Editable):
    """A response as received; whether it is late is computed, `accepted` is decided.

    A respondent can withdraw a response: it is kept, and counts for nothing.
    """

    class Channel(models.TextChoices):
        WEB = "web", "Website"
        EMAIL = "email", "Email"
        POST = "post", "Post"
        MEETING = "meeting", "Meeting"
        IMPORT = "import", "Import"

    respondent = models.ForeignKey(
        Respondent, models.CASCADE, related_name="submissions"
    )
    position = models.PositiveIntegerField("order", default=0)
    received = models.DateTimeField()
    channel = models.CharField(
        "received by", max_length=10, choices=Channel, blank=True, default=""
    )
    attribution = models.CharField(
        max_length=12, choices=Attribution, blank=True, default=""
    )
    accepted = models.BooleanField("late response accepted", null=True, blank=True)
    accepted_reason = RichTextField("reason for the decision", blank=True, default="")
    withdrawn_at = models.DateTimeField(
        "withdrawn by the respondent", null=True, blank=True
    )
    withdrawn_reason = RichTextField(
        "reason for the withdrawal", blank=True, default=""
    )
    history = PermanentHistory()

    class Meta:
        verbose_name = "response"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="submission_attribution_known",
                condition=Q(attribution__in=["", "anonymous", "named", "confidential"]),
            ),
            models.CheckConstraint(
                name="withdrawn_response_has_a_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"response from {self.respondent}"

    def is_late(self, deadline: dt.datetime | None) -> bool:
        """True when it was received after the deadline, to the minute."""
        return deadline is not None and self.received > deadline

    @property
    def is_withdrawn(self) -> bool:
        """True when the respondent has withdrawn it."""
        return self.withdrawn_at is not None

    def is_counted(self, deadline: dt.datetime | None) -> bool:
        """True when it is accepted, by decision or because it was received in time.

        A withdrawn response does not count.
        """
        if self.is_withdrawn:
            return False
        if self.accepted is None:
            return not self.is_late(deadline)
        return self.accepted


class Answer(Editable):
    """A verbatim answer to one question; confidential."""

    class Stance(models.TextChoices):
        AGREE = "agree", "Agree"
        DISAGREE = "disagree", "Disagree"
        NEUTRAL = "neutral", "Neutral"
        NO_OPINION = "no-opinion", "No opinion"

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    position = models.PositiveIntegerField("order", default=0)
    stance = models.CharField(
        "position", max_length=10, choices=Stance, blank=True, default=""
    )
    choice = LineField("option chosen", blank=True, default="")
    text = RichTextField(blank=True, default="", max_text_length=MAX_ANSWER_LENGTH)
    confidential = models.BooleanField(default=False)
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_question_per_submission",
                fields=["submission", "question"],
            ),
            models.CheckConstraint(
                name="answer_has_stance_or_choice",
                condition=Q(stance="") | Q(choice=""),
            ),
        ]

    def __str__(self) -> str:
        return f"answer to {self.question}"

    @property
    def is_given(self) -> bool:
        """True when the answer is not empty."""
        return bool(self.stance or self.choice or self.text)


class Comment(Editable):
    """A point made in answers, as the paraphrase that is published."""

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="comments"
    )
    key = LineField(max_length=60)
    question = models.ForeignKey(
        Question, models.PROTECT, null=True, blank=True, related_name="comments"
    )
    position = models.PositiveIntegerField("order", default=0)
    text = RichTextField()
    concerns = LinesField("related clauses")
    replies_to = LineField("follows an earlier response", blank=True, default="")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    sources = models.ManyToManyField(
        Respondent, through="CommentSource", related_name="comments"
    )
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_comment_key_per_consultation",
                fields=["consultation", "key"],
            )
        ]

    def __str__(self) -> str:
        return f"comment {self.key}"

    @property
    def lead(self) -> str:
        """The first words, as plain text on one line."""
        words = strip_tags(self.text.replace("<", " <"))
        return Truncator(" ".join(unescape(words).split())).words(14)


class CommentSource(Editable):
    """A respondent whose point a comment is."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="source_links")
    respondent = models.ForeignKey(Respondent, models.PROTECT)
    position = models.PositiveIntegerField("order", default=0)
    history = PermanentHistory()

    class Meta:
        verbose_name = "respondent who raised a comment"
        verbose_name_plural = "respondents who raised comments"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_source_per_comment", fields=["comment", "respondent"]
            )
        ]

    def __str__(self) -> str:
        return str(self.respondent)


class DCCResponse(Editable):
    """The organisation's response to a comment, and the outcome (`disposition`)."""

    class Disposition(models.TextChoices):
        CLARIFIED = "clarified", "Clarified"
        CHANGED = "changed", "Accepted: text changed"
        NOT_CHANGED = "not-changed", "Not accepted"
        NOTED = "noted", "Noted"

    comment = models.OneToOneField(Comment, models.CASCADE, related_name="dcc_response")
    text = RichTextField(blank=True, default="")
    disposition = models.CharField(
        "outcome", max_length=12, choices=Disposition, blank=True, default=""
    )
    history = PermanentHistory()

    class Meta:
        verbose_name = "DCC response"
        constraints = [
            models.CheckConstraint(
                name="disposition_known",
                condition=Q(
                    disposition__in=["", "clarified", "changed", "not-changed", "noted"]
                ),
            )
        ]

    def __str__(self) -> str:
        return f"response to {self.comment}"


class ChangeCause(Editable):
    """A link between a comment and a change that it led to."""

    change = models.ForeignKey(ClauseChange, models.CASCADE, related_name="causes")
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="change_links")
    position = models.PositiveIntegerField("order", default=0)
    history = PermanentHistory()

    class Meta:
        verbose_name = "comment that led to a clause change"
        verbose_name_plural = "comments that led to clause changes"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_cause_per_change", fields=["change", "comment"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.comment} led to {self.change}"
