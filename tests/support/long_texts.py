"""Texts that are long or awkward to compare, for tests and for `make bench`."""

from __future__ import annotations

import random


def prose(number: int, seed: int) -> list[str]:
    """Return words as often as in prose: few of them most of the time."""
    chance = random.Random(seed)
    return [f"w{int(chance.paretovariate(0.6))}" for _ in range(number)]


def paragraphs(words: list[str], size: int) -> str:
    """Return the words as restricted HTML, so many a paragraph."""
    parts = (words[n : n + size] for n in range(0, len(words), size))
    return "".join(f"<p>{' '.join(part)}.</p>" for part in parts)


def edited(words: list[str]) -> list[str]:
    return [word if n % 20 else "changed" for n, word in enumerate(words)]


AWKWARD = {
    "one word": ("again " * 10_000, "again " * 9_000 + "and " + "again " * 999),
    "two words": ("one two " * 12_000, "two three one " * 8_000),
    "other points": ("." * 190_000, "," * 190_000),
    "points mixed": (".," * 90_000, ",.;" * 60_000),
    "letters": ("a b " * 45_000, "b a c " * 30_000),
    "paragraphs": ("<p>a</p>" * 5_000, "<p>b</p>" * 5_000),
}
"""Pairs of texts that a simple comparison takes minutes for."""


def natural_texts(count: int) -> list[tuple[int, str]]:
    """Make comments of a few thousand words used as unevenly as people use them."""
    chance = random.Random(3)
    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = ["".join(chance.choices(letters, k=7)) for _ in range(6000)]
    weights = [1 / (place + 3) for place in range(len(vocabulary))]
    return [
        (n, " ".join(chance.choices(vocabulary, weights, k=chance.randint(12, 40))))
        for n in range(count)
    ]
