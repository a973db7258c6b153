"""Numbers of respondents typed in sentences: `Two respondents agreed`; no ORM."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from responses.text_matching.phrases import to_plain_words

_NUMBER_WORDS = "no one two three four five six seven eight nine ten".split()
_NUMBERS = {word: number for number, word in enumerate(_NUMBER_WORDS)} | {"none": 0}

_VERBS = {
    "disagree": r"(?:disagreed|did not agree|opposed|objected)",
    "agree": r"(?:agreed|supported)",
    "neutral": r"(?:was neutral|were neutral)",
    "no-opinion": r"(?:did not express an opinion|expressed no opinion|"
    r"had no opinion)",
}
_COUNT = rf"(?P<count>\d{{1,4}}|{'|'.join(_NUMBER_WORDS)}|none|all|both|every|each)"
_WHO = (
    r"(?:\s+of(?:\s+the)?(?:\s+\w+)?)?(?:\s+(?:other|remaining))?"
    r"(?:\s+respondents?)?(?:\s+who\s+answered(?:\s+(?:this\s+)?question(?:\s+\S+)?)?)?"
)
_TYPED = {
    group: re.compile(rf"\b{_COUNT}{_WHO}\s+{verb}\b", re.IGNORECASE)
    for group, verb in _VERBS.items()
}


def typed_counts(
    text: str, respondents: int, options: Iterable[str] = ()
) -> Iterator[dict[str, int]]:
    """Yield the count of one group that each sentence of a text states.

    The groups are stances, or the options of a question of choice. `respondents` is
    what `all` and `both` mean.
    """
    words = to_plain_words(text)
    patterns = _TYPED | {
        option: re.compile(
            rf"\b{_COUNT}{_WHO}\s+(?:answered|chose)\s+[“\"']?{re.escape(option)}\b",
            re.IGNORECASE,
        )
        for option in options
    }
    for group, pattern in patterns.items():
        for match in pattern.finditer(words):
            yield {group: _number(match["count"].lower(), respondents)}


_QUANTITY = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|all|both|every|each|"
    r"none|no|most|half|many|some|few|several|majority|minority|single|unanimous\w*|"
    r"others?|only|everyone|nobody)\b",
    re.IGNORECASE,
)
_POSITION = re.compile(
    r"\b(?:(?:dis)?agree(?:d|ing)|support(?:ed|ing)|oppos(?:ed|ing)|object(?:ed|ing)|"
    r"in favour|against|neutral|no opinion|did not|unanimous\w*)\b",
    re.IGNORECASE,
)
_RESPONDENTS = re.compile(
    r"\b(?:respondents?|responses?|compan(?:y|ies)|parties|suppliers?|others?)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?;]+")


def sentences_on_positions(
    text: str, labels: Iterable[str], *, counts: bool
) -> Iterator[str]:
    """Yield the sentences that state who, or how many, took a position.

    `labels` are the names by which respondents are known. Without `counts` only the
    sentences that name one of them are yielded.
    """
    named = [label for label in labels if label in text]
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        if not _POSITION.search(sentence):
            continue
        if any(label in sentence for label in named) or (
            counts and _QUANTITY.search(sentence) and _RESPONDENTS.search(sentence)
        ):
            yield sentence


def _number(word: str, respondents: int) -> int:
    if word.isdigit():
        return int(word)
    return _NUMBERS.get(word, respondents)
