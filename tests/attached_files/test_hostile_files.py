"""Hostile files: each is answered within the limits, in a child process."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from functools import cache

import pytest

from consultations.attached_files import inspection
from consultations.attached_files.inspection import (
    active_content_problem,
    read_words,
)
from consultations.attached_files.words.reading import words_of_file
from consultations.documents.child_processes import Ended, Limits, Outcome
from tests.support import made_files as made
from tests.support.made_files import Pdf, archive, excel, paragraph, shown, word

pytestmark = pytest.mark.once

MEGABYTE = 1024 * 1024


def bomb_in_archives(depth: int, size: int) -> bytes:
    content = b"0 " * (size // 2)
    for level in range(depth):
        content = archive({f"{n}-{level}.zip": content for n in range(10)})
    return content


def unpacked(size: int) -> bytes:
    """Return a Word file whose text is as large as this; it is made in chunks."""
    buffer = io.BytesIO()
    text = b"<w:p><w:r><w:t>" + b"word " * 2000 + b"</w:t></w:r></w:p>"
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made_archive:
        made_archive.writestr(made.TYPES, made.NO_TYPES)
        with made_archive.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(f"<w:document xmlns:w='{made.W}'><w:body>".encode())
            for _ in range(size // len(text)):
                part.write(text)
            part.write(b"</w:body></w:document>")
    return buffer.getvalue()


def laughs() -> bytes:
    entities = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    text = f"<!DOCTYPE x [<!ENTITY a0 'ha'>{entities}]><x>&a11;</x>"
    return word(paragraph("x"), {"customXml/item1.xml": text})


def expanding_strings() -> bytes:
    """Return a workbook whose cells repeat one long string."""
    text = "<si><t>" + "word " * 200_000 + "</t></si>"
    cells = "<c t='s'><v>0</v></c>" * 10_000
    return excel(
        {
            "xl/sharedStrings.xml": f"<sst xmlns='{made.S}'>{text}</sst>",
            "xl/worksheets/sheet1.xml": f"<w xmlns='{made.S}'><row>{cells}</row></w>",
        }
    )


def circular_pages() -> bytes:
    return made.pdf_in_object_stream(b"<<>>").replace(b"Kids[4 0 R]", b"Kids[3 0 R]")


def flate_bomb() -> bytes:
    pdf = Pdf(shown("Words"))
    stream = pdf.stream(b"(x) Tj " * (20 * MEGABYTE), Type="/Metadata")
    pdf.add(stream.flate_encode())
    return pdf.data()


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "archives in archives": ("a.zip", lambda: bomb_in_archives(5, MEGABYTE), "read"),
    "400 MB unpacked": (
        "a.docx",
        lambda: unpacked(400 * MEGABYTE),
        "and the rest was not read",
    ),
    "XML entities": ("a.docx", laughs, "a document type definition"),
    "XML nested deeply": (
        "a.docx",
        lambda: word(paragraph("x"), {"customXml/a.xml": "<a>" * 100_000}),
        "XML that is broken",
    ),
    "strings repeated in cells": (
        "a.xlsx",
        expanding_strings,
        "characters, and the rest was not read",
    ),
    "unclosed quote": ("a.csv", lambda: b'"' + b"a," * (2 * MEGABYTE), ""),
    "spaces": ("a.txt", lambda: b"-" + b" " * (5 * MEGABYTE), ""),
    "hyphens": ("a.txt", lambda: b"- \n" * MEGABYTE, ""),
    "truncated archive": (
        "a.zip",
        lambda: archive({"a.txt": "x" * 99})[:60],
        "is a broken",
    ),
    "false sizes": (
        "a.zip",
        lambda: archive({"a.txt": "word " * 999}).replace(
            b"\x83\x13\0\0", b"\x03\0\0\0"
        ),
        "is broken and cannot be unpacked",
    ),
    "PDF without an end": (
        "a.pdf",
        lambda: Pdf(shown("x")).data()[:200],
        "is a broken PDF",
    ),
    "PDF of brackets": (
        "a.pdf",
        lambda: b"%PDF-1.7\n1 0 obj\n" + b"[" * 500_000,
        "broken PDF",
    ),
    "PDF with circular pages": ("a.pdf", circular_pages, ""),
    "packed PDF stream": ("a.pdf", flate_bomb, "data that cannot be unpacked"),
    "many texts in a page": (
        "a.pdf",
        lambda: Pdf("/Alt(" * 100_000 + shown("x")).data(),
        "",
    ),
}
"""Names, what makes the contents, and reasons; made when a test asks for them."""


@cache
def content_of(case: str) -> bytes:
    """Return the content of a hostile file."""
    return HOSTILE[case][1]()


SLOWEST = {"archives in archives"}
"""Files that take twenty seconds, until a limit is reached."""


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            marks=[pytest.mark.soak, pytest.mark.soak_only] if case in SLOWEST else (),
        )
        for case in HOSTILE
    ],
)
def test_hostile_file_is_answered_within_limits(case: str) -> None:
    name, _, reason = HOSTILE[case]
    content = content_of(case)
    limits = Limits(seconds=120, megabytes=1500)
    before = time.process_time()
    reading = read_words(name, content, limits)
    assert time.process_time() - before < 20  # of this process
    assert "cannot be read: reading it" not in " ".join(reading.unread)
    assert reason in " ".join(reading.unread)


@pytest.mark.parametrize(
    "name", ["archives in archives", "XML entities", "PDF of brackets"]
)
def test_check_of_hostile_file_is_answered(name: str) -> None:
    problem = active_content_problem(HOSTILE[name][0], content_of(name))
    assert problem == "" or problem.endswith(".")


def test_reading_beyond_the_time_is_named() -> None:
    content = content_of("archives in archives")
    reading = read_words("a.zip", content, Limits(seconds=1, megabytes=1500))
    assert reading.unread == ("cannot be read: reading it takes more than 1 seconds",)


def test_reading_beyond_the_memory_is_named() -> None:
    content = b"word " * (8 * MEGABYTE)
    reading = read_words("a.txt", content, Limits(seconds=60, megabytes=150))
    assert reading.texts == ()
    assert "cannot be read" in " ".join(reading.unread)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome.OUT_OF_TIME, "reading it takes more than 5 seconds"),
        (Outcome.OUT_OF_MEMORY, "reading it needs more than 7 MB of memory"),
        (Outcome.FAILED, "its content is broken"),
    ],
)
def test_end_of_child_process_is_a_reason(
    monkeypatch: pytest.MonkeyPatch, outcome: Outcome, reason: str
) -> None:
    monkeypatch.setattr(inspection, "run_module", lambda *_: Ended(outcome, b""))
    limits = Limits(seconds=5, megabytes=7)
    assert reason in read_words("a.pdf", b"x", limits).unread[0]
    assert reason in active_content_problem("a.pdf", b"x", limits)


@pytest.mark.parametrize("size", [2000, 4000])
def test_words_of_any_text_can_be_stored(size: int) -> None:
    content = "".join(map(chr, range(1, size))).encode("utf-8", "replace")
    content += "\ud800".encode("utf-16-le", "surrogatepass")
    for name in ("a.txt", "a.csv"):
        texts = words_of_file(name, archive({name: content})).texts
        assert all(text.words.encode() and "\0" not in text.words for text in texts)
        assert json.dumps([text.words for text in texts])
