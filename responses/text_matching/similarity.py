"""Similarity of comments by their words; no network, no ORM.

Texts are restricted HTML or plain. Markup, case, punctuation, the order of words,
plurals and stop words make no difference. A different clause or period makes a large
one, because comments in the same words about two clauses are two comments.
"""

from __future__ import annotations

import heapq
import html
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rapidfuzz import fuzz

from responses.text_matching.common_words import STOP_WORDS
from responses.text_matching.normalisation import fold_text

K = TypeVar("K")

SIMILAR_THRESHOLD = 0.45
"""The likeness from which a comment is shown beside another."""

ALIKE_THRESHOLD = 0.8
"""The likeness from which two comments make one point; tests have examples."""

MAX_SCORED = 200
"""Maximum number of texts that one call of `similar_texts` compares by words."""

COMMON_WORD_LIMIT = 200
"""A word in more texts than this is not used to find candidates."""

SHARED_RARE_WORDS = 4
"""Rare words that two long texts have to share before they are compared."""

NEIGHBOURS_COMPARED = 5
"""Texts with common words are compared with so many next ones by alphabet."""

_TAG_WITHIN_WORDS = re.compile(r"</?(?:strong|em|a)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(
    r"\d+(?:[.:]\d+)*(?:\([^\W_]{1,4}\))*(?![^\W_])|[^\W_]+(?:'[^\W_]+)*"
)
_DIGIT = re.compile(r"\d")

_REPORTING_WORDS = frozenset(
    "add added ask asked asks believe believed believes comment commented concern "
    "concerned consider considered considers feel felt note noted notes point please "
    "raise raised respondent respondents said say says stated states suggest suggested "
    "suggests think thinks thought view".split()
)
_NEGATION_WORDS = frozenset("cannot neither never no none nor not without".split())


@dataclass(frozen=True, slots=True)
class _WordSet:
    """The distinct words of a text; `text` has them sorted in one string."""

    text: str
    words: frozenset[str]
    numbers: frozenset[str]
    has_negation: bool


def likeness(one: str, other: str) -> float:
    """Return the likeness of two texts, from 0 for no word in common to 1.

    It is the geometric mean of the share of common words and of the likeness of
    letters, by which `update` and `updating` are similar. It is up to a half lower
    where the numbers in the texts differ, and a fifth lower where only one of them
    has a negation.
    """
    return _likeness(_word_set(one), _word_set(other), 0)


def similar_texts(
    text: str,
    among: Iterable[tuple[K, str]],
    least: float = SIMILAR_THRESHOLD,
    most: int = 10,
) -> list[tuple[K, float]]:
    """Return the texts similar to `text`, the most similar first.

    Of more than `MAX_SCORED` texts, only those are compared that share the most and
    the rarest words with it. Equally similar texts are in alphabetical order.
    """
    words = _word_set(text)
    scored = (
        (-_likeness(words, _word_set(other), least), other, key)
        for key, other in _candidates(text, words, list(among))
    )
    enough = [each for each in scored if each[0] <= -least and each[0] < 0]
    best = heapq.nsmallest(most, enough, key=lambda each: each[:2])
    return [(key, -score) for score, _, key in best]


def _candidates(
    text: str, words: _WordSet, among: list[tuple[K, str]]
) -> list[tuple[K, str]]:
    """Return the texts worth comparing, by a quick search for words in raw texts."""
    if len(among) <= MAX_SCORED:
        return among
    texts = [other.lower() for _, other in among]
    shared = [0.0] * len(texts)
    for word in words.words:
        stem = word.removesuffix("y")
        places = [place for place, other in enumerate(texts) if stem in other]
        weight = math.log((len(texts) + 1) / (len(places) + 0.5))
        for place in places:
            shared[place] += weight
    places = [place for place, weight in enumerate(shared) if weight]

    def rank(place: int) -> tuple[float, int, str]:
        return -shared[place], abs(len(texts[place]) - len(text)), among[place][1]

    return [among[place] for place in heapq.nsmallest(MAX_SCORED, places, key=rank)]


def alike_pairs(
    texts: Sequence[tuple[K, str]], least: float = ALIKE_THRESHOLD
) -> list[tuple[K, K, float]]:
    """Return every pair of similar texts, the earlier text first in each pair.

    Pairs are in descending likeness, then in the order of the texts. Only texts that
    share a rarer word are compared; no similar pair is missed as long as no word is
    in more than `COMMON_WORD_LIMIT` different texts. More common words are not used
    to find candidates: texts that share only such words are compared with neighbours
    in alphabetical order. Of more than `COMMON_WORD_LIMIT` texts with the same words,
    each is paired with the first.
    """
    groups: dict[_WordSet, list[int]] = defaultdict(list)
    known: dict[str, _WordSet] = {}
    for place, (_, text) in enumerate(texts):
        words = known.get(text) or known.setdefault(text, _word_set(text))
        if words.words:
            groups[words].append(place)
    found = [(1.0, *pair) for group in groups.values() for pair in _pairs_within(group)]
    for one, other, score in _alike_groups(list(groups), least):
        found += [(score, *pair) for pair in _pairs_between(groups[one], groups[other])]
    found.sort(key=lambda pair: (-pair[0], pair[1:]))
    return [(texts[one][0], texts[other][0], score) for score, one, other in found]


def _pairs_within(group: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of texts with the same words."""
    for number, one in enumerate(
        group if len(group) <= COMMON_WORD_LIMIT else group[:1], 1
    ):
        for other in group[number:]:
            yield one, other


def _pairs_between(group: list[int], others: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs between two groups; for large groups, those with a first text."""
    pairs = (
        [(one, other) for one in group for other in others]
        if len(group) * len(others) <= COMMON_WORD_LIMIT
        else [*((one, others[0]) for one in group)]
        + [(group[0], other) for other in others[1:]]
    )
    for one, other in pairs:
        yield (one, other) if one < other else (other, one)


def _alike_groups(
    groups: list[_WordSet], least: float
) -> Iterator[tuple[_WordSet, _WordSet, float]]:
    """Yield the pairs of similar word sets.

    Candidates are found by prefix filtering: with the rarest words first, two sets
    that have to share many words share `SHARED_RARE_WORDS` of the first ones.
    """
    counts = Counter(word for words in groups for word in words.words)
    has_common = max(counts.values(), default=0) > COMMON_WORD_LIMIT
    neighbours = _alphabetical_neighbours(groups) if has_common else {}
    index: dict[str, list[int]] = defaultdict(list)
    shared: list[int] = []
    for place, words in enumerate(groups):
        rare, own = _rarest_words(words, counts, least)
        shared_counts: Counter[int] = Counter()
        for word in rare:
            shared_counts.update(index[word])
            index[word].append(place)
        near = neighbours.get(place, set())
        near.update(
            other
            for other, times in shared_counts.items()
            if times >= own or times >= shared[other]
        )
        shared.append(own)
        for other in near:
            score = _likeness(groups[other], words, least)
            if score >= least and score > 0:
                yield groups[other], words, score


def _rarest_words(
    words: _WordSet, counts: Counter[str], least: float
) -> tuple[list[str], int]:
    """Return the words to look up, and how many of them a similar text shares.

    Likeness is at most the square root of the share of common words. This is a lower
    bound of that share, and so of the number of words that a similar text shares.
    """
    rarest = sorted(words.words, key=lambda word: (counts[word], word))
    share = least * least
    needed = max(1, math.ceil(share / (2 - share) * len(rarest) - 1e-9))
    shared = min(SHARED_RARE_WORDS, needed)
    first = rarest[: len(rarest) - needed + shared]
    rare = [word for word in first if counts[word] <= COMMON_WORD_LIMIT]
    return rare, max(min(2, shared), shared - len(first) + len(rare))


def _alphabetical_neighbours(groups: list[_WordSet]) -> dict[int, set[int]]:
    """Return for each index the smaller indexes of neighbours by alphabet."""
    places = sorted(range(len(groups)), key=lambda place: groups[place].text)
    near: dict[int, set[int]] = defaultdict(set)
    for number, one in enumerate(places):
        for other in places[number + 1 : number + 1 + NEIGHBOURS_COMPARED]:
            near[max(one, other)].add(min(one, other))
    return near


def _likeness(one: _WordSet, other: _WordSet, least: float) -> float:
    """Return the likeness, or 0 where it is known early to be below `least`."""
    total = len(one.words) + len(other.words)
    common = len(one.words & other.words)
    if not common or 2 * common < least * least * total:
        return 0.0
    shared = 2 * common / total
    factor = _number_agreement(one.numbers, other.numbers)
    factor *= 1 if one.has_negation == other.has_negation else 0.8
    cut = (least / factor) ** 2 / shared
    if cut > 1 + 1e-9:
        return 0.0
    letters = fuzz.ratio(one.text, other.text, score_cutoff=99.9 * cut) / 100
    return math.sqrt(shared * letters) * factor


def _number_agreement(one: frozenset[str], other: frozenset[str]) -> float:
    """Return 1 if the numbers of one text are all in the other, down to a half."""
    fewer = min(len(one), len(other))
    return 0.5 + 0.5 * len(one & other) / fewer if fewer else 1.0


def _word_set(text: str) -> _WordSet:
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub(" ", _TAG_WITHIN_WORDS.sub("", text)))
    found = _WORD.findall(fold_text(text))
    words = {_singular_form(word) for word in found if word not in STOP_WORDS}
    words -= _REPORTING_WORDS
    return _WordSet(
        " ".join(sorted(words)),
        frozenset(words),
        frozenset(filter(_DIGIT.search, words)),
        not words.isdisjoint(_NEGATION_WORDS),
    )


def _singular_form(word: str) -> str:
    """Return a word without the plural's ending; `not` for the end of `don't`."""
    if word.endswith("n't"):
        return "not"
    word = word.removesuffix("'s")
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]
