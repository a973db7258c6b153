"""The model whose rows hold each dataclass of the file, and the fields both share.

A field is shared when the model has one of the same name (or of the name given here)
and of the same kind: its value is copied in both directions. Every other key is an
exception, named here, for which from_rows/ and to_rows/ have code. Importing this
module fails for a key that is neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models

import consultations.models as public
from consultations.fields.model_fields import LineField, LinesField, RichTextField
from responses import models as internal
from responses.consultation_file import contents
from responses.consultation_file.notation.declaring import (
    Clock,
    Day,
    Flag,
    Key,
    Kind,
    Line,
    ListOf,
    OneOf,
    RichTextKind,
    Slug,
    Time,
    Whole,
    keys_of,
)

C = TypeVar("C")

ModelField = models.Field[Any, Any]


@dataclass(frozen=True)
class Table:
    """The model that stores a dataclass, and the fields that are copied by code.

    `renamed_fields` maps shared fields to their names in the model, where these differ.
    """

    model: type[models.Model]
    exceptions: Set[str] = frozenset()
    renamed_fields: Mapping[str, str] = field(default_factory=dict)


TABLES: dict[type, Table] = {
    contents.Organisation: Table(public.Organisation),
    contents.Document: Table(public.RegulatedDocument, {"parent", "versions"}),
    contents.Version: Table(
        public.DocumentVersion, {"consultation", "file", "clauses"}
    ),
    contents.Clause: Table(public.Clause, {"clauses"}, {"id": "identity"}),
    contents.Consultation: Table(
        public.Consultation,
        {
            *("documents", "follows", "extensions", "attachments"),
            *("notices", "withdrawn", "published"),
        },
        {"opened": "opens_on", "opens_at": "opens_at_time"},
    ),
    contents.Follows: Table(
        public.Consultation,
        renamed_fields={
            "slug": "follows",
            "title": "follows_title",
            "opened": "follows_opened",
            "url": "follows_url",
        },
    ),
    contents.Extension: Table(
        public.Extension, {"questions"}, {"from_": "was", "to": "until"}
    ),
    contents.Notice: Table(public.ConsultationNotice, {"on", "kind", "file", "state"}),
    contents.Withdrawn: Table(
        public.ConsultationNotice, {"at", "state"}, renamed_fields={"reason": "text"}
    ),
    contents.ConsultationAttachment: Table(public.ConsultationAttachment, {"file"}),
    contents.PublishedFile: Table(public.ConsultationEdition, {"file"}),
    contents.Question: Table(public.Question, {"parent", "options"}),
    contents.Respondent: Table(internal.Respondent),
    contents.Submission: Table(
        internal.Submission, {"respondent", "withdrawn", "answers"}
    ),
    contents.Answer: Table(internal.Answer, {"question"}),
    contents.Comment: Table(
        internal.Comment, {"question", "from_", "response", "disposition"}
    ),
    contents.Change: Table(public.ClauseChange, {"document", "because_of"}),
    contents.Conclusion: Table(
        public.Conclusion, {"columns", "sections", "attachments"}
    ),
    contents.Section: Table(
        public.ConclusionSection, {"document", "question", "tally", "table", "sections"}
    ),
    contents.Attachment: Table(
        public.ConclusionAttachment, {"document", "version", "against", "file"}
    ),
    contents.Designation: Table(public.Designation, {"fallback"}),
    contents.Fallback: Table(
        public.Designation,
        renamed_fields={"months": "fallback_months", "wording": "fallback_wording"},
    ),
    contents.Commitment: Table(public.Commitment, {"due"}),
}


def value_from_row(contents_class: type[C], row: models.Model, **exceptions: Any) -> C:
    """Return a row as a value of the file; the caller gives all exceptions.

    Raises TypeError when an exception is missing or a shared field is given.
    """
    if exceptions.keys() != TABLES[contents_class].exceptions:
        raise TypeError(
            f"The exceptions of {contents_class.__name__} are "
            f"{sorted(TABLES[contents_class].exceptions)}, not {sorted(exceptions)}."
        )
    shared = {
        name: _file_value(getattr(row, column))
        for name, column in SHARED_FIELDS[contents_class].items()
    }
    return contents_class(**shared, **exceptions)


def values_for_row(value: Any, **others: Any) -> dict[str, Any]:
    """Return the columns of the row for a value of the file, and those given."""
    shared = {
        column: _column_value(getattr(value, name))
        for name, column in SHARED_FIELDS[type(value)].items()
    }
    return {**shared, **others}


def truncate_to_minute(moment: dt.datetime | dt.time | None) -> Any:
    """Return an instant or a time to the minute, as the file has it."""
    return moment and moment.replace(second=0, microsecond=0)


def filled_lines(lines: list[str]) -> tuple[str, ...]:
    """Return the lines that are not empty."""
    return tuple(filter(None, lines))


def _file_value(value: Any) -> Any:
    if isinstance(value, list):
        return filled_lines(value)
    if isinstance(value, dt.datetime | dt.time):
        return truncate_to_minute(value)
    return value


def _column_value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def shared_fields(contents_class: type, table: Table) -> dict[str, str]:
    """Return the fields copied as they are, each with its name in the model.

    Raises TypeError for a key that the model does not share and that is no exception,
    and for an exception or a renamed field that the dataclass does not have.
    """
    keys = {key.field: key for key in keys_of(contents_class)}
    if unknown := (table.exceptions | table.renamed_fields.keys()) - keys.keys():
        raise TypeError(f"{contents_class.__name__} has no {sorted(unknown)}.")
    columns = {column.name: column for column in table.model._meta.fields}
    shared: dict[str, str] = {}
    for name, key in keys.items():
        if name in table.exceptions:
            continue
        column = columns.get(table.renamed_fields.get(name, name))
        if column is None or not _is_compatible(key, column):
            raise TypeError(
                f"{contents_class.__name__}.{name} is {key.kind}, but the model "
                f"{table.model.__name__} has {column!r}. Give it a field of that name "
                "and kind, or name the key among the exceptions in "
                "responses/consultation_file/tables.py and copy it in code."
            )
        shared[name] = column.name
    return shared


def _is_compatible(key: Key, column: ModelField) -> bool:
    """True when key and column take the same values and agree on None."""
    takes_none = key.nullable and key.default_value() is None
    return column.null == takes_none and _is_same_kind(key.kind, column)


def _is_same_kind(kind: Kind, column: ModelField) -> bool:
    if not isinstance(kind, KINDS_OF_COLUMNS.get(type(column), ())):
        return False
    match kind:
        case OneOf(words):
            return [word for word, _ in column.flatchoices] == list(words)
        case Line(longest) | Slug(longest):
            return column.max_length == longest
        case RichTextKind(longest):
            return getattr(column, "max_text_length", None) == longest
        case ListOf(item):
            return isinstance(item, Line)
    return True


KINDS_OF_COLUMNS: dict[type[ModelField], type[Kind] | tuple[type[Kind], ...]] = {
    LineField: (Line, Slug),
    RichTextField: RichTextKind,
    LinesField: ListOf,
    models.SlugField: Slug,
    models.CharField: OneOf,
    models.BooleanField: Flag,
    models.PositiveSmallIntegerField: Whole,
    models.DateField: Day,
    models.DateTimeField: Time,
    models.TimeField: Clock,
}

SHARED_FIELDS = {each: shared_fields(each, table) for each, table in TABLES.items()}
