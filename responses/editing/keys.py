"""Keys and slugs of new rows, and primary keys in requests."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

MAX_KEY_DIGITS = 18
"""Digits that fit into a primary key on both databases."""


def free_key(letter: str, taken: Iterable[str]) -> str:
    """Return the first of `k1`, `k2`, ... after the highest that is taken."""
    numbers = [
        int(key.removeprefix(letter))
        for key in taken
        if key.startswith(letter) and key.removeprefix(letter).isdecimal()
    ]
    return f"{letter}{max(numbers, default=0) + 1}"


def free_slug(wanted: str, taken: Iterable[str], longest: int = 120) -> str:
    """Return a slug that is not taken: the wanted one, or with -2, -3, ... appended.

    Raise AssertionError when every slug is taken.
    """
    used = set(taken)
    if wanted[:longest] not in used:
        return wanted[:longest]
    for number in count(2):
        ending = f"-{number}"
        slug = f"{wanted[: longest - len(ending)]}{ending}"
        if slug not in used:
            return slug
    raise AssertionError("count never ends")


def row_number(text: str) -> int:
    """Return a submitted primary key as a number; 0 if it is not a valid one."""
    return int(text) if is_row_number(text) else 0


def is_row_number(text: str) -> bool:
    """Return whether a submitted text has only digits, few enough for a key."""
    return text.isascii() and text.isdecimal() and len(text) <= MAX_KEY_DIGITS
