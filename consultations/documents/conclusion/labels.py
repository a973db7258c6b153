"""Printed labels of respondents and numbers of questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_LETTER = r"(?:[a-z]|[ivx]{1,4})"
_PART = rf"(?:\.?{_LETTER}(?![a-z])|\s?\((?:{_LETTER}|\d{{1,2}})\))"
_NUMBER = rf"\d{{1,4}}+(?:\.\d{{1,3}}+)*+{_PART}*+"
_SEVERAL = r"\s*(?:-|–|—|to|and|or|&|,|/)\s*\(?(?:\d|[a-z]\))"
_END = rf"(?![a-z\d]|\.\d|{_SEVERAL})"

_WORD_AND_NUMBER = re.compile(
    r"(?<![a-z])(?:question|cwestiwn|q)\s*(?:(?:number|no|rhif)\b)?\s*[.:#]?\s*"
    rf"({_NUMBER}){_END}",
    re.IGNORECASE,
)
"""`S1SR Question 2a`, `Q1.3`, `Question 3: Security`, in Welsh `Cwestiwn 4`."""

_NUMBER_ALONE = re.compile(
    rf"\s*(?!\d{{4}})({_NUMBER}){_END}(?:\s*$|[.:)](?:\s|$)|\s+[–—-]\s)"
    r"|\s*(\d{1,3}+(?:\.\d{1,3}+)++)\s+(?=(?-i:[A-Z]))",
    re.IGNORECASE,
)
"""A label that begins with its number: `4.1`, `3. Security`, `4.1 Security`."""

_SUB_NUMBER = re.compile(r"\(?([a-z]|[ivx]{1,4})[).]?", re.IGNORECASE)
"""A label that is only a letter below its question: `(a)`."""


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


def number_in_label(label: str) -> str:
    """Return the number that a question's label gives, as typed; empty for none.

    A label that names several questions (`Questions 1 and 2`) gives none.
    """
    found = _WORD_AND_NUMBER.search(label) or _NUMBER_ALONE.match(label)
    number = (found[1] or found[2]) if found else ""
    return " ".join(number.split())


def question_numbers(questions: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Return the printed number of each question of (key, label, parent key).

    It is the number that the label gives: `S1SR Question 2a` is 2a. A label that is
    only a letter, below a question with a number, is added to that number: 2(a). A
    question without a number, or with one that another has, goes by its whole label.
    """
    given: dict[str, str] = {}
    waiting = list(questions)
    keys = {key for key, _label, _parent in questions}
    while waiting:
        ready = [q for q in waiting if q[2] in given or q[2] not in keys] or waiting
        for key, label, parent in ready:
            given[key] = _number_of(label, given.get(parent, ""))
        waiting = [q for q in waiting if q[0] not in given]
    counts = Counter(fold_number(number) for number in given.values() if number)
    return {
        key: given[key] if counts[fold_number(given[key])] == 1 else label
        for key, label, _parent in questions
    }


def _number_of(label: str, above: str) -> str:
    part = _SUB_NUMBER.fullmatch(label.strip())
    if above and part:
        return f"{above}({part[1]})"
    return number_in_label(label)


def fold_number(number: str) -> str:
    """Return a number in one spelling: `1 (a)`, `1(a)` and `1A` are `1.a`."""
    return ".".join(re.findall(r"\d+|[a-z]+", number.casefold()))


def is_number(printed: str) -> bool:
    """Return whether a question's printed number is one, and not its whole label."""
    return bool(re.fullmatch(_NUMBER, printed, re.IGNORECASE))


def question_phrase(printed: str) -> str:
    """Return what sentences call a question of a printed number: `question 4`.

    A question that goes by its label is called by it: `“Any other comments”`, or
    `S1SR Question 1`.
    """
    if is_number(printed):
        return f"question {printed}"
    return printed if _ends_in_number(printed) else f"“{printed}”"


def comments_heading(printed: str) -> str:
    """Return the heading of the comments on a question of a printed number."""
    return f"Comments relating to question {printed}" if is_number(printed) else printed


def comment_number(printed: str, position: int) -> str:
    """Return the number by which staff know a comment on a question: `Q4.2`.

    Where the question goes by its label: `S1SR Q1.2`, or `“Any other comments” 2`.
    """
    if is_number(printed):
        return f"Q{''.join(printed.split())}.{position}"
    if found := _ends_in_number(printed):
        return f"{printed[: found.start()]}Q{''.join(found[1].split())}.{position}"
    return f"“{printed}” {position}"


def _ends_in_number(label: str) -> re.Match[str] | None:
    found = _WORD_AND_NUMBER.search(label)
    return found if found and found.end() == len(label) else None
