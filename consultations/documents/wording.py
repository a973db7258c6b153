"""Counts and tallies as English sentences, and dates as they are printed.

The wording follows the consultation file's rules for generated sentences.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from consultations.documents.conclusion.labels import question_phrase

Stance = Literal["agree", "disagree", "neutral", "no-opinion"]

STANCES: tuple[Stance, ...] = ("agree", "disagree", "neutral", "no-opinion")
"""The order in which a tally names the groups."""

STANCE_LABELS: dict[str, str] = {
    "agree": "Agree",
    "disagree": "Disagree",
    "neutral": "Neutral",
    "no-opinion": "No opinion",
}

DISPOSITION_LABELS: dict[str, str] = {
    "clarified": "Clarified",
    "changed": "Accepted: text changed",
    "not-changed": "Not accepted",
    "noted": "Noted",
}

NO_VALUE = "–"
"""What an empty cell of a generated table prints."""

DRAFT_EDITION = "Draft"
"""What a draft prints where an edition prints its number."""

NOT_PUBLISHED = "not published on this site"
"""What is printed after the title of an attachment that readers cannot open."""

_WORDS = "no one two three four five six seven eight nine ten".split()


def count_word(count: int) -> str:
    """Return `no`, `one` ... `ten`, then digits: `11`, `1,250`."""
    return _WORDS[count] if count < len(_WORDS) else f"{count:,}"


def to_sentence(words: str) -> str:
    """Return the words with a capital first letter and a full stop."""
    return f"{words[:1].upper()}{words[1:]}."


def join_words(parts: Sequence[str], last: str = " and ") -> str:
    """Return `a`, `a and b`, `a, b and c`; `last` goes before the last part."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + last + parts[-1]


def respondents_sentence(
    publisher: str,
    count: int,
    documents: Sequence[str],
    respondents: int | None = None,
) -> str:
    """Return `DCC received three responses to the consultation on the changes ...`.

    `count` is of the responses that count, `documents` the short names consulted on.
    Fewer `respondents` than responses are named: `four responses from three
    respondents`.
    """
    received = f"{publisher} received {count_word(count)} "
    received += "response" if count == 1 else "responses"
    if respondents is not None and respondents < count:
        received += f" from {_respondents(respondents)}"
    about = f" on the changes to the {join_words(documents)}" if documents else ""
    return f"{received} to the consultation{about}."


@dataclass(frozen=True)
class TallyBase:
    """Of how many respondents a tally is.

    `respondents` gave a response that counts. Of these, `answered` gave an answer to
    the question that counts, and `uncounted` gave only answers that do not count, such
    as late ones. `number` is what headings call the question.
    """

    number: str
    respondents: int
    answered: int
    uncounted: int = 0

    @property
    def unanswered(self) -> int:
        """The respondents who did not answer the question."""
        return self.respondents - self.answered - self.uncounted


def tally_sentence(
    tally: Sequence[tuple[str, int]], base: TallyBase | None = None
) -> str:
    """Return `Two respondents agreed while one did not express an opinion.`

    `tally` holds (stance, respondents); the order of the sentence is that of STANCES
    and groups of nobody are left out. Without a base, all respondents took a position.
    """
    counts = dict(tally)
    groups = [(counts[s], _verb(s, counts[s])) for s in STANCES if counts.get(s)]
    return _tally_sentences(groups, base, last=" while " if len(groups) == 2 else "")


def choice_sentence(
    tally: Sequence[tuple[str, int]], base: TallyBase | None = None
) -> str:
    """Return `Eight respondents answered “Yes” and five answered “No”.`

    `tally` holds (option, respondents) in the order of the options. Without a base,
    all respondents chose an option.
    """
    groups = [(count, f"answered “{option}”") for option, count in tally if count]
    return _tally_sentences(groups, base)


def answered_sentence(count: int, base: TallyBase | None = None) -> str:
    """Return how many respondents answered a question that has no options."""
    if not count and base:
        return _tally_sentences([], base)
    words = f"{_respondents(count)} answered this question"
    return " ".join([to_sentence(words), *(_rest_sentences(base) if base else ())])


_Group = tuple[int, str]
"""A number of respondents, and what they did."""


def _tally_sentences(
    groups: Sequence[_Group], base: TallyBase | None, last: str = ""
) -> str:
    """Return what the groups did, and then how many took no position or no part."""
    positions = sum(count for count, _ in groups)
    base = base or TallyBase("", positions, positions)
    if not base.answered:
        if base.uncounted:
            return "No answers to this question were counted."
        return "No respondents answered this question."
    undecided = base.answered - positions
    if not groups:
        words = f"{_respondents(base.answered)} answered this question but gave no "
        words += "position"
    elif len(groups) == 1:
        words = _single_group(groups[0], base, undecided)
    else:
        (count, did), *others = groups
        parts = [f"{_respondents(count)} {did}"]
        parts += [f"{count_word(count)} {did}" for count, did in others]
        words = join_words(parts, last or " and ")
    if groups and undecided:
        words += f"; {count_word(undecided)} gave no position"
    this_question = not (groups and undecided)
    return " ".join([to_sentence(words), *_rest_sentences(base, this_question)])


def _single_group(group: _Group, base: TallyBase, undecided: int) -> str:
    """Return `all three respondents agreed`, or of how many that is not all."""
    count, did = group
    if count == base.respondents:
        return f"{_all_respondents(count)} {did}"
    if not undecided:
        return f"{_respondents(count)} {did}"
    if base.uncounted:
        who = f"whose answers to {question_phrase(base.number)} were counted"
    else:
        who = f"who answered {question_phrase(base.number)}"
    of = f"the {count_word(base.answered)} respondents {who}"
    return f"{count_word(count)} of {of} {did}"


def _rest_sentences(base: TallyBase, this_question: bool = True) -> list[str]:
    """Return how many did not answer, and how many answers are not counted."""
    said = []
    if base.unanswered:
        words = f"{_respondents(base.unanswered)} did not answer"
        said.append(to_sentence(words + (" this question" if this_question else "")))
    if base.uncounted == 1:
        said.append("One respondent’s answer was not counted.")
    elif base.uncounted:
        words = f"{count_word(base.uncounted)} respondents’ answers were not counted"
        said.append(to_sentence(words))
    return said


def _all_respondents(count: int) -> str:
    if count == 1:
        return "the respondent"
    if count == 2:
        return "both respondents"
    return f"all {count_word(count)} respondents"


def _respondents(count: int) -> str:
    return f"{count_word(count)} {'respondent' if count == 1 else 'respondents'}"


def _verb(stance: str, count: int) -> str:
    if stance == "agree":
        return "agreed"
    if stance == "disagree":
        return "disagreed"
    if stance == "neutral":
        return "was neutral" if count == 1 else "were neutral"
    return "did not express an opinion"


# --- dates ---------------------------------------------------------------------------


def printed_date(day: dt.date) -> str:
    """Return `17 July 2020`, whatever the machine's locale."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def printed_month(day: dt.date) -> str:
    """Return `September 2020`."""
    return f"{calendar.month_name[day.month]} {day.year}"


def printed_time(moment: dt.datetime) -> str:
    """Return a London wall-clock date-time as `16:00 on 3 July 2020`."""
    return f"{moment:%H:%M} on {printed_date(moment.date())}"


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day some calendar months on, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))
