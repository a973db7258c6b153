"""Validation of uploads by name, size and content.

What is inside a file, also inside files in it, is checked in a child process with
limits: a file that runs or loads something by itself is refused. Files are never
altered.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath

from django.conf import settings

from consultations.attached_files.inspection import active_content_problem
from consultations.attached_files.kinds import ARCHIVE_ERRORS
from consultations.documents.formats import ATTACHMENT_MEDIA_TYPES

ALLOWED_SUFFIXES = tuple(ATTACHMENT_MEDIA_TYPES)
"""The file name endings that may be uploaded."""

MAX_NAME_LENGTH = 200
MAX_NAME_BYTES = 240
"""File systems allow 255 bytes; an export may prefix a number."""

RESERVED_CHARACTERS = '<>:"|?*'
"""Characters that Windows forbids in file names."""

MAX_ARCHIVE_FILES = 10_000
MAX_UNPACKED_SIZE = 500 * 1024 * 1024
"""Limits of an archive, which a reader has to be able to unpack."""

REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"

MAX_CONTENT_TYPES_SIZE = 1024 * 1024

MACRO_MARKERS = (b"macroenabled", b"vbaproject")
"""Content types of Word and Excel files with macros contain one of these."""


def upload_limit() -> int:
    """Return the most bytes an uploaded file may have, from MAX_ATTACHMENT_MB.

    Django's DATA_UPLOAD_MAX_MEMORY_SIZE does not count files, so a form has to ask.
    """
    megabytes: int = settings.MAX_ATTACHMENT_MB
    return megabytes * 1024 * 1024


def attachment_problems(filename: str, content: bytes) -> list[str]:
    """Return a sentence for each reason why an uploaded file cannot be attached."""
    found = upload_problems(filename, len(content))
    ending = suffix_of(filename)
    if ending in ALLOWED_SUFFIXES and not size_problem(len(content)):
        found += _with_filename(filename, [content_problem(ending, content)])
    return found


def upload_problems(filename: str, size: int) -> list[str]:
    """Return the problems of an upload that are known before it is read."""
    return _with_filename(filename, [*name_problems(filename), size_problem(size)])


def _with_filename(filename: str, problems: list[str]) -> list[str]:
    return [
        f"“{printable_name(filename)}” {problem}" for problem in problems if problem
    ]


def printable_name(filename: str) -> str:
    """Return a file name for messages: shortened, without invisible characters."""
    seen = "".join(c if c.isprintable() else REPLACEMENT_CHARACTER for c in filename)
    return seen if len(seen) <= 80 else f"{seen[:60]}…{seen[-15:]}"


def suffix_of(filename: str) -> str:
    """Return `.pdf` of `Notice.PDF`; nothing where there is no ending."""
    return PurePosixPath(filename.strip()).suffix.lower()


# --- the name, and the size ----------------------------------------------------------
# Each problem is the end of a sentence that begins with the file's name.


def name_problems(filename: str) -> list[str]:
    """Return the problems of a file name."""
    if not filename.strip():
        return ["is not a file name. Give the file a name, such as notice.pdf."]
    found = [_characters_problem(filename)]
    length, size = len(filename), len(filename.encode("utf-8", "surrogatepass"))
    if length > MAX_NAME_LENGTH or size > MAX_NAME_BYTES:
        found.append(
            f"is too long: the name has {length} characters ({size} bytes), and the "
            f"limit is {MAX_NAME_LENGTH} characters ({MAX_NAME_BYTES} bytes). Rename "
            "the file."
        )
    if filename.startswith(".") or filename != filename.strip(" ."):
        found.append("begins or ends with a full stop or a space. Rename the file.")
    elif suffix_of(filename) not in ALLOWED_SUFFIXES:
        ending = suffix_of(filename)
        kind = (
            f"is a {printable_name(ending)} file, which cannot be attached"
            if ending
            else "has no file extension"
        )
        found.append(
            f"{kind}. Attach a file that ends in {join_with_or(ALLOWED_SUFFIXES)}."
        )
    return [problem for problem in found if problem]


def _characters_problem(filename: str) -> str:
    """Return the problem of the first forbidden character in a file name."""
    for character in filename:
        if character in "/\\":
            return "is a path. Give the file name alone, such as notice.pdf."
        if character in RESERVED_CHARACTERS:
            return f"has {character} in its name. Rename the file without {character}."
        if unicodedata.category(character)[0] == "C" or character in "\u2028\u2029":
            number = f"U+{ord(character):04X}"
            return f"has the invisible character {number} in its name. Rename the file."
    return ""


def size_problem(size: int) -> str:
    """Return the problem of an upload's size."""
    if not size:
        return "is empty (0 bytes). Choose another file."
    limit = upload_limit()
    if size <= limit:
        return ""
    return (
        f"is too large: the file has {size:,} bytes, and the limit is {limit:,} "
        f"({settings.MAX_ATTACHMENT_MB} MB). Make the file smaller, or split it."
    )


def join_with_or(words: tuple[str, ...]) -> str:
    """Return words as `a, b or c`."""
    return f"{', '.join(words[:-1])} or {words[-1]}"


# --- the content ---------------------------------------------------------------------


def content_problem(ending: str, content: bytes) -> str:
    """Return why a file's content does not match its ending or is unsafe."""
    if (
        ending in ARCHIVE_SUFFIXES
        and content.count(ZIP_ENTRY_SIGNATURE) > MAX_ARCHIVE_FILES
    ):
        return f"contains more than {MAX_ARCHIVE_FILES:,} files. Remove some files."
    if not SIGNATURES[ending](content):
        kind = f"the content is not {ending.removeprefix('.').upper()}"
        return f"does not match its file extension: {kind}. {REMEDIES[ending]}"
    if ending in ARCHIVE_SUFFIXES:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                problem = _archive_problem(archive, len(content))
        except ARCHIVE_ERRORS as error:
            problem = f"cannot be unpacked ({error}). {REMEDIES[ending]}"
        if problem:
            return problem
    if ending in INSPECTED_SUFFIXES:
        return active_content_problem(f"file{ending}", content)
    return ""


def _archive_problem(archive: zipfile.ZipFile, size: int) -> str:
    """Return the problem of an archive, according to its directory."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED_SIZE:
        return (
            f"would be {unpacked:,} bytes when unpacked, and the limit is "
            f"{MAX_UNPACKED_SIZE:,} ({MAX_UNPACKED_SIZE // 1024 // 1024} MB). Split "
            "the file."
        )
    if sum(part.compress_size for part in parts) > size:
        return "contains overlapping files. Create the archive again."
    outside = [part.filename for part in parts if _is_path_traversal(part.filename)]
    if outside:
        return (
            f"contains “{printable_name(outside[0])}”, a path outside the archive. "
            "Create the archive again."
        )
    if _has_macros(archive):
        return (
            "contains macros, which cannot be published. Save the file without macros."
        )
    return ""


def _has_macros(archive: zipfile.ZipFile) -> bool:
    """True when an Office file has macros, whatever the part is called."""
    names = {name.lower(): name for name in archive.namelist()}
    types = names.get("[content_types].xml")
    if types is None:
        return False
    if any(n.endswith("/vbaproject.bin") or "/macrosheets/" in n for n in names):
        return True
    with archive.open(types) as part:
        listed_types = part.read(MAX_CONTENT_TYPES_SIZE).replace(b"\0", b"").lower()
    return any(word in listed_types for word in MACRO_MARKERS)


def _is_path_traversal(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or path.parts[:1] == ("~",)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return "\0" not in text


def _starts_with(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(starts)


def _is_archive_with(*needed: str) -> Callable[[bytes], bool]:
    """Return a test for archives with the given parts; only the directory is read."""

    def test(content: bytes) -> bool:
        if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return set(needed) <= set(archive.namelist())
        except ARCHIVE_ERRORS:
            return False

    return test


SIGNATURES: dict[str, Callable[[bytes], bool]] = {
    ".pdf": _starts_with(b"%PDF-"),
    ".docx": _is_archive_with("[Content_Types].xml", "word/document.xml"),
    ".xlsx": _is_archive_with("[Content_Types].xml", "xl/workbook.xml"),
    ".csv": _is_text,
    ".txt": _is_text,
    ".zip": _is_archive_with(),
    ".png": _starts_with(b"\x89PNG\r\n\x1a\n"),
}
"""Tests of content by ending; PNG is allowed in consultation files only."""

ZIP_ENTRY_SIGNATURE = b"PK\x01\x02"
"""The signature of each entry in the directory of an archive."""

ARCHIVE_SUFFIXES = (".docx", ".xlsx", ".zip")

INSPECTED_SUFFIXES = (*ARCHIVE_SUFFIXES, ".pdf", ".csv")
"""Files that can have active content; text and pictures run nothing."""

_SAVE_AS_OFFICE = "Save the file as {} without a password, then attach it."

REMEDIES = {
    ".pdf": "Attach a PDF file, or correct the file extension.",
    ".docx": _SAVE_AS_OFFICE.format("a Word document (.docx)"),
    ".xlsx": _SAVE_AS_OFFICE.format("an Excel workbook (.xlsx)"),
    ".csv": "Save the file as CSV in UTF-8.",
    ".txt": "Save the file as plain text in UTF-8.",
    ".zip": "Create the ZIP archive again.",
    ".png": "Attach a PNG file, or correct the file extension.",
}
