"""The values a conclusion is made of: public words only, nothing still to look up.

Texts named `text`, `response`, `summary`, `description` and `rationale` are canonical
restricted HTML (`markup.normalise`); all others are plain, on one line.
`strip_unprinted` leaves out what the document does not print, so that the stored and
published JSON tells a reader no more than the pages do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from consultations.documents.conclusion.columns import required_fields
from consultations.documents.conclusion.labels import comments_heading, question_phrase

SECTION_KINDS = (
    "text",
    "questions",
    "respondents",
    "analysis",
    "question",
    "changes",
    "attachments",
    "tally-matrix",
    "respondent-list",
    "glossary",
    "document-control",
    "commitments",
)
"""What a section can hold; `question` only inside `analysis`."""


@dataclass(frozen=True)
class Publisher:
    """The organisation that consults; `short` heads the response column."""

    name: str
    short: str


@dataclass(frozen=True)
class Publication:
    """Where a conclusion is published, and as which edition; None for a draft.

    `address` is the absolute address of the edition's page, and ends in a slash; the
    addresses of its attachments begin with it. The address of a draft is that of its
    preview, which is never printed. `correction` is restricted HTML, the reason for a
    later edition, and `contact` is a mailbox.
    """

    address: str
    edition: int | None = None
    correction: str = ""
    contact: str = ""


@dataclass(frozen=True)
class DocumentNamed:
    """A regulated document as this conclusion names it."""

    code: str
    title: str
    reference: str = ""


@dataclass(frozen=True)
class Respondent:
    """A respondent as the public may know them: a name only where they agreed."""

    label: str
    category: str = ""
    roles: tuple[str, ...] = ()
    represents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What one respondent answered; `respondent` indexes ConclusionContent.respondents.

    `stance` is one of wording.STANCES or empty, `choice` an option or empty; both are
    empty where there were only words.
    """

    respondent: int
    stance: str = ""
    choice: str = ""


@dataclass(frozen=True)
class Comment:
    """A point made, as published, and what the publisher says to it.

    `respondents` index ConclusionContent.respondents; `changes` are keys of changes.
    """

    key: str
    text: str
    response: str = ""
    disposition: str = ""
    respondents: tuple[int, ...] = ()
    concerns: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question, its tally and its comments.

    `number` is how headings call it: `2`, `2a`, or its whole label. `tally` holds
    (stance or option, respondents) in the order of stances or options; `answered`
    counts respondents who gave any answer that counts, `uncounted` those who gave only
    answers that do not count, `responding` all whose response counts. They are None
    where the document prints no tally; the last two also in content of earlier formats.
    """

    key: str
    number: str
    label: str
    text: str
    kind: str = "agreement"
    parent: str = ""
    options: tuple[str, ...] = ()
    summary: str = ""
    tally: tuple[Count, ...] | None = None
    answered: int | None = None
    uncounted: int | None = None
    responding: int | None = None
    answers: tuple[Answer, ...] = ()
    comments: tuple[Comment, ...] = ()

    @property
    def phrase(self) -> str:
        """What sentences call the question: `question 2`, `“Any other comments”`."""
        return question_phrase(self.number)

    @property
    def heading(self) -> str:
        """The heading that an analysis generates for the comments on the question."""
        return comments_heading(self.number)


@dataclass(frozen=True)
class Count:
    """The number of respondents in one group of a tally."""

    group: str
    respondents: int


@dataclass(frozen=True)
class Change:
    """A change to a regulated document and the comments that caused it (their keys)."""

    key: str
    document: str
    reference: str
    description: str
    rationale: str
    because_of: tuple[str, ...] = ()
    clause: str = ""


@dataclass(frozen=True)
class SectionContent:
    """A section as the drafter arranged it; numbers are never part of it.

    `document` narrows a changes table; `question` is the key a question section is
    about; `tally` and `table` are None for the default.
    """

    heading: str
    kind: str = "text"
    text: str = ""
    document: str = ""
    question: str = ""
    tally: bool | None = None
    table: bool | None = None
    sections: tuple[SectionContent, ...] = ()


@dataclass(frozen=True)
class AttachmentContent:
    """An attachment; `sha256` and `size` (bytes) are of its file, if it has one.

    `address` is the absolute address of its text on the site, for one without a file.
    """

    title: str
    kind: str
    document: str = ""
    filename: str = ""
    size: int = 0
    sha256: str = ""
    address: str = ""


@dataclass(frozen=True)
class CommitmentContent:
    """A promise; `due` and `done` are as printed (`September 2026`)."""

    text: str
    due: str = ""
    owner: str = ""
    done: str = ""


@dataclass(frozen=True)
class Term:
    """An abbreviation and what it stands for."""

    short: str
    long: str


@dataclass(frozen=True)
class Revision:
    """A line of document control: an edition, its date as printed, what changed."""

    edition: str
    date: str
    changes: str


@dataclass(frozen=True)
class ConclusionContent:
    """The whole content of a conclusion as one value; `compose` arranges it.

    `responses` counts the submissions that count and `responding` the respondents who
    sent them; they are None where they are not printed.
    `comments` are those that belong to no question. `first_published` is the day of a
    publication before the conclusion was entered here; no document prints it.
    `publication` is None in content of the formats before it was frozen.
    """

    publisher: Publisher
    consultation: str
    consultation_title: str
    title: str
    subtitle: str = ""
    date: dt.date | None = None
    first_published: dt.date | None = None
    author: str = ""
    classification: str = ""
    columns: tuple[str, ...] = ("comment", "response")
    consulted_on: tuple[str, ...] = ()
    documents: tuple[DocumentNamed, ...] = ()
    responses: int | None = None
    responding: int | None = None
    respondents: tuple[Respondent, ...] = ()
    questions: tuple[Question, ...] = ()
    comments: tuple[Comment, ...] = ()
    changes: tuple[Change, ...] = ()
    sections: tuple[SectionContent, ...] = ()
    attachments: tuple[AttachmentContent, ...] = ()
    commitments: tuple[CommitmentContent, ...] = ()
    glossary: tuple[Term, ...] = ()
    revisions: tuple[Revision, ...] = ()
    publication: Publication | None = None

    def every_section(self) -> Iterator[SectionContent]:
        """Yield all sections in order, at every depth."""
        yield from _every_section(self.sections)

    def has_section(self, kind: str) -> bool:
        """True when some section is of that kind."""
        return any(section.kind == kind for section in self.every_section())

    def every_comment(self) -> Iterator[Comment]:
        """Yield the comments of all questions, then those of none."""
        for question in self.questions:
            yield from question.comments
        yield from self.comments

    def shows_table(self, question: Question) -> bool:
        """True when the question's comments are printed as a table."""
        section = self.section_of(question)
        wanted = section.table if section else None
        return bool(question.comments) and wanted is not False

    def shows_tally(self, question: Question) -> bool:
        """True when the tally is printed: by choice, or where there is no table."""
        if question.tally is None:
            return False
        section = self.section_of(question)
        if section and section.tally is not None:
            return section.tally
        is_stem = any(other.parent == question.key for other in self.questions)
        return not self.shows_table(question) and bool(question.answered or not is_stem)

    def section_of(self, question: Question) -> SectionContent | None:
        """Return the section the drafter made for a question, if any."""
        for section in self.every_section():
            if section.kind == "question" and section.question == question.key:
                return section
        return None


def _every_section(sections: tuple[SectionContent, ...]) -> Iterator[SectionContent]:
    for section in sections:
        yield section
        yield from _every_section(section.sections)


def without_publication(content: ConclusionContent) -> ConclusionContent:
    """Return the content without addresses and edition: what two editions compare."""
    attachments = tuple(replace(each, address="") for each in content.attachments)
    return replace(content, attachments=attachments, publication=None)


def strip_unprinted(content: ConclusionContent) -> ConclusionContent:
    """Return the content without what its document does not print.

    A tally is kept where its sentence is printed, answers where a matrix or a column
    shows them, and respondents (with their categories, roles and companies) only where
    a column, a matrix or a list does. Doing it twice gives the same as once.
    """
    return _PrintedParts(content).printed_content()


class _PrintedParts:
    """The parts of a content that its document prints."""

    def __init__(self, content: ConclusionContent) -> None:
        self.full = content
        self.analysed = self.analysed_questions()
        self.listed = content.has_section("respondent-list")
        self.matrix = content.has_section("tally-matrix")
        has_comments = self.analysed or content.has_section("analysis")
        self.needed = required_fields(content.columns if has_comments else ())
        self.changed = {change.key for change in self.printed_changes()}

    def analysed_questions(self) -> set[str]:
        """Return the keys of questions that some section analyses."""
        if self.full.has_section("analysis"):
            return {question.key for question in self.full.questions}
        keys = {s.question for s in self.full.every_section() if s.kind == "question"}
        while more := {
            question.key
            for question in self.full.questions
            if question.parent in keys and question.key not in keys
        }:
            keys |= more
        return keys

    def printed_content(self) -> ConclusionContent:
        full = self.full
        everything = (
            full.has_section("questions") or full.has_section("analysis") or self.matrix
        )
        questions = tuple(
            self.printed_question(question)
            for question in full.questions
            if everything or question.key in self.analysed
        )
        general = full.comments if full.has_section("analysis") else ()
        comments = tuple(map(self.printed_comment, general))
        people = self.listed or self.matrix or "respondents" in self.needed
        keys = {c.key for q in questions for c in q.comments} | {
            c.key for c in comments
        }
        return replace(
            full,
            responses=full.responses if full.has_section("respondents") else None,
            responding=full.responding if full.has_section("respondents") else None,
            respondents=self.printed_respondents(questions, comments) if people else (),
            questions=questions,
            comments=comments,
            changes=self.changes_with_printed_causes(keys),
            attachments=full.attachments if full.has_section("attachments") else (),
            commitments=full.commitments if full.has_section("commitments") else (),
            glossary=full.glossary if full.has_section("glossary") else (),
            revisions=full.revisions if full.has_section("document-control") else (),
        )

    def printed_question(self, question: Question) -> Question:
        analysed = question.key in self.analysed
        tallied = analysed and self.full.shows_tally(question)
        shown = analysed and self.full.shows_table(question)
        comments = question.comments if shown else ()
        answering: set[int] = set()
        if "answers" in self.needed:
            answering = {index for c in comments for index in c.respondents}
        return replace(
            question,
            summary=question.summary if analysed else "",
            tally=question.tally if tallied else None,
            answered=question.answered if tallied else None,
            uncounted=question.uncounted if tallied else None,
            responding=question.responding if tallied else None,
            answers=tuple(
                a for a in question.answers if self.matrix or a.respondent in answering
            ),
            comments=tuple(map(self.printed_comment, comments)),
        )

    def printed_comment(self, comment: Comment) -> Comment:
        return replace(
            comment,
            text=comment.text if "text" in self.needed else "",
            response=comment.response if "response" in self.needed else "",
            disposition=comment.disposition if "disposition" in self.needed else "",
            respondents=comment.respondents if "respondents" in self.needed else (),
            concerns=comment.concerns if "concerns" in self.needed else (),
            changes=tuple(key for key in comment.changes if key in self.changed),
        )

    def printed_respondents(
        self, questions: Iterable[Question], comments: Iterable[Comment]
    ) -> tuple[Respondent, ...]:
        """Return the respondents; categories only of those beside a printed comment."""
        if self.listed:
            return self.full.respondents
        beside = {n for c in comments for n in c.respondents}
        beside |= {n for q in questions for c in q.comments for n in c.respondents}
        shown = beside if "category" in self.needed else set[int]()
        return tuple(
            Respondent(each.label, each.category if number in shown else "")
            for number, each in enumerate(self.full.respondents)
        )

    def changes_with_printed_causes(self, printed: set[str]) -> tuple[Change, ...]:
        return tuple(
            replace(c, because_of=tuple(key for key in c.because_of if key in printed))
            for c in self.printed_changes()
        )

    def printed_changes(self) -> tuple[Change, ...]:
        """Return the changes that some section's table holds."""
        documents = {
            s.document for s in self.full.every_section() if s.kind == "changes"
        }
        return tuple(
            change for change in self.full.changes if documents & {"", change.document}
        )
