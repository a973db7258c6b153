"""Readers of scalar values, by kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from consultations.documents.rich_text.characters import forbidden_character_message
from consultations.documents.rich_text.markup import MarkupError, normalise
from responses.consultation_file.notation import moments
from responses.consultation_file.notation.declaring import (
    Clock,
    Day,
    DayOrMonth,
    FileName,
    Flag,
    FormatVersion,
    Kind,
    Line,
    OneOf,
    RichTextKind,
    Slug,
    Time,
    Whole,
)
from responses.consultation_file.notation.errors import did_you_mean, join_alternatives

SLUG_PATTERN = r"[-a-zA-Z0-9_]+"
FILE_NAME = r"[^/\\\x00-\x1f]+(/[^/\\\x00-\x1f]+)*"


class KindError(Exception):
    """A value is not of its kind; `{}` in a message stands for the value."""

    def __init__(self, *messages: str, structural: bool = True) -> None:
        self.messages = messages
        self.structural = structural
        super().__init__(" ".join(self.messages))


def _text_of(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        raise KindError("{} is not text; put {} in quotes.")
    raise KindError("This value is {}; write text.")


def _line(kind: Line, value: Any) -> str:
    text = _text_of(value)
    if len(text) > kind.longest:
        raise KindError(
            f"The text has {len(text):,} characters; the maximum is {kind.longest}."
        )
    if not kind.blank and not text.strip():
        raise KindError("The text is blank; enter text.")
    problem = forbidden_character_message(text)
    if problem:
        raise KindError(problem, structural=False)
    return " ".join(text.split())


def _text(kind: RichTextKind, value: Any) -> str:
    text = _text_of(value)
    if not kind.blank and not text.strip():
        raise KindError("The text is blank; enter text.")
    try:
        markup = normalise(text, kind.longest)
    except MarkupError as error:
        raise KindError(*error.problems, structural=False) from None
    if not kind.blank and not markup:
        raise KindError("The text is blank; enter text.", structural=False)
    return markup


def _slug(kind: Slug, value: Any) -> str:
    text = _text_of(value)
    if not re.fullmatch(SLUG_PATTERN, text):
        raise KindError(
            "{} cannot be part of a web address; use letters a to z, digits, "
            "hyphens and underscores."
        )
    if len(text) > kind.longest:
        raise KindError(f"{{}} is longer than {kind.longest} characters, the maximum.")
    return text


def _whole(kind: Whole, value: Any) -> int:
    number = _number(value)
    if number is None or not kind.least <= number <= kind.most:
        raise KindError(f"{{}} is not a whole number from {kind.least} to {kind.most}.")
    return number


def _format(kind: FormatVersion, value: Any) -> int:
    if _number(value) != kind.number:
        raise KindError(
            f"The format {{}} is not supported; write consultation_file: {kind.number}."
        )
    return kind.number


def _number(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value


def _flag(_kind: Flag, value: Any) -> bool:
    if not isinstance(value, bool):
        raise KindError("{} is not true or false; write true or false.")
    return value


def _one_of(kind: OneOf, value: Any) -> str:
    if isinstance(value, str) and value in kind.words:
        return value
    hint = did_you_mean(value, kind.words) if isinstance(value, str) else ""
    raise KindError(
        f"{{}} is not allowed here; use {join_alternatives(kind.words)}.{hint}"
    )


def _date_reader(
    pattern: str, read: Callable[[str], Any]
) -> Callable[[Kind, Any], Any]:
    def reader(_kind: Kind, value: Any) -> Any:
        well_formed = isinstance(value, str) and re.fullmatch(pattern, value)
        try:
            return read(value if isinstance(value, str) else "")
        except moments.NonexistentTime as error:
            raise KindError(f"{{}} {error}", structural=not well_formed) from None

    return reader


def _file_name(kind: FileName, value: Any) -> str:
    text = _text_of(value)
    parts = text.split("/")
    if (
        not re.fullmatch(FILE_NAME, text)
        or {".", ".."} & set(parts)
        or any(part != part.strip() for part in parts)
        or ":" in parts[0]
    ):
        raise KindError(
            "{} is not a path below the folder of this file; use / between folders, "
            "and no .. or leading /.",
            structural=False,
        )
    if len(text) > kind.longest or len(parts[-1]) > 200:
        raise KindError(
            "The path {} is too long; the maximum is 300 characters, and 200 for "
            "the file name.",
            structural=False,
        )
    problem = forbidden_character_message(text)
    if problem:
        raise KindError(problem, structural=False)
    return text


READERS: dict[type[Kind], Callable[[Any, Any], Any]] = {
    Line: _line,
    RichTextKind: _text,
    Slug: _slug,
    Whole: _whole,
    FormatVersion: _format,
    Flag: _flag,
    OneOf: _one_of,
    Day: _date_reader(moments.DAY, moments.parse_day),
    Time: _date_reader(moments.TIME, moments.parse_london_time),
    Clock: _date_reader(moments.CLOCK, moments.parse_time_of_day),
    DayOrMonth: _date_reader(
        f"{moments.DAY}|{moments.MONTH}", moments.parse_day_or_month
    ),
    FileName: _file_name,
}
"""The reader of each kind: called with kind and value, it may raise KindError."""
