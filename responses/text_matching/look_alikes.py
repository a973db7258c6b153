"""Letters of other alphabets, and digits, that look like Latin letters; no ORM.

The letters are those which Unicode (technical standard 39) lists as confusable with one
Latin letter: Cyrillic, Greek, Armenian, Cherokee, Lisu and phonetic letters. A digit is
read as a letter only within a word that is then one of given words: most digits are
numbers, and `S1SR` is a code.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Container, Iterator

from responses.text_matching.normalisation import (
    APOSTROPHES,
    fold_text,
    words_of,
)

_LOOK_ALIKES = {
    "a": "аαɑᴀ",
    "b": "вьβʙƅ",
    "c": "сϲςᴄ",
    "d": "ԁᴅ",
    "e": "еεᴇ",
    "f": "ꜰ",
    "g": "гԍɡɢց",
    "h": "нһʜհ",
    "i": "іιɩɪ",
    "j": "јϳᴊ",
    "k": "кκᴋ",
    "l": "ӏʟ",
    "m": "мᴍ",
    "n": "пηɴո",
    "o": "оοσօᴏ",
    "p": "рρᴘ",
    "q": "ԛզ",
    "r": "ʀ",
    "s": "ѕꜱ",
    "t": "тτᴛ",
    "u": "υμսᴜ",
    "v": "ѵνᴠ",
    "w": "ԝωաᴡ",
    "x": "хχ",
    "y": "уүγʏ",
    "z": "ᴢ",
    "A": "АΑᎪꓮ",
    "B": "ВΒᏴꓐ",
    "C": "СϹᏟꓚ",
    "D": "ԀᎠꓓ",
    "E": "ЕΕᎬꓰ",
    "F": "ꓝ",
    "G": "ԌᏀꓖ",
    "H": "НΗᎻꓧ",
    "I": "ІΙӀꓲ",
    "J": "ЈͿᎫꓙ",
    "K": "КΚᏦꓗ",
    "L": "ԼᏞꓡ",
    "M": "МΜᎷꓟ",
    "N": "Νꓠ",
    "O": "ОΟՕꓳ",
    "P": "РΡᏢꓑ",
    "Q": "Ԛ",
    "R": "Ꮢꓣ",
    "S": "ЅՏᏚꓢ",
    "T": "ТΤᎢꓔ",
    "U": "Սꓴ",
    "V": "ѴᏙꓦ",
    "W": "ԜᎳꓪ",
    "X": "ХΧꓫ",
    "Y": "УΥҮꓬ",
    "Z": "ΖᏃꓜ",
}
"""The letters that look like each Latin letter."""

_DIGITS = {
    "0": "o",
    "1": "il",
    "2": "z",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "gb",
    "7": "t",
    "8": "b",
    "9": "g",
}
"""The letters that each digit is typed for: `Z0rk`."""

MAX_DIGITS_READ = 4
"""Digits of a word that are read as letters."""

_JOINTS = f"{APOSTROPHES}\u00ad\u200b\u200c\u200d\u2060\ufeff"
_IN_WORDS = f"[{_JOINTS}]?"
_TOKEN = re.compile(rf"[^\W_](?:{_IN_WORDS}[^\W_])*")
_MIXED = re.compile(rf"[^\W\d_]{_IN_WORDS}[0-9]|[0-9]{_IN_WORDS}[^\W\d_]")
_CAPITAL_WITHIN = re.compile("(?<=[a-z])(?=[A-Z])")
_NUMBER = re.compile("[0-9]+(?:[a-z]{1,2}|day|hrs|min|sec|[kmg]wh)", re.IGNORECASE)
"""A number with its unit or ending: `1st`, `9am`, `3kWh`."""

_ALPHABETS = range(0x370, 0x530)
"""Greek and Cyrillic, whose letters can have accents."""

_LETTERS = re.compile(r"[^\W\d_]{2,}")


def _table() -> dict[int, str]:
    table = {
        ord(other): latin for latin, found in _LOOK_ALIKES.items() for other in found
    }
    for code in _ALPHABETS:
        decomposed = unicodedata.normalize("NFD", chr(code))
        if len(decomposed) > 1 and ord(decomposed[0]) in table:
            table[code] = table[ord(decomposed[0])]
    return table


_LATIN = _table()


def to_latin_look_alikes(text: str) -> str:
    """Return a text of the same length with the Latin letters that others look like."""
    return text if text.isascii() else text.translate(_LATIN)


def words_of_two_alphabets(text: str) -> Iterator[str]:
    """Yield the words with Latin letters and others that look like none: `Zөrk`.

    Greek letters at the start of a word are symbols: ΔT.
    """
    for match in () if text.isascii() else _LETTERS.finditer(text):
        word = match[0]
        if not word.isascii() and "LATIN" in map(_alphabet, word):
            alphabets = list(map(_alphabet, to_latin_look_alikes(word)))
            while alphabets and alphabets[0] == "GREEK":
                del alphabets[0]
            if len(set(alphabets)) > 1:
                yield word


def _alphabet(letter: str) -> str:
    """Return the alphabet of a letter, the first word of its name."""
    base = unicodedata.normalize("NFKD", letter)[0]
    return unicodedata.name(base, "?").partition(" ")[0] if base.isalpha() else "LATIN"


# --- digits -----------------------------------------------------------------------


def digits_to_letters(text: str, known: Container[str]) -> str:
    """Return a text of the same length with letters for the digits typed for them.

    `known` are the folded words that may be typed so: `Z0rk` is read as Zork only
    where `zork` is one of them.
    """
    pieces: list[str] = []
    read: dict[str, str] = {}
    done = 0
    for found in _MIXED.finditer(text):
        if found.start() >= done:
            start = _start_of_token(text, found.start(), done)
            token = _TOKEN.match(text, start)
            if token:
                if token[0] not in read:
                    read[token[0]] = _read_token(token[0], known)
                pieces += [text[done:start], read[token[0]]]
                done = token.end()
    return "".join([*pieces, text[done:]]) if pieces else text


def _start_of_token(text: str, place: int, first: int) -> int:
    """Return where the word at a place of a text starts, at `first` or after it."""
    while place > first and (
        text[place - 1].isalnum()
        or (text[place - 1] in _JOINTS and text[place - 2 : place - 1].isalnum())
    ):
        place -= 1
    return place


def _read_token(token: str, known: Container[str]) -> str:
    """Return a word with letters for digits, whole or in parts: `Z0rkResponse`."""
    whole = _read_word(token, known)
    if whole != token:
        return whole
    return "".join(_read_word(part, known) for part in _CAPITAL_WITHIN.split(token))


def _read_word(word: str, known: Container[str]) -> str:
    digits = [each for each in word if each in _DIGITS]
    letters = [each for each in word if each.isalpha()]
    if not 0 < len(digits) <= MAX_DIGITS_READ or len(letters) <= len(digits):
        return word
    if len(letters) < 2 or _NUMBER.fullmatch(word):
        return word
    for chosen in itertools.product(*(_DIGITS[each] for each in digits)):
        read = _with_letters(word, iter(chosen), is_upper="".join(letters).isupper())
        if "".join(words_of(fold_text(read))) in known:
            return read
    return word


def _with_letters(word: str, letters: Iterator[str], *, is_upper: bool) -> str:
    """Return a word with letters for its digits, in the case of its other letters."""
    read = (next(letters) if each in _DIGITS else each for each in word)
    return "".join(
        new.upper() if new != old and (is_upper or index == 0) else new
        for index, (old, new) in enumerate(zip(word, read, strict=True))
    )
