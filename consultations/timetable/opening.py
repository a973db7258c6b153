"""Opening a consultation: now or at a future time.

Whether a consultation is public is computed from its time of opening and the clock, so
no task has to run at that time. Setting the opening freezes what will be public.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.access import Action, required_roles_message, user_may
from consultations.audit import trail
from consultations.audit.history import save_if_current
from consultations.documents.wording import printed_date, printed_time
from consultations.editions.new_words import new_words_reasons
from consultations.editions.workflow import Refusal
from consultations.london import ambiguous_message, instants_for, nonexistent_message
from consultations.models import Consultation
from consultations.public_slugs import claim_slugs_of_opening, release_slugs
from consultations.record.content import content_blockers
from consultations.record.freezing import discard_opening, freeze_opening
from consultations.record.new_words import opening_words

USUAL_WORKING_DAYS = 15
"""Working days that Elexon's DIP consultations give at least (shared domain, 1.4)."""

SATURDAY = 5

NO_DEADLINE_SET = "No deadline set. Set the deadline."


@transaction.atomic
def set_opening(
    consultation: Consultation,
    *,
    when: dt.datetime | None,
    by: User,
    allow_no_questions: bool = False,
    at: dt.datetime | None = None,
) -> Consultation:
    """Set the opening of a consultation to a time, or to now where `when` is None.

    What will be public is judged and frozen now. It replaces a time set earlier. A
    consultation whose deadline is past may have a past opening, to put it on record.
    `allow_no_questions` accepts a consultation without questions. Raises
    workflow.Refusal with every reason against it.
    """
    row = Consultation.objects.select_for_update().get(pk=consultation.pk)
    now = at or timezone.now()
    reasons = (
        [] if user_may(by, Action.DRAFT) else [required_roles_message(Action.DRAFT)]
    )
    reasons += opening_blockers(
        row, when=when, allow_no_questions=allow_no_questions, at=now
    )
    reasons += new_words_reasons(opening_words(row))
    if reasons:
        raise Refusal(reasons)
    discard_opening(row, by=by, at=now)
    opening = _truncate_to_minute(when or now)
    row.opens_on = opening.date()
    row.opens_at_time = opening.time() if opening.time() != dt.time() else None
    _save(row, by, "Opening scheduled" if when else "Opened")
    freeze_opening(row, by=by, at=now)
    summary = f"{_opening_phrase(when, now)} {printed_time(opening)}."
    trail.record_event(row, kind="opening-set", summary=summary, by=by, at=now)
    claim_slugs_of_opening(row, at=now)
    return row


def _opening_phrase(when: dt.datetime | None, now: dt.datetime) -> str:
    if when is None:
        return "Consultation opened at"
    if when > now:
        return "Opening scheduled for"
    return "Consultation recorded as opened at"


@transaction.atomic
def cancel_opening(
    consultation: Consultation, *, by: User, at: dt.datetime | None = None
) -> Consultation:
    """Remove the time of opening of a consultation that is not open yet.

    Raise Refusal with every reason against it.
    """
    row = Consultation.objects.select_for_update().get(pk=consultation.pk)
    now = at or timezone.now()
    reasons = (
        [] if user_may(by, Action.DRAFT) else [required_roles_message(Action.DRAFT)]
    )
    opening = row.opens
    if opening is None:
        reasons.append("No opening is scheduled.")
    elif opening <= now:
        reasons.append(
            f"{public_since_sentence(row, now)} The opening cannot be cancelled."
        )
    if reasons or opening is None:
        raise Refusal(reasons)
    discard_opening(row, by=by, at=now)
    row.opens_on, row.opens_at_time = None, None
    _save(row, by, "Opening cancelled")
    release_slugs(row)
    summary = f"The opening at {_local_time(opening)} was cancelled."
    trail.record_event(row, kind="opening-taken-back", summary=summary, by=by, at=now)
    return row


def opening_blockers(
    consultation: Consultation,
    *,
    when: dt.datetime | None,
    allow_no_questions: bool = False,
    at: dt.datetime | None = None,
) -> list[str]:
    """Return the reasons against an opening at a time, or now where `when` is None."""
    now = at or timezone.now()
    opening = consultation.opens
    if opening is not None and opening <= now:
        since = public_since_sentence(consultation, now)
        return [f"{since} The consultation cannot be opened again."]
    return [
        *_time_blockers(consultation, when, now),
        *content_blockers(consultation, allow_no_questions=allow_no_questions),
        *_deadline_blockers(consultation, when or now),
    ]


def _time_blockers(
    consultation: Consultation, when: dt.datetime | None, now: dt.datetime
) -> Iterator[str]:
    deadline = consultation.deadline
    is_over = deadline is not None and deadline <= now
    if when is not None and when <= now and not is_over:
        yield (
            f"{_local_time(when)} is in the past. Enter a time in the future, or open "
            "the consultation immediately. To record a consultation that has already "
            "closed, set the deadline first."
        )
    local = _truncate_to_minute(when or now).replace(tzinfo=None, fold=0)
    found = instants_for(local)
    if len(found) == 1:
        return
    problem = ambiguous_message(found) if found else nonexistent_message(local)
    yield f"{local:%H:%M} {problem} Enter another opening time."


def _deadline_blockers(
    consultation: Consultation, opening: dt.datetime
) -> Iterator[str]:
    closes = consultation.closes
    if closes is None:
        yield NO_DEADLINE_SET
    elif closes <= opening:
        yield (
            f"The deadline, {_local_time(closes)}, is not after the opening, "
            f"{_local_time(opening)}. Change the deadline or the opening."
        )


def opening_warnings(
    consultation: Consultation, *, when: dt.datetime | None, at: dt.datetime
) -> list[str]:
    """Return warnings, which do not prevent the opening."""
    found = []
    deadline = consultation.deadline
    days = working_days(when or at, deadline) if deadline else USUAL_WORKING_DAYS
    if days < USUAL_WORKING_DAYS:
        noun = "working day" if days == 1 else "working days"
        found.append(
            f"Respondents have {days} {noun} to respond, with bank holidays counted as "
            "working days. Other industry codes give at least "
            f"{USUAL_WORKING_DAYS} working days."
        )
    if not consultation.summary.strip():
        found.append(
            "No summary entered. Readers will see only the title: enter a summary."
        )
    if not consultation.attachments.exists():
        found.append("No files attached. Attach the text consulted on.")
    return found


def working_days(start: dt.datetime, end: dt.datetime) -> int:
    """Return the Mondays to Fridays after the day of `start`, to the day of `end`."""
    first, last = timezone.localdate(start), timezone.localdate(end)
    days = (first + dt.timedelta(days=n + 1) for n in range((last - first).days))
    return sum(day.weekday() < SATURDAY for day in days)


def public_since_sentence(
    consultation: Consultation, at: dt.datetime | None = None
) -> str:
    """Return since when a consultation is public; empty for one that is not."""
    if not consultation.is_public(at):
        return ""
    return f"The consultation has been public since {printed_opening(consultation)}."


def printed_opening(consultation: Consultation) -> str:
    """Return `09:00 on 5 January 2026`, or the day alone where it has no time."""
    if consultation.opens_on is None or consultation.opens is None:
        return ""
    if consultation.opens_at_time is None:
        return printed_date(consultation.opens_on)
    return _local_time(consultation.opens)


def _save(row: Consultation, by: User, reason: str) -> None:
    save_if_current(row, version=row.version, by=by, reason=reason)


def _truncate_to_minute(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment).replace(second=0, microsecond=0)


def _local_time(moment: dt.datetime) -> str:
    return printed_time(timezone.localtime(moment))
