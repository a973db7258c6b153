"""Declaring the structure of the file: kinds of values, and keys of mappings.

The dataclasses of contents.py are the declaration. A key is a field with its kind in
the annotation. It is optional if the field has a default; a string in the annotation
explains it. The reader, the writer, the JSON Schema and the documentation use it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import types
import typing
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from consultations.documents.rich_text.markup import MAX_TEXT_LENGTH


@dataclass(frozen=True)
class Kind:
    """A kind of value."""


@dataclass(frozen=True)
class Line(Kind):
    """Text on one line, with a maximum length; runs of spaces become one."""

    longest: int = 300
    blank: bool = True


@dataclass(frozen=True)
class RichTextKind(Kind):
    """Plain text with paragraphs and lists, or the editor's restricted HTML."""

    longest: int = MAX_TEXT_LENGTH
    blank: bool = True


@dataclass(frozen=True)
class Slug(Kind):
    """A name for addresses: letters, digits, hyphens, underscores."""

    longest: int = 120


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number."""

    least: int = 1
    most: int = 1200


@dataclass(frozen=True)
class FormatVersion(Kind):
    """The number of the file's format; there is one format."""

    number: int = 1


@dataclass(frozen=True)
class Flag(Kind):
    """True or false."""


@dataclass(frozen=True)
class Day(Kind):
    """A date, YYYY-MM-DD."""


@dataclass(frozen=True)
class Time(Kind):
    """A London wall-clock time, YYYY-MM-DD HH:MM."""


@dataclass(frozen=True)
class Clock(Kind):
    """A time of day of a London clock, HH:MM."""


@dataclass(frozen=True)
class DayOrMonth(Kind):
    """A date, or a month, YYYY-MM."""


@dataclass(frozen=True)
class OneOf(Kind):
    """One of several words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class KeyReference(Kind):
    """The key of an item of a list in the file; for questions also the number."""

    list_name: str
    allows_number: bool = False


@dataclass(frozen=True)
class FileName(Kind):
    """The path of a file, from the folder of the consultation file."""

    longest: int = 300


@dataclass(frozen=True)
class Terms(Kind):
    """A mapping of terms to what they mean, in order."""

    key: Line = Line(60, blank=False)
    meaning: Line = Line(300, blank=False)


@dataclass(frozen=True)
class Nested(Kind):
    """A mapping with the keys of a dataclass."""

    contents: type


@dataclass(frozen=True)
class ListOf(Kind):
    """A list of values of one kind."""

    item: Kind
    is_unique: bool = False
    least: int = 0


@dataclass(frozen=True)
class UniqueItems:
    """Marks a list of distinct values, with a minimum length."""

    least: int = 0


@dataclass(frozen=True)
class OrNull:
    """Marks a required key that may be null."""


@dataclass(frozen=True)
class SameAs:
    """Marks a key whose default is the value of another."""

    other: str


@dataclass(frozen=True)
class NullIs:
    """Marks a key that has another value when it is null than when it is left out."""

    value: str


@dataclass(frozen=True)
class Key:
    """A key of a mapping and the field that holds its value."""

    name: str
    field: str
    kind: Kind
    required: bool
    nullable: bool
    default: Any
    same_as: str
    note: str
    null: str | None = None

    def null_value(self) -> Any:
        """Return the value of the field when the key is null."""
        return self.default_value() if self.null is None else self.null

    def default_value(self) -> Any:
        """Return the value of the field when the key is left out."""
        if not self.required and isinstance(self.kind, Nested):
            return None
        return self.default if self.default is not None else empty_value(self.kind)


def empty_value(kind: Kind) -> Any:
    """Return the value used for a missing or invalid one."""
    match kind:
        case ListOf() | Terms():
            return ()
        case Line() | RichTextKind() | Slug() | KeyReference() | FileName() | OneOf():
            return ""
        case FormatVersion():
            return kind.number
        case Nested():
            keys = keys_of(kind.contents)
            return kind.contents(**{key.field: key.default_value() for key in keys})
    return None


def keys_of(contents: type) -> tuple[Key, ...]:
    """Return the keys of a mapping, in the order in which they are written."""
    if contents not in _KEYS:
        hints = typing.get_type_hints(contents, include_extras=True)
        _KEYS[contents] = tuple(
            _key(field, hints[field.name]) for field in dataclasses.fields(contents)
        )
    return _KEYS[contents]


_KEYS: dict[type, tuple[Key, ...]] = {}


def title_of(contents: type) -> str:
    """Return the name of a dataclass as words: `consultation attachment`."""
    return re.sub(r"(?<!^)([A-Z])", r" \1", contents.__name__).lower()


def _key(field: dataclasses.Field[Any], hint: Any) -> Key:
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    required = field.default is dataclasses.MISSING
    same_as = [mark.other for mark in marks if isinstance(mark, SameAs)]
    null = [mark.value for mark in marks if isinstance(mark, NullIs)]
    kind = kind_of(hint)
    if required:
        kind = _not_blank(kind)
    return Key(
        name=field.name.rstrip("_"),
        field=field.name,
        kind=kind,
        required=required,
        nullable=not required or any(isinstance(mark, OrNull) for mark in marks),
        default=None if required else field.default,
        same_as="".join(same_as),
        note=" ".join(mark for mark in marks if isinstance(mark, str)),
        null=null[0] if null else None,
    )


def _not_blank(kind: Kind) -> Kind:
    """Return the kind for a required key, whose text must not be blank."""
    if isinstance(kind, Line | RichTextKind):
        return dataclasses.replace(kind, blank=False)
    return kind


def kind_of(hint: Any) -> Kind:
    """Return the kind that an annotation declares."""
    marks: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        marks = tuple(rest)
    for mark in marks:
        if isinstance(mark, Kind):
            return mark
    if get_origin(hint) is tuple:
        unique_mark = next(
            (mark for mark in marks if isinstance(mark, UniqueItems)), None
        )
        item = _not_blank(kind_of(get_args(hint)[0]))
        return ListOf(
            item, unique_mark is not None, unique_mark.least if unique_mark else 0
        )
    if get_origin(hint) in (types.UnionType, typing.Union):
        return kind_of(next(each for each in get_args(hint) if each is not type(None)))
    if dataclasses.is_dataclass(hint):
        return Nested(typing.cast(type, hint))
    return _KINDS_BY_TYPE[hint]


_KINDS_BY_TYPE: dict[Any, Kind] = {bool: Flag(), int: Whole(), dt.date: Day()}
