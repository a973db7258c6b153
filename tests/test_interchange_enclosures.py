"""Files of attachments: taken from beside the file, and from nowhere else."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from consultations.models import ConclusionAttachment, Consultation, StoredFile
from responses.interchange import enclosures
from responses.interchange.enclosures import enclosed
from responses.interchange.exporting import export
from responses.interchange.faults import FileRefused
from tests.interchange import (
    NOWHERE,
    altered,
    load_text,
    read_text,
)

PDF = b"%PDF-1.7\nsome bytes"
PLACE = "conclusions[0].attachments[0].file"


def office(part: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<x/>")
    return buffer.getvalue()


def with_file(name: str, title: str = "Comparison") -> str:
    return altered(("title: Comparison", f"file: {name}, title: {title}"))


def refusal(folder: Path, name: str) -> str:
    with pytest.raises(FileRefused) as refused:
        enclosed(read_text(with_file(name)), folder)
    (error,) = refused.value.errors
    assert error.path == PLACE
    return error.message


# Which files are taken


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("A.PDF", PDF),
        ("below/a.pdf", PDF),
        ("a b.pdf", PDF),
        ("a.docx", office("word/document.xml")),
        ("a.xlsx", office("xl/workbook.xml")),
        ("a.zip", office("x")),
        ("a.csv", "a,b\né,😀\n".encode()),
        ("a.txt", b"\xef\xbb\xbfwords"),
        ("a.png", b"\x89PNG\r\n\x1a\n..."),
    ],
)
def test_a_file_beside_is_taken(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    enclosures = enclosed(read_text(with_file(name)), tmp_path)
    digest, filename = enclosures.file.conclusions[0].attachments[0].file.split("/")
    assert filename == Path(name).name
    assert enclosures.content(digest) == content


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.pdf", None, '"missing.pdf" is not there'),
        ("a.exe", b"MZ", "is not of a kind that can be attached: pdf, docx, xlsx"),
        ("a", PDF, "is not of a kind"),
        ("a.pdf", b"PK\x03\x04", "its content is not pdf"),
        ("a.docx", office("xl/workbook.xml"), "its content is not docx"),
        ("a.xlsx", b"PK\x03\x04 broken", "its content is not xlsx"),
        ("a.txt", b"caf\xe9", "its content is not txt"),
        ("a.csv", b"a\0b", "its content is not csv"),
        ("a.pdf", b"", "is empty"),
    ],
)
def test_another_file_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert message in refusal(tmp_path, name)


@pytest.mark.once
@pytest.mark.parametrize(
    "name",
    [
        *("../a.pdf", "/etc/passwd", "a/../../b.pdf", "./a.pdf", "a//b.pdf", "a/"),
        *("C:/a.pdf", "..\\\\a.pdf", "' a.pdf'", '"a\\nb.pdf"'),
    ],
)
def test_a_path_out_of_the_folder_is_refused_before_anything_is_opened(
    name: str,
) -> None:
    with pytest.raises(FileRefused, match="is not the path of a file in the folder"):
        read_text(with_file(name))


@pytest.mark.once
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real.pdf").write_bytes(PDF)
    (tmp_path / "link.pdf").symlink_to(tmp_path / "real.pdf")
    assert "is a link" in refusal(tmp_path, "link.pdf")


@pytest.mark.once
def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.pdf").write_bytes(PDF)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert "is a link" in refusal(tmp_path, "link/a.pdf")


@pytest.mark.once
def test_what_is_no_plain_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").mkdir()
    assert "is not a file" in refusal(tmp_path, "a.pdf")
    os.mkfifo(tmp_path / "b.pdf")
    assert "is not a file" in refusal(tmp_path, "b.pdf")


@pytest.mark.once
def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enclosures, "LARGEST", 1024 * 1024)
    (tmp_path / "a.pdf").write_bytes(PDF + b" " * 1024 * 1024)
    assert "has over 1 MB" in refusal(tmp_path, "a.pdf")


@pytest.mark.once
def test_every_file_that_is_amiss_is_reported(tmp_path: Path) -> None:
    second = "      - {title: Two, kind: other, file: b.pdf}\ndesignation:"
    text = with_file("a.pdf").replace("designation:", second, 1)
    with pytest.raises(FileRefused) as refused:
        enclosed(read_text(text), tmp_path)
    assert len(refused.value.errors) == 2


# Stored and written


@pytest.mark.django_db
def test_the_bytes_are_stored_and_written_beside_an_export(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    load_text(with_file("a.pdf"), folder=tmp_path)
    row = ConclusionAttachment.objects.get()
    assert row.filename == "a.pdf"
    assert row.file is not None
    assert bytes(row.file.content) == PDF
    made = export(Consultation.objects.get())
    assert "file: broadcast-2026-files/a.pdf\n" in made.text
    assert made.beside == {"broadcast-2026-files/a.pdf": row.file.sha256}


@pytest.mark.django_db
def test_a_file_is_told_by_its_bytes_and_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.pdf").write_bytes(PDF)
    load_text(with_file("a.pdf"), folder=tmp_path)
    assert not load_text(with_file("x/a.pdf"), folder=tmp_path).changes_anything
    (tmp_path / "a.pdf").write_bytes(PDF + b"more")
    with pytest.raises(FileRefused, match="Another file is stored"):
        load_text(with_file("a.pdf"), folder=tmp_path)
    load_text(with_file("a.pdf"), folder=tmp_path, update=True)
    row = ConclusionAttachment.objects.get()
    assert row.file is not None
    assert bytes(row.file.content) == PDF + b"more"
    assert row.version == 2


@pytest.mark.django_db
def test_nothing_is_stored_when_a_file_is_missing() -> None:
    with pytest.raises(FileRefused):
        load_text(with_file("a.pdf"), folder=NOWHERE)
    assert not StoredFile.objects.exists()
    assert not Consultation.objects.exists()


@pytest.mark.django_db
def test_two_files_of_one_name_are_written_apart(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.pdf").write_bytes(PDF + folder.encode())
    second = "      - {title: Two, kind: other, file: y/a.pdf}\ndesignation:"
    text = with_file("x/a.pdf").replace("designation:", second, 1)
    load_text(text, folder=tmp_path)
    made = export(Consultation.objects.get())
    assert list(made.beside) == [
        "broadcast-2026-files/a.pdf",
        "broadcast-2026-files/2/a.pdf",
    ]


@pytest.mark.django_db
def test_a_file_changed_while_it_is_loaded_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    read_bytes = enclosures._bytes_of
    contents = iter([PDF, b"%PDF-2"])
    monkeypatch.setattr(
        enclosures, "_bytes_of", lambda path: read_bytes(path) and next(contents)
    )
    with pytest.raises(FileRefused, match="was changed while it was being loaded"):
        load_text(with_file("a.pdf"), folder=tmp_path)
    assert not Consultation.objects.exists()
