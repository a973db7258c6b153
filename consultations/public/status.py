"""The status of consultations at a moment, from the clock and their editions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone

from consultations.documents.wording import join_words
from consultations.models import (
    Consultation,
    ConsultationNotice,
    Edition,
    RegulatedDocument,
)
from consultations.public.publications import EditionDates, concluded_facts
from consultations.public.statements import (
    PublicationFacts,
    opening_statement,
    publication_statement,
)


class Stage(TextChoices):
    """How far a consultation has come; never stored.

    `WITHDRAWN` is of the conclusion, `CALLED_OFF` of the consultation itself.
    """

    FORTHCOMING = "forthcoming", "Not yet public"
    OPEN = "open", "Open"
    AWAITING = "awaiting", "Awaiting conclusion"
    CONCLUDED = "concluded", "Concluded"
    WITHDRAWN = "withdrawn", "Conclusion withdrawn"
    CALLED_OFF = "called-off", "Withdrawn"


STATUS_PREFETCHES = ("extensions__question_links", "document_links__document")
"""The relations that `consultation_statuses` needs prefetched."""


@dataclass(frozen=True)
class Deadline:
    """A deadline and the labels of the questions it is for; none named means all."""

    until: dt.datetime
    questions: tuple[str, ...] = ()

    @property
    def printed_questions(self) -> str:
        """The questions as a reader's list: `Question 1 and Question 3`."""
        return join_words(self.questions)


@dataclass(frozen=True)
class Timing:
    """How far a consultation has come at a moment, which is on the day `on`."""

    on: dt.date
    stage: Stage
    last_deadline: dt.datetime | None
    concluded: PublicationFacts | None
    days_left: int | None

    @property
    def concluded_statement(self) -> str:
        """When it was concluded, and when that was corrected."""
        if self.concluded is None:
            return ""
        return publication_statement(self.concluded, "Concluded")

    @property
    def closes_soon(self) -> bool:
        """True in the last week for responses."""
        return self.days_left is not None and self.days_left <= 7

    @property
    def countdown(self) -> str:
        """How long there is still to respond, in words."""
        if self.days_left is None:
            return ""
        return {0: "closes today", 1: "closes tomorrow"}.get(
            self.days_left, f"{self.days_left} days left"
        )


@dataclass(frozen=True)
class ConsultationStatus(Timing):
    """A consultation as it is stored, and its status."""

    consultation: Consultation

    @property
    def documents(self) -> list[RegulatedDocument]:
        """The regulated documents it is about, in order."""
        return [link.document for link in self.consultation.document_links.all()]


def consultation_statuses(
    consultations: Iterable[Consultation], at: dt.datetime | None = None
) -> list[ConsultationStatus]:
    """Return the status of each consultation as it is stored, in two queries.

    The consultations need STATUS_PREFETCHES prefetched.
    """
    rows = list(consultations)
    at = at or timezone.now()
    outcomes = read_outcomes([row.pk for row in rows])
    return [
        ConsultationStatus(
            **timing_fields(
                outcomes[row.pk],
                is_public=row.is_public(at),
                last_deadline=row.latest_deadline,
                at=at,
            ),
            consultation=row,
        )
        for row in rows
    ]


@dataclass
class ConclusionOutcome:
    """The published editions of a consultation's conclusions, and its withdrawal."""

    editions: list[EditionDates] = field(default_factory=list)
    is_called_off: bool = False


def read_outcomes(consultations: Sequence[int]) -> dict[int, ConclusionOutcome]:
    """Return the outcome of each consultation, in two queries."""
    outcomes = {pk: ConclusionOutcome() for pk in consultations}
    found = Edition.objects.ever_published().filter(
        conclusion__consultation__in=consultations
    )
    for consultation, *dates in found.values_list(
        "conclusion__consultation",
        *("conclusion", "number", "state", "published_at", "first_published"),
    ):
        outcomes[consultation].editions.append(EditionDates(*dates))
    called_off = ConsultationNotice.objects.in_effect().filter(
        kind=ConsultationNotice.Kind.WITHDRAWN, consultation__in=consultations
    )
    for consultation in called_off.values_list("consultation", flat=True):
        outcomes[consultation].is_called_off = True
    return outcomes


def timing_fields(
    outcome: ConclusionOutcome,
    *,
    is_public: bool,
    last_deadline: dt.datetime | None,
    at: dt.datetime,
) -> dict[str, Any]:
    """Return the fields of a Timing."""
    stage = _stage(
        outcome,
        is_public=is_public,
        is_over=bool(last_deadline and last_deadline <= at),
    )
    left = None
    if last_deadline and stage == Stage.OPEN:
        left = (timezone.localdate(last_deadline) - timezone.localdate(at)).days
    return {
        "on": timezone.localdate(at),
        "stage": stage,
        "last_deadline": last_deadline,
        "concluded": concluded_facts(outcome.editions),
        "days_left": left,
    }


def _stage(outcome: ConclusionOutcome, *, is_public: bool, is_over: bool) -> Stage:
    if not is_public:
        return Stage.FORTHCOMING
    if outcome.is_called_off:
        return Stage.CALLED_OFF
    if outcome.editions:
        states = {edition.state for edition in outcome.editions}
        stands = Edition.State.PUBLISHED in states
        return Stage.CONCLUDED if stands else Stage.WITHDRAWN
    return Stage.AWAITING if is_over else Stage.OPEN


def opening_sentence(consultation: Consultation, at: dt.datetime | None = None) -> str:
    """Return when a consultation that is not public opens."""
    opens = consultation.opens and timezone.localtime(consultation.opens)
    return opening_statement(opens, at or timezone.now())
