"""Dates in their order, and the long-stop of a designation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from consultations.documents.wording import printed_date, printed_time
from consultations.models import Consultation, Designation, RegulatedDocument
from consultations.public.status import opening_sentence
from responses.checks.subject import CheckContext, Finding

_WEEKEND = 5


def date_blockers(subject: CheckContext) -> Iterator[Finding]:
    """Yield dates out of order, and a designation without a last day."""
    yield from _out_of_order(subject)
    yield from _too_early(subject.consultation)
    for extension in subject.consultation.extensions.all():
        if extension.until <= extension.was:
            yield Finding(
                f"The extension {extension} does not move the deadline later.",
                "extensions",
            )
    designation = designation_of(subject)
    target = designation.target if designation else None
    if designation and target and not designation.long_stop and _is_designated(subject):
        yield Finding(
            f"The designation aimed at {printed_date(target)} has no "
            "long-stop date: give the fallback period in months.",
            "designation",
        )


def _too_early(consultation: Consultation) -> Iterator[Finding]:
    """Yield that responses can still come, or that nobody could respond yet."""
    if not consultation.is_public():
        yield Finding(opening_sentence(consultation), "opening")
        return
    last = consultation.latest_deadline
    if last and last > timezone.now():
        until = printed_time(timezone.localtime(last))
        yield Finding(f"Responses can still come until {until}.", "extensions")


def _out_of_order(subject: CheckContext) -> Iterator[Finding]:
    """Yield what breaks opening, deadline, conclusion, submission, designation.

    A date that is not given is passed over, so that its neighbours are compared.
    """
    steps = [step for step in _steps(subject) if step[1]]
    for index, (name, day, about) in enumerate(steps):
        for earlier_name, earlier, _ in steps[:index]:
            if earlier and day and day < earlier:
                yield Finding(
                    f"The dates are out of order: {name} ({printed_date(day)}) is "
                    f"before {earlier_name} ({printed_date(earlier)}).",
                    about,
                )


def _steps(subject: CheckContext) -> list[tuple[str, dt.date | None, str]]:
    consultation, designation = subject.consultation, designation_of(subject)
    deadline = consultation.deadline
    steps: list[tuple[str, dt.date | None, str]] = [
        ("the opening", consultation.opens_on, "consultation"),
        ("the deadline", _london_day(deadline), "consultation"),
        ("the conclusion", subject.conclusion.date, "conclusion"),
    ]
    if designation:
        steps.append(("the submission", designation.submitted, "designation"))
        steps.append(("the designation", designation.designated, "designation"))
        if not designation.designated:
            steps.append(("the designation target", designation.target, "designation"))
    return steps


def _london_day(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localtime(moment).date() if moment else None


def date_warnings(subject: CheckContext) -> Iterator[Finding]:
    """Yield days nobody works, and days that usually are the same and here are not."""
    designation = designation_of(subject)
    consultation = subject.consultation
    days = [("The target for the conclusion", consultation.target_conclusion)]
    if designation:
        days.append(("The designation target", designation.target))
    for name, day in days:
        if day and day.weekday() >= _WEEKEND:
            yield Finding(f"{name}, {printed_date(day)}, is a {day:%A}.", "designation")
    date = subject.conclusion.date
    if designation and designation.submitted and date and designation.submitted != date:
        yield Finding(
            f"The conclusion is dated {printed_date(date)}, but is submitted on "
            f"{printed_date(designation.submitted)}.",
            "designation",
        )
    if not date:
        yield Finding("The conclusion has no date.", "conclusion")
    yield from _received_early(subject)
    if not designation and subject.changes and _is_designated(subject):
        yield Finding(
            "The changes need a designation, but nothing is said of one: give its "
            "target and fallback.",
            "designation",
        )


def _received_early(subject: CheckContext) -> Iterator[Finding]:
    """Yield responses that came in on a day before the consultation opened."""
    opened = subject.consultation.opens_on
    for submission in subject.submissions:
        day = timezone.localtime(submission.received).date()
        if opened and day < opened:
            key = subject.keys[submission.respondent_id]
            yield Finding(
                f"The response from {key} was received on {printed_date(day)}, before "
                f"the consultation opened on {printed_date(opened)}.",
                f"submission:{submission.pk}",
            )


def _is_designated(subject: CheckContext) -> bool:
    """True when a document of the consultation waits for a designation.

    The other routes have windows and dates of their own, and no long-stop.
    """
    route = RegulatedDocument.Route.SECRETARY_OF_STATE
    return subject.consultation.documents.filter(route=route).exists()


def designation_of(subject: CheckContext) -> Designation | None:
    """Return the consultation's designation, if anything is known of it."""
    return getattr(subject.consultation, "designation", None)
