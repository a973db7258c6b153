"""Consultation files that cost a careless reader more than their length."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.big_file import big_file
from tests.support.hostile_texts import HOSTILE_TEXTS


def _with(part: Callable[[int], str]) -> Callable[[int], str]:
    """Return a function that puts something for each number into a small file."""
    return lambda size: big_file(8) + "".join(part(n) for n in range(size))


def _with_text(shape: str) -> Callable[[int], str]:
    def make(size: int) -> str:
        text = HOSTILE_TEXTS[shape](100).replace("\n", "\n        ")
        comment = f"  - text: |\n        {text}\n"
        return big_file(8).replace("comments:\n", "comments:\n" + comment * size, 1)

    return make


COSTLY_FILES: dict[str, Callable[[int], str]] = {
    "comments and answers": lambda size: big_file(max(8, size // 4)),
    "unknown keys": _with(lambda n: f"unknown{n}: 1\n"),
    "the same key": _with(lambda n: "again: 1\n"),
    "numbers as keys": _with(lambda n: f"{n}: 1\n"),
    "unknown references": lambda size: big_file(8).replace(
        "comments:\n",
        "comments:\n"
        + "".join(f"  - {{text: a, question: x{n}}}\n" for n in range(size)),
        1,
    ),
    "the same reference": lambda size: big_file(8).replace(
        "comments:\n",
        "comments:\n" + "  - {text: a, question: nowhere}\n" * size,
        1,
    ),
    "equal keys of respondents": lambda size: big_file(8).replace(
        "respondents:\n",
        "respondents:\n" + "  - {key: r1, name: Zed}\n" * size,
        1,
    ),
    "respondents without key": lambda size: big_file(8).replace(
        "respondents:\n",
        "respondents:\n" + "".join(f"  - {{name: Z{n}}}\n" for n in range(size)),
        1,
    ),
    "aliases": lambda size: "a: &a [1, 2]\nb: [" + "*a, " * size + "]\n",
    "anchors": _with(lambda n: f"k{n}: &a{n} x\n"),
    "brackets": lambda size: "a: " + "[" * size,
    "tags": _with(lambda n: f"k{n}: !t{n} x\n"),
    "spaces": lambda size: "a:" + " " * (20 * size) + "b\n",
    "empty lines": lambda size: "a: b\n" + "\n" * (20 * size),
    "one long line": lambda size: "a: " + "word " * (5 * size) + "\n",
    "a string without end": lambda size: 'a: "' + "b\n" * (5 * size),
    "unclosed lists in comments": _with_text("unclosed lists"),
    "unclosed tags in comments": _with_text("tags without end"),
    "bullets in comments": _with_text("bullets"),
}
"""Functions that return the YAML of about a size, by what the file has much of."""
