"""Words that texts use as ordinary words; no ORM."""

from __future__ import annotations

import re
from collections.abc import Iterable

from responses.text_matching.common_words import COMMON_WORDS
from responses.text_matching.normalisation import fold_text, is_one_token

_PROSE_WORD = re.compile(r"(?<![\w./@:\-#%?=&])[^\W\d_]+(?![\w@/\-]|[.:][\w/])")


def lower_case_words(texts: Iterable[str]) -> set[str]:
    """Return the words, folded, that stand in lower case in the prose of texts.

    Addresses, file names and references are not prose.
    """
    return {
        fold_text(word)
        for text in texts
        if not is_one_token(text)
        for word in _PROSE_WORD.findall(text)
        if word.islower()
    }


def is_ordinary_word(word: str, lower_case: Iterable[str]) -> bool:
    """True for a word that says nothing: common, a letter, or used in lower case.

    `lower_case` are the words that stand in lower case somewhere.
    """
    return len(word) == 1 or word in COMMON_WORDS or word in lower_case
