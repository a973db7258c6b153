"""The columns that a table of comments can have, one value each.

A new column is one more `CommentColumn` in `_COLUMNS`: the form, the consultation file
and its schema, what is frozen and every renderer follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from consultations.documents import wording
from consultations.documents.conclusion.labels import is_number, question_phrase
from consultations.documents.rich_text.markup import parse
from consultations.documents.tree import Block, Table, plain_paragraph


@dataclass(frozen=True)
class CommentCells:
    """What the cells of one comment are made from; texts are restricted HTML."""

    number: str
    text: str
    response: str
    disposition: str
    labels: tuple[str, ...]
    categories: tuple[str, ...]
    answers: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class CommentColumn:
    """A column of a comments table.

    `heading` may hold `{short}`, the short name of the publisher. `required_fields` are
    the fields of the public content that its cells use: fields that no column of a
    conclusion requires are not frozen. A table with many columns prints those that are
    facts on a line above the texts.
    """

    key: str
    heading: str
    cell: Callable[[CommentCells], tuple[Block, ...]]
    required_fields: frozenset[str]
    is_fact: bool = True

    @property
    def label(self) -> str:
        """The heading without the publisher, for the desk."""
        return self.heading.format(short="").strip()


def _join_distinct(values: Iterable[str]) -> tuple[Block, ...]:
    """Return the values on one line, each once, or the sign for none."""
    return (
        plain_paragraph(
            ", ".join(dict.fromkeys(filter(None, values))) or wording.NO_VALUE
        ),
    )


def _disposition_cell(cells: CommentCells) -> tuple[Block, ...]:
    return _join_distinct([wording.DISPOSITION_LABELS.get(cells.disposition, "")])


_COLUMNS = (
    CommentColumn(
        "number",
        "No.",
        lambda cells: (plain_paragraph(cells.number),),
        frozenset(),
    ),
    CommentColumn(
        "respondent",
        "Respondent",
        lambda cells: _join_distinct(cells.labels),
        frozenset({"respondents"}),
    ),
    CommentColumn(
        "category",
        "Category",
        lambda cells: _join_distinct(cells.categories),
        frozenset({"respondents", "category"}),
    ),
    CommentColumn(
        "answer",
        "Answer",
        lambda cells: _join_distinct(cells.answers),
        frozenset({"respondents", "answers"}),
    ),
    CommentColumn(
        "clause",
        "Clause",
        lambda cells: _join_distinct(cells.clauses),
        frozenset({"concerns"}),
    ),
    CommentColumn(
        "comment",
        "Comment",
        lambda cells: parse(cells.text),
        frozenset({"text"}),
        is_fact=False,
    ),
    CommentColumn(
        "response",
        "{short} Response",
        lambda cells: parse(cells.response),
        frozenset({"response"}),
        is_fact=False,
    ),
    CommentColumn(
        "disposition", "Outcome", _disposition_cell, frozenset({"disposition"})
    ),
)

COLUMNS: Mapping[str, CommentColumn] = MappingProxyType({c.key: c for c in _COLUMNS})
"""Every column by its key, in the order in which they are offered."""


FACT_HEADINGS = frozenset(column.heading for column in _COLUMNS if column.is_fact)

OTHER_COMMENTS = "other comments"
"""The name of the table of comments that belong to no question."""

MANY_COMMENTS = 6
"""Tables with more comments have a column of their numbers."""


def comment_table_name(question_number: str) -> str:
    """Return what references call a question's table of comments."""
    return f"question {question_number}"


def is_comment_table(table: Table) -> bool:
    """Return whether a table is one of comments, by its name."""
    return table.name.startswith("question ") or table.name == OTHER_COMMENTS


def comment_name(position: int, question_number: str) -> str:
    """Return `comment 57 on question 1`, or `other comment 2`."""
    if question_number:
        return f"comment {position} on {question_phrase(question_number)}"
    return f"other comment {position}"


def row_number(position: int, question_number: str) -> str:
    """Return `1.57`, the number of a comment: of its question, then within it.

    Where the question goes by its label, only the number within it.
    """
    if is_number(question_number):
        return f"{question_number}.{position}"
    return str(position)


def printed_columns(keys: tuple[str, ...], most_comments: int) -> tuple[str, ...]:
    """Return the columns of all tables of comments, of which the longest has so many.

    A column of numbers comes first where somebody might have to count the rows.
    """
    if "number" in keys or most_comments <= MANY_COMMENTS:
        return keys
    return ("number", *keys)


def required_fields(keys: Iterable[str]) -> frozenset[str]:
    """Return the fields of the public content that some of the columns need."""
    return frozenset().union(*(COLUMNS[key].required_fields for key in keys))
