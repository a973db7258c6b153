"""Reading and writing frozen content: every format it was ever stored in.

An edition's content and its JSON file are kept for ever, so what they hold carries the
number of its format. Content without a number is of format 0, which the first releases
wrote. `_UPGRADES` has a function for each past format that returns the same content in
the next one; reading applies them until the content is of today's format.

To change a field of `content.py` or `tree.py`: add one to FORMAT, add a function to
`_UPGRADES` that turns the former shape into the new one, and keep a file of the former
format in tests/stored_editions/.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from consultations.documents import codec
from consultations.documents.conclusion.content import ConclusionContent
from consultations.documents.tree import Document

FORMAT = 2
"""The current format."""

Json = dict[str, Any]


class UnknownFormatError(ValueError):
    """The stored content is of a format that this release does not know."""


def write_content(content: ConclusionContent) -> bytes:
    """Return canonical JSON of the content in today's format."""
    return codec.dumps({"format": FORMAT} | codec.encode(content))


def read_content(data: bytes | str) -> ConclusionContent:
    """Return stored content of any format as today's value.

    Raise UnknownFormatError for a format of a later release, and codec.CodecError for
    JSON that is no content.
    """
    fields = _upgrade_to_current_format({"content": json.loads(data)})["content"]
    content: ConclusionContent = codec.decode(ConclusionContent, fields)
    return content


def read_cover_date(data: bytes | str) -> dt.date | None:
    """Return the date of stored content, without decoding the rest."""
    date = _upgrade_to_current_format({"content": json.loads(data)})["content"]["date"]
    return dt.date.fromisoformat(date) if date else None


def write_edition(content: ConclusionContent, document: Document, **more: Any) -> bytes:
    """Return the JSON file of an edition: its content and its numbered document.

    `more` are further keys, such as the sentence that marks a draft.
    """
    return codec.dumps(
        more
        | {
            "content": {"format": FORMAT} | codec.encode(content),
            "document": codec.encode(document),
        }
    )


def read_document(data: bytes | str) -> Document:
    """Return the document of an edition's JSON file, as it was composed then.

    Raise UnknownFormatError and codec.CodecError as `read_content` does.
    """
    fields = _upgrade_to_current_format(json.loads(data))["document"]
    document: Document = codec.decode(Document, fields)
    return document


def _upgrade_to_current_format(edition: Json) -> Json:
    """Return the content, and the document if there is one, in the current format."""
    number = edition["content"].pop("format", 0)
    if not 0 <= number <= FORMAT:
        raise UnknownFormatError(
            f"The edition is stored in format {number}; this version of the "
            f"software reads formats up to {FORMAT}. Use the version of the software "
            "that stored the edition, or a later one."
        )
    for each in range(number, FORMAT):
        edition = _UPGRADES[each](edition)
    return edition


def _upgrade_from_format_0(edition: Json) -> Json:
    """Return content of format 1, which has the fields of format 0 and a number."""
    return edition


def _upgrade_from_format_1(edition: Json) -> Json:
    """Return content of format 2, which says of how many respondents a tally is.

    Content of format 1 does not: its sentences are of those who took a position. Nor
    does it tell of a publication before the conclusion was entered here, or where it is
    published: it prints neither its edition nor its address.
    """
    content = edition["content"]
    more = {
        "first_published": None,
        "responding": None,
        "questions": [
            question | {"uncounted": None, "responding": None}
            for question in content["questions"]
        ],
    }
    return edition | {"content": content | more}


_UPGRADES: Mapping[int, Callable[[Json], Json]] = {
    0: _upgrade_from_format_0,
    1: _upgrade_from_format_1,
}
