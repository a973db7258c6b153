"""Words of one text repeated in another."""

from __future__ import annotations

import random
from typing import Any

import pytest

from responses.text_matching.quotations import Quotations
from tests.support import sizes
from tests.support.name_writings import (
    in_capitals,
    other_apostrophes,
    other_dashes,
    other_spaces,
    with_invisible_characters,
    without_accents,
)

pytestmark = pytest.mark.once

SECRET = (
    "Our half-hourly site at the harbour’s end doesn't serve 1,200 homes "
    "before its café and depot close"
)


def quotations_of(*texts: str) -> Quotations[int]:
    found: Quotations[int] = Quotations()
    for key, text in enumerate(texts):
        found.add(key, text)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "We heard: half-hourly site at the harbour’s end doesn't serve.",
        "HALF HOURLY SITE AT THE HARBOURS END DOESNT SERVE",
        "half‑hourly\u00a0site at\nthe har\u00adbour's end “doesn’t” serve",
        "halfhourly site at the harbour's end doesn't serve",
        "end doesn't serve 1 200 homes before its cafe",
        "end doesn't serve 1200 homes before its cafe\u0301",
    ],
)
def test_eight_words_are_found_however_they_are_typed(text: str) -> None:
    quotation = quotations_of(SECRET).first_in(text)
    assert quotation
    assert quotation.typed in " ".join(text.split())
    assert not quotation.is_whole


@pytest.mark.parametrize(
    "text",
    [
        "the harbour’s end doesn't serve 1,200 homes",
        "half-hourly sites at the harbour’s end doesn't serve",
        "our site half-hourly at the end harbour’s doesn't serve",
        "",
    ],
)
def test_fewer_or_other_words_are_no_quotation(text: str) -> None:
    assert quotations_of(SECRET).first_in(text) is None


def test_short_text_is_found_only_when_repeated_whole() -> None:
    quotations = quotations_of("We will leave Scotland.", "Yes, we agree")
    found = quotations.first_in("It said: “we will leave\u00a0Scotland”, soon.")
    assert found
    assert (found.key, found.typed, found.is_whole) == (
        0,
        "we will leave Scotland",
        True,
    )
    assert quotations.first_in("We will leave Scotlands") is None
    assert quotations.first_in("Yes, we agree") is None


def test_words_of_a_public_text_are_no_quotation() -> None:
    quotations = quotations_of(
        f"The end date of the first period should be later. {SECRET}",
        "Should it be later",
    )
    quotations.discard_those_in(
        "Do you agree that the end date of the first period should be later?"
    )
    quotations.discard_those_in("Should it be later?")
    assert quotations.first_in("the end date of the first period should be") is None
    assert quotations.first_in("Should it be later") is None
    assert quotations.first_in(SECRET)


def test_every_run_of_words_is_found_in_generated_writings() -> None:
    quotations, words = quotations_of(SECRET), SECRET.split()
    for seed in sizes.seeds(200, whole=20_000):
        chance = random.Random(seed)
        start = chance.randint(0, len(words) - 9)
        typed = " ".join(words[start : start + 9])
        for writing in (
            other_apostrophes,
            other_dashes,
            other_spaces,
            with_invisible_characters,
            without_accents,
            in_capitals,
        ):
            typed = writing(typed, chance) if chance.random() < 0.5 else typed
        assert quotations.first_in(f"It said {typed}, too."), (seed, typed)


def test_work_grows_with_the_text_and_not_with_the_answers() -> None:
    """Lookups are counted: a template that many answers share costs no more."""

    class Counted(dict[str, set[int]]):
        lookups = 0

        def get(self, key: str, default: Any = None) -> Any:
            self.lookups += 1
            return super().get(key, default)

    template = (
        "We support the change to clause {} because it lowers the cost of testing"
    )
    text = " ".join(["The supplier supports the change to the clause."] * 50)
    counts = []
    for size in (10, 1000):
        quotations = quotations_of(*(template.format(n) for n in range(size)))
        counted = Counted(quotations._lengths)
        quotations._lengths = counted
        assert quotations.first_in(text) is None
        counts.append(counted.lookups)
    assert counts[0] == counts[1] <= 3 * len(text.split())
