"""The status of consultations at a moment, from the clock and their editions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils import timezone

from consultations.documents.wording import join_words, printed_date, printed_time
from consultations.models import Consultation, Edition, RegulatedDocument


class Stage(TextChoices):
    """How far a consultation has come; never stored."""

    FORTHCOMING = "forthcoming", "Not yet public"
    OPEN = "open", "Open"
    AWAITING = "awaiting", "Awaiting conclusion"
    CONCLUDED = "concluded", "Concluded"
    WITHDRAWN = "withdrawn", "Conclusion withdrawn"


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
class ConsultationStatus:
    """A consultation and its status."""

    consultation: Consultation
    stage: Stage
    last_deadline: dt.datetime | None
    concluded_at: dt.datetime | None
    days_left: int | None

    @property
    def documents(self) -> list[RegulatedDocument]:
        """The regulated documents it is about, in order."""
        return [link.document for link in self.consultation.document_links.all()]

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


def consultation_statuses(
    consultations: Iterable[Consultation], at: dt.datetime | None = None
) -> list[ConsultationStatus]:
    """Return the status of each consultation, in one query.

    The consultations need STATUS_PREFETCHES prefetched.
    """
    rows = list(consultations)
    at = at or timezone.now()
    editions: dict[int, list[tuple[str, dt.datetime | None]]] = {
        row.pk: [] for row in rows
    }
    found = Edition.objects.ever_published().filter(
        conclusion__consultation__in=list(editions)
    )
    for consultation, state, published in found.values_list(
        "conclusion__consultation", "state", "published_at"
    ):
        editions[consultation].append((state, published))
    return [_consultation_status(row, editions[row.pk], at) for row in rows]


def _consultation_status(
    consultation: Consultation,
    editions: Sequence[tuple[str, dt.datetime | None]],
    at: dt.datetime,
) -> ConsultationStatus:
    published = [when for state, when in editions if state == Edition.State.PUBLISHED]
    stage = _stage(consultation, bool(editions), bool(published), at)
    last = consultation.latest_deadline
    left = (timezone.localdate(last) - timezone.localdate(at)).days if last else None
    return ConsultationStatus(
        consultation,
        stage,
        last_deadline=last,
        concluded_at=max(filter(None, published), default=None),
        days_left=left if stage == Stage.OPEN else None,
    )


def _stage(
    consultation: Consultation, was_concluded: bool, stands: bool, at: dt.datetime
) -> Stage:
    if not consultation.is_public(at):
        return Stage.FORTHCOMING
    if was_concluded:
        return Stage.CONCLUDED if stands else Stage.WITHDRAWN
    return Stage.OPEN if consultation.is_open(at) else Stage.AWAITING


def opening_sentence(consultation: Consultation) -> str:
    """Return `The consultation opens on 5 January 2026.`, or that no date is set."""
    if consultation.opens_on is None or consultation.opens is None:
        return "The opening date is not set."
    if consultation.opens_at_time is None:
        return f"The consultation opens on {printed_date(consultation.opens_on)}."
    at = printed_time(timezone.localtime(consultation.opens))
    return f"The consultation opens at {at}."


def consultation_deadlines(consultation: Consultation) -> list[Deadline]:
    """Return the general deadline, then deadlines of questions that differ from it."""
    general = consultation.deadline
    own: dict[dt.datetime, list[str]] = {}
    for question in consultation.questions.all():
        until = consultation.deadline_for(question)
        if until and until != general:
            own.setdefault(until, []).append(question.label)
    first = [Deadline(general)] if general else []
    return first + [Deadline(until, tuple(own[until])) for until in sorted(own)]
