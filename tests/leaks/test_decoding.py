"""A hidden word is found, wherever it is hidden; another word is not."""

from __future__ import annotations

import random

import pytest

from tests.leaks.canaries import SECRET_MARKER, Canaries
from tests.leaks.decoding import (
    MAX_DEPTH,
    DecodingError,
    WordSearch,
    decoded_texts,
)
from tests.leaks.files import zip_with
from tests.leaks.hiding import HIDING_PLACES
from tests.support import sizes


@pytest.fixture(scope="module")
def words() -> list[str]:
    canaries = Canaries(sizes.SEED)
    for _ in range(sizes.count(60, whole=2000)):
        canaries.plant("row", "field", secret=True)
    return list(canaries.secrets)


def found_in(data: bytes, words: list[str]) -> set[str]:
    search = WordSearch(words, SECRET_MARKER)
    return {word for text in decoded_texts(data) for word in search.find(text)}


@pytest.mark.leaks
@pytest.mark.parametrize("place", HIDING_PLACES)
def test_hidden_word_is_found(place: str, words: list[str]) -> None:
    for word in words[: sizes.count(5, whole=200)]:
        hidden = HIDING_PLACES[place](word)
        assert found_in(hidden, words) == {word}, place


@pytest.mark.leaks
@pytest.mark.parametrize("place", HIDING_PLACES)
def test_word_that_was_not_planted_is_not_found(place: str, words: list[str]) -> None:
    other = Canaries(sizes.SEED + 1).plant("row", "field", secret=True)
    assert other not in words
    assert found_in(HIDING_PLACES[place](other), words) == set()


def test_two_words_beside_each_other_are_both_found(words: list[str]) -> None:
    first, second = words[:2]
    assert found_in(f"{first}{second}".encode(), words) == {first, second}


def test_random_bytes_have_no_words(words: list[str]) -> None:
    noise = random.Random(sizes.SEED).randbytes(300_000)
    assert found_in(noise, words) == set()


def test_deeply_nested_archive_is_refused() -> None:
    data = b""
    for _ in range(MAX_DEPTH + 2):
        data = zip_with({"a.zip": data})
    with pytest.raises(DecodingError, match=f"deeper than {MAX_DEPTH} levels"):
        decoded_texts(data)
