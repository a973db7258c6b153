"""Words of one text repeated in another, however they are typed; no ORM.

Letters and digits are compared, without what divides them: a word that is split by a
hyphen, and a number with thousands separators, are the same as without.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from responses.text_matching.normalisation import fold_text, letter_offsets

K = TypeVar("K")

QUOTATION_LENGTH = 8
"""Words in a row that count as a quotation."""

SHORTEST_WHOLE_TEXT = 4
"""Words of a text that counts as quoted when it is repeated whole."""

_PREFIX_LENGTHS = (16, QUOTATION_LENGTH, SHORTEST_WHOLE_TEXT)
"""Letters by which quotations are looked up, the longest first."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Quotation(Generic[K]):
    """Words of a text: its key, and the words as they are typed where they stand.

    `is_whole` says that a short text is repeated whole.
    """

    key: K
    typed: str
    is_whole: bool = False


class Quotations(Generic[K]):
    """The quotations that may be made of texts."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[K, bool]] = {}
        self._lengths: dict[str, set[int]] = defaultdict(set)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def add(self, key: K, text: str) -> None:
        """Add the runs of words of a text; a short text is added whole."""
        words = _words(text)
        if SHORTEST_WHOLE_TEXT <= len(words) < QUOTATION_LENGTH:
            self._add("".join(words), key, is_whole=True)
        for start in range(len(words) - QUOTATION_LENGTH + 1):
            run = "".join(words[start : start + QUOTATION_LENGTH])
            self._add(run, key, is_whole=False)

    def _add(self, letters: str, key: K, *, is_whole: bool) -> None:
        if letters in self._keys and (is_whole or not self._keys[letters][1]):
            return
        self._keys[letters] = key, is_whole
        prefix = next(each for each in _PREFIX_LENGTHS if each <= len(letters))
        self._lengths[letters[:prefix]].add(len(letters))

    def discard_those_in(self, text: str) -> None:
        """Remove the quotations that stand in a text which is public anyway."""
        for letters, _ in list(self._found(fold_text(text))):
            self._keys.pop(letters, None)

    def first_in(self, text: str) -> Quotation[K] | None:
        """Return the first quotation that stands in a text, a run before a whole."""
        found = list(self._found(fold_text(text)))
        if not found:
            return None
        letters, start = min(found, key=lambda each: (self._keys[each[0]][1], each[1]))
        key, is_whole = self._keys[letters]
        offsets = letter_offsets(text)
        end = offsets[start + len(letters) - 1] + 1
        return Quotation(key, " ".join(text[offsets[start] : end].split()), is_whole)

    def _found(self, folded: str) -> Iterator[tuple[str, int]]:
        """Yield (letters, start) of the quotations in a text, in its order."""
        starts, position = [], 0
        words = _WORD.findall(folded)
        for word in words:
            starts.append(position)
            position += len(word)
        ends, letters = {*starts, position}, "".join(words)
        for start in starts:
            for prefix in _PREFIX_LENGTHS:
                for length in self._lengths.get(letters[start : start + prefix], ()):
                    run = letters[start : start + length]
                    if start + length in ends and run in self._keys:
                        yield run, start


def _words(text: str) -> list[str]:
    """Return the words; an apostrophe and a thousands separator divide none."""
    return _WORD.findall(re.sub(r"(?<=\w)'(?=\w)|(?<=\d),(?=\d)", "", fold_text(text)))
