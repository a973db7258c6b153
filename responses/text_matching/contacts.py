"""Email addresses and telephone numbers in texts, however they are typed; no ORM."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from responses.text_matching.normalisation import (
    fold_text,
    fold_with_offsets,
    words_of,
)

_ADDRESS = re.compile(r"[^\s;,<>()\[\]\"':]+@[^\s;,<>()\[\]\"':]+")
_NUMBER = re.compile(r"(?<!\w)\+?\(?\d(?:[ ().\-/]{0,3}\d)*")
_TRUNK_PREFIX_IN_BRACKETS = re.compile(r"\(0\)")
_LEFT_OVER = re.compile(r"[^\W\d_]{2,}(?:[ .'\-]+[^\W\d_]+)+")
_COUNTRY_CODE = "44"
_PREFIXES = ("", "0", "44", "440", "0044", "00440")
"""What stands before the digits of a number that are always written."""

FEWEST_DIGITS, MOST_DIGITS = 9, 15
"""Digits of a telephone number, without the 0 or the country code at its start."""

MAIL_PROVIDERS = re.compile(
    r"(gmail|googlemail|outlook|hotmail|live|msn|yahoo|ymail|icloud|me|mac|aol|gmx|"
    r"protonmail|proton|fastmail|btinternet|btopenworld|sky|talktalk|virginmedia|"
    r"ntlworld|tiscali|mail|zoho|example)"
    r"\.(com|co\.uk|org|net|me|uk|de|fr|ch)\Z"
)
"""Domains of mailboxes of many people."""

_SECOND_LEVELS = frozenset(
    "co org gov ac ltd plc net me nhs sch com edu police".split()
)


def email_addresses(contact: str) -> list[str]:
    """Return the email addresses in a contact field, in lower case."""
    found = _ADDRESS.findall(fold_text(contact))
    return list(dict.fromkeys(address.strip(".-") for address in found))


def contact_names(contact: str) -> list[str]:
    """Return the names in a contact field, beside addresses and numbers."""
    rest = _ADDRESS.sub(";", contact)
    return [found[0].strip() for found in _LEFT_OVER.finditer(rest)]


def email_domains(address: str) -> list[str]:
    """Return the domain of an email address, and the domain that is registered."""
    domain = address.rpartition("@")[2]
    labels = domain.split(".")
    is_below_second_level = len(labels[-1]) == 2 and labels[-2:-1] != []
    size = 3 if is_below_second_level and labels[-2] in _SECOND_LEVELS else 2
    return list(dict.fromkeys([domain, ".".join(labels[-size:])]))


def address_parts(address: str) -> set[tuple[str, ...]]:
    """Return the words of an address, and those that are read for its signs."""
    spelt = address.replace("@", " at ").replace(".", " dot ")
    half_spelt = address.replace("@", " at ")
    parts = (words_of(fold_text(each)) for each in (address, half_spelt, spelt))
    return {each for each in parts if each}


def phone_numbers(contact: str) -> list[str]:
    """Return the telephone numbers in a contact field, without a leading 0 or +44."""
    found = (_national_digits(each[0]) for each in _NUMBER.finditer(fold_text(contact)))
    kept = (each for each in found if FEWEST_DIGITS <= len(each) <= MOST_DIGITS)
    return list(dict.fromkeys(kept))


def _national_digits(typed: str) -> str:
    """Return the digits of a number without `+44`, `0044`, `(0)` or `0`."""
    digits = "".join(re.findall(r"\d", _TRUNK_PREFIX_IN_BRACKETS.sub("", typed)))
    is_international = "+" in typed or digits.startswith("00")
    digits = digits.lstrip("0")
    if is_international or len(digits) == len(_COUNTRY_CODE) + 10:
        digits = digits.removeprefix(_COUNTRY_CODE).lstrip("0")
    return digits


def find_phone_numbers(
    numbers: Iterable[str], texts: Sequence[str]
) -> Iterator[tuple[str, int, str]]:
    """Yield (number, index of the text, digits as typed) of numbers in texts."""
    sought = set(numbers)
    lengths = {len(number) for number in sought}
    for index, text in enumerate(texts) if sought else ():
        folded = fold_text(text)
        if sum(map(str.isdigit, folded)) < FEWEST_DIGITS:
            continue
        for run in _NUMBER.finditer(folded):
            for number in _numbers_within(run[0], sought, lengths):
                yield number, index, _as_typed(text, run)


def _numbers_within(typed: str, sought: set[str], lengths: set[int]) -> set[str]:
    """Return the numbers in a run of groups of digits, which may have others."""
    groups = re.findall(r"\d+", _TRUNK_PREFIX_IN_BRACKETS.sub(" ", typed))
    digits = "".join(groups)
    ends = set(accumulate(map(len, groups)))
    starts = {
        start + len(prefix)
        for start in [0, *ends]
        for prefix in _PREFIXES
        if digits.startswith(prefix, start)
    }
    windows = {
        digits[start : start + length]
        for start in starts
        for length in lengths
        if start + length in ends
    }
    return windows & sought


def _as_typed(text: str, run: re.Match[str]) -> str:
    _, offsets = fold_with_offsets(text)
    return " ".join(text[offsets[run.start()] : offsets[run.end() - 1] + 1].split())
