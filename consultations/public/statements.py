"""What public pages say of dates: one pure function for each statement.

Every function takes facts and today's date, so that no statement becomes untrue as time
passes. A fact that is not recorded is not guessed: once a planned date is past, the
statement says that it was planned, and that the outcome is not recorded. The table of
all statements is in docs/sentences.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from consultations.documents.wording import join_words, printed_date

# --- conclusions ----------------------------------------------------------------------


@dataclass(frozen=True)
class PublicationFacts:
    """When a conclusion was published, corrected, and entered on this site.

    `published` is the day of its first publication, wherever that was; `entered` is the
    day its first edition was published here; `corrected` is that of its current edition
    if that is a later one.
    """

    published: dt.date
    entered: dt.date
    corrected: dt.date | None = None


def publication_statement(facts: PublicationFacts, verb: str = "Published") -> str:
    """Return `Concluded 17 July 2020, corrected 30 November 2026`."""
    said = f"{verb} {printed_date(facts.published)}"
    if facts.corrected:
        said += f", corrected {printed_date(facts.corrected)}"
    return said


def entry_statement(facts: PublicationFacts) -> str:
    """Return when a conclusion that was published elsewhere was entered; or nothing."""
    if facts.entered <= facts.published:
        return ""
    return f"Added to this site {printed_date(facts.entered)}"


def conclusion_due_statement(target: dt.date, on: dt.date) -> str:
    """Return by when the conclusion is, or was, due: a fact in a list."""
    verb = "was due" if target < on else "due"
    return f"Conclusion {verb} by {printed_date(target)}"


def conclusion_target_statement(who: str, target: dt.date, on: dt.date) -> str:
    """Return by when the organisation aims, or aimed, to publish its conclusion."""
    verb = "aimed" if target < on else "aims"
    return f"{who} {verb} to publish its conclusion by {printed_date(target)}."


def concluded_statement(conclusions: int) -> str:
    """Return that the conclusion, or conclusions, have been published."""
    if conclusions == 1:
        return "The conclusion has been published."
    return "The conclusions have been published."


# --- the opening ----------------------------------------------------------------------


def opening_statement(opens: dt.datetime | None, now: dt.datetime) -> str:
    """Return when a consultation that is not public opens, in London time."""
    if opens is None:
        return "The opening date is not set."
    day = printed_date(opens.date())
    at = f"on {day}" if opens.time() == dt.time() else f"at {opens:%H:%M} on {day}"
    if opens > now:
        return f"The consultation opens {at}."
    return f"The consultation was due to open {at}, but is not public."


# --- effect ---------------------------------------------------------------------------


@dataclass(frozen=True)
class DesignationFacts:
    """A request for designation: `last` is the last day of the fallback period."""

    addressee: str
    submitted: dt.date | None = None
    target: dt.date | None = None
    last: dt.date | None = None
    effective: dt.date | None = None


NOT_RECORDED = "This site does not record whether the text took effect."


def designation_statements(facts: DesignationFacts, on: dt.date) -> list[str]:
    """Return sentences on the request for designation and its outcome."""
    addressee = facts.addressee
    if addressee == "Secretary of State":
        addressee = f"the {addressee}"
    said = []
    if facts.submitted:
        day = printed_date(facts.submitted)
        verb = "was" if facts.submitted <= on else "is to be"
        said.append(f"The text {verb} submitted to {addressee} on {day}.")
    if facts.effective:
        said.append(text_effect_statement("The text", facts.effective, on))
    elif facts.target:
        said.append(_planned_effect(facts.target, facts.last, on))
    elif facts.submitted:
        said.append("The date on which the text takes effect is not recorded yet.")
    return said or [f"The text will be submitted to {addressee}."]


def _planned_effect(target: dt.date, last: dt.date | None, on: dt.date) -> str:
    day = printed_date(target)
    latest = f"by {printed_date(last)} at the latest" if last else ""
    if on <= target:
        return f"The text is due to take effect on {day}{latest and f', or {latest}'}."
    if last and on <= last:
        return (
            f"The text was due to take effect on {day}, and is due {latest}. This site "
            "does not record whether the text has taken effect."
        )
    was = f"The text was due to take effect on {day}{latest and f', or {latest}'}."
    return f"{was} {NOT_RECORDED}"


def text_effect_statement(text: str, effective: dt.date, on: dt.date) -> str:
    """Return when a text takes, or took, effect: a recorded date."""
    verb = "takes" if effective > on else "took"
    return f"{text} {verb} effect on {printed_date(effective)}."


def pending_effect_statement(codes: Sequence[str]) -> str:
    """Return that it is not recorded when the texts of documents take effect."""
    texts = join_words([f"the {code}" for code in codes])
    if len(codes) == 1:
        return (
            f"The date on which the text of {texts} takes effect is not recorded yet."
        )
    return f"The dates on which the texts of {texts} take effect are not recorded yet."


# --- versions of documents ------------------------------------------------------------


def version_effect_statement(status: str, in_force: dt.date, on: dt.date) -> str:
    """Return when a version takes, took, or was proposed to take, effect."""
    day = printed_date(in_force)
    if status == "consulted":
        verb = "Proposed" if in_force >= on else "Was proposed"
        return f"{verb} to take effect on {day}"
    return f"{'Takes' if in_force > on else 'Took'} effect on {day}"


@dataclass(frozen=True)
class PlannedEffect:
    """When a concluded text was published, and by when it was to take effect."""

    concluded: dt.date
    last: dt.date

    def is_past(self, on: dt.date) -> bool:
        """True when the last planned day is over."""
        return self.last < on


def in_force_statement(later: PlannedEffect | None, on: dt.date) -> str:
    """Return the tag of the text that took effect last.

    A later text may have replaced it: once that was to take effect, and whether it did
    is not recorded, the tag tells only of the day on which that was decided.
    """
    if later is None or not later.is_past(on):
        return "In force"
    return f"In force as at {printed_date(later.concluded)}"


def later_text_statement(later: PlannedEffect | None, on: dt.date) -> str:
    """Return that a later text was due to replace a version; or nothing."""
    if later is None or not later.is_past(on):
        return ""
    return f"A later text was due to take effect by {printed_date(later.last)}"


def concluded_text_statement(planned: PlannedEffect | None, on: dt.date) -> str:
    """Return whether a text that was decided after a consultation is in force."""
    decided = "This text was decided after a consultation"
    if planned is None or not planned.is_past(on):
        return f"{decided} and is not yet recorded as being in force."
    return (
        f"{decided} and was due to take effect by {printed_date(planned.last)}. "
        f"{NOT_RECORDED}"
    )
