"""Checks of the order of dates, and of the long-stop date of a designation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from consultations.documents.wording import printed_date, printed_time
from consultations.models import Consultation, Designation, RegulatedDocument
from consultations.public.status import opening_sentence
from responses.checks.subject import CheckContext, Finding

_SATURDAY = 5


def date_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield dates out of order, and a designation without a last day."""
    yield from _misordered_dates(context)
    yield from _not_closed_findings(context.consultation)
    for extension in context.consultation.extensions.all():
        if extension.until <= extension.was:
            yield Finding(
                f"The extension {extension} does not move the deadline later.",
                "extensions",
            )
    designation = designation_of(context)
    target = designation.target if designation else None
    if (
        designation
        and target
        and not designation.long_stop
        and _needs_designation(context)
    ):
        yield Finding(
            f"The designation aimed at {printed_date(target)} has no "
            "long-stop date: give the fallback period in months.",
            "designation",
        )


def _not_closed_findings(consultation: Consultation) -> Iterator[Finding]:
    """Yield that the consultation is not public yet, or not closed yet."""
    if not consultation.is_public():
        yield Finding(opening_sentence(consultation), "opening")
        return
    last = consultation.latest_deadline
    if last and last > timezone.now():
        until = printed_time(timezone.localtime(last))
        yield Finding(f"Responses can still come until {until}.", "extensions")


def _misordered_dates(context: CheckContext) -> Iterator[Finding]:
    """Yield dates out of order: opening, deadline, conclusion, submission, designation.

    A missing date is skipped, so that its neighbours are compared.
    """
    steps = [step for step in _dated_steps(context) if step[1]]
    for index, (name, day, target) in enumerate(steps):
        for earlier_name, earlier, _ in steps[:index]:
            if earlier and day and day < earlier:
                yield Finding(
                    f"The dates are out of order: {name} ({printed_date(day)}) is "
                    f"before {earlier_name} ({printed_date(earlier)}).",
                    target,
                )


def _dated_steps(context: CheckContext) -> list[tuple[str, dt.date | None, str]]:
    consultation, designation = context.consultation, designation_of(context)
    deadline = consultation.deadline
    steps: list[tuple[str, dt.date | None, str]] = [
        ("the opening", consultation.opens_on, "consultation"),
        ("the deadline", _london_day(deadline), "consultation"),
        ("the conclusion", context.conclusion.date, "conclusion"),
    ]
    if designation:
        steps.append(("the submission", designation.submitted, "designation"))
        steps.append(("the designation", designation.designated, "designation"))
        if not designation.designated:
            steps.append(("the designation target", designation.target, "designation"))
    return steps


def _london_day(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localtime(moment).date() if moment else None


def date_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield dates at weekends, missing dates, and dates that usually are the same."""
    designation = designation_of(context)
    consultation = context.consultation
    days = [("The target for the conclusion", consultation.target_conclusion)]
    if designation:
        days.append(("The designation target", designation.target))
    for name, day in days:
        if day and day.weekday() >= _SATURDAY:
            yield Finding(f"{name}, {printed_date(day)}, is a {day:%A}.", "designation")
    date = context.conclusion.date
    if designation and designation.submitted and date and designation.submitted != date:
        yield Finding(
            f"The conclusion is dated {printed_date(date)}, but is submitted on "
            f"{printed_date(designation.submitted)}.",
            "designation",
        )
    if not date:
        yield Finding("The conclusion has no date.", "conclusion")
    yield from _early_submissions(context)
    if not designation and context.changes and _needs_designation(context):
        yield Finding(
            "The changes need a designation, but nothing is said of one: give its "
            "target and fallback.",
            "designation",
        )


def _early_submissions(context: CheckContext) -> Iterator[Finding]:
    """Yield submissions received on a day before the consultation opened."""
    opened = context.consultation.opens_on
    for submission in context.submissions:
        day = timezone.localtime(submission.received).date()
        if opened and day < opened:
            key = context.respondent_keys[submission.respondent_id]
            yield Finding(
                f"The response from {key} was received on {printed_date(day)}, before "
                f"the consultation opened on {printed_date(opened)}.",
                f"submission:{submission.pk}",
            )


def _needs_designation(context: CheckContext) -> bool:
    """True when a document of the consultation waits for a designation.

    The other routes have windows and dates of their own, and no long-stop.
    """
    route = RegulatedDocument.Route.SECRETARY_OF_STATE
    return context.consultation.documents.filter(route=route).exists()


def designation_of(context: CheckContext) -> Designation | None:
    """Return the consultation's designation, if anything is known of it."""
    return getattr(context.consultation, "designation", None)
