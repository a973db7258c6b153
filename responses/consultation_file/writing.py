"""A ConsultationFile as text, which `read_file` reads back to the same value."""

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
from responses.consultation_file.notation.moments import format_time
from responses.consultation_file.notation.yaml_text import Unquoted, yaml_text


def write_file(file: ConsultationFile, remark: str = "") -> str:
    """Return the file as YAML, deterministic; `remark` becomes its first comment."""
    lead = "".join(f"# {line}\n" for line in remark.splitlines())
    return lead + yaml_text(to_plain_values(file))


def to_plain_values(contents: Any) -> dict[str, Any]:
    """Return a dataclass of contents.py as mappings, lists and scalars.

    Keys with their default value are left out.
    """
    plain: dict[str, Any] = {}
    for key in keys_of(type(contents)):
        value = getattr(contents, key.field)
        if key.required or not _is_default(key, value, contents):
            plain[key.name] = _plain_value(key.kind, value)
    return plain


def _is_default(key: Key, value: Any, contents: Any) -> bool:
    if key.same_as:
        return bool(value == getattr(contents, key.same_as))
    return bool(value == key.default_value())


def _plain_value(kind: Kind, value: Any) -> Any:
    match kind:
        case Nested():
            return to_plain_values(value)
        case ListOf():
            return [_plain_value(kind.item, item) for item in value]
        case Terms():
            return dict(value)
        case RichTextKind():
            return to_source(value)
    return _plain_scalar(kind, value)


def _plain_scalar(kind: Kind, value: Any) -> Any:
    match kind:
        case Time():
            return Unquoted(format_time(value))
        case Clock():
            return f"{value:%H:%M}"
        case Day() | DayOrMonth():
            return Unquoted(value.isoformat() if isinstance(value, dt.date) else value)
    return value if value != "" else None
