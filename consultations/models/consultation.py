"""Consultations, their documents, attachments, questions and extensions."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone

from consultations.deadlines import MovedDeadline, deadline_of, last_deadline_of
from consultations.documents.wording import printed_time
from consultations.fields.model_fields import LineField, LinesField, RichTextField
from consultations.models.base import Editable, PermanentHistory
from consultations.models.legal_text import RegulatedDocument
from consultations.models.storage import StoredFile

__all__ = [
    "Consultation",
    "ConsultationAttachment",
    "ConsultationDocument",
    "Extension",
    "ExtensionQuestion",
    "Organisation",
    "Question",
]


class Organisation(Editable):
    """A body that consults, such as DCC."""

    name = LineField()
    short = LineField(max_length=40)
    history = PermanentHistory()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="unique_organisation", fields=["name", "short"]
            )
        ]

    def __str__(self) -> str:
        return self.short


_IS_WITHDRAWN = Q(
    pk=OuterRef("pk"),
    public_notices__kind="withdrawn",
    public_notices__state="approved",
)
"""True for a consultation, as OuterRef, that a notice has withdrawn."""

_HAS_PUBLISHED_CONCLUSION = Q(
    pk=OuterRef("pk"), conclusions__editions__state="published"
)
"""True for a consultation, as OuterRef, with a published conclusion."""


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Consultations by status, which follows from the clock and their editions."""

    def with_last_deadline(self) -> Self:
        """Annotate `last_deadline`: the SQL of deadlines.last_deadline_of."""
        moved = Extension.objects.filter(consultation=OuterRef("pk"))
        latest = Subquery(moved.order_by("-until").values("until")[:1])
        general = moved.filter(question_links=None).order_by("-until")
        of_the_rest = Coalesce(Subquery(general.values("until")[:1]), "closes")
        return self.annotate(
            last_deadline=Greatest(
                Coalesce(latest, "closes"), Coalesce(of_the_rest, latest)
            )
        )

    def public(self, at: dt.datetime | None = None) -> Self:
        """Those whose opening has come."""
        now = timezone.localtime(at)
        come = Q(opens_at_time=None) | Q(opens_at_time__lte=now.time())
        return self.filter(Q(opens_on__lt=now.date()) | (Q(opens_on=now.date()) & come))

    def open(self, at: dt.datetime | None = None) -> Self:
        """Announced and still taking responses to at least one question."""
        at = at or timezone.now()
        taking = Q(last_deadline__gt=at) | Q(last_deadline=None)
        taken = self.public(at).with_last_deadline().filter(taking)
        return taken.unconcluded().not_withdrawn()

    def closed(self, at: dt.datetime | None = None) -> Self:
        """No longer taking responses."""
        at = at or timezone.now()
        return self.public(at).with_last_deadline().filter(last_deadline__lte=at)

    def awaiting_conclusion(self, at: dt.datetime | None = None) -> Self:
        """Closed, and no conclusion published."""
        return self.closed(at).unconcluded().not_withdrawn()

    def not_withdrawn(self) -> Self:
        """Those that no notice has withdrawn."""
        return self.filter(~Exists(self.model.objects.filter(_IS_WITHDRAWN)))

    def concluded(self) -> Self:
        """Those with a conclusion the public can read."""
        return self.filter(Exists(self.model.objects.filter(_HAS_PUBLISHED_CONCLUSION)))

    def unconcluded(self) -> Self:
        """Those without a conclusion the public can read."""
        return self.filter(
            ~Exists(self.model.objects.filter(_HAS_PUBLISHED_CONCLUSION))
        )


class Consultation(Editable):
    """One round of asking about changes to regulated documents.

    It is public from `opens_on`, a London day: from `opens_at_time` on that day, or
    from midnight. One without a day is still being set up.
    """

    class Anonymity(models.TextChoices):
        ANONYMOUS = "anonymous", "Respondents are not named"
        NAMED = "named", "Respondents are named"

    class Relation(models.TextChoices):
        FURTHER = "further", "Further consultation"
        SUPERSEDES = "supersedes", "Supersedes the earlier consultation"
        FOLLOW_UP = "follow-up", "Follows up the earlier consultation"

    slug = models.SlugField(max_length=120, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    title = LineField()
    summary = RichTextField(blank=True, default="")
    documents = models.ManyToManyField(
        RegulatedDocument, through="ConsultationDocument"
    )
    opens_on = models.DateField(null=True, blank=True)
    opens_at_time = models.TimeField(null=True, blank=True)
    closes = models.DateTimeField(null=True, blank=True)
    target_conclusion = models.DateField(null=True, blank=True)
    classification = LineField(max_length=60, blank=True, default="")
    mailbox = LineField(blank=True, default="")
    anonymity = models.CharField(
        max_length=10, choices=Anonymity, default=Anonymity.ANONYMOUS
    )
    follows = LineField(max_length=120, blank=True, default="")
    follows_title = LineField(blank=True, default="")
    follows_opened = models.DateField(null=True, blank=True)
    follows_url = LineField(max_length=500, blank=True, default="")
    relation = models.CharField(max_length=10, choices=Relation, blank=True, default="")
    history = PermanentHistory()
    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "slug"]
        constraints = [
            models.CheckConstraint(
                name="consultation_anonymity_known",
                condition=Q(anonymity__in=["anonymous", "named"]),
            ),
            models.CheckConstraint(
                name="consultation_relation_with_follows",
                condition=Q(follows="", follows_title="", relation="")
                | (~Q(relation="") & ~Q(follows="", follows_title="")),
            ),
            models.CheckConstraint(
                name="consultation_follows_facts_have_a_title",
                condition=~Q(follows_title="") | Q(follows_opened=None, follows_url=""),
            ),
            models.CheckConstraint(
                name="consultation_follows_url_is_a_web_address",
                condition=Q(follows_url="")
                | Q(follows_url__startswith="https://")
                | Q(follows_url__startswith="http://"),
            ),
            models.CheckConstraint(
                name="consultation_opening_time_has_a_day",
                condition=Q(opens_at_time=None) | Q(opens_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consultations:consultation", args=[self.slug])

    @property
    def opens(self) -> dt.datetime | None:
        """The moment from which it is public; None while no day is set."""
        if self.opens_on is None:
            return None
        return timezone.make_aware(
            dt.datetime.combine(self.opens_on, self.opens_at_time or dt.time())
        )

    @property
    def deadline(self) -> dt.datetime | None:
        """The deadline for questions without an extension of their own."""
        return deadline_of(self.closes, self.moved_deadlines())

    def deadline_for(self, question: Question) -> dt.datetime | None:
        """The deadline for one question, with its own extensions."""
        return deadline_of(self.closes, self.moved_deadlines(), question.pk)

    @property
    def latest_deadline(self) -> dt.datetime | None:
        """When the last question stops taking responses; None for never."""
        return last_deadline_of(self.closes, self.moved_deadlines())

    def moved_deadlines(self) -> list[MovedDeadline]:
        """Return the extensions as the rule of deadlines reads them."""
        extensions = list(self.extensions.all())
        prefetch_related_objects(extensions, "question_links")
        return [extension.as_moved_deadline() for extension in extensions]

    def is_public(self, at: dt.datetime | None = None) -> bool:
        """True from the opening on."""
        opening = self.opens
        return opening is not None and opening <= (at or timezone.now())

    def is_open(self, at: dt.datetime | None = None) -> bool:
        """True while a response to at least one question would be in time.

        A consultation that was withdrawn takes no responses.
        """
        last = self.latest_deadline
        in_time = last is None or last > (at or timezone.now())
        return self.is_public(at) and in_time and not self.is_withdrawn()

    def is_withdrawn(self) -> bool:
        """True once a notice has withdrawn it; one query."""
        notices = self.public_notices.filter(kind="withdrawn", state="approved")
        return notices.exists()


class ConsultationDocument(Editable):
    """A regulated document a consultation is about, in the order of printing."""

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="document_links"
    )
    document = models.ForeignKey(RegulatedDocument, models.PROTECT)
    position = models.PositiveIntegerField(default=0)
    history = PermanentHistory()

    class Meta:
        verbose_name = "document consulted on"
        verbose_name_plural = "documents consulted on"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_document_per_consultation",
                fields=["consultation", "document"],
            )
        ]

    def __str__(self) -> str:
        return str(self.document)


class ConsultationAttachment(Editable):
    """A file published with the consultation, such as the text consulted on."""

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="attachments"
    )
    position = models.PositiveIntegerField(default=0)
    title = LineField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    filename = LineField(max_length=200)
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Question(Editable):
    """What the consultation asks; a sub-question has a parent."""

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", "Agree or disagree"
        CHOICE = "choice", "Choose one option"
        OPEN = "open", "Open question"
        DATE = "date", "Agree or disagree with a date"

        @property
        def takes_stance(self) -> bool:
            """True where an answer is agree, disagree, neutral or no opinion."""
            return self in (Question.Kind.AGREEMENT, Question.Kind.DATE)

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="questions"
    )
    key = LineField(max_length=60)
    label = LineField(max_length=120)
    text = RichTextField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.AGREEMENT)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="subquestions"
    )
    position = models.PositiveIntegerField(default=0)
    refers_to = LinesField()
    options = LinesField()
    summary = RichTextField(blank=True, default="")
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_question_key_per_consultation",
                fields=["consultation", "key"],
            ),
            models.CheckConstraint(
                name="question_kind_known",
                condition=Q(kind__in=["agreement", "choice", "open", "date"]),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Extension(Editable):
    """A deadline moved, with the reason; for all questions or for some."""

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="extensions"
    )
    was = models.DateTimeField()
    until = models.DateTimeField()
    reason = RichTextField()
    questions = models.ManyToManyField(Question, through="ExtensionQuestion")
    position = models.PositiveIntegerField(default=0)
    history = PermanentHistory()

    class Meta:
        verbose_name = "deadline extension"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"to {printed_time(timezone.localtime(self.until))}"

    def as_moved_deadline(self) -> MovedDeadline:
        """Return the extension as the rule of deadlines reads it."""
        named = (link.question_id for link in self.question_links.all())
        return MovedDeadline(self.until, frozenset[int | str](named))


class ExtensionQuestion(Editable):
    """A question whose deadline an extension moves."""

    extension = models.ForeignKey(
        Extension, models.CASCADE, related_name="question_links"
    )
    question = models.ForeignKey(Question, models.CASCADE)
    history = PermanentHistory()

    class Meta:
        verbose_name = "question with a deadline extension"
        verbose_name_plural = "questions with a deadline extension"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_question_per_extension", fields=["extension", "question"]
            )
        ]

    def __str__(self) -> str:
        return str(self.question)


def default_organisation() -> Organisation:
    """Return the organisation of the settings, made at first use."""
    given = settings.ORGANISATION
    organisation, _ = Organisation.objects.get_or_create(
        name=given["name"], short=given["short"]
    )
    return organisation
