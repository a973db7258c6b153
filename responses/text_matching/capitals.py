"""Capital letters that tell names from ordinary words; no ORM."""

from __future__ import annotations

import re

from responses.text_matching.common_words import STOP_WORDS
from responses.text_matching.normalisation import (
    fold_keeping_case,
    fold_text,
    is_one_token,
    words_of,
)

MAX_SHORT_NAME = 2
"""Letters of a name whose case has to match, because `it` is a word."""

_END_OF_SENTENCE = ".?!:;…•–—\n"
_LONGEST_NEIGHBOUR = 80
"""Letters within which the word next to a name is looked for."""
_OPENING = " \t\u00a0\"'“‘(["


def is_in_right_case(name: str, typed: str, text: str) -> bool:
    """True when the case of a name of a few letters is that of the name.

    Addresses and file names are often written in lower case.
    """
    letters = "".join(words_of(fold_text(typed)))
    if len(letters) > MAX_SHORT_NAME or is_one_token(text):
        return True
    return _cased_letters(typed) in _cased_letters(name)


def has_capitals(name: str, text: str, start: int, end: int) -> bool:
    """True when capital letters in a text tell a name from ordinary words.

    The first letter of a sentence tells nothing, nor do those of a title. A single word
    next to another with a capital is part of a longer name: `Smart Energy Code`.
    """
    if is_one_token(text):
        return False
    first, *others = text[start:end].split()
    if any(_is_capitalised(word) for word in others):
        return True
    if _is_acronym(first) and _cased_letters(first) in _cased_letters(name):
        return not _is_title(text)
    if not _is_capitalised(first) or _starts_sentence(text, start):
        return False
    return bool(others) or not (_is_title(text) or _is_in_longer_name(text, start, end))


def _is_acronym(word: str) -> bool:
    return word.isupper() and sum(map(str.isalpha, word)) > 1


def _is_capitalised(word: str) -> bool:
    letters = word.lstrip(_OPENING)
    return letters[:1].isupper()


def _starts_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(_OPENING)
    return not before or before[-1] in _END_OF_SENTENCE


def _is_title(text: str) -> bool:
    """True when all words have a capital but those such as `of`."""
    return all(
        _is_capitalised(word) or word in STOP_WORDS
        for word in re.findall(r"[^\W\d_]+", text)
    )


def _is_in_longer_name(text: str, start: int, end: int) -> bool:
    following = re.match(r"\s+(\w+)", text[end : end + _LONGEST_NEIGHBOUR])
    if following and _is_capitalised(following[1]):
        return True
    shortened = text[max(0, start - _LONGEST_NEIGHBOUR) : start]
    preceding = re.search(r"(?<![\w’'])([^\W_]+)\s+\Z", shortened)
    return (
        preceding is not None
        and _is_capitalised(preceding[1])
        and fold_text(preceding[1]) not in STOP_WORDS
        and not _starts_sentence(text, start - len(shortened) + preceding.start())
    )


def _cased_letters(text: str) -> str:
    return "".join(each for each in fold_keeping_case(text) if each.isalnum())
