"""The files of attachments, which are in the folder of the consultation file.

In a file that is read, an attachment has a path. In a stored consultation, and in a
file to compare with it, it has a stored name of hash and filename: `0f3c…/notice.pdf`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from consultations.uploads import SIGNATURES, content_problem
from responses.consultation_file.contents import (
    Attachment,
    ConsultationAttachment,
    ConsultationFile,
    Notice,
    PublishedFile,
)
from responses.consultation_file.from_rows.file_names import stored_name
from responses.consultation_file.notation import errors as faults
from responses.consultation_file.reading import Reading

MAX_ATTACHMENT_SIZE = 50 * 1024 * 1024
"""Maximum bytes of an attachment: at least what MAX_ATTACHMENT_MB allows a form."""

A = TypeVar("A", Attachment, ConsultationAttachment, Notice, PublishedFile)


class UnusableFile(Exception):
    """A file cannot be an attachment; the message ends a sentence about it."""


@dataclass(frozen=True)
class AccompanyingFiles:
    """A consultation file with stored names of attachments, and paths by hash."""

    file: ConsultationFile
    paths: dict[str, Path]

    def content(self, digest: str) -> bytes:
        """Return the bytes with a hash; raise UnusableFile if the file was changed."""
        path = self.paths[digest]
        content = _read_bytes(path)
        if hashlib.sha256(content).hexdigest() != digest:
            raise UnusableFile(
                f"The file {path} was changed during the load; load the consultation "
                "again."
            )
        return content


def read_accompanying_files(reading: Reading, folder: Path) -> AccompanyingFiles:
    """Read the files of the attachments; raise FileRefused with all errors."""
    paths: dict[str, Path] = {}
    errors: list[faults.FileError] = []
    stored_names: dict[str, str] = {}
    for place, attachment in _attachments_with_files(reading.file):
        try:
            path = _attachment_path(folder, attachment.file)
            if not _is_published_text(attachment):
                _check_ending(path)
            content = _read_bytes(path)
            if not _is_published_text(attachment):
                _check_content(path.suffix.lower(), content)
        except UnusableFile as error:
            message = f"{faults.quote_value(attachment.file)} {error}"
            errors.append(reading.error(place, message))
            continue
        digest = hashlib.sha256(content).hexdigest()
        paths[digest] = path
        stored_names[attachment.file] = stored_name(digest, path.name)
    if errors:
        raise faults.FileRefused(errors)
    return AccompanyingFiles(
        rename_files(reading.file, lambda path: stored_names[path]), paths
    )


def _attachments_with_files(
    file: ConsultationFile,
) -> Iterator[
    tuple[faults.Path, Attachment | ConsultationAttachment | Notice | PublishedFile]
]:
    for number, own in enumerate(file.consultation.attachments):
        if own.file:
            yield ("consultation", "attachments", number, "file"), own
    for number, notice in enumerate(file.consultation.notices):
        if notice.file:
            yield ("consultation", "notices", number, "file"), notice
    for number, published in enumerate(file.consultation.published):
        yield ("consultation", "published", number, "file"), published
    for index, conclusion in enumerate(file.conclusions):
        for number, attachment in enumerate(conclusion.attachments):
            if attachment.file:
                place = ("conclusions", index, "attachments", number, "file")
                yield place, attachment


def attachment_files(file: ConsultationFile) -> Iterator[str]:
    """Yield the name of every attachment's file, in the order of the file."""
    for _, attachment in _attachments_with_files(file):
        yield attachment.file


def rename_files(
    file: ConsultationFile, rename: Callable[[str], str]
) -> ConsultationFile:
    """Return the consultation file with the files of attachments renamed."""

    def rename_in(attachments: tuple[A, ...]) -> tuple[A, ...]:
        return tuple(
            dataclasses.replace(each, file=rename(each.file) if each.file else "")
            for each in attachments
        )

    own = file.consultation
    return dataclasses.replace(
        file,
        consultation=dataclasses.replace(
            own,
            attachments=rename_in(own.attachments),
            notices=rename_in(own.notices),
            published=rename_in(own.published),
        ),
        conclusions=tuple(
            dataclasses.replace(each, attachments=rename_in(each.attachments))
            for each in file.conclusions
        ),
    )


def _is_published_text(attached: object) -> bool:
    """True for JSON under `published`, which loading reads and checks."""
    return isinstance(attached, PublishedFile) and attached.file.endswith(".json")


# --- reading one file ------------------------------------------------------------


def _attachment_path(folder: Path, name: str) -> Path:
    """Return the path of a file below the folder; refuse symbolic links."""
    path = folder
    for part in name.split("/"):
        path = path / part
        if path.is_symlink():
            raise UnusableFile("is a symbolic link; replace the link with the file.")
    return path


def _check_ending(path: Path) -> None:
    if path.suffix.lower() not in SIGNATURES:
        known = faults.join_alternatives(ending[1:] for ending in SIGNATURES)
        raise UnusableFile(
            f"is of a type that cannot be attached; use a file of the type {known}."
        )


def _read_bytes(path: Path) -> bytes:
    """Return the bytes of a regular file; refuse links, folders and devices."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        opened = os.open(path, flags)
    except FileNotFoundError:
        raise UnusableFile("was not found; put it beside this file.") from None
    except OSError as error:
        raise UnusableFile(f"cannot be opened: {error.strerror}.") from None
    status = os.fstat(opened)
    if not stat.S_ISREG(status.st_mode):
        os.close(opened)
        raise UnusableFile("is not a regular file; give the path of a file.")
    with os.fdopen(opened, "rb") as file:
        if status.st_size > MAX_ATTACHMENT_SIZE:
            raise UnusableFile(
                f"is larger than {MAX_ATTACHMENT_SIZE // 1024 // 1024} MB, the maximum."
            )
        content = file.read(MAX_ATTACHMENT_SIZE + 1)
    if not content:
        raise UnusableFile("is empty; give the path of another file.")
    return content


def _check_content(ending: str, content: bytes) -> None:
    problem = content_problem(ending, content)
    if problem:
        raise UnusableFile(problem)
