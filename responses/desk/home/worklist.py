"""Pending tasks per consultation, in a fixed number of queries."""

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

from consultations.documents.wording import months_later, printed_date, printed_time
from consultations.models import Commitment, Conclusion, Consultation, Edition
from consultations.public.status import (
    STATUS_PREFETCHES,
    ConsultationStatus,
    Stage,
    consultation_statuses,
    opening_sentence,
)
from consultations.user_names import user_label
from responses.analysis.counted import deadlines_by_consultation, is_submission_counted
from responses.models import Comment, Submission

Tone = Literal["overdue", "due", "waiting"]

URGENCY: tuple[Tone, ...] = ("overdue", "due", "waiting")
FORTNIGHT = dt.timedelta(days=14)
"""How long before its deadline a consultation counts as closing."""

COMMITMENT_DUE_DAYS = 30
"""How many days before its date a commitment counts as due."""


class TaskTopic(StrEnum):
    """The topic of a task; the value is the URL name of the page where it is done."""

    OPENING = "opening"
    DEADLINE = "deadline"
    LATE = "received"
    COMMENTS = "comments"
    CONCLUSION = "conclusions"
    SIGN_OFF = "sign_off"
    AFTER = "after"


@dataclass(frozen=True)
class PendingTask:
    """A pending task of a consultation; `tone` says how urgent it is."""

    text: str
    topic: TaskTopic
    tone: Tone = "waiting"
    query: str = ""

    @property
    def is_form(self) -> bool:
        """True where the page is a form, which only those who draft may open."""
        return self.topic in (TaskTopic.OPENING, TaskTopic.DEADLINE)

    def address(self, consultation: Consultation, edition: Edition | None) -> str:
        """Return the page of the desk where the task is done."""
        if self.topic == TaskTopic.SIGN_OFF and edition:
            return reverse("responses:sign_off", args=[edition.conclusion.slug])
        page = reverse(f"responses:{self.topic}", args=[consultation.slug])
        return f"{page}?{self.query}" if self.query else page


@dataclass(frozen=True)
class WorkCounts:
    """Numbers of responses, comments and conclusions of a consultation."""

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

    status: ConsultationStatus
    counts: WorkCounts
    edition: Edition | None
    tasks: tuple[PendingTask, ...]

    @property
    def tasks_with_addresses(self) -> list[tuple[PendingTask, str]]:
        """Each task with the address of the page where it is done."""
        about = self.status.consultation
        return [(wait, wait.address(about, self.edition)) for wait in self.tasks]

    @property
    def urgency(self) -> int:
        """The urgency of the most urgent task: 0 is overdue, 1 due, 2 waiting."""
        tones = [URGENCY.index(wait.tone) for wait in self.tasks]
        return min(tones, default=len(URGENCY))


def sort_by_urgency(works: Iterable[WorklistItem]) -> list[WorklistItem]:
    """Return the items by urgency, otherwise in the order given."""
    return sorted(works, key=lambda work: work.urgency)


def worklist_items(
    consultations: QuerySet[Consultation], at: dt.datetime | None = None
) -> list[WorklistItem]:
    """Return consultations with their pending tasks, in ten queries."""
    rows = consultations.select_related("organisation", "designation")
    stands = consultation_statuses(
        rows.prefetch_related(*STATUS_PREFETCHES, "commitments"), at
    )
    tallies = work_counts(stands)
    editions = latest_editions(stands)
    now = at or timezone.now()
    works = []
    for stand in stands:
        key = stand.consultation.pk
        tally, edition = tallies[key], editions.get(key)
        waits = tuple(pending_tasks(stand, tally, edition, now))
        works.append(WorklistItem(stand, tally, edition, waits))
    return works


# --- counting ------------------------------------------------------------------------


def work_counts(stands: Iterable[ConsultationStatus]) -> dict[int, WorkCounts]:
    """Return the counts of each consultation by its primary key."""
    stands = list(stands)
    keys = [stand.consultation.pk for stand in stands]
    responses = _count_by(
        Submission.objects.filter(respondent__consultation__in=keys),
        "respondent__consultation",
    )
    comments = Comment.objects.filter(consultation__in=keys)
    responded = comments.exclude(dcc_response=None).exclude(dcc_response__text="")
    answered = _count_by(responded, "consultation")
    undecided = _count_by(
        responded.filter(dcc_response__disposition=""), "consultation"
    )
    conclusions = _count_by(
        Conclusion.objects.filter(consultation__in=keys), "consultation"
    )
    late = count_undecided_late(stands)
    every = _count_by(comments, "consultation")
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


def _count_by(rows: QuerySet[Any], by: str) -> dict[int, int]:
    """Return how many rows there are for each value of a field."""
    counted = rows.order_by().values_list(by).annotate(Count("pk"))
    return dict(counted)


def count_undecided_late(stands: Iterable[ConsultationStatus]) -> dict[int, int]:
    """Count responses late for every question they answer and not decided on."""
    consultations = [stand.consultation for stand in stands]
    deadlines = deadlines_by_consultation(consultations)
    late = Submission.objects.filter(
        respondent__consultation__in=consultations,
        accepted=None,
        withdrawn_at=None,
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


# --- tasks ---------------------------------------------------------------------------


def pending_tasks(
    standing: ConsultationStatus,
    tally: WorkCounts,
    edition: Edition | None,
    at: dt.datetime,
) -> Iterator[PendingTask]:
    """Yield a consultation's pending tasks, in the order of the process."""
    today = timezone.localdate(at)
    yield from _period_tasks(standing, tally, at)
    yield from _comment_tasks(standing, tally)
    if standing.stage in (Stage.AWAITING, Stage.WITHDRAWN):
        yield from _conclusion_tasks(standing, tally, today)
    yield from _sign_off_tasks(edition)
    yield from _designation_tasks(standing, today)
    yield from _commitment_tasks(standing.consultation.commitments.all(), today)


def _period_tasks(
    standing: ConsultationStatus, tally: WorkCounts, at: dt.datetime
) -> Iterator[PendingTask]:
    last = standing.last_deadline
    if standing.stage == Stage.FORTHCOMING:
        topic = TaskTopic.OPENING
        if standing.consultation.opens_on:
            text = opening_sentence(standing.consultation).removesuffix(".")
            yield PendingTask(text, topic)
        else:
            yield PendingTask("Opening date not set", topic, "due")
    elif standing.stage == Stage.OPEN and last:
        until = printed_time(timezone.localtime(last))
        tone: Tone = "due" if last - at <= FORTNIGHT else "waiting"
        text = f"Open for responses until {until}"
        yield PendingTask(text, TaskTopic.DEADLINE, tone)
    elif standing.stage == Stage.OPEN:
        text = "Open for responses, no deadline set"
        yield PendingTask(text, TaskTopic.DEADLINE)
    if tally.late:
        text = _need_phrase(tally.late, "late response", "a decision")
        yield PendingTask(text, TaskTopic.LATE, "due")


def _comment_tasks(
    standing: ConsultationStatus, tally: WorkCounts
) -> Iterator[PendingTask]:
    topic = TaskTopic.COMMENTS
    closed = standing.stage not in (Stage.FORTHCOMING, Stage.OPEN)
    if closed and tally.responses and not tally.comments:
        text = "No comments extracted from responses yet"
        yield PendingTask(text, topic, "due")
    if tally.unanswered:
        text = _need_phrase(tally.unanswered, "comment", "a response")
        yield PendingTask(text, topic, "due", "state=unanswered")
    if tally.without_disposition:
        text = _need_phrase(tally.without_disposition, "response", "an outcome")
        yield PendingTask(text, topic, "due", "state=undecided")


def _conclusion_tasks(
    standing: ConsultationStatus, tally: WorkCounts, today: dt.date
) -> Iterator[PendingTask]:
    topic = TaskTopic.CONCLUSION
    target = standing.consultation.target_conclusion
    if not tally.conclusions:
        yield PendingTask("No conclusion drafted yet", topic, "due")
    if target and target < today:
        text = f"Conclusion overdue: was due by {printed_date(target)}"
        yield PendingTask(text, topic, "overdue")
    elif target:
        yield PendingTask(f"Conclusion due by {printed_date(target)}", topic)


def _sign_off_tasks(edition: Edition | None) -> Iterator[PendingTask]:
    topic = TaskTopic.SIGN_OFF
    if edition is None:
        return
    if edition.state == Edition.State.SUBMITTED:
        on = printed_date(timezone.localdate(edition.submitted_at))
        by = user_label(edition.submitted_by)
        text = f"Submitted for approval by {by} on {on}"
        yield PendingTask(text, topic, "due")
    elif edition.state == Edition.State.APPROVED:
        planned = getattr(edition, "scheduled_publication", None)
        if planned and not planned.failure:
            when = printed_time(timezone.localtime(planned.at))
            yield PendingTask(f"Publication scheduled for {when}", topic)
        else:
            yield PendingTask("Approved, ready to publish", topic, "due")
    elif edition.state == Edition.State.REJECTED:
        yield PendingTask("Returned to drafter", topic, "due")


def _designation_tasks(
    standing: ConsultationStatus, today: dt.date
) -> Iterator[PendingTask]:
    topic = TaskTopic.AFTER
    designation = getattr(standing.consultation, "designation", None)
    if designation is None or designation.designated:
        return
    if standing.stage != Stage.CONCLUDED:
        return
    last = designation.long_stop or designation.target
    if designation.is_overdue(today):
        text = f"Designation overdue: was due by {printed_date(last)}"
        yield PendingTask(text, topic, "overdue")
    elif last:
        text = f"Designation due by {printed_date(last)} ({designation.addressee})"
        yield PendingTask(text, topic)
    else:
        text = f"Designation has no target date ({designation.addressee})"
        yield PendingTask(text, topic)


def _commitment_tasks(
    commitments: Iterable[Commitment], today: dt.date
) -> Iterator[PendingTask]:
    topic = TaskTopic.AFTER
    undone = [each for each in commitments if not each.done]
    overdue = sum(each.is_overdue(today) for each in undone)
    due = sum(_is_due(each, today) for each in undone) - overdue
    later = len(undone) - overdue - due
    if overdue:
        text = f"{_count_phrase(overdue, 'commitment')} overdue"
        yield PendingTask(text, topic, "overdue")
    if due:
        phrase = _count_phrase(due, "commitment")
        text = f"{phrase} due within {COMMITMENT_DUE_DAYS} days"
        yield PendingTask(text, topic, "due")
    if later:
        text = f"{_count_phrase(later, 'commitment')} outstanding"
        yield PendingTask(text, topic)


def _is_due(commitment: Commitment, today: dt.date) -> bool:
    if commitment.due is None:
        return False
    last = commitment.due
    if commitment.due_is_month:
        last = months_later(last.replace(day=1), 1) - dt.timedelta(days=1)
    return last <= today + dt.timedelta(days=COMMITMENT_DUE_DAYS)


def _count_phrase(count: int, noun: str) -> str:
    """Return `3 comments`, `1 comment`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _need_phrase(count: int, noun: str, needed: str) -> str:
    """Return `3 comments need a response`, `1 comment needs a response`."""
    return f"{_count_phrase(count, noun)} need{'s' if count == 1 else ''} {needed}"
