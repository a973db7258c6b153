"""A ConsultationFile as text, which reading.read reads back to the same value."""

from __future__ import annotations

import datetime as dt
from typing import Any

from consultations.documents.rich_text.markup import to_source
from responses.consultation_file.contents import ConsultationFile
from responses.consultation_file.notation.declaring import (
    Clock,
    Day,
    DayOrMonth,
    Key,
    Kind,
    ListOf,
    Nested,
    RichTextKind,
    Terms,
    Time,
    keys_of,
)
from responses.consultation_file.notation.moments import written_time
from responses.consultation_file.notation.yaml_text import Unquoted, yaml_text


def write_file(file: ConsultationFile, remark: str = "") -> str:
    """Return the file as YAML, deterministic; `remark` becomes its first comment."""
    lead = "".join(f"# {line}\n" for line in remark.splitlines())
    return lead + yaml_text(to_plain_values(file))


def to_plain_values(contents: Any) -> dict[str, Any]:
    """Return a dataclass of contents.py as mappings, lists and texts as written.

    What has the value it would have if left out, is left out.
    """
    written: dict[str, Any] = {}
    for key in keys_of(type(contents)):
        value = getattr(contents, key.field)
        if key.required or not _goes_without_saying(key, value, contents):
            written[key.name] = _written(key.kind, value)
    return written


def _goes_without_saying(key: Key, value: Any, contents: Any) -> bool:
    if key.same_as:
        return bool(value == getattr(contents, key.same_as))
    return bool(value == key.left_out())


def _written(kind: Kind, value: Any) -> Any:
    match kind:
        case Nested():
            return to_plain_values(value)
        case ListOf():
            return [_written(kind.item, item) for item in value]
        case Terms():
            return dict(value)
        case RichTextKind():
            return to_source(value)
    return _single(kind, value)


def _single(kind: Kind, value: Any) -> Any:
    match kind:
        case Time():
            return Unquoted(written_time(value))
        case Clock():
            return f"{value:%H:%M}"
        case Day() | DayOrMonth():
            return Unquoted(value.isoformat() if isinstance(value, dt.date) else value)
    return value if value != "" else None
