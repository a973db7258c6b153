"""Generated tables of a conclusion: answers, respondents, terms, commitments.

Each function takes the content and returns the columns and the rows; no rows, no table.
"""

from __future__ import annotations

from collections.abc import Callable

from consultations.documents import wording
from consultations.documents.conclusion.content import ConclusionContent
from consultations.documents.rich_text.markup import parse
from consultations.documents.tree import Cell, Column, Row, plain_paragraph

Listing = tuple[tuple[Column, ...], tuple[Row, ...]]


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
    return (Column("Respondent", 4), *(Column(q.label, 3) for q in asked)), rows


def respondent_list(content: ConclusionContent) -> Listing:
    """Return the respondents, with the columns that have a value for at least one."""
    people = content.respondents
    known = {
        "Category": [person.category for person in people],
        "Roles": [", ".join(person.roles) for person in people],
        "Represents": [", ".join(person.represents) for person in people],
    }
    shown = {heading: values for heading, values in known.items() if any(values)}
    columns = (Column("Respondent", 4), *(Column(heading, 4) for heading in shown))
    rows = tuple(
        _row(person.label, *(values[index] for values in shown.values()))
        for index, person in enumerate(people)
    )
    return columns, rows


def glossary(content: ConclusionContent) -> Listing:
    """Return the abbreviations and what they stand for."""
    columns = (Column("Term", 3), Column("Meaning", 10))
    return columns, tuple(_row(term.short, term.long) for term in content.glossary)


def document_control(content: ConclusionContent) -> Listing:
    """Return the editions, this one last."""
    columns = (Column("Edition", 2), Column("Date", 3), Column("Changes", 8))
    revisions = content.revisions
    return columns, tuple(_row(r.edition, r.date, r.changes) for r in revisions)


def commitments(content: ConclusionContent) -> Listing:
    """Return the commitments; with a column of those kept, if there are any."""
    kept = any(each.done for each in content.commitments)
    columns = [Column("Commitment", 7), Column("Due", 3), Column("Owner", 3)]
    rows = []
    for each in content.commitments:
        values = (each.due, each.owner, each.done)[: 3 if kept else 2]
        rows.append(Row((Cell(parse(each.text)), *map(_cell, values))))
    return (*columns, *([Column("Done", 3)] if kept else [])), tuple(rows)


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
