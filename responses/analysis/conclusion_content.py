"""Rows -> ConclusionContent: the one crossing from confidential work to public words.

What comes out holds nothing that its document does not print. The number of queries
does not depend on how many comments there are, and all are asked in `rows`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

from consultations.documents.conclusion import content as public
from consultations.documents.conclusion.content import (
    ConclusionContent,
    strip_unprinted,
)
from consultations.documents.conclusion.labels import question_numbers
from consultations.documents.wording import STANCES, printed_date, printed_month
from consultations.models import (
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Question,
)
from responses.analysis.counted import CountedResponses, count_responses
from responses.analysis.document_control import revisions_in
from responses.analysis.snapshot import ConclusionRows, rows_now
from responses.models import Comment, DCCResponse

__all__ = [
    "conclusion_content",
    "content_of",
    "full_content",
    "tally_of",
]


def conclusion_content(
    conclusion: Conclusion, correction: str = ""
) -> ConclusionContent:
    """Return what the conclusion says now, ready to compose."""
    return strip_unprinted(full_content(conclusion, correction))


def full_content(
    conclusion: Conclusion,
    correction: str = "",
    evidence: CountedResponses | None = None,
) -> ConclusionContent:
    """Return the content before what is not printed is left out; never to be stored.

    `evidence` spares reading it again where the caller has it.
    """
    rows = rows_now(conclusion, evidence.heard if evidence else None)
    return content_of(rows, correction, evidence)


def content_of(
    rows: ConclusionRows, correction: str = "", evidence: CountedResponses | None = None
) -> ConclusionContent:
    """Return what the rows say, in full; it reads nothing and asks no clock."""
    conclusion, consultation = rows.conclusion, rows.heard.consultation
    evidence = evidence or count_responses(rows.heard)
    documents = [rows.documents[link.document_id] for link in rows.document_links]
    comments = _comments(rows, evidence)
    return ConclusionContent(
        publisher=public.Publisher(rows.organisation.name, rows.organisation.short),
        consultation=consultation.slug,
        consultation_title=consultation.title,
        title=conclusion.title,
        subtitle=conclusion.subtitle,
        date=conclusion.date,
        author=conclusion.author,
        classification=conclusion.classification or consultation.classification,
        columns=tuple(conclusion.columns),
        consulted_on=tuple(document.code for document in documents),
        documents=tuple(
            public.DocumentNamed(d.code, d.title, d.reference) for d in documents
        ),
        responses=len(evidence.submissions),
        respondents=evidence.respondents,
        questions=_questions(evidence, comments),
        comments=tuple(comments[None]),
        changes=_changes(rows),
        sections=_sections(rows),
        attachments=tuple(_attachment(row, rows) for row in rows.attachments),
        commitments=tuple(_commitment(c, conclusion.date) for c in rows.commitments),
        glossary=tuple(public.Term(term.short, term.long) for term in rows.glossary),
        revisions=revisions_in(
            rows.editions,
            date=conclusion.date,
            today=rows.today,
            correction=correction,
        ),
    )


# --- questions, comments, changes ------------------------------------------------


def _questions(
    evidence: CountedResponses, comments: dict[int | None, list[public.Comment]]
) -> tuple[public.Question, ...]:
    keys = {question.pk: question.key for question in evidence.questions}
    parents = {q.pk: keys.get(q.parent_id or 0, "") for q in evidence.questions}
    numbers = question_numbers(
        [(q.key, q.label, parents[q.pk]) for q in evidence.questions]
    )
    return tuple(
        public.Question(
            key=question.key,
            number=numbers[question.key],
            label=question.label,
            text=question.text,
            kind=question.kind,
            parent=parents[question.pk],
            options=tuple(question.options),
            summary=question.summary,
            tally=tally_of(question, evidence.answers[question.pk].values()),
            answered=len(evidence.answers[question.pk]),
            answers=_answers(question, evidence),
            comments=tuple(comments[question.pk]),
        )
        for question in evidence.questions
    )


def _answers(
    question: Question, evidence: CountedResponses
) -> tuple[public.Answer, ...]:
    """Return who answered what, in the order of the respondents; none in confidence."""
    given = (
        (evidence.numbers[person], answer)
        for person, answer in evidence.answers[question.pk].items()
        if not answer.confidential
    )
    return tuple(
        public.Answer(number, answer.stance, answer.choice)
        for number, answer in sorted(given, key=lambda item: item[0])
    )


class _Answered(Protocol):
    stance: str
    choice: str


def tally_of(
    question: Question, answers: Iterable[_Answered]
) -> tuple[public.Count, ...]:
    """Count the answers by stance, or by option for a question of choice."""
    given = list(answers)
    if question.kind == Question.Kind.CHOICE:
        return tuple(
            public.Count(option, sum(a.choice == option for a in given))
            for option in question.options
        )
    if not Question.Kind(question.kind).takes_stance:
        return ()
    return tuple(
        public.Count(stance, sum(a.stance == stance for a in given))
        for stance in STANCES
    )


def _comments(
    rows: ConclusionRows, evidence: CountedResponses
) -> dict[int | None, list[public.Comment]]:
    """Return the comments by question, with what was said back and what they caused."""
    responses = {response.comment_id: response for response in rows.heard.responses}
    people: dict[int, list[int]] = defaultdict(list)
    for link in rows.heard.sources:
        people[link.comment_id].append(evidence.numbers[link.respondent_id])
    caused = _caused(rows)
    made: dict[int | None, list[public.Comment]] = defaultdict(list)
    for comment in rows.heard.comments:
        response = responses.get(comment.pk)
        made[comment.question_id].append(
            _comment(comment, response, people[comment.pk], caused[comment.pk])
        )
    return made


def _comment(
    comment: Comment,
    response: DCCResponse | None,
    people: Sequence[int],
    caused: Sequence[str],
) -> public.Comment:
    return public.Comment(
        key=comment.key,
        text=comment.text,
        response=response.text if response else "",
        disposition=response.disposition if response else "",
        respondents=tuple(people),
        concerns=tuple(comment.concerns),
        changes=tuple(caused),
    )


def _caused(rows: ConclusionRows) -> dict[int, list[str]]:
    """Return the keys of the changes that each comment led to, in their order."""
    causes: dict[int, list[int]] = defaultdict(list)
    for cause in rows.causes:
        causes[cause.change_id].append(cause.comment_id)
    caused: dict[int, list[str]] = defaultdict(list)
    for change in rows.changes:
        for comment in causes[change.pk]:
            caused[comment].append(change.key)
    return caused


def _changes(rows: ConclusionRows) -> tuple[public.Change, ...]:
    keys = {comment.pk: comment.key for comment in rows.heard.comments}
    because: dict[int, list[str]] = defaultdict(list)
    for cause in rows.causes:
        if cause.comment_id in keys:
            because[cause.change_id].append(keys[cause.comment_id])
    return tuple(
        public.Change(
            key=change.key,
            document=rows.documents[change.document_id].code,
            reference=change.reference,
            description=change.description,
            rationale=change.rationale,
            because_of=tuple(because[change.pk]),
            clause=change.clause,
        )
        for change in rows.changes
    )


# --- the drafter's arrangement ---------------------------------------------------


def _sections(rows: ConclusionRows) -> tuple[public.SectionContent, ...]:
    keys = {question.pk: question.key for question in rows.heard.questions}
    below: dict[int | None, list[ConclusionSection]] = defaultdict(list)
    for section in rows.sections:
        below[section.parent_id].append(section)

    def made(section: ConclusionSection) -> public.SectionContent:
        return public.SectionContent(
            heading=section.heading,
            kind=section.kind,
            text=section.text,
            document=_code(section.document_id, rows),
            question=keys.get(section.question_id or 0, ""),
            tally=section.shows_tally,
            table=section.shows_table,
            sections=tuple(map(made, below[section.pk])),
        )

    return tuple(map(made, below[None]))


def _code(document: int | None, rows: ConclusionRows) -> str:
    return rows.documents[document].code if document else ""


def _attachment(
    row: ConclusionAttachment, rows: ConclusionRows
) -> public.AttachmentContent:
    file = rows.files[row.file_id] if row.file_id else None
    return public.AttachmentContent(
        title=row.title,
        kind=row.kind,
        document=_code(row.document_id, rows),
        filename=row.filename,
        size=file.size if file else 0,
        sha256=file.sha256 if file else "",
    )


def _commitment(commitment: Commitment, on: dt.date | None) -> public.CommitmentContent:
    """Return a promise as it stood on the day of the conclusion."""
    printed = printed_month if commitment.due_is_month else printed_date
    done = ""
    if commitment.done and (on is None or commitment.done <= on):
        parts = (printed_date(commitment.done), commitment.done_by)
        done = ": ".join(filter(None, parts))
    return public.CommitmentContent(
        text=commitment.text,
        due=printed(commitment.due) if commitment.due else "",
        owner=commitment.owner,
        done=done,
    )
