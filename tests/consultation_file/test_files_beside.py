"""Attachment files: read from the folder of the file, and from nowhere else."""

from __future__ import annotations

import dataclasses
import io
import os
import tempfile
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.models import (
    ConclusionAttachment,
    Consultation,
    ConsultationAttachment,
    StoredFile,
)
from responses.consultation_file import contents, files_beside
from responses.consultation_file.exporting import export
from responses.consultation_file.files_beside import read_accompanying_files
from responses.consultation_file.notation.errors import FileRefused
from responses.consultation_file.writing import write_file
from tests.support import sizes
from tests.support.awkward_texts import lines
from tests.support.consultation_files import (
    NOWHERE,
    SMALL,
    altered,
    history_of,
    load_text,
    read_text,
    stored,
    undone,
)

PDF = b"%PDF-1.7\nsome bytes"
TEXT = ("The text", "a.pdf")
PLACE = "conclusions[0].attachments[0].file"


def office(*parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for part in parts:
            archive.writestr(part, "<x/>")
    return buffer.getvalue()


def with_own_files(*attached: tuple[str, str]) -> str:
    """Return the small file with attachments of the consultation itself."""
    file = read_text(SMALL).file
    attachments = tuple(
        contents.ConsultationAttachment(title=title, file=path)
        for title, path in attached
    )
    consultation = dataclasses.replace(file.consultation, attachments=attachments)
    return write_file(dataclasses.replace(file, consultation=consultation))


def unopened(text: str) -> str:
    """Return a file whose consultation is still in preparation: nothing is public."""
    return altered(("  opened: 2026-02-02\n", ""), text=text)


def with_file(name: str, title: str = "Comparison") -> str:
    return altered(("title: Comparison", f"file: {name}, title: {title}"))


def refusal(folder: Path, name: str) -> str:
    with pytest.raises(FileRefused) as refused:
        read_accompanying_files(read_text(with_file(name)), folder)
    (error,) = refused.value.errors
    assert error.path == PLACE
    return error.message


# Accepted and refused files


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
def test_accompanying_file_is_read(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    enclosures = read_accompanying_files(read_text(with_file(name)), tmp_path)
    digest, filename = enclosures.file.conclusions[0].attachments[0].file.split("/")
    assert filename == Path(name).name
    assert enclosures.content(digest) == content


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.pdf", None, '"missing.pdf" was not found'),
        ("a.exe", b"MZ", "cannot be attached; use a file of the type pdf, docx, xlsx"),
        ("a", PDF, "cannot be attached"),
        ("a.pdf", b"PK\x03\x04", "the content is not PDF"),
        ("a.docx", office("xl/workbook.xml"), "the content is not DOCX"),
        ("a.xlsx", b"PK\x03\x04 broken", "the content is not XLSX"),
        ("a.txt", b"caf\xe9", "the content is not TXT"),
        ("a.csv", b"a\0b", "the content is not CSV"),
        ("a.pdf", b"", "is empty"),
        ("a.docx", office("word/document.xml", "word/vbaProject.bin"), "macros"),
        ("a.zip", b"PK\x03\x04 broken", "the content is not ZIP"),
    ],
)
def test_unacceptable_file_is_refused_with_reason(
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
def test_path_outside_folder_is_refused_before_opening(
    name: str,
) -> None:
    with pytest.raises(
        FileRefused, match="is not a path below the folder of this file"
    ):
        read_text(with_file(name))


@pytest.mark.once
def test_symlink_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real.pdf").write_bytes(PDF)
    (tmp_path / "link.pdf").symlink_to(tmp_path / "real.pdf")
    assert "is a symbolic link" in refusal(tmp_path, "link.pdf")


@pytest.mark.once
def test_file_in_symlinked_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.pdf").write_bytes(PDF)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert "is a symbolic link" in refusal(tmp_path, "link/a.pdf")


@pytest.mark.once
def test_folder_or_fifo_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").mkdir()
    assert "is not a regular file" in refusal(tmp_path, "a.pdf")
    os.mkfifo(tmp_path / "b.pdf")
    assert "is not a regular file" in refusal(tmp_path, "b.pdf")


@pytest.mark.once
def test_too_large_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_beside, "MAX_ATTACHMENT_SIZE", 1024 * 1024)
    (tmp_path / "a.pdf").write_bytes(PDF + b" " * 1024 * 1024)
    assert "is larger than 1 MB" in refusal(tmp_path, "a.pdf")


@pytest.mark.once
def test_every_refused_file_is_reported(tmp_path: Path) -> None:
    second = "      - {title: Two, kind: other, file: b.pdf}\ndesignation:"
    text = with_file("a.pdf").replace("designation:", second, 1)
    with pytest.raises(FileRefused) as refused:
        read_accompanying_files(read_text(text), tmp_path)
    assert len(refused.value.errors) == 2


# Storing and exporting


@pytest.mark.django_db
def test_attachment_is_stored_and_written_with_export(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    load_text(with_file("a.pdf"), folder=tmp_path)
    row = ConclusionAttachment.objects.get()
    assert row.filename == "a.pdf"
    assert row.file is not None
    assert bytes(row.file.content) == PDF
    made = export(Consultation.objects.get())
    assert "file: broadcast-2026-files/a.pdf\n" in made.text
    assert made.file_hashes == {"broadcast-2026-files/a.pdf": row.file.sha256}


@pytest.mark.django_db
def test_attachment_is_compared_by_content_and_name(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.pdf").write_bytes(PDF)
    load_text(with_file("a.pdf"), folder=tmp_path)
    assert not load_text(with_file("x/a.pdf"), folder=tmp_path).changes_anything
    (tmp_path / "a.pdf").write_bytes(PDF + b"more")
    with pytest.raises(FileRefused, match="A different file is stored"):
        load_text(with_file("a.pdf"), folder=tmp_path)
    load_text(with_file("a.pdf"), folder=tmp_path, update=True)
    row = ConclusionAttachment.objects.get()
    assert row.file is not None
    assert bytes(row.file.content) == PDF + b"more"
    assert row.version == 2


@pytest.mark.django_db
def test_missing_file_stores_nothing() -> None:
    with pytest.raises(FileRefused):
        load_text(with_file("a.pdf"), folder=NOWHERE)
    assert not StoredFile.objects.exists()
    assert not Consultation.objects.exists()


@pytest.mark.django_db
def test_files_of_same_name_are_written_to_separate_paths(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.pdf").write_bytes(PDF + folder.encode())
    second = "      - {title: Two, kind: other, file: y/a.pdf}\ndesignation:"
    text = with_file("x/a.pdf").replace("designation:", second, 1)
    load_text(text, folder=tmp_path)
    made = export(Consultation.objects.get())
    assert list(made.file_hashes) == [
        "broadcast-2026-files/a.pdf",
        "broadcast-2026-files/2/a.pdf",
    ]


@pytest.mark.django_db
def test_file_changed_during_load_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    read_bytes = files_beside._read_bytes
    contents = iter([PDF, b"%PDF-2"])
    monkeypatch.setattr(
        files_beside, "_read_bytes", lambda path: read_bytes(path) and next(contents)
    )
    with pytest.raises(FileRefused, match="was changed during the load"):
        load_text(with_file("a.pdf"), folder=tmp_path)
    assert not Consultation.objects.exists()


# Attachments of the consultation


@pytest.mark.once
def test_refused_consultation_attachment_is_reported_with_others(
    tmp_path: Path,
) -> None:
    text = with_own_files(TEXT).replace(
        "- title: Comparison\n", "- title: Comparison\n        file: b.pdf\n"
    )
    with pytest.raises(FileRefused) as refused:
        read_accompanying_files(read_text(text), tmp_path)
    own, other = refused.value.errors
    assert (own.path, other.path) == ("consultation.attachments[0].file", PLACE)
    assert own.message == '"a.pdf" was not found; put it beside this file.'


@pytest.mark.django_db
def test_consultation_attachment_is_stored_and_exported(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    load_text(with_own_files(TEXT), folder=tmp_path)
    row = ConsultationAttachment.objects.get()
    assert (row.title, row.filename) == ("The text", "a.pdf")
    assert bytes(row.file.content) == PDF
    made = export(Consultation.objects.get())
    assert made.file_hashes == {"broadcast-2026-files/a.pdf": row.file.sha256}
    assert not load_text(with_own_files(TEXT), folder=tmp_path).changes_anything


@pytest.mark.django_db
def test_update_changes_only_differing_consultation_attachments(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "b.txt").write_bytes(b"words")
    load_text(unopened(with_own_files(TEXT)), folder=tmp_path)
    kept = ConsultationAttachment.objects.get()
    text = unopened(with_own_files(TEXT, ("Second", "b.txt")))
    with pytest.raises(FileRefused, match=r"consultation\.attachments\[1\]"):
        load_text(text, folder=tmp_path)
    load_text(text, folder=tmp_path, update=True)
    assert [row.title for row in ConsultationAttachment.objects.all()] == [
        "The text",
        "Second",
    ]
    assert history_of(ConsultationAttachment, id=kept.pk) == ["+"]


@pytest.mark.django_db
def test_removed_consultation_attachment_keeps_stored_file(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    load_text(unopened(with_own_files(TEXT)), folder=tmp_path)
    kept = ConsultationAttachment.objects.get()
    with pytest.raises(FileRefused, match="Stored, but not in the file: number 1"):
        load_text(unopened(SMALL))
    load_text(unopened(SMALL), update=True)
    assert not ConsultationAttachment.objects.exists()
    assert history_of(ConsultationAttachment, id=kept.pk) == ["+", "-"]
    assert StoredFile.objects.get() == kept.file


ATTACHED = st.lists(
    st.tuples(
        lines(),
        st.sampled_from(["a.txt", "A.TXT", "ünï 😀.txt", "- b, c.csv", "x/a.txt"]),
        st.sampled_from([b"one", b"two", "\ufeffdrei 😀".encode()]),
    ),
    max_size=4,
    unique_by=lambda each: each[1],
)


@pytest.mark.django_db
@settings(max_examples=sizes.count(8, whole=60))
@given(ATTACHED)
def test_attachments_round_trip_through_export(
    attached: list[tuple[str, str, bytes]],
) -> None:
    with undone(), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for _, path, content in attached:
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(content)
        named = [(title, path) for title, path, _ in attached]
        load_text(with_own_files(*named), folder=folder)
        first = stored().consultation.attachments
        assert [each.title for each in first] == [title for title, _, _ in attached]
        out = folder / "out"
        out.mkdir()
        call_command("export_consultation", "broadcast-2026", "-o", out / "file.yaml")
        text = (out / "file.yaml").read_text(encoding="utf-8")
        assert not load_text(text, folder=out).changes_anything
        load_text(text.replace("slug: broadcast-2026", "slug: copy-2026"), folder=out)
        assert stored("copy-2026").consultation.attachments == first
