"""Extensions of the deadline of a consultation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.contrib.auth.models import User
from django.utils import timezone

from consultations.audit import trail
from consultations.deadlines import deadline_of
from consultations.documents.wording import join_words, printed_time
from consultations.editions.workflow import Refusal
from consultations.models import Consultation, Event, Extension, Question
from consultations.record.freezing import freeze_changed_dates
from consultations.record.notices import publish_extensions

MAX_EXTENSION = dt.timedelta(days=366)
"""The longest extension; a longer one is treated as a mistyped year."""

NO_DEADLINE_TO_EXTEND = "There is no deadline to extend. Set the deadline first."
WITHDRAWN = "The consultation was withdrawn, so its deadline cannot be extended."


def current_deadlines(
    consultation: Consultation,
    questions: Sequence[Question],
    without: Extension | None = None,
) -> list[dt.datetime]:
    """Return the deadlines of the questions, the earliest first.

    Without questions, return the general deadline. `without` is an extension to ignore.
    """
    extensions = consultation.extensions.prefetch_related("question_links")
    others = [e for e in extensions if without is None or e.pk != without.pk]
    moved = [extension.as_moved_deadline() for extension in others]
    keys: list[int | None] = [question.pk for question in questions] or [None]
    deadlines = {deadline_of(consultation.closes, moved, key) for key in keys}
    return sorted(deadline for deadline in deadlines if deadline is not None)


def extension_problems(
    consultation: Consultation,
    *,
    until: dt.datetime,
    questions: Sequence[Question],
) -> list[str]:
    """Return why the deadline of the questions, by default all, cannot be extended."""
    if consultation.is_withdrawn():
        return [WITHDRAWN]
    present = current_deadlines(consultation, questions)
    if not present:
        return [NO_DEADLINE_TO_EXTEND]
    if len(present) > 1:
        times = join_words([_local_time(moment) for moment in present])
        problem = f"The selected questions have different deadlines: {times}."
        return [f"{problem} Select questions with the same deadline."]
    if until <= present[0]:
        than = f"not later than the current deadline, {_local_time(present[0])}"
        return [f"{_local_time(until)} is {than}. Enter a later time."]
    if until > present[0] + MAX_EXTENSION:
        than = f"more than a year after the current deadline, {_local_time(present[0])}"
        return [f"{_local_time(until)} is {than}. Check the year."]
    return []


def record_extension(extension: Extension, *, by: User) -> Event:
    """Record an extension in the trail, after its row is saved, and publish it.

    It is in effect at once, and waits for another person's confirmation.
    Raises workflow.Refusal where somebody else moved the same deadline meanwhile; the
    lock of the trail serialises the two.
    """
    consultation = extension.consultation
    Consultation.objects.select_for_update().get(pk=consultation.pk)
    links = extension.question_links.select_related("question")
    questions = [link.question for link in links]
    present = current_deadlines(consultation, questions, without=extension)
    if present != [extension.was]:
        now = join_words([_local_time(moment) for moment in present])
        raise Refusal(
            [
                "Someone else changed the deadline while you were editing. "
                + (f"The deadline is now {now}. " if now else "There is no deadline. ")
                + "Check your extension, then save again."
            ]
        )
    labels = [question.label for question in questions]
    to_some = f" for {join_words(labels)}" if labels else ""
    summary = (
        f"Deadline{to_some} extended from {_local_time(extension.was)} to "
        f"{_local_time(extension.until)}."
    )
    event = trail.record_event(consultation, kind="extended", summary=summary, by=by)
    freeze_changed_dates(consultation, by=by)
    publish_extensions(consultation, text=extension.reason, by=by)
    return event


def _local_time(moment: dt.datetime) -> str:
    return printed_time(timezone.localtime(moment))
