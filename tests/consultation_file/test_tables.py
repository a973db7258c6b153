"""Which fields the file's dataclasses and the models share, and how they are copied."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, make_dataclass
from typing import Annotated

import pytest
from django.db import models

import consultations.models as public
from responses import models as internal
from responses.consultation_file import contents
from responses.consultation_file.notation.declaring import (
    Line,
    OneOf,
    RichTextKind,
    keys_of,
)
from responses.consultation_file.tables import (
    SHARED_FIELDS,
    TABLES,
    Table,
    shared_fields,
    value_from_row,
    values_for_row,
)


@dataclass(frozen=True, kw_only=True)
class Alias:
    """A dataclass with a key that respondents have and one that they have not."""

    name: contents.Words
    unknown: contents.Words = ""


@pytest.mark.parametrize("each", TABLES, ids=lambda each: each.__name__)
def test_every_key_is_shared_or_an_exception(each: type) -> None:
    fields = {key.field for key in keys_of(each)}
    assert fields == SHARED_FIELDS[each].keys() | TABLES[each].exceptions


def test_respondent_table_has_no_exceptions() -> None:
    assert TABLES[contents.Respondent] == Table(internal.Respondent)


# What is refused when the tables are read


def test_key_without_a_field_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Alias.unknown is Line.*has None"):
        shared_fields(Alias, Table(internal.Respondent))


def test_key_named_as_an_exception_is_not_shared() -> None:
    shared = shared_fields(Alias, Table(internal.Respondent, {"unknown"}))
    assert shared == {"name": "name"}


def test_renamed_key_is_shared() -> None:
    table = Table(internal.Respondent, renamed_fields={"unknown": "email"})
    assert shared_fields(Alias, table) == {"name": "name", "unknown": "email"}


def test_exception_without_a_key_is_refused() -> None:
    with pytest.raises(TypeError, match="Alias has no"):
        shared_fields(Alias, Table(internal.Respondent, {"unknown", "fax"}))


@pytest.mark.parametrize(
    ("hint", "model", "name"),
    [
        (Annotated[str, Line(60)], internal.Respondent, "name"),  # of 300 characters
        (Annotated[str, RichTextKind()], internal.Respondent, "name"),
        (tuple[contents.Long, ...], internal.Respondent, "name"),
        (contents.RespondentKey, internal.Submission, "respondent"),
        (dt.date, internal.Submission, "received"),
        (bool, internal.Submission, "accepted"),  # null in the model
        (Annotated[str, Line(12)], internal.Submission, "attribution"),
        (Annotated[str, OneOf(("named",))], internal.Submission, "attribution"),
    ],
)
def test_key_of_another_kind_is_refused(
    hint: object, model: type[models.Model], name: str
) -> None:
    declared = make_dataclass("Declared", [(name, hint)])
    with pytest.raises(TypeError, match=f"Declared.{name} is "):
        shared_fields(declared, Table(model))


def test_nullable_key_needs_nullable_field() -> None:
    @dataclass(frozen=True)
    class Flagged:
        confidential: bool | None = None

    with pytest.raises(TypeError, match=r"Flagged.confidential is Flag"):
        shared_fields(Flagged, Table(internal.Answer))


# Copying


def test_value_stored_in_a_row_is_read_back() -> None:
    value = contents.Respondent(key="a", name="Alpha", roles=("one", "two"))
    row = internal.Respondent(**values_for_row(value, consultation_id=7))
    assert (row.consultation_id, row.name, row.email) == (7, "Alpha", "")
    assert (row.roles, row.aliases) == (["one", "two"], [])
    assert value_from_row(contents.Respondent, row) == value


def test_omitted_values_take_model_defaults() -> None:
    given = contents.Submission(
        respondent="a",
        received=dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC),
        answers=(),
    )
    values = values_for_row(given)
    assert (values["accepted"], values["accepted_reason"]) == (None, "")


def test_times_are_read_to_the_minute() -> None:
    row = public.Extension(
        was=dt.datetime(2026, 1, 5, 9, 30, 59, 1, tzinfo=dt.UTC),
        until=dt.datetime(2026, 1, 6, 9, 30, 59, tzinfo=dt.UTC),
        reason="",
    )
    value = value_from_row(contents.Extension, row, questions=())
    assert value.from_ == dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)
    assert value.to == dt.datetime(2026, 1, 6, 9, 30, tzinfo=dt.UTC)


def test_empty_lines_are_not_read() -> None:
    row = internal.Respondent(key="a", name="Alpha", roles=["", "one"])
    assert value_from_row(contents.Respondent, row).roles == ("one",)


def test_value_without_its_exceptions_is_refused() -> None:
    row = public.Question(key="q1", label="1", text="Why?")
    with pytest.raises(TypeError, match=r"\['options', 'parent'\], not \['parent'\]"):
        value_from_row(contents.Question, row, parent="")
