"""The JSON schema and the docs page, checked against the reader and the models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from django.db import models
from hypothesis import given, settings

from consultations.uploads import SIGNATURES
from responses.consultation_file import contents
from responses.consultation_file.contents import ConsultationFile
from responses.consultation_file.notation.declaring import (
    Key,
    Line,
    OneOf,
    Slug,
    keys_of,
)
from responses.consultation_file.notation.errors import FileError, FileRefused
from responses.consultation_file.reading import read_file
from responses.consultation_file.schema import (
    DOCS_FILE,
    SCHEMA_FILE,
    file_dataclasses,
    json_schema,
    schema_text,
    update_tables,
)
from responses.consultation_file.tables import TABLES
from responses.consultation_file.writing import to_plain_values
from tests.support.consultation_files import SMALL, read_text
from tests.support.faulty_files import faulty_files
from tests.support.file_strategies import consultation_files

pytestmark = pytest.mark.once

WRITE = "Run: python -m responses.consultation_file.schema"

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def structural_errors(file: Any) -> list[FileError]:
    """Return what the reader finds wrong with a file's shape."""
    try:
        read_file(json.dumps(file).encode())
    except FileRefused as refused:
        return [error for error in refused.errors if error.structural]
    return []


def test_shipped_schema_matches_reader() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), WRITE


def test_docs_page_covers_every_key_and_is_up_to_date() -> None:
    page = DOCS_FILE.read_text(encoding="utf-8")
    assert update_tables(page) == page, WRITE
    for each in file_dataclasses():
        assert f"<!-- keys of {each.__name__} -->" in page


def test_docs_page_names_every_attachment_type() -> None:
    page = DOCS_FILE.read_text(encoding="utf-8")
    assert all(ending[1:].upper() in page for ending in SIGNATURES)


def test_json_schema_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_small_file_conforms_to_schema() -> None:
    assert list(VALIDATOR.iter_errors(to_plain_values(read_text(SMALL).file))) == []


@settings(max_examples=30)
@given(consultation_files(with_files=True))
def test_every_valid_file_conforms_to_schema(file: ConsultationFile) -> None:
    assert list(VALIDATOR.iter_errors(to_plain_values(file))) == []


@settings(max_examples=100)
@given(faulty_files())
def test_schema_and_reader_refuse_the_same_shapes(file: dict[str, Any]) -> None:
    by_schema = [error.json_path for error in VALIDATOR.iter_errors(file)]
    by_reader = structural_errors(file)
    assert bool(by_schema) == bool(by_reader), (by_schema, by_reader)


# Every key with each wrong value

WRONG = [
    None,
    True,
    0,
    7,
    1.5,
    "",
    " ",
    "x\n",
    "2026-02-16",
    [],
    [None],
    {},
    {"x": "y"},
]


def key_locations() -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the path of every key in the small file, with the key."""

    def below(value: Any, path: tuple[str | int, ...]) -> Any:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield path, key
                yield from below(inner, (*path, key))
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from below(inner, (*path, index))

    yield from below(to_plain_values(read_text(SMALL).file), ())


@pytest.mark.parametrize(("path", "key"), list(key_locations()))
def test_schema_and_reader_agree_on_every_key(
    path: tuple[str | int, ...], key: str
) -> None:
    for wrong in WRONG:
        file = to_plain_values(read_text(SMALL).file)
        place: Any = file
        for step in path:
            place = place[step]
        place[key] = wrong
        refused = bool(structural_errors(file))
        assert refused != VALIDATOR.is_valid(file), (path, key, wrong)


# Keys and model fields


def fields_with_columns() -> Iterator[tuple[Key, models.Field[Any, Any]]]:
    """Yield the keys of which a column holds the value, and the column.

    Not those of mappings that may be left out, whose columns are another mapping's, nor
    the kind and the state of a notice, of which the file does not have all.
    """
    notices = (contents.Notice, contents.Withdrawn)
    for each, table in TABLES.items():
        if each in (contents.Follows, contents.Fallback):
            continue
        columns = {field.name: field for field in table.model._meta.fields}
        for key in keys_of(each):
            if each in notices and key.field in ("kind", "state"):
                continue
            column = columns.get(table.renamed_fields.get(key.field, key.field))
            if column is not None and not column.is_relation:
                yield key, column


def test_text_limit_equals_column_max_length() -> None:
    """A text that fits a form fits a file."""
    for key, column in fields_with_columns():
        if isinstance(key.kind, Line | Slug) and isinstance(column, models.CharField):
            assert key.kind.longest == column.max_length, (column, key)


def test_blank_form_fields_are_optional_in_file() -> None:
    for key, column in fields_with_columns():
        generated = column.has_default() or key.same_as or key.name in ("key", "slug")
        if not key.required and not generated:
            assert column.blank or column.null, (column, key)
        if key.required:
            assert not column.blank, (column, key)


def test_choice_words_match_column_choices() -> None:
    for key, column in fields_with_columns():
        if isinstance(key.kind, OneOf) and column.choices:
            words = [str(value) for value, _ in column.choices]
            assert list(key.kind.words) == words, (column, key)


def test_every_dataclass_has_a_table() -> None:
    assert set(file_dataclasses()) == {*TABLES, ConsultationFile}
