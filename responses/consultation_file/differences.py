"""The differences between a stored consultation and a file to load.

Regulated documents are shared between consultations: documents and versions that a
file leaves out are not compared.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from responses.consultation_file import contents
from responses.consultation_file.checking import every_clause
from responses.consultation_file.contents import ConsultationFile, Document, Version
from responses.consultation_file.from_rows.file_names import split_name
from responses.consultation_file.notation.declaring import (
    FileName,
    ListOf,
    Nested,
    keys_of,
    title_of,
)
from responses.consultation_file.notation.errors import Path, quote_value
from responses.consultation_file.notation.moments import format_time

KEY_FIELDS: dict[type, str] = {
    contents.Question: "key",
    contents.Respondent: "key",
    contents.Comment: "key",
    contents.Change: "key",
    contents.Conclusion: "slug",
    contents.Answer: "question",
}
"""The field that identifies the items of a list; others are matched by position."""


@dataclass(frozen=True)
class Difference:
    """A path in the file and a sentence; `adds` is true where nothing is altered."""

    path: Path
    message: str
    adds: bool = False


def differences(stored: ConsultationFile, given: ConsultationFile) -> list[Difference]:
    """Return the differences that loading the file would remove."""
    found = document_differences(stored.documents, given.documents)
    expected = {"documents": stored.documents}
    rest = dataclasses.replace(given, **expected)  # type: ignore[arg-type]
    return [*found, *_value_differences(stored, rest, ())]


# --- regulated documents -----------------------------------------------------------


def document_differences(
    stored: Sequence[Document], given: Sequence[Document]
) -> list[Difference]:
    """Return the differences between the file's documents and the stored ones."""
    known = {document.code: document for document in stored}
    found: list[Difference] = []
    for index, document in enumerate(given):
        path: Path = ("documents", index)
        if document.code in known:
            found += _document_changes(known[document.code], document, path)
        else:
            message = f"The document {document.code} is not stored yet."
            found.append(Difference(path, message, adds=True))
    return found


def _document_changes(
    stored: Document, given: Document, path: Path
) -> Iterator[Difference]:
    expected = dataclasses.replace(given, versions=stored.versions)
    for difference in _value_differences(stored, expected, path):
        message = f"{given.code} is already stored. {difference.message}"
        yield dataclasses.replace(difference, message=message)
    known = {version.key: version for version in stored.versions}
    for index, version in enumerate(given.versions):
        place = (*path, "versions", index)
        if version.key in known:
            yield from _version_changes(known[version.key], version, given.code, place)
        else:
            message = f"{given.code} has no version {quote_value(version.key)} yet."
            yield Difference(place, message, adds=True)


def _version_changes(
    stored: Version, given: Version, code: str, path: Path
) -> Iterator[Difference]:
    expected = dataclasses.replace(given, clauses=stored.clauses)
    if given.consultation and not stored.consultation:
        expected = dataclasses.replace(expected, consultation="")
        message = f"{code} already has this version, of no consultation."
        yield Difference((*path, "consultation"), message, adds=True)
    for difference in _value_differences(stored, expected, path):
        message = f"{code} already has this version. {difference.message}"
        yield dataclasses.replace(difference, message=message)
    if not given.clauses or given.clauses == stored.clauses:
        return
    name = f"version {quote_value(given.key)} of {code}"
    if stored.clauses:
        message = (
            f"The text of {name} differs: {_first_clause_difference(stored, given)}."
        )
        yield Difference((*path, "clauses"), message)
    else:
        message = f"No text of {name} is stored yet."
        yield Difference((*path, "clauses"), message, adds=True)


def _first_clause_difference(stored: Version, given: Version) -> str:
    """Return a phrase on the first difference between the clauses."""
    flat = [
        [dataclasses.replace(c, clauses=()) for _, c in every_clause(v.clauses, ())]
        for v in (stored, given)
    ]
    for before, after in zip(*flat, strict=False):
        if before != after:
            return f"clause {after.number} differs"
    if len(flat[0]) == len(flat[1]):
        return "the clauses are nested differently"
    return f"{len(flat[0])} clauses are stored, {len(flat[1])} are in the file"


# --- everything else ---------------------------------------------------------------


def _value_differences(stored: Any, given: Any, path: Path) -> Iterator[Difference]:
    """Yield the differences between two values of one dataclass."""
    for key in keys_of(type(given)):
        before, after = getattr(stored, key.field), getattr(given, key.field)
        if before == after:
            continue
        place = (*path, key.name)
        if isinstance(key.kind, Nested) and before and after:
            yield from _value_differences(before, after, place)
        elif isinstance(key.kind, ListOf) and isinstance(key.kind.item, Nested):
            yield from _list_differences(before, after, key.kind.item.contents, place)
        elif isinstance(key.kind, FileName) and before and after:
            name = split_name(before)[1]
            yield Difference(place, f"A different file is stored: {quote_value(name)}.")
        else:
            yield Difference(place, _difference_message(key.name, before, after))


def _difference_message(name: str, before: Any, after: Any) -> str:
    if not before:
        return f"No value is stored for {name}."
    if not after:
        return f"A value is stored for {name}, but the file has none."
    if isinstance(before, tuple) or dataclasses.is_dataclass(before):
        return f"A different value is stored for {name}."
    if isinstance(before, str) and before[:60] == str(after)[:60]:
        return f"The stored value of {name} differs."
    return f"The stored value of {name} is {quote_value(_value_text(before))}."


def _value_text(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return format_time(value)
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value)


def _list_differences(
    stored: tuple[Any, ...], given: tuple[Any, ...], item: type, path: Path
) -> Iterator[Difference]:
    key = KEY_FIELDS.get(item)
    names = [_item_names(items, key) for items in (stored, given)]
    before = dict(zip(names[0], stored, strict=True))
    for index, (name, after) in enumerate(zip(names[1], given, strict=True)):
        if name not in before:
            thing = title_of(item)
            message = f"The {thing} {name} is not stored yet."
            yield Difference((*path, index), message)
        elif before[name] != after:
            yield from _value_differences(before[name], after, (*path, index))
    given_names = set(names[1])
    removed = [str(name) for name in names[0] if name not in given_names]
    if removed:
        listed = ", ".join(removed[:5]) + (" and more" if len(removed) > 5 else "")
        yield Difference(path, f"Stored, but not in the file: {listed}.")
    elif key and [n for n in names[1] if n in before] != names[0]:
        yield Difference(path, "The stored order differs.")


def _item_names(items: Sequence[Any], key: str | None) -> list[Any]:
    if key:
        return [getattr(item, key) for item in items]
    return [f"number {number}" for number in range(1, len(items) + 1)]
