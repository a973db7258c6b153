"""The columns that a table of comments can have, one value each.

A new column is one more `CommentColumn` in `_COLUMNS`: the form, the consultation file
and its schema, what is frozen and every renderer follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from consultations.documents import wording
from consultations.documents.rich_text.markup import parse
from consultations.documents.tree import Block, plain_paragraph


@dataclass(frozen=True)
class CommentCells:
    """What the cells of one comment are made from; texts are restricted HTML."""

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

    `heading` may hold `{short}`, the short name of the publisher; `width` is relative
    to the other columns'. `required_fields` are the fields of the public content that
    its cells use: fields that no column of a conclusion requires are not frozen.
    """

    key: str
    heading: str
    width: int
    cell: Callable[[CommentCells], tuple[Block, ...]]
    required_fields: frozenset[str]

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
        "respondent",
        "Respondent",
        5,
        lambda cells: _join_distinct(cells.labels),
        frozenset({"respondents"}),
    ),
    CommentColumn(
        "category",
        "Category",
        4,
        lambda cells: _join_distinct(cells.categories),
        frozenset({"respondents", "category"}),
    ),
    CommentColumn(
        "answer",
        "Answer",
        4,
        lambda cells: _join_distinct(cells.answers),
        frozenset({"respondents", "answers"}),
    ),
    CommentColumn(
        "clause",
        "Clause",
        4,
        lambda cells: _join_distinct(cells.clauses),
        frozenset({"concerns"}),
    ),
    CommentColumn(
        "comment",
        "Comment",
        10,
        lambda cells: parse(cells.text),
        frozenset({"text"}),
    ),
    CommentColumn(
        "response",
        "{short} Response",
        12,
        lambda cells: parse(cells.response),
        frozenset({"response"}),
    ),
    CommentColumn(
        "disposition", "Outcome", 5, _disposition_cell, frozenset({"disposition"})
    ),
)

COLUMNS: Mapping[str, CommentColumn] = MappingProxyType({c.key: c for c in _COLUMNS})
"""Every column by its key, in the order in which they are offered."""


def required_fields(keys: Iterable[str]) -> frozenset[str]:
    """Return the fields of the public content that some of the columns need."""
    return frozenset().union(*(COLUMNS[key].required_fields for key in keys))
