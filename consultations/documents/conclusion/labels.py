"""Printed labels of respondents and numbers of questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TAIL = re.compile(
    r"(?:^|[^a-z])(?:question|q)\s*\.?\s*(\d[\w.()]*?)\.?\s*$", re.IGNORECASE
)


def public_labels(people: Sequence[tuple[str, bool]]) -> list[str]:
    """Return a label for each (name, may be named): the name, or `Respondent A`.

    The letters follow the order given, so adding somebody at the end changes nobody
    else's letter; after Z comes AA.
    """
    labels = []
    unnamed = 0
    for name, may_be_named in people:
        if may_be_named:
            labels.append(name)
        else:
            labels.append(f"Respondent {column_letters(unnamed)}")
            unnamed += 1
    return labels


def column_letters(index: int) -> str:
    """Return A for 0, Z for 25, AA for 26, like the columns of a spreadsheet."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def question_numbers(questions: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Return the printed number of each question of (key, label, parent key).

    The number its label ends in (`S1SR Question 2a` is 2a), where every label has one
    and no two are the same; otherwise its place: 1, 2, 2a, 2b, 2b.i.
    """
    tails = [_TAIL.search(label) for _key, label, _parent in questions]
    printed = [tail[1] for tail in tails if tail]
    if len(printed) == len(questions) == len(set(printed)):
        return {key: tail for (key, _, _), tail in zip(questions, printed, strict=True)}
    return _outline_numbers(questions)


def _outline_numbers(questions: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    keys = {key for key, _label, _parent in questions}
    numbers: dict[str, str] = {}

    def number(parent: str, above: str, depth: int) -> None:
        children = [
            key
            for key, _label, own in questions
            if (own if own in keys else "") == parent
        ]
        for position, key in enumerate(children):
            numbers[key] = above + _number_at_depth(position, depth)
            number(key, numbers[key], depth + 1)

    number("", "", 0)
    return numbers


def _number_at_depth(position: int, depth: int) -> str:
    if depth == 0:
        return str(position + 1)
    if depth == 1:
        return column_letters(position).lower()
    return f".{position + 1}"
