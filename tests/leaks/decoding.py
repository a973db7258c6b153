"""What a body says in every form in which a word can be hidden in it.

`unpacked` opens archives, compressed bodies and PDF files; `readings` gives the forms
of one text; WordSearch finds words in a text, also reversed, as hex and as base64.
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    StreamObject,
    TextStringObject,
)

MAX_DEPTH = 6
LETTERS_THAT_TELL = 4
"""How many letters after the marker a shortened word needs to be recognised."""

MAX_MEMBER_SIZE = 50 * 1024 * 1024
PDF_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
TAGS = re.compile(r"<[^>]*>")
BREAKS = re.compile(r"-\s*\n|[\s\u00ad\u200b-\u200d\ufeff]+")


class DecodingError(Exception):
    """A body is not what its first bytes promise; the message says what is wrong."""


def unpacked(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield a body and everything packed in it, at every depth.

    Raise DecodingError for an archive that nests deeper than MAX_DEPTH or holds a
    larger member than MAX_MEMBER_SIZE: it would not be searched.
    """
    if depth > MAX_DEPTH:
        raise DecodingError(f"An archive nests deeper than {MAX_DEPTH} levels.")
    yield data
    if data.startswith(b"\x1f\x8b"):
        with suppress(OSError, EOFError, zlib.error):
            yield from unpacked(gzip.decompress(data), depth + 1)
    elif data.startswith(b"%PDF"):
        yield from pdf_parts(data)
    elif data.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(data)):
        for part in zip_parts(data):
            yield from unpacked(part, depth + 1)


def zip_parts(data: bytes) -> Iterator[bytes]:
    """Yield the comment of an archive, and the name and content of each member."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield archive.comment
        for member in archive.infolist():
            yield member.filename.encode()
            yield member.comment + member.extra
            if member.file_size > MAX_MEMBER_SIZE:
                raise DecodingError(
                    f"{member.filename} has {member.file_size} bytes unpacked, more "
                    f"than the {MAX_MEMBER_SIZE} that are searched."
                )
            yield archive.read(member)


def pdf_parts(data: bytes) -> Iterator[bytes]:
    """Yield the inflated streams, strings, metadata and text of a PDF file."""
    for stream in PDF_STREAM.findall(data):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(stream)
    with suppress(PyPdfError, ValueError):
        reader = PdfReader(io.BytesIO(data))
        yield "\n".join(pdf_strings(reader.trailer)).encode()
        yield "\n".join(page.extract_text() for page in reader.pages).encode()


def pdf_strings(root: Any) -> Iterator[str]:
    """Yield every string that an object of a PDF file leads to."""
    seen: set[int] = set()
    left: list[Any] = [root]
    while left:
        each = left.pop()
        if isinstance(each, IndirectObject):
            if each.idnum in seen:
                continue
            seen.add(each.idnum)
            each = each.get_object()
        if isinstance(each, TextStringObject):
            yield str(each)
        elif isinstance(each, DictionaryObject):
            if isinstance(each, StreamObject) and each.get("/Subtype") == "/XML":
                yield each.get_data().decode("utf-8", "replace")
            left.extend(each.raw_get(name) for name in each)
            yield " ".join(each)
        elif isinstance(each, ArrayObject):
            left.extend(list.__iter__(each))


def readings(data: bytes) -> Iterator[bytes]:
    """Yield the forms of a text: as it is, without escapes, without tags and spaces.

    Texts in UTF-16 or UTF-32 are read by leaving out their zero bytes.
    """
    yield data
    if b"\0" in data:
        data = data.replace(b"\0", b"")
        yield data
    text = data.decode("utf-8", "ignore")
    if "&" in text:
        yield (text := html.unescape(text)).encode("utf-8", "ignore")
    if "%" in text:
        yield urllib.parse.unquote(text).encode("utf-8", "ignore")
    if (joined := BREAKS.sub("", text)) != text:
        yield joined.encode("utf-8", "ignore")
    if (untagged := TAGS.sub("", joined)) != joined:
        yield untagged.encode("utf-8", "ignore")


def decoded_texts(data: bytes) -> set[bytes]:
    """Return the distinct texts that a body can be read as."""
    return {text for part in unpacked(data) for text in readings(part) if text}


def _base64_at(offset: int) -> Callable[[bytes], bytes]:
    """Return how a word stands in base64 after so many bytes, without its edges."""

    def encode(word: bytes) -> bytes:
        encoded = base64.b64encode(b"\0" * offset + word)
        first = -(-offset * 8 // 6)
        return encoded[first : (offset + len(word)) * 8 // 6]

    return encode


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda word: word,
    "reversed": lambda word: word[::-1],
    "hex": lambda word: word.hex().encode(),
    "base64": _base64_at(0),
    "base64, one byte further": _base64_at(1),
    "base64, two bytes further": _base64_at(2),
}
CASE_IS_KEPT = ("base64", "base64, one byte further", "base64, two bytes further")


class WordSearch:
    """Finds words that share a marker, in all encodings, in one pass for each."""

    def __init__(self, words: Iterable[str], marker: str) -> None:
        self.words = frozenset(words)
        self._length = max(map(len, self.words), default=0)
        rest = self._length - len(marker)
        self._shortest = len(marker) + LETTERS_THAT_TELL
        self._plain = re.compile(b"(?=(%s[a-z]{0,%d}))" % (marker.encode(), rest))
        self._encoded = {
            name: {encode(word.encode()): word for word in self.words}
            for name, encode in ENCODINGS.items()
            if name != "plain"
        }
        self._patterns = {
            name: re.compile(b"(?=(" + re.escape(shared) + b".{%d}))" % rest, re.DOTALL)
            if name != "reversed"
            else re.compile(b"(?=(.{%d}" % rest + re.escape(shared) + b"))", re.DOTALL)
            for name, encoded in self._encoded.items()
            if encoded
            for shared, rest in [_shared_part(encoded, at_end=name == "reversed")]
        }

    def find(self, text: bytes) -> set[str]:
        """Return the words in a text; a shortened word counts as all it may be."""
        lower = text.lower()
        found: set[str] = set()
        for match in self._plain.findall(lower):
            found |= self._words_beginning(match.decode())
        for name, pattern in self._patterns.items():
            encoded = self._encoded[name]
            for match in pattern.findall(text if name in CASE_IS_KEPT else lower):
                if match in encoded:
                    found.add(encoded[match])
        return found

    def _words_beginning(self, fragment: str) -> set[str]:
        """Return the word that letters are, or the words that they are the start of."""
        if len(fragment) == self._length:
            return {fragment} & self.words
        if len(fragment) < self._shortest:
            return set()
        return {word for word in self.words if word.startswith(fragment)}


def _shared_part(encoded: Iterable[bytes], *, at_end: bool) -> tuple[bytes, int]:
    """Return what encoded words of one length share, and the length of the rest."""
    words = [word[::-1] if at_end else word for word in encoded]
    first, last = min(words), max(words)
    length = next(
        (n for n, (a, b) in enumerate(zip(first, last, strict=True)) if a != b),
        len(first),
    )
    shared = first[:length]
    return (shared[::-1] if at_end else shared), len(first) - length
