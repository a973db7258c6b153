"""Finding content of a file that runs by itself, in the files inside it too."""

from __future__ import annotations

import io
import zipfile

from consultations.attached_files.active.executables import is_executable
from consultations.attached_files.active.markup import html_problem, xml_problem
from consultations.attached_files.active.office import office_problem, table_problem
from consultations.attached_files.active.pdf import pdf_problem
from consultations.attached_files.budget import (
    MAX_DEPTH,
    MAX_MEMBER_SIZE,
    Budget,
    LimitReached,
)
from consultations.attached_files.kinds import (
    ARCHIVE_ERRORS,
    OLE_SIGNATURE,
    Kind,
    decode_text,
    kind_of,
    suffix_of_member,
)

CHECKING_SECONDS = 45
_ENCRYPTED = 0x1

_PROGRAM = "is a program, a script or a file with macros. Remove the file."
_OPENED = (b"%PDF-", b"PK", OLE_SIGNATURE)
"""Starts of files that have to be opened to be checked."""

_OLD_OFFICE = (
    "is a file of an old version of Office, which can contain macros. Save the file as "
    ".docx or .xlsx."
)
_MACROS = "contains macros, which cannot be published. Save the file without macros."


def find_active_content(name: str, content: bytes, budget: Budget | None = None) -> str:
    """Return why a file may not be published as it is; empty if nothing is found.

    The problem ends a sentence that begins with the file's name, and has the remedy.
    """
    try:
        return _problem(
            name, content, budget or Budget(seconds=CHECKING_SECONDS), depth=0
        )
    except LimitReached as limit:
        return f"cannot be checked: the file {limit}. Make the file smaller."


def _problem(name: str, content: bytes, budget: Budget, depth: int) -> str:
    def check(inner: str, data: bytes) -> str:
        return _inner_problem(inner, data, budget, depth + 1)

    match kind_of(name, content):
        case Kind.PDF:
            return pdf_problem(content, budget, check)
        case Kind.OFFICE | Kind.ZIP as kind:
            try:
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    if kind is Kind.OFFICE:
                        return office_problem(archive, budget, check)
                    return _zip_problem(archive, budget, depth)
            except ARCHIVE_ERRORS:
                return (
                    "is a broken archive, which cannot be checked. Create the archive "
                    "again."
                )
    return _text_problem(name, content)


_PLAIN_SUFFIXES = frozenset(".txt .csv .tsv .md .log .json .yaml .yml .ini".split())
"""Endings of texts that no browser takes for HTML."""


def _text_problem(name: str, content: bytes) -> str:
    suffix = suffix_of_member(name)
    text = decode_text(content, guess=True) or ""
    if suffix not in _PLAIN_SUFFIXES:
        match kind_of(name, content):
            case Kind.HTML:
                return html_problem(text)
            case Kind.XML | Kind.PICTURE if "<" in text:
                return xml_problem(content, text)
    return "" if suffix == ".txt" else table_problem(text)


def _inner_problem(name: str, content: bytes, budget: Budget, depth: int) -> str:
    """Return the problem of a file inside a file."""
    budget.spend_file()
    if is_executable(name, content):
        problem = _PROGRAM
    elif content.startswith(OLE_SIGNATURE):
        problem = _OLD_OFFICE
    elif depth > MAX_DEPTH:
        problem = f"is inside more than {MAX_DEPTH} other files. Use fewer archives."
    else:
        problem = _macro_problem(content) or _problem(name, content, budget, depth)
    return f"contains the file “{_shown(name)}”, which {problem}" if problem else ""


def _zip_problem(archive: zipfile.ZipFile, budget: Budget, depth: int) -> str:
    for member in archive.infolist():
        if member.is_dir():
            continue
        if member.flag_bits & _ENCRYPTED:
            return _unchecked(member, "is protected with a password")
        try:
            with archive.open(member) as stream:
                if member.file_size <= MAX_MEMBER_SIZE:
                    content = b"".join(budget.chunks(stream))
                else:
                    content = stream.read(4096)
                    if content.startswith(_OPENED):
                        return _unchecked(member, "is too large")
        except ARCHIVE_ERRORS:
            return _unchecked(member, "is broken")
        if problem := _inner_problem(member.filename, content, budget, depth + 1):
            return problem
    return ""


def _unchecked(member: zipfile.ZipInfo, why: str) -> str:
    return (
        f"contains the file “{_shown(member.filename)}”, which {why} and cannot be "
        "checked. Remove the file."
    )


def _macro_problem(content: bytes) -> str:
    """Return the problem of an Office file with macros inside another file."""
    if not content.startswith(b"PK"):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name.lower() for name in archive.namelist()]
    except ARCHIVE_ERRORS:
        return ""
    is_macro = any(n.endswith("vbaproject.bin") or "/macrosheets/" in n for n in names)
    return _MACROS if is_macro else ""


def _shown(name: str) -> str:
    seen = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
    return seen if len(seen) <= 80 else f"{seen[:60]}…{seen[-15:]}"
