"""Letters of other alphabets that look like Latin ones."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responses.text_matching import look_alikes
from responses.text_matching.look_alikes import (
    digits_to_letters,
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


KNOWN = {
    *("zork", "metering", "oquill", "impact", "bluemine", "eon", "sisr", "pzp", "ist"),
    *("gam", "dcp", "zorkmetering", "william", "la", "on", "energy"),
}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Z0rk Metering", "Zork Metering"),
        ("As z0rk M3tering said", "As zork Metering said"),
        ("0'Quill and 0’Quill", "O'Quill and O’Quill"),
        ("1mpact", "Impact"),
        ("W1ll1am", "William"),
        ("b1uem1ne, B1UEM1NE", "bluemine, BLUEMINE"),
        ("Z\u00ad0rk", "Z\u00adork"),
        ("Z0rkMeteringResponse_v2.docx", "ZorkMeteringResponse_v2.docx"),
        ("jan@z0rk.example", "jan@zork.example"),
        ("E0N", "EON"),
        ("Z0rc and Zork2", "Z0rc and Zork2"),
    ],
)
def test_digits_in_known_words_become_letters(typed: str, read: str) -> None:
    assert digits_to_letters(typed, KNOWN) == read


@pytest.mark.parametrize(
    "text",
    [
        *("Clause 1A", "0n", "DCP 178", "1st January 2026", "at 9am", "P2", "1.1a"),
        *("10 1st", "2026-02-10", "10", "0", "Z0", "S1.2R", "1,000"),
    ],
)
def test_numbers_clauses_and_dates_stay(text: str) -> None:
    assert digits_to_letters(text, KNOWN) == text


@given(st.text(st.sampled_from("Zz0o1Il'’3eE \u00ad-_9")))
def test_reading_digits_keeps_the_length(text: str) -> None:
    read = digits_to_letters(text, {"zo", "il", "eo", "zoil", "lil"})
    assert len(read) == len(text)
    assert all(
        new == old or (old.isdigit() and new.isalpha())
        for old, new in zip(text, read, strict=True)
    )


def test_letters_without_a_name_are_of_one_alphabet() -> None:
    private = next(c for c in map(chr, range(0x110000)) if not unicodedata.name(c, ""))
    assert list(words_of_two_alphabets(f"a{private}b")) == []
