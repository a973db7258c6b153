"""How like two comments are by their words, and which ones of many; offline, no ORM.

Texts are restricted HTML or plain. Markup, case, punctuation, the order of words,
plurals and words that carry no meaning of their own make no difference; a clause or a
period that differs makes a great one, because comments in the same words about two
clauses are two comments.
"""

from __future__ import annotations

import heapq
import html
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rapidfuzz import fuzz

K = TypeVar("K")

SIMILAR = 0.45
"""From here on a comment is worth showing beside another."""

ALIKE = 0.8
"""From here on two comments make one point (tests/text_matching/ has examples)."""

SCORED = 200
"""Texts that are compared word by word for one question to `similar_texts`."""

COMMON = 200
"""A word in more texts than this leads from no text to another."""

SHARED = 4
"""Rare words two texts have to share before they are compared, if they are long."""

NEIGHBOURS = 5
"""Texts that each is compared with in alphabetical order, where words are common."""

_TAG_WITHIN_WORDS = re.compile(r"</?(?:strong|em|a)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(
    r"\d+(?:[.:]\d+)*(?:\([^\W_]{1,4}\))*(?![^\W_])|[^\W_]+(?:['’][^\W_]+)*"
)
_DIGIT = re.compile(r"\d")

_EMPTY = frozenset(
    "a about also am an and any are as at be been being but by can could did do does "
    "for from had has have he her his how i if in into is it its itself just may me "
    "might more most must my of on or other our own shall she should so some such than "
    "that the their them then there these they this those to too under upon us very "
    "was we were what when where whether which while who whose why will with would you "
    "your".split()
)
_REPORTING = frozenset(
    "add added ask asked asks believe believed believes comment commented concern "
    "concerned consider considered considers feel felt note noted notes point please "
    "raise raised respondent respondents said say says stated states suggest suggested "
    "suggests think thinks thought view".split()
)
_NEGATIONS = frozenset("cannot neither never no none nor not without".split())


@dataclass(frozen=True, slots=True)
class _Words:
    """What is compared: each word once, in order and as one string of them."""

    joined: str
    all: frozenset[str]
    numbers: frozenset[str]
    denies: bool


def likeness(one: str, other: str) -> float:
    """Return how like two texts are, from 0 for no word in common to 1.

    It is the geometric mean of the share of words that both have and of the
    likeness of their letters, which sees that `update` and `updating` are near. It
    is lower by up to a half where both name numbers and they are not the same, and
    by a fifth where one of them denies and the other does not.
    """
    return _likeness(_words(one), _words(other), 0)


def similar_texts(
    text: str,
    among: Iterable[tuple[K, str]],
    least: float = SIMILAR,
    most: int = 10,
) -> list[tuple[K, float]]:
    """Return the texts that are at least so like `text`, the most like one first.

    Of more than `SCORED` texts only those are compared that share the most and the
    rarest words with it. Texts that are equally like it are in alphabetical order.
    """
    words = _words(text)
    scored = (
        (-_likeness(words, _words(other), least), other, key)
        for key, other in _candidates(text, words, list(among))
    )
    enough = [each for each in scored if each[0] <= -least and each[0] < 0]
    best = heapq.nsmallest(most, enough, key=lambda each: each[:2])
    return [(key, -score) for score, _, key in best]


def _candidates(
    text: str, words: _Words, among: list[tuple[K, str]]
) -> list[tuple[K, str]]:
    """Return the texts worth comparing; a quick look at letters, markup and all."""
    if len(among) <= SCORED:
        return among
    texts = [other.lower() for _, other in among]
    shared = [0.0] * len(texts)
    for word in words.all:
        stem = word.removesuffix("y")
        places = [place for place, other in enumerate(texts) if stem in other]
        weight = math.log((len(texts) + 1) / (len(places) + 0.5))
        for place in places:
            shared[place] += weight
    places = [place for place, weight in enumerate(shared) if weight]

    def rank(place: int) -> tuple[float, int, str]:
        return -shared[place], abs(len(texts[place]) - len(text)), among[place][1]

    return [among[place] for place in heapq.nsmallest(SCORED, places, key=rank)]


def alike_pairs(
    texts: Sequence[tuple[K, str]], least: float = ALIKE
) -> list[tuple[K, K, float]]:
    """Return every pair that is at least so alike, the earlier one first in each.

    Pairs are in falling likeness, then in the order of the texts. Only texts that
    share one of their rarer words are compared; as no pair can be alike without, none
    is missed while no word stands in more than `COMMON` different texts. Words that
    do lead nowhere. What is alike in such words alone is then found only between
    neighbours in alphabetical order. Of more than `COMMON` texts in the same words
    each is paired with the first.
    """
    groups: dict[_Words, list[int]] = defaultdict(list)
    known: dict[str, _Words] = {}
    for place, (_, text) in enumerate(texts):
        words = known.get(text) or known.setdefault(text, _words(text))
        if words.all:
            groups[words].append(place)
    found = [(1.0, *pair) for group in groups.values() for pair in _within(group)]
    for one, other, score in _alike(list(groups), least):
        found += [(score, *pair) for pair in _between(groups[one], groups[other])]
    found.sort(key=lambda pair: (-pair[0], pair[1:]))
    return [(texts[one][0], texts[other][0], score) for score, one, other in found]


def _within(group: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of texts in the same words."""
    for number, one in enumerate(group if len(group) <= COMMON else group[:1], 1):
        for other in group[number:]:
            yield one, other


def _between(group: list[int], others: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of two groups; of large ones those with either's first."""
    pairs = (
        [(one, other) for one in group for other in others]
        if len(group) * len(others) <= COMMON
        else [*((one, others[0]) for one in group)]
        + [(group[0], other) for other in others[1:]]
    )
    for one, other in pairs:
        yield (one, other) if one < other else (other, one)


def _alike(
    groups: list[_Words], least: float
) -> Iterator[tuple[_Words, _Words, float]]:
    """Yield the pairs of different words that are alike.

    With the rarest words first, two sets that have to share so many words share
    `SHARED` of the first few of each (prefix filtering): only those are compared.
    """
    counts = Counter(word for words in groups for word in words.all)
    has_common = max(counts.values(), default=0) > COMMON
    earlier = _neighbours(groups) if has_common else {}
    index: dict[str, list[int]] = defaultdict(list)
    shared: list[int] = []
    for place, words in enumerate(groups):
        rare, own = _rarest(words, counts, least)
        met: Counter[int] = Counter()
        for word in rare:
            met.update(index[word])
            index[word].append(place)
        near = earlier.get(place, set())
        near.update(
            other
            for other, times in met.items()
            if times >= own or times >= shared[other]
        )
        shared.append(own)
        for other in near:
            score = _likeness(groups[other], words, least)
            if score >= least and score > 0:
                yield groups[other], words, score


def _rarest(words: _Words, counts: Counter[str], least: float) -> tuple[list[str], int]:
    """Return the words to look up, and how many of them an alike text has as well.

    Likeness is at most the root of the share of common words, which bounds that
    share, and with it how many words of the text an alike one has, from below.
    """
    rarest = sorted(words.all, key=lambda word: (counts[word], word))
    share = least * least
    needed = max(1, math.ceil(share / (2 - share) * len(rarest) - 1e-9))
    shared = min(SHARED, needed)
    first = rarest[: len(rarest) - needed + shared]
    rare = [word for word in first if counts[word] <= COMMON]
    return rare, max(min(2, shared), shared - len(first) + len(rare))


def _neighbours(groups: list[_Words]) -> dict[int, set[int]]:
    """Return for each place the earlier ones that are near in alphabetical order."""
    places = sorted(range(len(groups)), key=lambda place: groups[place].joined)
    near: dict[int, set[int]] = defaultdict(set)
    for number, one in enumerate(places):
        for other in places[number + 1 : number + 1 + NEIGHBOURS]:
            near[max(one, other)].add(min(one, other))
    return near


def _likeness(one: _Words, other: _Words, least: float) -> float:
    """Return the likeness, or 0 where it is seen early that it is below `least`."""
    total = len(one.all) + len(other.all)
    common = len(one.all & other.all)
    if not common or 2 * common < least * least * total:
        return 0.0
    shared = 2 * common / total
    factor = _agreement(one.numbers, other.numbers)
    factor *= 1 if one.denies == other.denies else 0.8
    cut = (least / factor) ** 2 / shared
    if cut > 1 + 1e-9:
        return 0.0
    letters = fuzz.ratio(one.joined, other.joined, score_cutoff=99.9 * cut) / 100
    return math.sqrt(shared * letters) * factor


def _agreement(one: frozenset[str], other: frozenset[str]) -> float:
    """Return 1 where the numbers of one text are among the other's, down to a half."""
    fewer = min(len(one), len(other))
    return 0.5 + 0.5 * len(one & other) / fewer if fewer else 1.0


def _words(text: str) -> _Words:
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub(" ", _TAG_WITHIN_WORDS.sub("", text)))
    text = text.lower() if text.isascii() else _folded(text)
    words = {_singular(word) for word in _WORD.findall(text) if word not in _EMPTY}
    words -= _REPORTING
    return _Words(
        " ".join(sorted(words)),
        frozenset(words),
        frozenset(filter(_DIGIT.search, words)),
        not words.isdisjoint(_NEGATIONS),
    )


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if unicodedata.category(c) != "Cf").casefold()


def _singular(word: str) -> str:
    """Return a word without the plural's ending; `not` for the end of `don't`."""
    if word.endswith(("n't", "n’t")):
        return "not"
    word = word.removesuffix("'s").removesuffix("’s")
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]
