"""The JSON Schema of the consultation file, and the tables of its keys.

Both follow from contents.py. `python -m responses.consultation_file.schema` writes
them to their places: consultation-file.schema.json here, docs/consultation-file.md.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from responses.consultation_file.contents import ConsultationFile
from responses.consultation_file.notation import moments
from responses.consultation_file.notation.declaring import (
    Clock,
    Day,
    DayOrMonth,
    FileName,
    Flag,
    FormatVersion,
    Key,
    KeyReference,
    Kind,
    Line,
    ListOf,
    Nested,
    OneOf,
    RichTextKind,
    Slug,
    Terms,
    Time,
    Whole,
    keys_of,
    title_of,
)
from responses.consultation_file.notation.scalar_kinds import SLUG_PATTERN

SCHEMA_FILE = Path(__file__).with_name("consultation-file.schema.json")
DOCS_FILE = Path(__file__).resolve().parents[2] / "docs" / "consultation-file.md"

Schema = dict[str, Any]

_NONBLANK_TEXT: Schema = {"type": "string", "pattern": r"\S"}


def json_schema() -> Schema:
    """Return the schema of draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:consultation-file:1",
        "title": "Consultation file",
        **_mapping_schema(ConsultationFile),
        "$defs": {
            each.__name__: _mapping_schema(each)
            for each in file_dataclasses()
            if each is not ConsultationFile
        },
    }


def file_dataclasses() -> list[type]:
    """Return the dataclasses of a file, each after the one that names it first."""
    found: list[type] = [ConsultationFile]
    for contents in found:
        for key in keys_of(contents):
            kind = key.kind.item if isinstance(key.kind, ListOf) else key.kind
            if isinstance(kind, Nested) and kind.contents not in found:
                found.append(kind.contents)
    return found


def _mapping_schema(contents: type) -> Schema:
    keys = keys_of(contents)
    return {
        "description": str(contents.__doc__),
        "type": "object",
        "additionalProperties": False,
        "required": [key.name for key in keys if key.required],
        "properties": {key.name: _key_schema(key) for key in keys},
    }


def _key_schema(key: Key) -> Schema:
    schema = _kind_schema(key.kind)
    if key.nullable:
        schema = _or_null(schema)
    return ({"description": key.note} if key.note else {}) | schema


def _or_null(schema: Schema) -> Schema:
    if "enum" in schema:
        return {"enum": [*schema["enum"], None]}
    if "type" in schema:
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _kind_schema(kind: Kind) -> Schema:
    match kind:
        case Nested():
            return {"$ref": f"#/$defs/{kind.contents.__name__}"}
        case ListOf():
            least = {"minItems": kind.least} if kind.least else {}
            return {"type": "array", "items": _kind_schema(kind.item), **least}
        case Terms():
            names = {k: v for k, v in _kind_schema(kind.key).items() if k != "type"}
            return {
                "type": "object",
                "propertyNames": names,
                "additionalProperties": _kind_schema(kind.meaning),
            }
        case KeyReference():
            if kind.allows_number:
                return {"anyOf": [_NONBLANK_TEXT, {"type": "integer"}]}
            return dict(_NONBLANK_TEXT)
    return _scalar_schema(kind)


def _scalar_schema(kind: Kind) -> Schema:
    match kind:
        case Line():
            words = {} if kind.blank else {"pattern": r"\S"}
            return {"type": "string", "maxLength": kind.longest, **words}
        case RichTextKind():
            return {"type": "string"} if kind.blank else dict(_NONBLANK_TEXT)
        case Slug():
            return _pattern_schema(SLUG_PATTERN) | {"maxLength": kind.longest}
        case Whole():
            return {"type": "integer", "minimum": kind.least, "maximum": kind.most}
        case OneOf():
            return {"enum": list(kind.words)}
    return dict(_SIMPLE_SCHEMAS[type(kind)])


def _pattern_schema(pattern: str) -> Schema:
    """Return the schema of a full match; `$` alone also matches before a newline."""
    return {"type": "string", "pattern": rf"^(?:{pattern})(?!\n)$"}


_SIMPLE_SCHEMAS: dict[type[Kind], Schema] = {
    FormatVersion: {"const": 1},
    Flag: {"type": "boolean"},
    FileName: {"type": "string"},
    Day: _pattern_schema(moments.DAY),
    Time: _pattern_schema(moments.TIME),
    Clock: _pattern_schema(moments.CLOCK),
    DayOrMonth: _pattern_schema(f"{moments.DAY}|{moments.MONTH}"),
}


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


# --- tables of the keys ---------------------------------------------------------------


def key_table(contents: type) -> str:
    """Return the keys of a mapping as a Markdown table."""
    rows = ["| Key | Value |", "| --- | --- |"]
    for key in keys_of(contents):
        name = f"`{key.name}`" + ("" if key.required else " (optional)")
        words = "; ".join(
            filter(None, [_kind_phrase(key.kind), key.note, _default_phrase(key)])
        )
        rows.append(f"| {name} | {words} |")
    return "\n".join(rows)


def _default_phrase(key: Key) -> str:
    if key.required or not key.default or key.same_as or key.null is not None:
        return f"default: the {key.same_as}" if key.same_as else ""
    value = key.default
    shown = ", ".join(value) if isinstance(value, tuple) else value
    return f"default: {shown}"


def _kind_phrase(kind: Kind) -> str:
    match kind:
        case Nested():
            return f"mapping: [{title_of(kind.contents)}](#{_anchor(kind.contents)})"
        case ListOf():
            return f"list of {_plural_phrase(kind.item)}"
        case OneOf():
            return " · ".join(f"`{word}`" for word in kind.words)
        case Line():
            return f"line of text, up to {kind.longest} characters"
        case KeyReference():
            return _reference_phrase(kind)
    return {
        RichTextKind: "text",
        Slug: "letters, digits, `-` and `_`",
        Whole: "whole number",
        FormatVersion: "`1`",
        Flag: "`true` · `false`",
        Day: "date",
        Time: "date and time",
        Clock: "time of day",
        DayOrMonth: "date or month",
        FileName: "path of a file",
        Terms: "mapping of terms",
    }[type(kind)]


def _plural_phrase(kind: Kind) -> str:
    """Return what a list holds, in the plural."""
    match kind:
        case Nested():
            return f"[{title_of(kind.contents)}s](#{_anchor(kind.contents)})"
        case Line():
            return f"lines of text, each up to {kind.longest} characters"
        case KeyReference():
            number = " or numbers" if kind.allows_number else ""
            return f"{_item_name(kind)} {_key_name(kind)}s{number}"
        case OneOf():
            return f"{_kind_phrase(kind)} in any order"
    raise TypeError(f"Name a list of {type(kind).__name__} in the plural.")


def _reference_phrase(kind: KeyReference) -> str:
    number = " or number" if kind.allows_number else ""
    return f"{_key_name(kind)}{number} of a {_item_name(kind)}"


def _key_name(kind: KeyReference) -> str:
    return "code" if kind.list_name == "documents" else "key"


def _item_name(kind: KeyReference) -> str:
    return kind.list_name.removesuffix("s")


def _anchor(contents: type) -> str:
    return title_of(contents).replace(" ", "-")


def update_tables(page: str) -> str:
    """Return the page with every table between its marks updated."""
    named = {each.__name__: each for each in file_dataclasses()}

    def table(found: re.Match[str]) -> str:
        return f"{found[1]}\n{key_table(named[found[2]])}\n{found[3]}"

    return re.sub(
        r"(<!-- keys of (\w+) -->)\n.*?(<!-- end -->)", table, page, flags=re.DOTALL
    )


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
    DOCS_FILE.write_text(
        update_tables(DOCS_FILE.read_text(encoding="utf-8")), encoding="utf-8"
    )
