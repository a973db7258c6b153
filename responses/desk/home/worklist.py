"""What each consultation waits for, in sentences, with a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils import timezone

from consultations.documents.wording import (
    count_word,
    months_later,
    printed_date,
    printed_time,
    to_sentence,
)
from consultations.models import Commitment, Conclusion, Consultation, Edition
from consultations.public.status import (
    STATUS_PREFETCHES,
    ConsultationStatus,
    Stage,
    consultation_statuses,
    opening_sentence,
)
from responses.analysis.counted import deadlines_by_consultation, is_submission_counted
from responses.models import Comment, Submission

Tone = Literal["overdue", "due", "waiting"]

URGENCY: tuple[Tone, ...] = ("overdue", "due", "waiting")
FORTNIGHT = dt.timedelta(days=14)
"""Before its deadline at which a consultation counts as closing."""

COMING = 30
"""Days before its date at which a commitment counts as due."""


class TaskTopic(StrEnum):
    """What a wait is about; the value is the name of the page where it ends."""

    OPENING = "opening"
    DEADLINE = "deadline"
    LATE = "received"
    COMMENTS = "comments"
    CONCLUSION = "conclusions"
    SIGN_OFF = "sign_off"
    AFTER = "after"


@dataclass(frozen=True)
class PendingTask:
    """One thing a consultation waits for; `tone` is how it stands with its date."""

    text: str
    topic: TaskTopic
    tone: Tone = "waiting"
    query: str = ""

    @property
    def is_edited(self) -> bool:
        """True where the page is a form, which only those who draft may open."""
        return self.topic in (TaskTopic.OPENING, TaskTopic.DEADLINE)

    def address(self, consultation: Consultation, edition: Edition | None) -> str:
        """Return the page of the desk where the wait is ended."""
        if self.topic == TaskTopic.SIGN_OFF and edition:
            return reverse("responses:sign_off", args=[edition.conclusion.slug])
        page = reverse(f"responses:{self.topic}", args=[consultation.slug])
        return f"{page}?{self.query}" if self.query else page


@dataclass(frozen=True)
class WorkCounts:
    """How many of what there are."""

    responses: int = 0
    late: int = 0
    comments: int = 0
    answered: int = 0
    without_disposition: int = 0
    conclusions: int = 0

    @property
    def unanswered(self) -> int:
        """Comments without a response."""
        return self.comments - self.answered


@dataclass(frozen=True)
class WorklistItem:
    """A consultation on the desk."""

    standing: ConsultationStatus
    tally: WorkCounts
    edition: Edition | None
    waits: tuple[PendingTask, ...]

    @property
    def steps(self) -> list[tuple[PendingTask, str]]:
        """Each wait with the address of the page where it is ended."""
        about = self.standing.consultation
        return [(wait, wait.address(about, self.edition)) for wait in self.waits]

    @property
    def urgency(self) -> int:
        """0 for what is overdue, then what is due, then what only waits."""
        tones = [URGENCY.index(wait.tone) for wait in self.waits]
        return min(tones, default=len(URGENCY))


def most_urgent_first(works: Iterable[WorklistItem]) -> list[WorklistItem]:
    """Return the works by urgency, each group in the order given."""
    return sorted(works, key=lambda work: work.urgency)


def work_on(
    consultations: QuerySet[Consultation], at: dt.datetime | None = None
) -> list[WorklistItem]:
    """Return consultations with what they wait for; ten queries, however many."""
    rows = consultations.select_related("organisation", "designation")
    stands = consultation_statuses(
        rows.prefetch_related(*STATUS_PREFETCHES, "commitments"), at
    )
    tallies = tallies_of(stands)
    editions = latest_editions(stands)
    now = at or timezone.now()
    works = []
    for stand in stands:
        key = stand.consultation.pk
        tally, edition = tallies[key], editions.get(key)
        waits = tuple(waits_for(stand, tally, edition, now))
        works.append(WorklistItem(stand, tally, edition, waits))
    return works


# --- counting ------------------------------------------------------------------------


def tallies_of(stands: Iterable[ConsultationStatus]) -> dict[int, WorkCounts]:
    """Return the counts of each consultation, by its key."""
    stands = list(stands)
    keys = [stand.consultation.pk for stand in stands]
    responses = _counts(
        Submission.objects.filter(respondent__consultation__in=keys),
        "respondent__consultation",
    )
    comments = Comment.objects.filter(consultation__in=keys)
    responded = comments.exclude(dcc_response=None).exclude(dcc_response__text="")
    answered = _counts(responded, "consultation")
    undecided = _counts(responded.filter(dcc_response__disposition=""), "consultation")
    conclusions = _counts(
        Conclusion.objects.filter(consultation__in=keys), "consultation"
    )
    late = undecided_late(stands)
    every = _counts(comments, "consultation")
    return {
        key: WorkCounts(
            responses=responses.get(key, 0),
            late=late[key],
            comments=every.get(key, 0),
            answered=answered.get(key, 0),
            without_disposition=undecided.get(key, 0),
            conclusions=conclusions.get(key, 0),
        )
        for key in keys
    }


def _counts(rows: QuerySet[Any], by: str) -> dict[int, int]:
    """Return how many rows there are for each value of a field."""
    counted = rows.order_by().values_list(by).annotate(Count("pk"))
    return dict(counted)


def undecided_late(stands: Iterable[ConsultationStatus]) -> dict[int, int]:
    """Count responses too late for all that they answer, on which nobody decided."""
    consultations = [stand.consultation for stand in stands]
    deadlines = deadlines_by_consultation(consultations)
    late = Submission.objects.filter(
        respondent__consultation__in=consultations,
        accepted=None,
        received__gt=F("respondent__consultation__closes"),
    )
    counted: dict[int, int] = defaultdict(int)
    for each in late.select_related("respondent").prefetch_related("answers"):
        key = each.respondent.consultation_id
        counted[key] += not is_submission_counted(each, deadlines[key])
    return counted


def latest_editions(stands: Iterable[ConsultationStatus]) -> dict[int, Edition]:
    """Return the edition of each consultation that was submitted last."""
    keys = [stand.consultation.pk for stand in stands]
    editions = Edition.objects.filter(conclusion__consultation__in=keys)
    editions = editions.defer("content").select_related(
        "conclusion", "submitted_by", "scheduled_publication"
    )
    return {each.conclusion.consultation_id: each for each in editions.order_by("pk")}


# --- saying --------------------------------------------------------------------------


def waits_for(
    standing: ConsultationStatus,
    tally: WorkCounts,
    edition: Edition | None,
    at: dt.datetime,
) -> Iterator[PendingTask]:
    """Yield what a consultation waits for, in the order of the process."""
    today = timezone.localdate(at)
    yield from _period(standing, tally, at)
    yield from _comments(standing, tally)
    if standing.stage in (Stage.AWAITING, Stage.WITHDRAWN):
        yield from _conclusion(standing, tally, today)
    yield from _sign_off(edition)
    yield from _designation(standing, today)
    yield from _commitments(standing.consultation.commitments.all(), today)


def _period(
    standing: ConsultationStatus, tally: WorkCounts, at: dt.datetime
) -> Iterator[PendingTask]:
    last = standing.last_deadline
    if standing.stage == Stage.FORTHCOMING:
        day_is_set = standing.consultation.opens_on is not None
        tone: Tone = "waiting" if day_is_set else "due"
        yield PendingTask(
            opening_sentence(standing.consultation), TaskTopic.OPENING, tone
        )
    elif standing.stage == Stage.OPEN and last:
        until = printed_time(timezone.localtime(last))
        tone = "due" if last - at <= FORTNIGHT else "waiting"
        yield PendingTask(f"Responses until {until}.", TaskTopic.DEADLINE, tone)
    elif standing.stage == Stage.OPEN:
        yield PendingTask("Responses, without a deadline.", TaskTopic.DEADLINE)
    if tally.late:
        responses = _some(tally.late, "late response")
        waits = "waits" if tally.late == 1 else "wait"
        yield PendingTask(
            f"{responses} {waits} for a decision to accept.", TaskTopic.LATE, "due"
        )


def _comments(standing: ConsultationStatus, tally: WorkCounts) -> Iterator[PendingTask]:
    topic = TaskTopic.COMMENTS
    closed = standing.stage not in (Stage.FORTHCOMING, Stage.OPEN)
    if closed and tally.responses and not tally.comments:
        yield PendingTask(
            "No comments have been drawn from the responses.", topic, "due"
        )
    if tally.unanswered:
        comments = f"{_some(tally.unanswered, 'comment')} without a response."
        yield PendingTask(comments, topic, "due", "state=unanswered")
    if tally.without_disposition:
        responses = _some(tally.without_disposition, "response")
        undecided = f"{responses} without a disposition."
        yield PendingTask(undecided, topic, "due", "state=undecided")


def _conclusion(
    standing: ConsultationStatus, tally: WorkCounts, today: dt.date
) -> Iterator[PendingTask]:
    topic = TaskTopic.CONCLUSION
    target = standing.consultation.target_conclusion
    if not tally.conclusions:
        yield PendingTask("No conclusion has been drafted.", topic, "due")
    if target and target < today:
        due = f"The conclusion was due by {printed_date(target)}."
        yield PendingTask(due, topic, "overdue")
    elif target:
        yield PendingTask(f"The conclusion is due by {printed_date(target)}.", topic)


def _sign_off(edition: Edition | None) -> Iterator[PendingTask]:
    topic = TaskTopic.SIGN_OFF
    if edition is None:
        return
    if edition.state == Edition.State.SUBMITTED:
        on = printed_date(timezone.localdate(edition.submitted_at))
        by = edition.submitted_by.get_username()
        awaits = f"An edition, submitted by {by} on {on}, awaits approval."
        yield PendingTask(awaits, topic, "due")
    elif edition.state == Edition.State.APPROVED:
        planned = getattr(edition, "scheduled_publication", None)
        if planned and not planned.failure:
            when = printed_time(timezone.localtime(planned.at))
            yield PendingTask(
                f"An approved edition is published at {when}.", topic, "waiting"
            )
        else:
            yield PendingTask(
                "An approved edition waits to be published.", topic, "due"
            )
    elif edition.state == Edition.State.REJECTED:
        yield PendingTask("The last edition was sent back.", topic, "due")


def _designation(standing: ConsultationStatus, today: dt.date) -> Iterator[PendingTask]:
    topic = TaskTopic.AFTER
    designation = getattr(standing.consultation, "designation", None)
    if designation is None or designation.designated:
        return
    if standing.stage != Stage.CONCLUDED:
        return
    last = designation.long_stop or designation.target
    if designation.is_overdue(today):
        overdue = f"Designation is overdue since {printed_date(last)}."
        yield PendingTask(overdue, topic, "overdue")
    elif last:
        by = f"Designation by {designation.addressee}, by {printed_date(last)}."
        yield PendingTask(by, topic)
    else:
        yield PendingTask(f"Designation by {designation.addressee}.", topic)


def _commitments(
    commitments: Iterable[Commitment], today: dt.date
) -> Iterator[PendingTask]:
    topic = TaskTopic.AFTER
    undone = [each for each in commitments if not each.done]
    overdue = sum(each.is_overdue(today) for each in undone)
    due = sum(_is_due(each, today) for each in undone) - overdue
    later = len(undone) - overdue - due
    if overdue:
        yield PendingTask(f"{_some(overdue, 'commitment')} overdue.", topic, "overdue")
    if due:
        within = f"{_some(due, 'commitment')} due within {COMING} days."
        yield PendingTask(within, topic, "due")
    if later:
        yield PendingTask(f"{_some(later, 'commitment')} still to be kept.", topic)


def _is_due(commitment: Commitment, today: dt.date) -> bool:
    if commitment.due is None:
        return False
    last = commitment.due
    if commitment.due_is_month:
        last = months_later(last.replace(day=1), 1) - dt.timedelta(days=1)
    return last <= today + dt.timedelta(days=COMING)


def _some(count: int, noun: str) -> str:
    """Return `Three comments`, `One comment`."""
    words = f"{count_word(count)} {noun}{'' if count == 1 else 's'}"
    return to_sentence(words).removesuffix(".")
