"""The one normalisation of texts."""

from __future__ import annotations

import random
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responses.text_matching.normalisation import (
    fold_text,
    fold_with_offsets,
    letter_offsets,
    word_readings,
)
from tests.support import sizes

pytestmark = pytest.mark.once

TEXTS = st.text(max_size=40) | st.text(
    "aB'’-–&.,1 \u00a0\u00ad\u200bÉéﬁİ\n", max_size=40
)


@pytest.mark.parametrize(
    ("texts", "folded"),
    [
        ("'’‘ʼ′`´＇", "'"),
        ("-‐‑‒–—−﹣－", "-"),
        ('"“”„«»', '"'),
        (("É", "é", "E\u0301", "e", "Ｅ"), "e"),
        (("İ", "I", "ı", "i"), "i"),
        (("Łø", "lo", "ŁØ"), "lo"),
        (("ﬁ", "fi", "FI"), "fi"),
        (("straße", "STRASSE"), "strasse"),
        (("a&b", "a & b", "A AND b", "a ＆\u00a0b"), "a and b"),
        (("a b", " a\u00a0\u2009b\n", "a\tb\u2028", "a\x00b"), "a b"),
        (("ab", "a\u00adb", "a\u200bb", "\ufeffab", "a\u2060b"), "ab"),
    ],
)
def test_characters_typed_for_each_other_are_folded_to_one(
    texts: tuple[str, ...] | str, folded: str
) -> None:
    assert {fold_text(text) for text in texts} == {folded}


@given(TEXTS)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)


@given(TEXTS)
def test_composition_of_accents_makes_no_difference(text: str) -> None:
    composed, apart = (unicodedata.normalize(f, text) for f in ("NFC", "NFD"))
    assert fold_text(composed) == fold_text(apart) == fold_text(text)


@given(TEXTS)
def test_offsets_lead_to_the_characters_that_were_folded(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert folded == fold_text(text)
    assert len(offsets) == len(folded)
    assert offsets == sorted(offsets)
    for character, offset in zip(folded, offsets, strict=True):
        assert character == " " or character in fold_text(text[offset])


@given(TEXTS)
def test_readings_divide_the_same_letters(text: str) -> None:
    letters = "".join(c for c in fold_text(text) if c.isalnum())
    assert {"".join(words) for words in word_readings(text)} == {letters}
    assert len(letter_offsets(text)) == len(letters)


def test_every_character_is_folded_once_and_for_all() -> None:
    codes = range(sys.maxunicode + 1)
    sample = random.Random(sizes.SEED).sample(codes, 20_000)
    for code in codes if sizes.is_soak() else [*range(0x3000), *sample]:
        folded = fold_text(f"a{chr(code)}b")
        assert fold_text(folded) == folded == fold_with_offsets(f"a{chr(code)}b")[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Zork-Metering", ["zork metering", "zorkmetering"]),
        ("O’Quill", ["o quill", "oquill"]),
        ("E.ON p.l.c.", ["e on p l c", "eon plc"]),
        ("by ZorkMetering", ["by zorkmetering", "by zork metering"]),
        ("Zork2026.pdf", ["zork2026 pdf", "zork 2026 pdf"]),
        ("1,000 homes", ["1000 homes"]),
    ],
)
def test_words_are_read_in_every_way_they_divide(text: str, words: list[str]) -> None:
    readings = [" ".join(reading) for reading in word_readings(text)]
    assert set(words) <= set(readings)
