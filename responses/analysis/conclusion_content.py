"""Conclusion content made of rows: the only step from confidential to public.

The content has nothing that its document does not print. All queries are made in
`snapshot`, in a number that does not depend on the number of comments.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from django.conf import settings

from consultations.documents.conclusion import content as public
from consultations.documents.conclusion.content import (
    ConclusionContent,
    strip_unprinted,
)
from consultations.documents.conclusion.labels import question_numbers
from consultations.documents.wording import TallyBase, printed_date, printed_month
from consultations.editions.reservation import text_address
from consultations.models import (
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Question,
)
from responses.analysis.counted import CountedResponses, count_responses
from responses.analysis.document_control import revisions_from
from responses.analysis.snapshot import ConclusionRows, read_conclusion_rows
from responses.analysis.tallies import tally_base, tally_of
from responses.models import Comment, DCCResponse

__all__ = [
    "conclusion_content",
    "content_from_rows",
    "full_content",
    "numbers_of_questions",
]


def conclusion_content(
    conclusion: Conclusion, correction: str = ""
) -> ConclusionContent:
    """Return the content of the conclusion as it is now, ready to compose."""
    return strip_unprinted(full_content(conclusion, correction))


def full_content(
    conclusion: Conclusion,
    correction: str = "",
    counted_responses: CountedResponses | None = None,
) -> ConclusionContent:
    """Return the content with what is not printed; it must never be stored.

    `counted_responses` saves reading the rows again where the caller has it.
    """
    rows = read_conclusion_rows(
        conclusion, counted_responses.received if counted_responses else None
    )
    return content_from_rows(rows, correction, counted_responses)


def content_from_rows(
    rows: ConclusionRows,
    correction: str = "",
    counted_responses: CountedResponses | None = None,
) -> ConclusionContent:
    """Return the full content of the rows; no query is made and no clock is read."""
    conclusion, consultation = rows.conclusion, rows.received.consultation
    counted_responses = counted_responses or count_responses(rows.received)
    documents = [rows.documents[link.document_id] for link in rows.document_links]
    comments = _comments(rows, counted_responses)
    return ConclusionContent(
        publisher=public.Publisher(rows.organisation.name, rows.organisation.short),
        consultation=consultation.slug,
        consultation_title=consultation.title,
        title=conclusion.title,
        subtitle=conclusion.subtitle,
        date=conclusion.date,
        first_published=conclusion.first_published,
        author=conclusion.author,
        classification=conclusion.classification or consultation.classification,
        columns=tuple(conclusion.columns),
        consulted_on=tuple(document.code for document in documents),
        documents=tuple(
            public.DocumentNamed(d.code, d.title, d.reference) for d in documents
        ),
        responses=len(counted_responses.submissions),
        responding=len(counted_responses.respondents),
        respondents=counted_responses.respondents,
        questions=_questions(counted_responses, comments),
        comments=tuple(comments[None]),
        changes=_changes(rows),
        sections=_sections(rows),
        attachments=tuple(_attachment(row, rows) for row in rows.attachments),
        commitments=tuple(_commitment(c, conclusion.date) for c in rows.commitments),
        glossary=tuple(public.Term(term.short, term.long) for term in rows.glossary),
        revisions=revisions_from(
            rows.editions,
            date=conclusion.date,
            today=rows.today,
            correction=correction,
        ),
        publication=_draft_publication(rows, correction),
    )


# --- questions, comments, changes ------------------------------------------------


def numbers_of_questions(counted_responses: CountedResponses) -> dict[int, str]:
    """Return the printed numbers of all questions, printed or not, by their ids."""
    parents = _parent_keys(counted_responses)
    questions = counted_responses.questions
    numbers = question_numbers([(q.key, q.label, parents[q.pk]) for q in questions])
    return {question.pk: numbers[question.key] for question in questions}


def _parent_keys(counted_responses: CountedResponses) -> dict[int, str]:
    keys = {question.pk: question.key for question in counted_responses.questions}
    return {q.pk: keys.get(q.parent_id or 0, "") for q in counted_responses.questions}


def _questions(
    counted_responses: CountedResponses,
    comments: dict[int | None, list[public.Comment]],
) -> tuple[public.Question, ...]:
    parents = _parent_keys(counted_responses)
    numbers = numbers_of_questions(counted_responses)
    return tuple(
        _question(
            question,
            tally_base(question, numbers[question.pk], counted_responses),
            parents[question.pk],
            counted_responses,
            comments[question.pk],
        )
        for question in counted_responses.questions
    )


def _question(
    question: Question,
    base: TallyBase,
    parent: str,
    counted_responses: CountedResponses,
    comments: Iterable[public.Comment],
) -> public.Question:
    return public.Question(
        key=question.key,
        number=base.number,
        label=question.label,
        text=question.text,
        kind=question.kind,
        parent=parent,
        options=tuple(question.options),
        summary=question.summary,
        tally=tally_of(question, counted_responses.answers[question.pk].values()),
        answered=base.answered,
        uncounted=base.uncounted,
        responding=base.respondents,
        answers=_answers(question, counted_responses),
        comments=tuple(comments),
    )


def _answers(
    question: Question, counted_responses: CountedResponses
) -> tuple[public.Answer, ...]:
    """Return the answers in the order of respondents, without confidential ones."""
    confidential = counted_responses.confidential
    given = (
        (counted_responses.numbers[person], answer)
        for person, answer in counted_responses.answers[question.pk].items()
        if not confidential.covers(question.pk, person)
    )
    return tuple(
        public.Answer(number, answer.stance, answer.choice)
        for number, answer in sorted(given, key=lambda item: item[0])
    )


def _comments(
    rows: ConclusionRows, counted_responses: CountedResponses
) -> dict[int | None, list[public.Comment]]:
    """Return the comments by question, with their responses and changes.

    A comment does not name a source who made the point in confidence, or of whom no
    response counts.
    """
    responses = {response.comment_id: response for response in rows.received.responses}
    questions = {comment.pk: comment.question_id for comment in rows.received.comments}
    confidential = counted_responses.confidential
    people: dict[int, list[int]] = defaultdict(list)
    for link in rows.received.sources:
        number = counted_responses.numbers.get(link.respondent_id)
        question = questions[link.comment_id]
        if number is not None and not confidential.hides_source(
            question, link.respondent_id
        ):
            people[link.comment_id].append(number)
    changes = _changes_by_comment(rows)
    comments_by_question: dict[int | None, list[public.Comment]] = defaultdict(list)
    for comment in rows.received.comments:
        response = responses.get(comment.pk)
        comments_by_question[comment.question_id].append(
            _comment(comment, response, people[comment.pk], changes[comment.pk])
        )
    return comments_by_question


def _comment(
    comment: Comment,
    response: DCCResponse | None,
    people: Sequence[int],
    changes: Sequence[str],
) -> public.Comment:
    return public.Comment(
        key=comment.key,
        text=comment.text,
        response=response.text if response else "",
        disposition=response.disposition if response else "",
        respondents=tuple(people),
        concerns=tuple(comment.concerns),
        changes=tuple(changes),
    )


def _changes_by_comment(rows: ConclusionRows) -> dict[int, list[str]]:
    """Return the keys of the changes that each comment led to, in their order."""
    comment_ids: dict[int, list[int]] = defaultdict(list)
    for cause in rows.causes:
        comment_ids[cause.change_id].append(cause.comment_id)
    changes: dict[int, list[str]] = defaultdict(list)
    for change in rows.changes:
        for comment in comment_ids[change.pk]:
            changes[comment].append(change.key)
    return changes


def _changes(rows: ConclusionRows) -> tuple[public.Change, ...]:
    keys = {comment.pk: comment.key for comment in rows.received.comments}
    comment_keys: dict[int, list[str]] = defaultdict(list)
    for cause in rows.causes:
        if cause.comment_id in keys:
            comment_keys[cause.change_id].append(keys[cause.comment_id])
    return tuple(
        public.Change(
            key=change.key,
            document=rows.documents[change.document_id].code,
            reference=change.reference,
            description=change.description,
            rationale=change.rationale,
            because_of=tuple(comment_keys[change.pk]),
            clause=change.clause,
        )
        for change in rows.changes
    )


def _draft_publication(rows: ConclusionRows, correction: str) -> public.Publication:
    """Return what a draft says about itself; the submission replaces it."""
    slug = quote(rows.conclusion.slug)
    return public.Publication(
        address=f"{settings.SITE_URL}/desk/conclusions/{slug}/preview/",
        correction=correction,
        contact=rows.received.consultation.mailbox,
    )


# --- the drafter's arrangement ---------------------------------------------------


def _sections(rows: ConclusionRows) -> tuple[public.SectionContent, ...]:
    keys = {question.pk: question.key for question in rows.received.questions}
    by_parent: dict[int | None, list[ConclusionSection]] = defaultdict(list)
    for section in rows.sections:
        by_parent[section.parent_id].append(section)

    def section_content(section: ConclusionSection) -> public.SectionContent:
        return public.SectionContent(
            heading=section.heading,
            kind=section.kind,
            text=section.text,
            document=_document_code(section.document_id, rows),
            question=keys.get(section.question_id or 0, ""),
            tally=section.shows_tally,
            table=section.shows_table,
            sections=tuple(map(section_content, by_parent[section.pk])),
        )

    return tuple(map(section_content, by_parent[None]))


def _document_code(document: int | None, rows: ConclusionRows) -> str:
    return rows.documents[document].code if document else ""


def _attachment(
    row: ConclusionAttachment, rows: ConclusionRows
) -> public.AttachmentContent:
    file = rows.files[row.file_id] if row.file_id else None
    version = rows.versions.get(row.document_version_id or 0)
    is_text = row.kind == ConclusionAttachment.Kind.CLEAN
    return public.AttachmentContent(
        title=row.title,
        kind=row.kind,
        document=_document_code(row.document_id, rows),
        filename=row.filename,
        size=file.size if file else 0,
        sha256=file.sha256 if file else "",
        address=text_address(version) if version and is_text and not file else "",
    )


def _commitment(
    commitment: Commitment, day: dt.date | None
) -> public.CommitmentContent:
    """Return a commitment as it was on the day of the conclusion."""
    printed = printed_month if commitment.due_is_month else printed_date
    done = ""
    if commitment.done and (day is None or commitment.done <= day):
        parts = (printed_date(commitment.done), commitment.done_by)
        done = ": ".join(filter(None, parts))
    return public.CommitmentContent(
        text=commitment.text,
        due=printed(commitment.due) if commitment.due else "",
        owner=commitment.owner,
        done=done,
    )
