"""Generated tables of a conclusion: answers, respondents, terms, commitments.

Each function takes the content and returns the columns and the rows; no rows, no table.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import ceil

from consultations.documents import wording
from consultations.documents.conclusion.content import ConclusionContent
from consultations.documents.rich_text.markup import parse
from consultations.documents.tree import Cell, Column, Row, plain_paragraph

Listing = tuple[tuple[Column, ...], tuple[Row, ...]]

MAX_MATRIX_COLUMNS = 6
"""A table of answers has at most so many questions."""


def tally_matrix(content: ConclusionContent) -> Listing:
    """Return respondents down, questions across; open questions only if all are."""
    closed = [q for q in content.questions if q.kind != "open"]
    asked = closed or list(content.questions)
    given = {
        (question.key, answer.respondent): answer_label(answer.stance, answer.choice)
        for question in content.questions
        for answer in question.answers
    }
    rows = tuple(
        _row(person.label, *(given.get((q.key, index), "") for q in asked))
        for index, person in enumerate(content.respondents)
    )
    return (Column("Respondent"), *(Column(q.label) for q in asked)), rows


def split_wide(columns: tuple[Column, ...], rows: tuple[Row, ...]) -> list[Listing]:
    """Return a listing in parts of at most six columns beside the first.

    The parts are of about the same width, and each begins with the first column.
    """
    rest = len(columns) - 1
    count = max(ceil(rest / MAX_MATRIX_COLUMNS), 1)
    edges = [1 + rest * part // count for part in range(count + 1)]
    return [
        (
            (columns[0], *columns[start:end]),
            tuple(Row((row.cells[0], *row.cells[start:end])) for row in rows),
        )
        for start, end in pairwise(edges)
    ]


def respondent_list(content: ConclusionContent) -> Listing:
    """Return the respondents, with the columns that have a value for at least one."""
    people = content.respondents
    known = {
        "Category": [person.category for person in people],
        "Roles": [", ".join(person.roles) for person in people],
        "Represents": [", ".join(person.represents) for person in people],
    }
    shown = {heading: values for heading, values in known.items() if any(values)}
    columns = (Column("Respondent"), *(Column(heading) for heading in shown))
    rows = tuple(
        _row(person.label, *(values[index] for values in shown.values()))
        for index, person in enumerate(people)
    )
    return columns, rows


def glossary(content: ConclusionContent) -> Listing:
    """Return the abbreviations and what they stand for."""
    columns = (Column("Term"), Column("Meaning"))
    return columns, tuple(_row(term.short, term.long) for term in content.glossary)


def document_control(content: ConclusionContent) -> Listing:
    """Return the editions, this one last."""
    columns = (Column("Edition"), Column("Date"), Column("Changes"))
    revisions = content.revisions
    return columns, tuple(_row(r.edition, r.date, r.changes) for r in revisions)


def commitments(content: ConclusionContent) -> Listing:
    """Return the commitments; with a column of those kept, if there are any."""
    kept = any(each.done for each in content.commitments)
    columns = [Column("Commitment"), Column("Due"), Column("Owner")]
    rows = []
    for each in content.commitments:
        values = (each.due, each.owner, each.done)[: 3 if kept else 2]
        rows.append(Row((Cell(parse(each.text)), *map(_cell, values))))
    return (*columns, *([Column("Done")] if kept else [])), tuple(rows)


LISTINGS: dict[str, tuple[str, Callable[[ConclusionContent], Listing]]] = {
    "tally-matrix": ("answers", tally_matrix),
    "respondent-list": ("respondents", respondent_list),
    "glossary": ("glossary", glossary),
    "document-control": ("document control", document_control),
    "commitments": ("commitments", commitments),
}
"""By section kind: what references call the table, and what makes it."""


def answer_label(stance: str, choice: str) -> str:
    """Return what a table prints for one answer: `Agree`, an option, `Answered`."""
    return choice or wording.STANCE_LABELS.get(stance, "Answered")


def _row(name: str, *values: str) -> Row:
    return Row((Cell((plain_paragraph(name),), header=True), *map(_cell, values)))


def _cell(value: str) -> Cell:
    return Cell((plain_paragraph(value or wording.NO_VALUE),))
