"""The typeface of the PDF: Source Sans 3 from its package, and nothing else.

A font of the machine would make the bytes depend on the machine. So the layout engine
gets the packaged files alone (`weasyprint_private.packaged_fonts`), or style rules that
name them where its version is not a proved one. Characters that Source Sans 3 lacks (it
has Latin, Greek, Cyrillic and 1,600 characters in all, but no emoji and no Chinese) are
printed as their code points: `[U+1F600]`. `unprintable` names them beforehand.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, TypeVar, cast

from consultations.documents.tree import Document
from consultations.documents.typeface import FAMILY, font_files

T = TypeVar("T")


# What a reader never sees: addresses, and names the document gives to its own parts.
NOT_PRINTED = frozenset({"href", "anchor", "filename", "date", "language", "name"})
INVISIBLE = frozenset({"Cf", "Zs", "Zl", "Zp"})
VARIATION_SELECTORS = range(0xFE00, 0xFE10)


def font_face_rules() -> str:
    """Return style rules that name the packaged files, upright and italic."""
    return "\n".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-style: {style}; '
        f'src: url("{path.as_uri()}") }}'
        for style, path in zip(("normal", "italic"), font_files(), strict=True)
    )


def unprintable(document: Document) -> str:
    """Return the characters of the document that the typeface lacks, each once."""
    found = (char for text in _strings(document) for char in text)
    return "".join(char for char in dict.fromkeys(found) if not _is_printable(char))


def printable(document: Document) -> Document:
    """Return the document with characters the typeface lacks as `[U+1F600]`."""
    missing = unprintable(document)
    if not missing:
        return document
    return _replaced(document, re.compile(f"[{re.escape(missing)}]+"))


def _replaced(value: T, missing: re.Pattern[str]) -> T:
    if isinstance(value, str):
        return cast("T", missing.sub(_code_points, value))
    if isinstance(value, tuple):
        return cast("T", tuple(_replaced(item, missing) for item in value))
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    changes = {name: _replaced(part, missing) for name, part in _parts(value)}
    return dataclasses.replace(value, **changes)


def _code_points(found: re.Match[str]) -> str:
    return "[" + " ".join(f"U+{ord(char):04X}" for char in found.group()) + "]"


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item)
    elif dataclasses.is_dataclass(value):
        for _, part in _parts(value):
            yield from _strings(part)


def _parts(value: object) -> list[tuple[str, Any]]:
    """Return the fields of a dataclass that a reader sees, with their values."""
    fields = dataclasses.fields(cast("Any", value))
    names = [field.name for field in fields if field.name not in NOT_PRINTED]
    return [(name, getattr(value, name)) for name in names]


def _is_printable(char: str) -> bool:
    return (
        ord(char) in _characters()
        or char in "\t\n\r\f"
        or unicodedata.category(char) in INVISIBLE
        or ord(char) in VARIATION_SELECTORS
    )


@functools.cache
def _characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    upright, italic = (TTFont(path).getBestCmap() or {} for path in font_files())
    return frozenset(upright) & frozenset(italic)
