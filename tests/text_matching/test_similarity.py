"""Similarity of comments by their words."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responses.text_matching import similarity as module
from responses.text_matching.similarity import (
    ALIKE_THRESHOLD,
    SIMILAR_THRESHOLD,
    alike_pairs,
    likeness,
    similar_texts,
)
from tests.support.big_file import COMMENT

pytestmark = pytest.mark.once

ONE_POINT = [
    (
        "The 24-hour limit in clause 13.2 is too short for firmware updates on devices "
        "with poor signal.",
        "We think that 24 hours, as in clause 13.2, is too short for updating the "
        "firmware of devices with a poor signal.",
    ),
    (
        "A respondent asked whether the test certificate in clause 7.4 is needed for "
        "each firmware version.",
        "A respondent asked if each version of the firmware needs the test certificate "
        "of clause 7.4.",
    ),
    (
        "The start date of 1 November 2026 leaves suppliers too little time to test.",
        "Suppliers have too little time to test before the start date of 1 November "
        "2026.",
    ),
    (
        "Clause 13.2 does not say who pays for the replacement of a device that fails.",
        "It is not said in clause 13.2 who will pay for replacing a device that fails.",
    ),
    (
        "Respondents asked for a definition of the term device availability.",
        "A definition of device availability was asked for.",
    ),
    (
        "The reporting interval of 30 minutes should be kept.",
        "<p>Please keep the reporting interval of <strong>30 min</strong>utes.</p>",
    ),
    (
        "Could DCC confirm that gas proxy functions are outside the scope of clause "
        "4.1?",
        "DCC should confirm that the gas proxy function is outside the scope of clause "
        "4.1.",
    ),
    (
        "The word promptly in clause 9.3 is vague and should be replaced by a number "
        "of days.",
        "“Promptly” (clause 9.3) is vague; replace it by a number of working days.",
    ),
]
"""What different organisations write, and mean the same."""

TOLD_APART = [
    (
        "The 24-hour limit in clause 13.2 is too short for firmware updates on devices "
        "with poor signal.",
        "The 24-hour limit in clause 13.2 should start when the device has been "
        "installed.",
    ),
    (
        "The 24-hour limit in clause 13.2 is too short for firmware updates.",
        "The 24-hour limit in clause 13.3 is too short for firmware updates.",
    ),
    (
        "The paragraph (a) of clause 13.2(a) should name the device's firmware.",
        "The paragraph (b) of clause 13.2(b) should name the device's firmware.",
    ),
    (
        "We agree with the change to clause 13.2 on the firmware of devices.",
        "We do not agree with the change to clause 13.2 on the firmware of devices.",
    ),
    (
        "A respondent asked who tells the consumer that a firmware update of the "
        "device has failed.",
        "A respondent asked who pays for a firmware update of the device that has "
        "failed.",
    ),
    (
        "Clause 13.2 does not say who pays for the replacement of a device that fails.",
        "Clause 13.2 does not say how soon a device that fails is replaced.",
    ),
    (
        "The start date of 1 November 2026 leaves suppliers too little time to test.",
        "The start date of 1 November 2026 leaves networks enough time.",
    ),
    (
        "A respondent asked for a test certificate for each version of the firmware.",
        "A respondent asked for a list of the devices and the versions of their "
        "firmware.",
    ),
    (
        "The reporting interval of 30 minutes should be kept.",
        "The reporting interval of 60 minutes should be kept.",
    ),
    (
        "The definition of device in clause 1 should include gas proxy functions.",
        "The definition of device in clause 1 should be that of the Technical "
        "Specification.",
    ),
    (
        "Could DCC confirm that gas proxy functions are outside the scope of clause "
        "4.1?",
        "Could DCC confirm which clauses the gas proxy function falls under?",
    ),
    (
        "The change should take effect with the June 2027 release.",
        "The changes should be tested before the June 2027 release.",
    ),
]
"""One topic in the wording of regulation, and two points."""

TOO_FREE = (
    "A respondent asked what happens after a failed update.",
    "Two respondents asked what happens if an update fails.",
)
"""One point in words too few and too different for a warning; it is still shown."""


@pytest.mark.parametrize(("one", "other"), ONE_POINT)
def test_same_point_of_two_organisations_is_alike(one: str, other: str) -> None:
    assert likeness(one, other) >= ALIKE_THRESHOLD


@pytest.mark.parametrize(("one", "other"), TOLD_APART)
def test_different_points_on_one_topic_are_not_alike(one: str, other: str) -> None:
    assert likeness(one, other) < ALIKE_THRESHOLD


def test_free_paraphrase_is_similar_but_not_alike() -> None:
    assert SIMILAR_THRESHOLD <= likeness(*TOO_FREE) < ALIKE_THRESHOLD


@pytest.mark.parametrize("words", ["", "<p></p>", "of the", "We think that it is."])
def test_text_of_only_common_words_is_like_nothing(words: str) -> None:
    assert likeness(words, words) == 0


def test_plurals_case_markup_and_reporting_are_ignored() -> None:
    one = "<p>A respondent asked whether <em>Policies</em> for GAS boxes &amp; meters"
    assert likeness(one, "policy: gas box, meter?") == 1


# --- properties ----------------------------------------------------------------------

VOCABULARY = [
    *("device", "devices", "firmware", "update", "updates", "signal", "certificate"),
    *("limit", "clause", "13.2", "13.3", "24", "not", "the", "of", "replacement"),
    *("supplier", "consumer", "test", "version", "short", "time", "gas", "policy"),
]
TEXTS = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=9).map(" ".join)
LISTS = st.lists(TEXTS, max_size=12)


@given(TEXTS, TEXTS)
def test_likeness_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1


@given(TEXTS, LISTS)
def test_text_is_most_like_itself(text: str, others: list[str]) -> None:
    itself = likeness(text, text)
    assert itself in {0, 1}
    assert all(likeness(text, other) <= itself for other in others)


@given(TEXTS, LISTS, st.randoms(use_true_random=False))
def test_similar_texts_are_independent_of_order(
    text: str, others: list[str], chance: random.Random
) -> None:
    among = [(other, other) for other in dict.fromkeys(others)]
    shuffled = chance.sample(among, len(among))
    assert similar_texts(text, among) == similar_texts(text, shuffled)


@given(LISTS, st.sampled_from([0.3, 0.6, ALIKE_THRESHOLD, 0.95, 1.0]))
def test_alike_pairs_equal_exhaustive_comparison(
    texts: list[str], least: float
) -> None:
    found = {(one, other) for one, other, _ in alike_pairs([*enumerate(texts)], least)}
    assert found == {
        (one, other)
        for one, other in itertools.combinations(range(len(texts)), 2)
        if likeness(texts[one], texts[other]) >= least
    }


@given(LISTS, st.randoms(use_true_random=False))
def test_alike_pairs_are_independent_of_order(
    texts: list[str], chance: random.Random
) -> None:
    among = [*enumerate(texts)]

    def unordered_pairs(
        given: list[tuple[int, str]],
    ) -> set[tuple[frozenset[int], float]]:
        return {(frozenset(pair), score) for *pair, score in alike_pairs(given)}

    assert unordered_pairs(among) == unordered_pairs(chance.sample(among, len(among)))


# --- order and limits ----------------------------------------------------------------


def test_most_similar_text_comes_first() -> None:
    text = ONE_POINT[0][0]
    among = [*enumerate([TOLD_APART[0][1], "Something else.", ONE_POINT[0][1], text])]
    assert [key for key, _ in similar_texts(text, among)] == [3, 2, 0]


def test_number_of_similar_texts_is_limited() -> None:
    among = [(n, f"Clause 4 of part {n}") for n in range(20)]
    assert len(similar_texts("Clause 4", among, least=0.1, most=3)) == 3


def test_similar_text_is_found_among_very_many() -> None:
    among = [(n, COMMENT.format(number=n)) for n in range(2 * module.MAX_SCORED)]
    key, score = similar_texts(COMMENT.format(number=321), among)[0]
    assert (key, score) == (321, 1)


def test_identical_texts_are_each_paired_with_the_first() -> None:
    texts = [
        (n, "The limit is too short.") for n in range(2 * module.COMMON_WORD_LIMIT)
    ]
    pairs = alike_pairs(texts)
    assert [(one, other) for one, other, _ in pairs] == [
        (0, other) for other in range(1, len(texts))
    ]


def test_texts_of_common_words_are_paired_with_neighbours() -> None:
    sentence = "The limit for updates of firmware on devices with poor signal is short"
    texts = [
        (n, f"{sentence} {'x' * n}") for n in range(1, 2 * module.COMMON_WORD_LIMIT)
    ]
    joined = {key for one, other, _ in alike_pairs(texts) for key in (one, other)}
    assert len(joined) > 0.9 * len(texts)
