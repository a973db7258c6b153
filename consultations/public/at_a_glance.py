"""At-a-glance summary of a consultation: who decides, by when, what happens next.

Sentences for readers who do not know the process. Functions are pure: the date is an
argument.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from consultations.documents.wording import join_words, printed_date
from consultations.models import Designation, RegulatedDocument
from consultations.public.shown import PublicStatus
from consultations.public.status import (
    Deadline,
    Stage,
)

Route = RegulatedDocument.Route

ROUTE_SENTENCES = {
    Route.SECRETARY_OF_STATE: "{who} decides the text of {what}. The text takes effect "
    "when the Secretary of State designates it.",
    Route.NO_OBJECTION: "{who} decides the text of {what}. The text takes effect "
    "unless the Secretary of State directs otherwise.",
    Route.OWN_PUBLICATION: "{who} decides the text of {what} and publishes it. For 14 "
    "days after publication, any Supplier Party can refer the text to the Secretary of "
    "State.",
    Route.PANEL: "{who} proposes the text of {what}, and the SEC Panel approves it.",
    Route.AUTHORITY: "{who} proposes the text of {what}, and the Authority (Ofgem) "
    "decides.",
}

ROUTE_EFFECTS = {
    Route.SECRETARY_OF_STATE: "Takes effect when the Secretary of State designates it",
    Route.NO_OBJECTION: "Takes effect unless the Secretary of State directs otherwise",
    Route.OWN_PUBLICATION: "Takes effect when {who} publishes it, unless referred to "
    "the Secretary of State",
    Route.PANEL: "Takes effect when the SEC Panel approves it",
    Route.AUTHORITY: "Takes effect when the Authority (Ofgem) approves it",
}
"""How a document takes effect, by its route."""


WITHDRAWAL_SENTENCES = {
    Stage.WITHDRAWN: "{who} has withdrawn its conclusion. Read the conclusion for the "
    "reason.",
    Stage.CALLED_OFF: "{who} has withdrawn this consultation and takes no more "
    "responses. Read the notice for the reason.",
}
"""What is said of something withdrawn, by stage."""


@dataclass(frozen=True)
class AtAGlanceSummary:
    """The rows of the at-a-glance summary."""

    who_decides: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    next_steps: tuple[str, ...]


def summarise_at_a_glance(standing: PublicStatus, on: dt.date) -> AtAGlanceSummary:
    """Return the at-a-glance summary of a consultation with a status."""
    return AtAGlanceSummary(
        decision_sentences(standing),
        tuple(standing.shown.deadlines()),
        next_step_sentences(standing, on),
    )


def decision_sentences(standing: PublicStatus) -> tuple[str, ...]:
    """Return a sentence for each route the documents take."""
    who = standing.shown.organisation.short
    by_route: dict[str, list[str]] = {}
    for document in standing.shown.text.documents:
        by_route.setdefault(document.route, []).append(f"the {document.code}")
    return tuple(
        ROUTE_SENTENCES[Route(route)].format(who=who, what=join_words(codes))
        for route, codes in by_route.items()
    )


def next_step_sentences(standing: PublicStatus, on: dt.date) -> tuple[str, ...]:
    """Return sentences on what happens next."""
    consultation = standing.shown
    who = consultation.organisation.short
    if standing.stage == Stage.FORTHCOMING:
        return (consultation.opening_sentence(),)
    if standing.stage == Stage.OPEN:
        answers = f"After the deadline, {who} will respond to every comment"
        return (
            f"{answers} and publish its conclusion on this page.",
            *_conclusion_target_sentences(standing),
        )
    if standing.stage == Stage.AWAITING:
        return (
            f"The consultation has closed. {who} is considering the responses.",
            *_conclusion_target_sentences(standing, on),
        )
    if standing.stage in WITHDRAWAL_SENTENCES:
        return (WITHDRAWAL_SENTENCES[standing.stage].format(who=who),)
    designation = getattr(consultation.row, "designation", None)
    if designation is None:
        return ("The conclusion has been published. No further steps are planned.",)
    return tuple(_designation_sentences(designation, on))


def _conclusion_target_sentences(
    standing: PublicStatus, on: dt.date | None = None
) -> tuple[str, ...]:
    """Return the sentence on the target date; `on` is the day to compare it with."""
    target = standing.shown.text.target_conclusion
    who = standing.shown.organisation.short
    if target is None:
        return ()
    if on and target < on:
        return (f"{who} aimed to publish its conclusion by {printed_date(target)}.",)
    return (f"{who} aims to publish its conclusion by {printed_date(target)}.",)


def _designation_sentences(designation: Designation, on: dt.date) -> list[str]:
    """Return sentences on the request for designation and its outcome."""
    addressee = designation.addressee
    addressee = f"the {addressee}" if addressee == "Secretary of State" else addressee
    said = []
    if designation.submitted:
        day = printed_date(designation.submitted)
        said.append(f"The text was submitted to {addressee} on {day}.")
    if designation.designated:
        verb = "takes" if designation.designated > on else "took"
        said.append(
            f"The text {verb} effect on {printed_date(designation.designated)}."
        )
    elif designation.target:
        said.append(
            _designation_target_sentence(designation.target, designation.long_stop)
        )
    return said or [f"The text will be submitted to {addressee}."]


def _designation_target_sentence(target: dt.date, last: dt.date | None) -> str:
    latest = f", or by {printed_date(last)} at the latest" if last else ""
    return f"The text is due to take effect on {printed_date(target)}{latest}."
