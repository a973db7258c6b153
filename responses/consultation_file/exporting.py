"""Exporting a consultation as the text of a file, with its attachments."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from consultations.models import Consultation
from responses.consultation_file.contents import ConsultationFile, PublishedFile
from responses.consultation_file.files_beside import attachment_files, rename_files
from responses.consultation_file.from_rows.file_names import split_name
from responses.consultation_file.from_rows.read_rows import stored_file
from responses.consultation_file.notation.errors import FileError, FileRefused
from responses.consultation_file.public import public_file
from responses.consultation_file.published import published_files
from responses.consultation_file.reading import read_file
from responses.consultation_file.writing import write_file

PUBLIC_REMARK = (
    "This file contains published information only, with the names of respondents who\n"
    "agreed to be named. Original responses and drafts are left out."
)


@dataclass(frozen=True)
class Export:
    """The text of a consultation file, and the hashes of its attachments by path.

    `made_files` are the bytes of files that are not stored, by path.

    `errors` are those for which loading would refuse the file: a draft may have what
    a file may not, such as a reference to a missing comment.
    """

    text: str
    file_hashes: dict[str, str]
    errors: tuple[FileError, ...] = ()
    made_files: dict[str, bytes] = field(default_factory=dict)


def export(consultation: Consultation, *, public: bool = False) -> Export:
    """Return a consultation, or its public part, as a file."""
    file = public_file(consultation) if public else stored_file(consultation)
    published = {} if public else published_files(consultation)
    file = _with_published(file, list(published))
    paths = _export_paths(file)
    renamed = rename_files(file, lambda name: paths[name])
    text = write_file(renamed, PUBLIC_REMARK if public else "")
    file_hashes = {path: split_name(name)[0] for name, path in paths.items()}
    made = {paths[name]: content for name, content in published.items()}
    return Export(text, file_hashes, _loading_errors(text), made)


def _with_published(file: ConsultationFile, names: list[str]) -> ConsultationFile:
    published = tuple(PublishedFile(file=name) for name in names)
    own = dataclasses.replace(file.consultation, published=published)
    return dataclasses.replace(file, consultation=own)


def _export_paths(file: ConsultationFile) -> dict[str, str]:
    """Return a distinct path for each attachment, by its stored name."""
    folder = f"{file.consultation.slug}-files"
    paths: dict[str, str] = {}
    for stored in dict.fromkeys(attachment_files(file)):
        name = split_name(stored)[1]
        name = name.replace("/", "_").replace("\\", "_").lstrip(".") or "file"
        path, number = f"{folder}/{name}", 1
        while path.casefold() in map(str.casefold, paths.values()):
            number += 1
            path = f"{folder}/{number}/{name}"
        paths[stored] = path
    return paths


def _loading_errors(text: str) -> tuple[FileError, ...]:
    try:
        read_file(text.encode())
    except FileRefused as refused:
        return refused.errors
    return ()
