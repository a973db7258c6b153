"""Checks of the order of dates, and of the fallback period of a designation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from consultations.documents.wording import printed_date, printed_time
from consultations.models import Consultation, Designation, RegulatedDocument
from consultations.public.status import opening_sentence
from responses.checks.subject import CheckContext, Finding, possessive

_SATURDAY = 5


def date_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield dates out of order, and a consultation that has not closed."""
    yield from _misordered_dates(context)
    yield from _not_closed_findings(context.consultation)
    yield from _first_publication_findings(context)
    for extension in context.consultation.extensions.all():
        if extension.until <= extension.was:
            yield Finding(
                f"The extension to {_printed_deadline(extension.until)} does not move "
                "the deadline later. Ask an administrator to correct the extension.",
                "extensions",
            )


def _first_publication_findings(context: CheckContext) -> Iterator[Finding]:
    """Yield a date first published that is ahead, or before the deadline."""
    day = context.conclusion.first_published
    if day is None:
        return
    if day > timezone.localdate():
        yield Finding(
            f"The date first published, {printed_date(day)}, is in the future. Enter "
            "the date on which the conclusion was published, or remove the date.",
            "conclusion",
        )
    deadline = _london_day(context.consultation.latest_deadline)
    if deadline and day < deadline:
        yield Finding(
            f"The date first published, {printed_date(day)}, is before the deadline, "
            f"{printed_date(deadline)}. Correct one of the dates.",
            "conclusion",
        )


def _not_closed_findings(consultation: Consultation) -> Iterator[Finding]:
    """Yield that the consultation is not public yet, or not closed yet."""
    if not consultation.is_public():
        remedy = "Submit the conclusion after the deadline."
        if consultation.opens_on is None:
            remedy = "Schedule the opening."
        yield Finding(f"{opening_sentence(consultation)} {remedy}", "opening")
        return
    last = consultation.latest_deadline
    if last and last > timezone.now():
        yield Finding(
            f"The consultation is open for responses until {_printed_deadline(last)}. "
            "Submit the conclusion after the deadline.",
            "extensions",
        )


def _printed_deadline(moment: dt.datetime) -> str:
    return printed_time(timezone.localtime(moment))


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
                    f"before {earlier_name} ({printed_date(earlier)}). Correct one of "
                    "the dates.",
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
        submitted = designation.submitted
        steps.append(("the submission for designation", submitted, "designation"))
        steps.append(("the designation", designation.designated, "designation"))
        if not designation.designated:
            steps.append(
                ("the target date for designation", designation.target, "designation")
            )
    return steps


def _london_day(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localtime(moment).date() if moment else None


def date_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield dates at weekends, missing dates, and dates that usually are the same."""
    designation = designation_of(context)
    consultation = context.consultation
    target = consultation.target_conclusion
    days = [("target date for the conclusion", target, "consultation")]
    if designation:
        days.append(("target date for designation", designation.target, "designation"))
    for name, day, about in days:
        if day and day.weekday() >= _SATURDAY:
            text = f"The {name}, {printed_date(day)}, is a {day:%A}. Check the date."
            yield Finding(text, about)
    date = context.conclusion.date
    if designation and designation.submitted and date and designation.submitted != date:
        yield Finding(
            f"The conclusion is dated {printed_date(date)}, but the date of submission "
            f"for designation is {printed_date(designation.submitted)}. Check both "
            "dates.",
            "designation",
        )
    if not date:
        text = "The conclusion has no date. Enter the date of publication."
        yield Finding(text, "conclusion")
    yield from _early_submissions(context)
    yield from _designation_warnings(context, designation)


def _designation_warnings(
    context: CheckContext, designation: Designation | None
) -> Iterator[Finding]:
    """Yield a designation without fallback period, or none where one is needed.

    Real directions have no fallback at times, so neither prevents publication.
    """
    if not _needs_designation(context):
        return
    if designation is None:
        if context.changes:
            yield Finding(
                "The clause changes need a designation, but none is recorded. Enter "
                "the target date and the fallback period.",
                "designation",
            )
    elif designation.target and not designation.long_stop:
        yield Finding(
            f"The designation has a target date, {printed_date(designation.target)}, "
            "but no fallback period. Enter the fallback period in months if there is "
            "one.",
            "designation",
        )


def _early_submissions(context: CheckContext) -> Iterator[Finding]:
    """Yield submissions received on a day before the consultation opened."""
    opened = context.consultation.opens_on
    for submission in context.submissions:
        day = timezone.localtime(submission.received).date()
        if opened and day < opened:
            name = context.respondents_by_id[submission.respondent_id].name
            yield Finding(
                f"{possessive(name)} response was received on {printed_date(day)}, "
                f"before the consultation opened on {printed_date(opened)}. Check the "
                "date received.",
                f"submission:{submission.pk}",
            )


def _needs_designation(context: CheckContext) -> bool:
    """True when a document of the consultation takes effect by a designation."""
    route = RegulatedDocument.Route.SECRETARY_OF_STATE
    return context.consultation.documents.filter(route=route).exists()


def designation_of(context: CheckContext) -> Designation | None:
    """Return the consultation's designation, if anything is known of it."""
    return getattr(context.consultation, "designation", None)
