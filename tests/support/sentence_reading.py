"""Reads generated sentences back into the claims that they make."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_WORDS = "no one two three four five six seven eight nine ten".split()
_N = rf"(?P<n>{'|'.join(_WORDS)}|\d[\d,]*)"
_NUMBER = _N.replace("?P<n>", "")
_DID = {
    "agree": "agreed",
    "disagree": "disagreed",
    "neutral": r"(?:was|were) neutral",
    "no-opinion": "did not express an opinion",
}
_ACT = rf"(?P<act>{'|'.join(_DID.values())}|answered “[^”]*”)"
_GROUP = re.compile(rf"{_N}(?P<noun> respondents?)? {_ACT}", re.IGNORECASE)
_ALL = re.compile(rf"(?:All {_N}|(?P<both>Both)|The) (?P<noun>respondents?) {_ACT}")
_OF = re.compile(
    rf"{_N} of the (?P<base>{_NUMBER}) respondents "
    rf"(?P<who>who answered|whose answers to) question (?P<number>\S+)"
    rf"(?: were counted)? {_ACT}",
    re.IGNORECASE,
)
_REST = re.compile(rf"; (?P<count>{_NUMBER}) gave no position$")
_UNANSWERED = re.compile(
    rf"{_N} (?P<noun>respondents?) did not answer(?: this question)?", re.IGNORECASE
)
_UNCOUNTED = re.compile(
    rf"{_N} (?P<noun>respondent’s|respondents’) answers? (?:was|were) not counted",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    rf"{_N} (?P<noun>respondents?) answered this question"
    r"(?P<words> but gave no position)?",
    re.IGNORECASE,
)
_RECEIVED = re.compile(
    rf"DCC received (?P<responses>{_NUMBER}) responses?"
    rf"(?: from (?P<people>{_NUMBER}) respondents?)? to the consultation.*\."
)


@dataclass
class Claims:
    """What the sentences on one question say; None is not said."""

    positions: dict[str, int] = field(default_factory=dict)
    is_all: bool = False
    of: int | None = None
    question: str = ""
    answered: int | None = None
    words_only: int | None = None
    unanswered: int = 0
    uncounted: int = 0
    nothing_counted: bool = False


def read_received(sentence: str) -> tuple[int, int | None]:
    """Return the number of responses and, if it is said, of respondents."""
    found = _RECEIVED.fullmatch(sentence)
    assert found, sentence
    people = found["people"]
    return number(found["responses"]), number(people) if people else None


def read_tally(text: str) -> Claims:
    """Return what sentences claim; every word of them has to be understood."""
    claims = Claims()
    for sentence in re.findall(r"(?:“[^”]*”|[^.“])+\.", text):
        _read_sentence(sentence.strip().removesuffix("."), claims)
    return claims


def _read_sentence(sentence: str, claims: Claims) -> None:
    assert sentence[0].isupper() or sentence[0].isdigit(), sentence
    if sentence == "No respondents answered this question":
        claims.answered = 0
    elif sentence == "No answers to this question were counted":
        claims.answered, claims.nothing_counted = 0, True
    elif found := _UNANSWERED.fullmatch(sentence):
        claims.unanswered = _agreeing(found)
    elif found := _UNCOUNTED.fullmatch(sentence):
        claims.uncounted = number(found["n"])
        assert (claims.uncounted == 1) == (found["noun"] == "respondent’s")
    elif found := _ANSWERED.fullmatch(sentence):
        claims.answered = _agreeing(found)
        if found["words"]:
            claims.words_only = claims.answered
    else:
        _read_positions(sentence, claims)


def _read_positions(sentence: str, claims: Claims) -> None:
    if rest := _REST.search(sentence):
        claims.words_only = number(rest["count"])
        sentence = sentence[: rest.start()]
    if found := _ALL.fullmatch(sentence):
        claims.is_all = True
        count = number(found["n"]) if found["n"] else 2 if found["both"] else 1
        assert count > 2 or not found["n"], sentence
        assert (count == 1) == (found["noun"] == "respondent"), sentence
        claims.positions[_position(found["act"], count)] = count
    elif found := _OF.fullmatch(sentence):
        claims.of, claims.question = number(found["base"]), found["number"]
        count = number(found["n"])
        claims.positions[_position(found["act"], count)] = count
    else:
        _read_groups(sentence, claims)


def _read_groups(sentence: str, claims: Claims) -> None:
    """Read `two respondents agreed, one disagreed and three were neutral`."""
    found = list(_GROUP.finditer(sentence))
    between = _GROUP.sub("#", sentence)
    assert re.fullmatch(r"#|# while #|#(?:, #)* and #", between), sentence
    assert [bool(each["noun"]) for each in found] == [True, *[False] * len(found[1:])]
    for each in found:
        count = _agreeing(each) if each["noun"] else number(each["n"])
        claims.positions[_position(each["act"], count)] = count


def _position(act: str, count: int) -> str:
    if act.startswith("answered"):
        return act.removeprefix("answered “").removesuffix("”")
    if "neutral" in act:
        assert act.startswith("was" if count == 1 else "were"), act
    return next(group for group, verb in _DID.items() if re.fullmatch(verb, act))


def _agreeing(found: re.Match[str]) -> int:
    """Return the count; its noun is in the singular for one only."""
    count = number(found["n"])
    assert (count == 1) == (found["noun"].strip() == "respondent"), found.group()
    return count


def number(word: str) -> int:
    """Return the number that a word or digits stand for; words go up to ten."""
    if word[0].isdigit():
        value = int(word.replace(",", ""))
        assert value > 10, word
        return value
    return _WORDS.index(word.lower())
