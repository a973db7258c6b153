"""Names of table rows for links to them: `comment 57 on question 1`.

A name belongs to one row of a document, so that a list of links can be told apart.
"""

from __future__ import annotations

from collections import Counter

from consultations.documents.conclusion.columns import (
    OTHER_COMMENTS,
    comment_name,
    is_comment_table,
)
from consultations.documents.tree import Row, Table, plain_text

QUESTIONS = "questions"


def row_names(table: Table) -> tuple[str, ...]:
    """Return a name for each row of a table, unique in the document."""
    rows = enumerate(table.rows, start=1)
    if is_comment_table(table):
        number = "" if table.name == OTHER_COMMENTS else table.name.partition(" ")[2]
        return tuple(comment_name(position, number) for position, _ in rows)
    headings = [_heading(row) for row in table.rows]
    repeated = Counter(headings)
    return tuple(
        _row_name(table, heading, position if repeated[heading] > 1 else 0)
        if heading
        else f"row {position} of {table.caption or 'the table'}"
        for position, heading in enumerate(headings, start=1)
    )


def _heading(row: Row) -> str:
    first = row.cells[:1]
    return " ".join(plain_text(c.blocks) for c in first if c.header).strip()


def _row_name(table: Table, heading: str, position: int) -> str:
    row = f", row {position}" if position else ""
    if table.name == QUESTIONS or not table.caption:
        return f"{heading}{row}"
    return f"{heading} in {table.caption}{row}"
