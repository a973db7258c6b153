"""At-a-glance summary of a consultation: who decides, by when, what happens next.

Sentences for readers who do not know the process. Functions are pure: the date is an
argument.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from consultations.documents.wording import join_words
from consultations.models import Designation, RegulatedDocument
from consultations.public.effects import DecidedTexts
from consultations.public.shown import PublicStatus
from consultations.public.statements import (
    DesignationFacts,
    concluded_statement,
    conclusion_target_statement,
    designation_statements,
    pending_effect_statement,
    text_effect_statement,
)
from consultations.public.status import Deadline, Stage

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


def summarise_at_a_glance(
    standing: PublicStatus, on: dt.date, decided: DecidedTexts | None = None
) -> AtAGlanceSummary:
    """Return the at-a-glance summary of a consultation with a status.

    `decided` is what its conclusions decided, if it has some.
    """
    return AtAGlanceSummary(
        decision_sentences(standing),
        tuple(standing.shown.deadlines()),
        next_step_sentences(standing, on, decided),
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


def next_step_sentences(
    standing: PublicStatus, on: dt.date, decided: DecidedTexts | None = None
) -> tuple[str, ...]:
    """Return sentences on what happens next."""
    consultation = standing.shown
    who = consultation.organisation.short
    if standing.stage == Stage.FORTHCOMING:
        return (consultation.opening_sentence(),)
    if standing.stage == Stage.OPEN:
        answers = f"After the deadline, {who} will respond to every comment"
        return (
            f"{answers} and publish its conclusion on this page.",
            *_conclusion_target_sentences(standing, on),
        )
    if standing.stage == Stage.AWAITING:
        return (
            f"The consultation has closed. {who} is considering the responses.",
            *_conclusion_target_sentences(standing, on),
        )
    if standing.stage in WITHDRAWAL_SENTENCES:
        return (WITHDRAWAL_SENTENCES[standing.stage].format(who=who),)
    return tuple(_outcome_sentences(standing, decided, on))


def _conclusion_target_sentences(
    standing: PublicStatus, on: dt.date
) -> tuple[str, ...]:
    """Return the sentence on the target date, if there is one."""
    target = standing.shown.text.target_conclusion
    if target is None:
        return ()
    who = standing.shown.organisation.short
    return (conclusion_target_statement(who, target, on),)


def _outcome_sentences(
    standing: PublicStatus, decided: DecidedTexts | None, on: dt.date
) -> Iterator[str]:
    """Yield what became of the conclusions: the designation, or each document."""
    designation = getattr(standing.shown.row, "designation", None)
    if designation is not None:
        yield from designation_statements(_designation_facts(designation), on)
        return
    yield concluded_statement(decided.conclusions if decided else 1)
    if decided is None:
        return
    for code, effective in decided.effects.items():
        if effective:
            yield text_effect_statement(f"The text of the {code}", effective, on)
    if decided.pending:
        yield pending_effect_statement(decided.pending)


def _designation_facts(designation: Designation) -> DesignationFacts:
    return DesignationFacts(
        addressee=designation.addressee,
        submitted=designation.submitted,
        target=designation.target,
        last=designation.long_stop,
        effective=designation.designated,
    )
