"""The kind of a file, by its content; the name decides only between kinds of text."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from enum import Enum
from pathlib import PurePosixPath


class Kind(Enum):
    """The kinds of files that are told apart."""

    PDF = "PDF"
    OFFICE = "Office file"
    ZIP = "ZIP"
    PICTURE = "picture"
    XML = "XML"
    HTML = "HTML"
    TEXT = "text"
    UNKNOWN = "unknown"


OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The start of an OLE compound file: an old Word file, an embedded object."""

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PICTURE_SIGNATURES = (
    *(PNG_SIGNATURE, b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*"),
    *(b"\xd7\xcd\xc6\x9a", b"\x00\x00\x01\x00", b"\x01\x00\x00\x00"),
)
_PICTURE_SUFFIXES = frozenset(
    ".png .jpg .jpeg .jfif .gif .bmp .tif .tiff .wmf .emf .ico .svg .webp .wdp "
    ".jxr .emz .wmz .heic .avif".split()
)
_TEXT_SUFFIXES = frozenset(
    ".txt .csv .tsv .xml .rels .vml .htm .html .xhtml .md .json .yaml .yml .log "
    ".ini .tex .rst".split()
)
_UNREADABLE_TEXT = (b"{\\rtf", b"%!PS", b"MIME-Version", b"From ")
_UNREADABLE_TEXT_SUFFIXES = frozenset((".rtf", ".eml", ".mht", ".mhtml", ".ps", ".eps"))
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_HTML = re.compile(r"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)

ARCHIVE_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError),
    *(ValueError, OSError, EOFError),
)
"""Exceptions of zipfile for broken, encrypted or unsupported archives."""


def suffix_of_member(name: str) -> str:
    """Return `.pdf` of `papers/Notice.PDF`."""
    return PurePosixPath(name.replace("\\", "/").strip()).suffix.lower()


def kind_of(name: str, content: bytes) -> Kind:
    """Return the kind of a file."""
    suffix = suffix_of_member(name)
    if b"%PDF-" in content[:1024]:
        return Kind.PDF
    if content.startswith(_ZIP_SIGNATURES):
        return Kind.OFFICE if _is_office(content) else Kind.ZIP
    text = decode_text(content, guess=suffix in _TEXT_SUFFIXES)
    if suffix in _PICTURE_SUFFIXES or (
        text is None and content.startswith(_PICTURE_SIGNATURES)
    ):
        return Kind.PICTURE
    if (
        text is None
        or content.lstrip()[:12].startswith(_UNREADABLE_TEXT)
        or suffix in _UNREADABLE_TEXT_SUFFIXES
    ):
        return Kind.UNKNOWN
    return _kind_of_text(text, suffix)


def _kind_of_text(text: str, suffix: str) -> Kind:
    start = text[:1000]
    if suffix in {".htm", ".html", ".xhtml"} or _HTML.match(start):
        return Kind.HTML
    if suffix in {".xml", ".rels", ".vml"} or start.lstrip("\ufeff \r\n\t").startswith(
        "<?xml"
    ):
        return Kind.XML
    return Kind.TEXT


def decode_text(content: bytes, *, guess: bool = False) -> str | None:
    """Return the text of bytes; None for bytes that are not text.

    With `guess`, bytes that are not UTF-8 are taken for Windows-1252.
    """
    encodings = [
        encoding
        for mark, encoding in _BYTE_ORDER_MARKS.items()
        if content.startswith(mark)
    ][:1] or ["utf-8"]
    if guess and content[1:2] == b"\0":
        encodings.append("utf-16-le")
    if guess and content[:1] == b"\0":
        encodings.append("utf-16-be")
    for encoding in (*encodings, *(["cp1252"] if guess else [])):
        try:
            strictness = "replace" if encoding == "cp1252" else "strict"
            text = content.decode(encoding, strictness)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    return None


def _is_office(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(
                name.lower() == "[content_types].xml" for name in archive.namelist()
            )
    except ARCHIVE_ERRORS:
        return False
