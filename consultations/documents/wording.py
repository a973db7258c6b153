"""Counts and tallies as English sentences, and dates as they are printed.

The wording follows the consultation file's rules for generated sentences.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from typing import Literal

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


def respondents_sentence(publisher: str, count: int, documents: Sequence[str]) -> str:
    """Return `DCC received three responses to the consultation on the changes ...`.

    `count` is of accepted submissions, `documents` the short names consulted on.
    """
    responses = "response" if count == 1 else "responses"
    about = f" on the changes to the {join_words(documents)}" if documents else ""
    received = f"{publisher} received {count_word(count)} {responses}"
    return f"{received} to the consultation{about}."


def tally_sentence(tally: Sequence[tuple[str, int]]) -> str:
    """Return `Two respondents agreed while one did not express an opinion.`

    `tally` holds (stance, respondents); the order of the sentence is that of STANCES
    and groups of nobody are left out.
    """
    counts = dict(tally)
    groups = [(stance, counts[stance]) for stance in STANCES if counts.get(stance)]
    if not groups:
        return "No respondents answered this question."
    if len(groups) == 1:
        (stance, count) = groups[0]
        return f"{_all_respondents(count)} {_verb(stance, count)}."
    parts = [f"{count_word(count)} {_verb(stance, count)}" for stance, count in groups]
    parts[0] = _with_noun(*groups[0])
    return to_sentence(join_words(parts, " while " if len(parts) == 2 else " and "))


def choice_sentence(tally: Sequence[tuple[str, int]]) -> str:
    """Return `Eight respondents answered “Yes” and five answered “No”.`

    `tally` holds (option, respondents) in the order of the options.
    """
    groups = [(option, count) for option, count in tally if count]
    if not groups:
        return "No respondents answered this question."
    if len(groups) == 1:
        (option, count) = groups[0]
        return f"{_all_respondents(count)} answered “{option}”."
    parts = [f"{count_word(count)} answered “{option}”" for option, count in groups]
    option, count = groups[0]
    parts[0] = f"{count_word(count)} {_noun(count)} answered “{option}”"
    return to_sentence(join_words(parts))


def answered_sentence(count: int) -> str:
    """Return how many respondents answered a question that has no options."""
    return to_sentence(f"{count_word(count)} {_noun(count)} answered this question")


def _all_respondents(count: int) -> str:
    if count == 1:
        return "The respondent"
    if count == 2:
        return "Both respondents"
    return f"All {count_word(count)} respondents"


def _noun(count: int) -> str:
    return "respondent" if count == 1 else "respondents"


def _with_noun(stance: str, count: int) -> str:
    return f"{count_word(count)} {_noun(count)} {_verb(stance, count)}"


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
