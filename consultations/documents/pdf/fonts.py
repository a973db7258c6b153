"""The typeface of the PDF: Source Sans 3 from its package, and nothing else.

A font of the machine would make the bytes depend on the machine. So the layout engine
gets the packaged files only (`weasyprint_private.packaged_fonts`), or style rules that
name them where its version is not proved. Characters that Source Sans 3 lacks (it
has Latin, Greek, Cyrillic and 1,600 characters in all, but no emoji and no Chinese) are
printed as their code points: `[U+1F600]`. `unprintable_characters` lists them
beforehand.
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


# Fields that are not printed: addresses, and internal names.
UNPRINTED_FIELDS = frozenset({"href", "anchor", "filename", "date", "language", "name"})
INVISIBLE_CATEGORIES = frozenset({"Cf", "Zs", "Zl", "Zp"})
VARIATION_SELECTORS = range(0xFE00, 0xFE10)


def font_face_rules() -> str:
    """Return style rules that name the packaged files, upright and italic."""
    return "\n".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-style: {style}; '
        f'src: url("{path.as_uri()}") }}'
        for style, path in zip(("normal", "italic"), font_files(), strict=True)
    )


def unprintable_characters(document: Document) -> str:
    """Return the characters of the document that the typeface lacks, each once."""
    found = (char for text in _printed_strings(document) for char in text)
    return "".join(char for char in dict.fromkeys(found) if not _is_printable(char))


def replace_unprintable(document: Document) -> Document:
    """Return the document with characters the typeface lacks as `[U+1F600]`."""
    missing = unprintable_characters(document)
    if not missing:
        return document
    return _replace_characters(document, re.compile(f"[{re.escape(missing)}]+"))


def _replace_characters(value: T, missing: re.Pattern[str]) -> T:
    if isinstance(value, str):
        return cast("T", missing.sub(_code_point_label, value))
    if isinstance(value, tuple):
        return cast("T", tuple(_replace_characters(item, missing) for item in value))
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    changes = {
        name: _replace_characters(part, missing)
        for name, part in _printed_fields(value)
    }
    return dataclasses.replace(value, **changes)


def _code_point_label(found: re.Match[str]) -> str:
    return "[" + " ".join(f"U+{ord(char):04X}" for char in found.group()) + "]"


def _printed_strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _printed_strings(item)
    elif dataclasses.is_dataclass(value):
        for _, part in _printed_fields(value):
            yield from _printed_strings(part)


def _printed_fields(value: object) -> list[tuple[str, Any]]:
    """Return the names and values of a dataclass's printed fields."""
    fields = dataclasses.fields(cast("Any", value))
    names = [field.name for field in fields if field.name not in UNPRINTED_FIELDS]
    return [(name, getattr(value, name)) for name in names]


def _is_printable(char: str) -> bool:
    return (
        ord(char) in _font_characters()
        or char in "\t\n\r\f"
        or unicodedata.category(char) in INVISIBLE_CATEGORIES
        or ord(char) in VARIATION_SELECTORS
    )


@functools.cache
def _font_characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    upright, italic = (TTFont(path).getBestCmap() or {} for path in font_files())
    return frozenset(upright) & frozenset(italic)
