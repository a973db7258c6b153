"""The objects of a PDF, also those that no page refers to."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    PdfObject,
    StreamObject,
)

logging.getLogger("pypdf").setLevel(logging.CRITICAL)

MAX_PDF_OBJECTS = 500_000

UNNAMED = "without a name"

PDF_ERRORS = Exception
"""pypdf raises exceptions of many kinds for broken files."""


class BrokenPdf(Exception):
    """A file cannot be read as a PDF."""


class EncryptedPdf(Exception):
    """A PDF asks for a password."""


@dataclass
class PdfObjects:
    """The objects of a PDF by their numbers; `broken` counts those that are not."""

    reader: PdfReader
    objects: dict[int, PdfObject] = field(default_factory=dict)
    broken: int = 0

    def streams(self) -> Iterator[tuple[int, StreamObject]]:
        """Yield the streams with their numbers."""
        for number, found in self.objects.items():
            if isinstance(found, StreamObject):
                yield number, found

    def embedded_name(self, number: int, stream: StreamObject) -> str:
        """Return the name of a stream that is an embedded file; empty for another."""
        if stream.get("/Type") != "/EmbeddedFile" and number not in self._file_names:
            return ""
        return self._file_names.get(number, UNNAMED)

    @cached_property
    def _file_names(self) -> dict[int, str]:
        """The names of the embedded files by the numbers of their streams."""
        names: dict[int, str] = {}
        for found in self.objects.values():
            for _, value in walk(found):
                if not isinstance(value, DictionaryObject) or "/EF" not in value:
                    continue
                name = str(value.get("/UF") or value.get("/F") or UNNAMED)
                files: Any = value["/EF"]
                if isinstance(files, DictionaryObject):
                    for reference in dict.values(files):
                        if isinstance(reference, IndirectObject):
                            names[reference.idnum] = name
        return names


def read_objects(content: bytes) -> PdfObjects:
    """Return all objects of a PDF; raise BrokenPdf, EncryptedPdf.

    What cannot be read is counted. A PDF that any reader opens without a password is
    decrypted.
    """
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        is_locked = reader.is_encrypted and not reader.decrypt("")
        if not is_locked:
            _ = reader.root_object, len(reader.pages)
    except MemoryError:
        raise
    except PDF_ERRORS as error:
        raise BrokenPdf from error
    if is_locked:
        raise EncryptedPdf
    return _objects_of(reader)


def _objects_of(reader: PdfReader) -> PdfObjects:
    read = PdfObjects(reader)
    numbers = {
        (number, generation)
        for generation, table in reader.xref.items()
        for number in table
    } | {(number, 0) for number in reader.xref_objStm}
    for number, generation in sorted(numbers)[:MAX_PDF_OBJECTS]:
        if not number or reader.xref_free_entry.get(generation, {}).get(number):
            continue
        try:
            found = IndirectObject(number, generation, reader).get_object()
        except MemoryError:
            raise
        except PDF_ERRORS:
            read.broken += 1
            continue
        if found is not None:
            read.objects[number] = found
    read.broken += max(0, len(numbers) - MAX_PDF_OBJECTS)
    return read


def walk(value: PdfObject, key: str = "") -> Iterator[tuple[str, PdfObject]]:
    """Yield a value and all values in it, each with the key it has in a dictionary.

    Values in an array have the key of the array. References are not followed: each
    object is walked by itself.
    """
    waiting: list[tuple[str, PdfObject]] = [(key, value)]
    while waiting:
        key, value = waiting.pop()
        yield key, value
        if isinstance(value, DictionaryObject):
            below = [(str(name), item) for name, item in dict.items(value)]
        elif isinstance(value, ArrayObject):
            below = [(key, item) for item in list.__iter__(value)]
        else:
            continue
        waiting += reversed(below)


def stream_bytes(stream: StreamObject) -> bytes | None:
    """Return the decoded bytes of a stream; None for one that cannot be decoded."""
    try:
        data = stream.get_data()
    except MemoryError:
        raise
    except PDF_ERRORS:
        return None
    return data
