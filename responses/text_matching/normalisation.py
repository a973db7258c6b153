"""The one normalisation of texts that are compared, searched or checked; no ORM.

`fold_text` makes characters that are typed for each other the same: cases, accents,
apostrophes, dashes, spaces, `&` and `and`, ligatures, full-width letters. Searching
compares folded texts. Checks compare the words of folded texts.
"""

from __future__ import annotations

import re
import unicodedata

APOSTROPHES = "'`´‘’‚‛′‵ʹʻʼʽʾʿˈˊˋʹ՚׳ꞌ᾽᾿῾‹›"
QUOTATION_MARKS = '"“”„‟«»″‶ʺ˝״'
_DASHES_OF_OTHER_KINDS = "\u2212\u2043\u02d7\u2796"
_FILLERS = "\u115f\u1160\u3164\uffa0\u2027"
_MARKS = "™℠®©"
_LETTERS_WITHOUT_DECOMPOSITION = {
    **dict.fromkeys("øØ", "o"),
    **dict.fromkeys("łŁ", "l"),
    **dict.fromkeys("đĐðÐ", "d"),
    **dict.fromkeys("ħĦ", "h"),
    **dict.fromkeys("ŧŦ", "t"),
    **dict.fromkeys("æÆ", "ae"),
    **dict.fromkeys("œŒ", "oe"),
    **dict.fromkeys("þÞ", "th"),
    "ı": "i",
}
_REPLACEMENTS = {
    **dict.fromkeys(APOSTROPHES, "'"),
    **dict.fromkeys(QUOTATION_MARKS, '"'),
    **dict.fromkeys(_DASHES_OF_OTHER_KINDS, "-"),
    **dict.fromkeys(_FILLERS, ""),
    **dict.fromkeys(_MARKS, " "),
    **dict.fromkeys("&⁊", " and "),
    **_LETTERS_WITHOUT_DECOMPOSITION,
}
_REMOVED_CATEGORIES = frozenset({"Mn", "Me", "Cf"})
"""Accents and format characters, such as soft hyphens."""
_SPACE_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc"})

_WORD = re.compile(r"[^\W_]+")
_THOUSANDS_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_JOINT = re.compile(r"(?<=[^\W_])(?:'|- ?)(?=[^\W_])|(?<=\b[a-z])\.(?=[a-z])")
"""What may be left out within a word: `O'Quill`, `Anglo-Zedland`, `E.ON`."""
_LETTER_NEXT_TO_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
HIDDEN_BOUNDARY = re.compile(r"\u200b|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Where words may meet without a space: `ZorkMetering`."""


class _Folding(dict[int, str]):
    """A table for str.translate, filled as characters are met."""

    def __init__(self, *, keep_case: bool) -> None:
        super().__init__()
        self._keep_case = keep_case

    def __missing__(self, code: int) -> str:
        folded, again = "", chr(code)
        while folded != again:
            folded, again = again, self._fold_once(again)
        self[code] = folded
        return folded

    def _fold_once(self, text: str) -> str:
        return "".join(map(self._fold_character, text))

    def _fold_character(self, character: str) -> str:
        replaced = _replacement(character)
        if replaced is not None:
            is_capital = self._keep_case and character.isupper()
            return replaced.upper() if is_capital else replaced
        expanded = unicodedata.normalize("NFKD", character)
        if not self._keep_case:
            expanded = unicodedata.normalize("NFKD", expanded.casefold())
        found = ((each, _replacement(each)) for each in expanded)
        return "".join(each if new is None else new for each, new in found)


def _replacement(character: str) -> str | None:
    """Return what a character is folded to; None where it is kept or decomposed."""
    if character in _REPLACEMENTS:
        return _REPLACEMENTS[character]
    category = unicodedata.category(character)
    if category in _REMOVED_CATEGORIES:
        return ""
    if category in _SPACE_CATEGORIES:
        return " "
    return "-" if category == "Pd" else None


_FOLDING = _Folding(keep_case=False)
_CASE_KEEPING = _Folding(keep_case=True)
_ASCII_FOLDING = {
    **dict.fromkeys((*range(32), 127), " "),
    ord("&"): " and ",
    ord("`"): "'",
}


def fold_text(text: str) -> str:
    """Return a text on one line, with characters typed for each other made the same."""
    if text.isascii():
        folded = text.lower().translate(_ASCII_FOLDING)
    else:
        folded = text.translate(_FOLDING)
    return " ".join(folded.split())


def fold_keeping_case(text: str) -> str:
    """Return a text as `fold_text` does, with its capital letters."""
    return " ".join(text.translate(_CASE_KEEPING).split())


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return the folded text, and for each of its characters the index in `text`."""
    characters: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(text):
        for folded in _FOLDING[ord(character)]:
            if not folded.isspace():
                characters.append(folded)
                offsets.append(index)
            elif characters and characters[-1] != " ":
                characters.append(" ")
                offsets.append(index)
    if characters and characters[-1] == " ":
        del characters[-1], offsets[-1]
    return "".join(characters), offsets


def words_of(folded: str) -> tuple[str, ...]:
    """Return the words of a folded text: runs of letters and digits."""
    return tuple(_WORD.findall(_THOUSANDS_SEPARATOR.sub("", folded)))


def word_readings(text: str) -> list[tuple[str, ...]]:
    """Return the words of a text in every way that they can be divided.

    `Zork-Metering` is two words or one, and so is `ZorkMetering`. The letters of all
    readings, without their divisions, are the same.
    """
    folded = fold_text(text)
    readings = [words_of(folded)]
    if _JOINT.search(folded):
        readings.append(words_of(_JOINT.sub("", folded)))
    if HIDDEN_BOUNDARY.search(text):
        readings.append(words_of(fold_text(HIDDEN_BOUNDARY.sub(" ", text))))
    if is_one_token(text):
        divided = fold_text(HIDDEN_BOUNDARY.sub(" ", text))
        readings.append(words_of(_LETTER_NEXT_TO_DIGIT.sub(" ", divided)))
    return readings


def is_one_token(text: str) -> bool:
    """True for a text without spaces: an address, a file name or a reference."""
    return len(text.split(maxsplit=1)) < 2


def letter_offsets(text: str) -> list[int]:
    """Return for each letter and digit of the words of a text its index in the text."""
    folded, offsets = fold_with_offsets(text)
    return [
        offset
        for character, offset in zip(folded, offsets, strict=True)
        if character.isalnum()
    ]
