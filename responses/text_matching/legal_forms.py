"""Legal forms of organisations, which names are written with or without."""

from __future__ import annotations

import re
from collections.abc import Sequence

from responses.text_matching.common_words import is_common_word
from responses.text_matching.normalisation import fold_text

LEGAL_FORMS = frozenset(
    tuple(form.split())
    for form in (
        # United Kingdom and Ireland, in English and in Welsh
        *("ltd", "limited", "plc", "p l c", "public limited company", "llp", "l l p"),
        *("limited liability partnership", "lp", "l p", "limited partnership"),
        *("company", "co", "unltd", "unlimited", "cic", "c i c", "cio", "c i o"),
        *("community interest company", "charitable incorporated organisation"),
        *("cyf", "cyfyngedig", "ccc", "c c c", "cwmni cyfyngedig cyhoeddus", "pac"),
        *("cwmni", "cwmni buddiannau cymunedol", "cbc", "c b c", "dac", "d a c", "clg"),
        *("designated activity company", "holding", "holdings"),
        # elsewhere
        *("inc", "incorporated", "corp", "corporation", "llc", "l l c", "pty", "pte"),
        *("gmbh", "g m b h", "mbh", "ag", "a g", "kg", "k g", "ug", "ohg", "se", "s e"),
        *("bv", "b v", "nv", "n v", "sa", "s a", "sas", "s a s", "sarl", "s a r l"),
        *("srl", "s r l", "spa", "s p a", "sl", "s l", "as", "a s", "aps", "ab", "a b"),
        *("oy", "oyj", "asa", "sp z o o", "kft", "aktiengesellschaft"),
    )
)
"""The words of each legal form, as in normalised texts."""

_ORDINARY_WORDS = frozenset(
    "ab ag as co company corporation holding holdings incorporated limited pac se spa "
    "unlimited".split()
)
"""Legal forms that are words; in lower case they are not a legal form."""
_LONGEST_ABBREVIATION = 3

QUALIFIERS = frozenset({"uk", "u k", "gb", "g b", "ni", "group", "great britain"})
"""Words that stand with a legal form: `Zork (UK) Ltd`, `Zork Group plc`."""

FORMS_IN_NAMES = frozenset({"company", "corporation", "group", "holding", "holdings"})
"""Words that belong to a name of common words: `The Energy Company`."""

LONGEST_FORM = max(map(len, LEGAL_FORMS))
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")


def length_of_legal_form(words: Sequence[str]) -> int:
    """Return how many of the first words are a legal form."""
    for length in range(min(LONGEST_FORM, len(words)), 0, -1):
        if tuple(words[:length]) in LEGAL_FORMS:
            return length
    return 0


def is_typed_as_legal_form(typed: str) -> bool:
    """True unless a legal form is typed as ordinary words: `limited`, `As`, `s a`."""
    folded = fold_text(typed)
    if folded in _ORDINARY_WORDS:
        is_short = len(folded) <= _LONGEST_ABBREVIATION and folded not in ("co", "pac")
        return typed.isupper() if is_short else typed[0].isupper()
    return typed[0].isupper() or "." in typed or " " not in folded


def length_without_legal_forms(words: Sequence[str]) -> int:
    """Return how many words of a name are left without the legal forms at its end."""
    end = len(words)
    while shorter := _end_before_form(words[:end]):
        end = shorter
    return end


def length_of_core(words: Sequence[str]) -> int:
    """Return how many words of a name are left without its legal form.

    `company` stays with common words: `The Energy Company Ltd` is not `the energy`.
    """
    return _with_forms_of_name(words, length_without_legal_forms(words))


def _with_forms_of_name(words: Sequence[str], end: int) -> int:
    if all(map(is_common_word, words[:end])):
        while end < len(words) and words[end] in FORMS_IN_NAMES:
            end += 1
    return end


def _end_before_form(words: Sequence[str]) -> int:
    """Return where the last legal form begins; 0 if there is none, or nothing else."""
    for length in range(min(LONGEST_FORM, len(words) - 1), 0, -1):
        if tuple(words[-length:]) in LEGAL_FORMS:
            return len(words) - length
    return 0


def length_without_qualifiers(words: Sequence[str]) -> int:
    """Return how many words are left without qualifiers and legal forms at the end.

    `group` stays with common words: `The Power Group Ltd` is not `the power`.
    """
    return _with_forms_of_name(words, _end_before_qualifiers(words))


def _end_before_qualifiers(words: Sequence[str]) -> int:
    end = len(words)
    while True:
        shorter = next(
            (
                end - length
                for length in (2, 1)
                if end > length and " ".join(words[end - length : end]) in QUALIFIERS
            ),
            end,
        )
        shorter = length_without_legal_forms(words[:shorter])
        if shorter == end:
            return end
        end = shorter


def without_bracketed_forms(folded: str) -> str:
    """Return a folded name without `(uk)`, `(holdings)` and the like."""
    return " ".join(_IN_BRACKETS.sub(_unless_form, folded).split())


def _unless_form(found: re.Match[str]) -> str:
    words = re.findall(r"[^\W_]+", found[1])
    is_form = tuple(words) in LEGAL_FORMS or " ".join(words) in QUALIFIERS
    return " " if is_form else found[0]
