"""Shorter names that readers may know a respondent by; no ORM.

`Zork Energy Retail Ltd` is shortened to the words before those of its trade, `Zork`,
and to initials, `ZER`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from responses.text_matching.common_words import (
    FIELD_ACRONYMS,
    SECTOR_WORDS,
    STOP_WORDS,
)
from responses.text_matching.legal_forms import (
    FORMS_IN_NAMES,
    LEGAL_FORMS,
    QUALIFIERS,
    length_of_core,
    length_without_legal_forms,
)
from responses.text_matching.names import (
    is_distinctive,
    letters_of,
    name_variants,
    names_in,
    without_fillers,
)
from responses.text_matching.normalisation import HIDDEN_BOUNDARY

_FEWEST_LETTERS = 4
"""Letters of a single word of a name that may mean its bearer: not `Jan`."""

_MOST_WORDS_OF_A_PERSON = 4
_MOST_INITIALS = 8
_LONGEST_ACRONYM = 4
"""Capital letters that initials may keep: `UKPN`, for UK Power Networks."""

_BETWEEN_WORDS = re.compile(r"[\s/&+,()\-\u2010-\u2015]+")
_ORDINARY_INITIALS = frozenset(
    "ac am dc eu gb hr ic id ip it ni no ok pc pm pr qa tv uk us vs".split()
)
"""Two letters that texts use for something else."""


def short_names(name: str) -> list[str]:
    """Return shorter forms of a name, the longest first.

    `Zork Next Energy Ltd` is also `Zork Next`, and `Zork`; `Jan Quill` is also `Quill`.
    A common word is no short name.
    """
    own = name_variants(name)
    found = {
        short: None
        for each in names_in(name)
        for short in (*_without_trade(each), *_single_words(each))
        if not name_variants(short) <= own
    }
    return list(found)


def _without_trade(name: str) -> Iterator[str]:
    """Yield a name without the words of its trade at its end."""
    tokens = [token for token in name.split() if letters_of(token)]
    words = [letters_of(token) for token in tokens]
    end = length_of_core(words)
    while end > 1 and _is_of_trade(words[end - 1]):
        end -= 1
        core = without_fillers(words[:end])
        is_brand = is_distinctive(core) and not core[0].isdigit()
        if words[end - 1] != "and" and (len(core) > 1 or is_brand):
            yield _trimmed(tokens[:end])


def _single_words(name: str) -> Iterator[str]:
    """Yield the first word of a name if it is distinctive, and the last of a person's.

    A name whose every word is distinctive, without a legal form, may be a person's.
    """
    tokens = [token for token in name.split() if letters_of(token)]
    words = [letters_of(token) for token in tokens]
    end = length_of_core(words)
    if end < 2:
        return
    if _is_telling(words[0]):
        yield _trimmed(tokens[:1])
    is_person = end == len(words) <= _MOST_WORDS_OF_A_PERSON and all(
        is_distinctive([word]) for word in words[1:]
    )
    if is_person and _is_telling(words[-1]):
        yield _trimmed(tokens[-1:])


def _is_telling(word: str) -> bool:
    return len(word) >= _FEWEST_LETTERS and word.isalpha() and is_distinctive([word])


def _trimmed(tokens: Sequence[str]) -> str:
    return " ".join(tokens).strip(" ,;:()")


def _is_of_trade(word: str) -> bool:
    return (
        word in SECTOR_WORDS
        or word in FORMS_IN_NAMES
        or word in QUALIFIERS
        or word == "and"
        or (word,) in LEGAL_FORMS
    )


# --- initials -----------------------------------------------------------------------


def initials_of(name: str) -> list[str]:
    """Return the initials of a name and of its short names, with and without `and`.

    Acronyms in a name may be kept: `UKPN` and `UPN`, for UK Power Networks.
    """
    names = [*names_in(name), *(short for short in short_names(name) if " " in short)]
    found = {initials: None for each in names for initials in _initials(each)}
    return [each for each in found if not _is_ordinary(each)]


def _is_ordinary(initials: str) -> bool:
    folded = initials.lower()
    return folded in FIELD_ACRONYMS or folded in _ORDINARY_INITIALS


def _initials(name: str) -> Iterator[str]:
    tokens = list(filter(None, _BETWEEN_WORDS.split(HIDDEN_BOUNDARY.sub(" ", name))))
    tokens = [token for token in tokens if letters_of(token)]
    folded = [letters_of(token) for token in tokens]
    ends = {len(tokens), length_without_legal_forms(folded)}
    for end in sorted(ends):
        every = tokens[:end]
        telling = [token for token in every if token.lower() not in STOP_WORDS]
        for chosen in (telling, every):
            if 1 < len(chosen) <= _MOST_INITIALS:
                yield "".join(map(_first_or_acronym, chosen))
                yield "".join(letters_of(token)[0].upper() for token in chosen)


def _first_or_acronym(token: str) -> str:
    """Return an acronym as it is, and the first letter of another word."""
    letters = letters_of(token)
    is_acronym = token.isupper() and 1 < len(letters) <= _LONGEST_ACRONYM
    return letters.upper() if is_acronym else letters[0].upper()
