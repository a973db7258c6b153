"""Letters of other alphabets that look like Latin letters; no ORM.

The letters are those which Unicode (technical standard 39) lists as confusable with one
Latin letter: Cyrillic, Greek, Armenian, Cherokee, Lisu and phonetic letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

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
