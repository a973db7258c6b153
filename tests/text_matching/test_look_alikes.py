"""Letters of other alphabets that look like Latin ones."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responses.text_matching import look_alikes
from responses.text_matching.look_alikes import (
    to_latin_look_alikes,
    words_of_two_alphabets,
)
from responses.text_matching.normalisation import fold_text, words_of

pytestmark = pytest.mark.once


def test_each_look_alike_is_one_letter_of_another_alphabet_or_phonetic() -> None:
    for latin, others in look_alikes._LOOK_ALIKES.items():
        for other in others:
            assert to_latin_look_alikes(other) == latin
            assert not other.isascii()
            assert [len(word) for word in words_of(fold_text(other))] == [1]


@pytest.mark.parametrize(
    ("typed", "latin"),
    [
        ("Zоrk", "Zork"),
        ("ΖΟRΚ", "ZORK"),
        ("Quі́ll", "Qui\u0301ll"),
        ("ά ё", "a e"),
        ("Zork", "Zork"),
        ("й и ж", "й и ж"),
    ],
)
def test_look_alikes_become_latin(typed: str, latin: str) -> None:
    assert to_latin_look_alikes(typed) == latin


@given(st.text())
def test_length_of_a_text_stays(text: str) -> None:
    latin = to_latin_look_alikes(text)
    assert len(latin) == len(text)
    assert list(map(len, words_of(fold_text(latin)))) == list(
        map(len, words_of(fold_text(text)))
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Zоrk and Zork", []),  # read as Zork
        ("Zθrk", ["Zθrk"]),
        ("Zөrk", ["Zөrk"]),
        ("Қuill", ["Қuill"]),
        ("3 μs, ΔT, ΣΔx, αβγ and the ΔTemperature", []),
        ("Énergie Zürloise, Łódź, straße, ﬁne", []),
        ("Привет and Hello", []),
        ("𝐙𝐨𝐫𝐤 Ｚork ℓ №1", []),
        ("a", []),
    ],
)
def test_words_of_two_alphabets_are_found(text: str, words: list[str]) -> None:
    assert list(words_of_two_alphabets(text)) == words


def test_letters_without_a_name_are_of_one_alphabet() -> None:
    private = next(c for c in map(chr, range(0x110000)) if not unicodedata.name(c, ""))
    assert list(words_of_two_alphabets(f"a{private}b")) == []
