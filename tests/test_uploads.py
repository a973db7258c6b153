"""Upload rules: names, sizes and contents."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from consultations import uploads
from consultations.documents.formats import ATTACHMENT_MEDIA_TYPES
from consultations.uploads import (
    ALLOWED_SUFFIXES,
    SIGNATURES,
    attachment_problems,
    upload_limit,
    upload_problems,
)
from responses.consultation_file.files_beside import MAX_ATTACHMENT_SIZE
from tests.test_settings import KEY, Site, site

__all__ = ["site"]

pytestmark = pytest.mark.once

PDF = b"%PDF-1.7\nsome bytes"
TYPES = "[Content_Types].xml"
WORD = (TYPES, "word/document.xml")
EXCEL = (TYPES, "xl/workbook.xml")


def archive(*names: str, **contents: bytes) -> bytes:
    """Return a ZIP with these files in it; `types` is what the list of types says."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            data = contents.get("types", b"<Types/>") if name == TYPES else b"<x/>"
            made.writestr(name, contents.get("content", data))
    return buffer.getvalue()


def problem(filename: str, content: bytes) -> str:
    (found,) = attachment_problems(filename, content)
    return found


# Accepted files


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("Notice.PDF", PDF),
        ("a.docx", archive(*WORD)),
        ("a.xlsx", archive(*EXCEL)),
        ("a.zip", archive("one.txt", "two/three.txt")),
        ("a.csv", "a,b\né,😀\n".encode()),
        ("a.txt", b"\xef\xbb\xbfwords"),
        ("The text (final), v2 – ünï.txt", b"words"),
        (f"{'x' * 196}.txt", b"words"),
    ],
)
def test_valid_file_has_no_problems(filename: str, content: bytes) -> None:
    assert attachment_problems(filename, content) == []


def test_allowed_suffixes_match_media_types() -> None:
    assert set(ALLOWED_SUFFIXES) == set(ATTACHMENT_MEDIA_TYPES) <= set(SIGNATURES)


# Names


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        (
            "a.exe",
            "“a.exe” is a .exe file, which cannot be attached. Attach a file that ends",
        ),
        ("a.pdf.html", "is a .html file"),
        ("a.docm", "is a .docm file"),
        ("a.png", "is a .png file"),
        ("pdf", "“pdf” has no file extension. Attach a file that ends in"),
        ("", "is not a file name. Give the file a name"),
        (" \t", "is not a file name. Give the file a name"),
        ("folder/a.pdf", "is a path. Give the file name alone"),
        ("..\\a.pdf", "is a path"),
        ("a\nb.pdf", "“a�b.pdf” has the invisible character U+000A in its name. Ren"),
        ("a\0.pdf", "U+0000"),
        ("fdp.\u202etxt", "U+202E"),
        ("a\ud800.pdf", "U+D800"),
        ("who?.pdf", "has ? in its name. Rename the file without ?."),
        ("c:a.pdf", "has : in its name"),
        (".hidden.pdf", "begins or ends with a full stop or a space"),
        ("a.pdf ", "begins or ends with a full stop or a space"),
        ("a.pdf.", "begins or ends with a full stop or a space"),
        (
            f"{'x' * 197}.pdf",
            "201 characters (201 bytes), and the limit is 200 characters (240 bytes)",
        ),
        (f"{'字' * 80}.pdf", "84 characters (244 bytes)"),
    ],
)
def test_invalid_name_is_refused_with_remedy(filename: str, expected: str) -> None:
    assert expected in " ".join(upload_problems(filename, 10))


@given(st.text(max_size=300))
def test_problem_messages_are_short_and_printable(filename: str) -> None:
    for sentence in attachment_problems(filename, b"words"):
        assert sentence.isprintable()
        assert sentence.endswith(".")
        assert len(sentence) < 300


# Sizes


def test_empty_file_is_refused() -> None:
    assert problem("a.txt", b"") == ("“a.txt” is empty (0 bytes). Choose another file.")


def test_file_over_the_limit_is_refused(settings: Settings) -> None:
    settings.MAX_ATTACHMENT_MB = 1
    assert attachment_problems("a.txt", b"x" * 1024 * 1024) == []
    assert problem("a.txt", b"x" * (1024 * 1024 + 1)) == (
        "“a.txt” is too large: the file has 1,048,577 bytes, and the limit is "
        "1,048,576 (1 MB). Make the file smaller, or split it."
    )


def test_too_large_upload_is_refused_before_reading() -> None:
    (found,) = upload_problems("a.pdf", upload_limit() + 1)
    assert "is too large" in found


def test_upload_limit_defaults_to_25_mb(site: Site) -> None:
    assert site.settings(SECRET_KEY=KEY)["MAX_ATTACHMENT_MB"] == 25
    given = site.settings(SECRET_KEY=KEY, MAX_ATTACHMENT_MB="8")
    assert given["MAX_ATTACHMENT_MB"] == 8


@pytest.mark.parametrize("value", ["0", "51", "-1", "2.5", "many", "٣"])
def test_invalid_upload_limit_is_refused_with_remedy(site: Site, value: str) -> None:
    refusal = site.refusal(SECRET_KEY=KEY, MAX_ATTACHMENT_MB=value)
    assert refusal.startswith(f'MAX_ATTACHMENT_MB is "{value}".')
    assert "a whole number of megabytes from 1 to 50" in refusal


def test_upload_limit_fits_consultation_file_limit(
    site: Site,
) -> None:
    most = site.settings(SECRET_KEY=KEY, MAX_ATTACHMENT_MB="50")["MAX_ATTACHMENT_MB"]
    assert most * 1024 * 1024 <= MAX_ATTACHMENT_SIZE


# Contents


@pytest.mark.parametrize(
    ("filename", "content", "remedy"),
    [
        ("a.pdf", b"MZ", "Attach a PDF file, or correct the file extension."),
        (
            "a.docx",
            archive(*EXCEL),
            "Save the file as a Word document (.docx) without a",
        ),
        ("a.docx", b"\xd0\xcf\x11\xe0 old", "without a password, then attach it."),
        ("a.xlsx", archive(*WORD), "Save the file as an Excel workbook (.xlsx)"),
        ("a.xlsx", b"PK\x03\x04 broken", "Save the file as an Excel workbook (.xlsx)"),
        ("a.zip", PDF, "Create the ZIP archive again."),
        ("a.zip", b"MZ" + archive("x"), "Create the ZIP archive again."),
        ("a.txt", b"caf\xe9", "Save the file as plain text in UTF-8."),
        ("a.csv", b"a\0b", "Save the file as CSV in UTF-8."),
    ],
)
def test_mismatched_content_is_refused(
    filename: str, content: bytes, remedy: str
) -> None:
    found = problem(filename, content)
    kind = filename.removeprefix("a.").upper()
    assert (
        f"“{filename}” does not match its file extension: the content is not {kind}."
        in found
    )
    assert remedy in found


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.docx", archive(*WORD, "word/vbaProject.bin")),
        ("a.xlsx", archive(*EXCEL, "xl/VBAPROJECT.BIN")),
        ("a.xlsx", archive(*EXCEL, "xl/macrosheets/sheet1.xml")),
        ("a.docx", archive(*WORD, types=b"<x t='application/x.macroEnabled.main'/>")),
        ("a.docx", archive(*WORD, types="<x t='vbaProject'/>".encode("utf-16"))),
        ("a.zip", archive(*WORD, "word/vbaProject.bin")),
    ],
)
def test_macros_are_refused_in_any_spelling(filename: str, content: bytes) -> None:
    assert "contains macros, which cannot be published" in problem(filename, content)


def test_archive_bomb_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "MAX_UNPACKED_SIZE", 1024 * 1024)
    bomb = archive("a.txt", "b.txt", content=b"0" * 600 * 1024)
    assert len(bomb) < 3000
    found = problem("a.zip", bomb)
    assert "would be 1,228,800 bytes when unpacked, and the limit is 1,048,576" in found


def test_archive_with_too_many_files_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "MAX_ARCHIVE_FILES", 20)
    assert "contains more than 20 files" in problem(
        "a.zip", archive(*map(str, range(21)))
    )


def test_archive_with_overlapping_files_is_refused() -> None:
    """As in https://www.bamsoftware.com/hacks/zipbomb/: one content, named often."""
    content = archive("a.txt", content=bytes(range(256)) * 8)
    directory = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = content[directory:end]
    count, size = (20).to_bytes(2, "little"), (20 * len(entry)).to_bytes(4, "little")
    tail = content[end : end + 8] + count + count + size + content[end + 16 :]
    overlapping = content[:directory] + entry * 20 + tail
    assert "overlap" in problem("a.zip", overlapping)


@pytest.mark.parametrize("name", ["../a.txt", "/etc/passwd", "x\\..\\..\\a.txt"])
def test_archive_with_outside_path_is_refused(name: str) -> None:
    assert "a path outside the archive" in problem("a.zip", archive(name))


def test_archive_in_an_archive_is_accepted() -> None:
    inner = archive("a.txt", content=b"0" * 1024)
    assert attachment_problems("a.zip", archive("inner.zip", content=inner)) == []


def test_broken_content_types_part_is_refused() -> None:
    content = bytearray(archive(*WORD, types=b"<Types>" + b"x" * 500))
    start = content.index(TYPES.encode()) + len(TYPES)
    content[start : start + 6] = b"\xff" * 6
    found = problem("a.docx", bytes(content))
    assert "cannot be unpacked" in found
    assert "Save the file as a Word document" in found


@given(st.sampled_from(ALLOWED_SUFFIXES), st.binary(max_size=200), st.integers(0, 400))
def test_arbitrary_bytes_raise_no_exception(
    ending: str, noise: bytes, place: int
) -> None:
    good = archive(*WORD, "xl/workbook.xml")
    for content in (noise, good[:place] + noise + good[place + len(noise) :]):
        assert isinstance(attachment_problems(f"a{ending}", content), list)
