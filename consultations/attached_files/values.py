"""The values that a file is read to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileText:
    """Words of a file and their place: `page 3`, `the author`; empty for the file."""

    place: str
    words: str


@dataclass(frozen=True)
class FileReading:
    """The words of a file, and what could not be read.

    Each of `unread` ends a sentence that begins with the file: `contains 2 pictures,
    whose words cannot be read`.
    """

    texts: tuple[FileText, ...] = ()
    unread: tuple[str, ...] = ()
