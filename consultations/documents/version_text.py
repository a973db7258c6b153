"""The text of a version of a regulated document as one value, and its canonical JSON.

The JSON is what is hashed, approved and shown to the public, so it carries the number
of its format, and reading refuses a format that this release does not know.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass

from consultations.documents import codec
from consultations.documents.conclusion.stored import UnknownFormatError

VERSION_TEXT_FORMAT = 1
"""The current format."""


@dataclass(frozen=True)
class ClauseText:
    """A clause; the same `identity` in two versions is the same clause."""

    identity: str
    number: str
    heading: str = ""
    text: str = ""
    children: tuple[ClauseText, ...] = ()


@dataclass(frozen=True)
class VersionText:
    """A version: the code of its document, how it is printed, and its clauses."""

    document: str
    key: str
    label: str
    status: str
    in_force: dt.date | None = None
    clauses: tuple[ClauseText, ...] = ()

    @property
    def name(self) -> str:
        """The version among those of all documents, such as `S1SR/concluded`."""
        return f"{self.document}/{self.key}"

    def every_clause(self) -> Iterator[ClauseText]:
        """Yield all clauses in order, at every depth."""
        yield from _every_clause(self.clauses)


def _every_clause(clauses: tuple[ClauseText, ...]) -> Iterator[ClauseText]:
    for clause in clauses:
        yield clause
        yield from _every_clause(clause.children)


def write_version_text(text: VersionText) -> bytes:
    """Return canonical JSON of the text in today's format."""
    return codec.dumps({"format": VERSION_TEXT_FORMAT} | codec.encode(text))


def read_version_text(data: bytes | str) -> VersionText:
    """Return a stored text as a value.

    Raise UnknownFormatError for a format of a later release, and codec.CodecError for
    JSON that is no text of a version.
    """
    fields = json.loads(data)
    number = fields.pop("format", None)
    if number != VERSION_TEXT_FORMAT:
        raise UnknownFormatError(
            f"The text of a version has format {number!r}, but this version of the "
            f"software reads format {VERSION_TEXT_FORMAT}. Install the version of the "
            "software that wrote the text."
        )
    text: VersionText = codec.decode(VersionText, fields)
    return text
