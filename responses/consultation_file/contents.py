"""What a consultation file says, as values; notation/declaring.py reads their keys.

Texts are canonical restricted HTML, lines are clean, references are keys. Keys stand
in the order in which they are written. A key with a field of the same name and kind in
the model is stored and exported without further code; tables.py names the others.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from consultations.documents.conclusion.columns import COLUMNS
from consultations.documents.conclusion.content import SECTION_KINDS
from responses.consultation_file.notation.declaring import (
    Clock,
    DayOrMonth,
    FileName,
    FormatVersion,
    KeyReference,
    Line,
    OneOf,
    OrNull,
    RichTextKind,
    SameAs,
    Slug,
    Terms,
    Time,
    UniqueItems,
)
from responses.consultation_file.notation.moments import Month

Words = Annotated[str, Line()]
Long = Annotated[str, Line(500)]
KeyOf = Annotated[str, Line(60)]
Rich = Annotated[str, RichTextKind()]
Code = Annotated[str, KeyReference("documents")]
QuestionKey = Annotated[str, KeyReference("questions", allows_number=True)]
RespondentKey = Annotated[str, KeyReference("respondents")]
CommentKey = Annotated[str, KeyReference("comments")]
Instant = Annotated[dt.datetime, Time()]

ATTRIBUTIONS = ("anonymous", "named", "confidential")
STANCES = ("agree", "disagree", "neutral", "no-opinion")
TAKE_STANCE = ("agreement", "date")


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """The body that consults."""

    name: Words
    short: Annotated[str, Line(40), "heads the column of its responses"]


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A clause of one version of a regulated document."""

    id: Annotated[
        str, Line(60), SameAs("number"), "the same in two versions: the same clause"
    ] = ""
    number: Annotated[str, Line(40), "as printed, in quotes"]
    heading: Words = ""
    text: Rich = ""
    clauses: Annotated[tuple[Clause, ...], "those inside it"] = ()


@dataclass(frozen=True, kw_only=True)
class Version:
    """A regulated document's text at one point."""

    key: KeyOf
    label: Annotated[str, Line(60), "as printed, in quotes"] = ""
    status: Annotated[str, OneOf(("designated", "consulted", "concluded"))]
    in_force: dt.date | None = None
    file: Annotated[str, FileName(), "not read yet: give the clauses"] = ""
    clauses: Annotated[tuple[Clause, ...], "left out: the text is not given here"] = ()


@dataclass(frozen=True, kw_only=True)
class Document:
    """A regulated document the consultation is about, or one it is annexed to."""

    code: Annotated[str, Line(40), "its short name, unique in the installation"]
    title: Words
    reference: Annotated[str, Line(), "where it stands, such as SEC Appendix AM"] = ""
    kind: Annotated[str, OneOf(("text", "matrix"))] = "text"
    parent: Annotated[str, KeyReference("documents"), "what it is an annex of"] = ""
    route: Annotated[
        str,
        OneOf(
            (
                "secretary-of-state",
                "no-objection",
                "own-publication",
                "panel",
                "authority",
            )
        ),
        "who lets a concluded version come into force",
    ] = "secretary-of-state"
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Follows:
    """The earlier consultation that this one continues; it need not be here."""

    slug: Annotated[str, Slug()]
    relation: Annotated[str, OneOf(("further", "supersedes", "follow-up"))]


@dataclass(frozen=True, kw_only=True)
class Extension:
    """A deadline moved."""

    from_: Instant
    to: Instant
    reason: Rich
    questions: Annotated[
        tuple[QuestionKey, ...], UniqueItems(), "left out: all of them"
    ] = ()


@dataclass(frozen=True, kw_only=True)
class ConsultationAttachment:
    """A file published with the consultation, such as the text consulted on."""

    title: Words
    file: Annotated[str, FileName(), "beside the consultation file"]


@dataclass(frozen=True, kw_only=True)
class Consultation:
    """What is consulted on, and when."""

    slug: Annotated[str, Slug(), "its address"]
    title: Words
    summary: Rich = ""
    documents: Annotated[tuple[Code, ...], UniqueItems(), "in the order of printing"]
    opened: Annotated[dt.date | None, "left out: it is still being set up"] = None
    opens_at: Annotated[
        dt.time | None, Clock(), "on that day, in London; left out: from midnight"
    ] = None
    closes: Annotated[dt.datetime | None, Time()] = None
    target_conclusion: dt.date | None = None
    classification: Annotated[str, Line(60)] = ""
    mailbox: Words = ""
    anonymity: Annotated[
        str,
        OneOf(("anonymous", "named")),
        "how respondents are known who do not say",
    ] = "anonymous"
    follows: Follows | None = None
    extensions: tuple[Extension, ...] = ()
    attachments: Annotated[
        tuple[ConsultationAttachment, ...], "published from the opening on"
    ] = ()


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the consultation asks. Questions are counted from 1 in their order."""

    key: Annotated[str, Line(60), "left out: q and its number"] = ""
    label: Annotated[str, Line(120), "as printed, in quotes if it is a number"]
    text: Rich
    kind: Annotated[str, OneOf(("agreement", "choice", "open", "date"))] = "agreement"
    parent: Annotated[
        str,
        KeyReference("questions", allows_number=True),
        "what it is a sub-question of",
    ] = ""
    refers_to: tuple[Long, ...] = ()
    options: Annotated[tuple[Words, ...], UniqueItems(), "only for kind: choice"] = ()
    summary: Annotated[
        str, RichTextKind(), "printed above the table of its comments"
    ] = ""


@dataclass(frozen=True, kw_only=True)
class Respondent:
    """Who answered."""

    key: KeyOf
    name: Words
    email: Words = ""
    category: Annotated[str, Line(120)] = ""
    roles: tuple[Long, ...] = ()
    represents: tuple[Long, ...] = ()
    aliases: tuple[Long, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a response says to one question, word for word."""

    question: QuestionKey
    stance: Annotated[str, OneOf(STANCES), "for kind: agreement or date"] = ""
    choice: Annotated[str, Line(), "one of the options, for kind: choice"] = ""
    text: Rich = ""
    confidential: bool = False


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A response as it came in."""

    respondent: RespondentKey
    received: Instant
    channel: Annotated[str, OneOf(("web", "email", "post", "meeting", "import"))] = ""
    attribution: Annotated[str, OneOf(ATTRIBUTIONS), "left out: the anonymity"] = ""
    accepted: Annotated[bool | None, "a decision about a late one"] = None
    accepted_reason: Rich = ""
    answers: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A point made, as it is published, and what is said to it."""

    key: KeyOf
    question: Annotated[
        str, KeyReference("questions", allows_number=True), OrNull(), "null: to none"
    ]
    from_: Annotated[tuple[RespondentKey, ...], UniqueItems(), "whose point it is"]
    text: Annotated[str, RichTextKind(), "the published paraphrase"]
    response: Rich = ""
    disposition: Annotated[
        str, OneOf(("clarified", "changed", "not-changed", "noted"))
    ] = ""
    concerns: Annotated[tuple[Long, ...], "such as S1SR Clause 13.2"] = ()
    replies_to: Annotated[
        str, Line(), "an earlier response: words, or conclusion#comment key"
    ] = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change to a regulated document, and why it is made."""

    key: KeyOf
    document: Code
    reference: Annotated[str, Line(), "the drafting reference as printed"]
    description: Rich
    rationale: Rich
    because_of: Annotated[
        tuple[CommentKey, ...],
        UniqueItems(),
        "this or own_initiative, before the conclusion is published",
    ] = ()
    own_initiative: Annotated[
        str, RichTextKind(), "the reason for one nobody asked for"
    ] = ""
    clause: Annotated[str, Line(60), "the id of a clause in the versions above"] = ""
    before: Annotated[str, RichTextKind(), "where no version's text is given"] = ""
    after: Rich = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of a conclusion; its number is never written."""

    heading: Annotated[str, Line(), "needed, but for kind: question"] = ""
    kind: Annotated[str, OneOf(SECTION_KINDS)]
    document: Annotated[
        str, KeyReference("documents"), "for kind: changes; left out: all documents"
    ] = ""
    question: Annotated[
        str, KeyReference("questions", allows_number=True), "for kind: question"
    ] = ""
    tally: Annotated[bool | None, "for kind: question"] = None
    table: Annotated[bool | None, "for kind: question"] = None
    text: Rich = ""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file published with a conclusion; they are numbered in order."""

    title: Words
    kind: Annotated[str, OneOf(("clean", "redline", "matrix", "notice", "other"))]
    document: Code = ""
    version: Annotated[str, Line(60), "the key of a version of the document"] = ""
    against: Annotated[str, Line(60), "the version it is compared with"] = ""
    file: Annotated[str, FileName(), "beside the consultation file"] = ""


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """The document that ends a consultation, or one of them."""

    slug: Annotated[str, Slug(), "left out: the consultation's"] = ""
    title: Long
    subtitle: Long = ""
    date: dt.date | None = None
    author: Words = ""
    classification: Annotated[str, Line(60)] = ""
    columns: Annotated[
        tuple[Annotated[str, OneOf(tuple(COLUMNS))], ...],
        UniqueItems(least=1),
        "of the tables of comments",
    ] = ("comment", "response")
    sections: tuple[Section, ...]
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """What may happen if the target day passes."""

    months: int | None = None
    wording: Words = ""


@dataclass(frozen=True, kw_only=True)
class Designation:
    """What is asked of the Secretary of State or whoever decides, and what came."""

    addressee: Words
    submitted: dt.date | None = None
    target: dt.date | None = None
    fallback: Fallback | None = None
    designated: dt.date | None = None
    outcome: Rich = ""


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """A promise made."""

    text: Rich
    due: Annotated[dt.date | Month | None, DayOrMonth()] = None
    owner: Words = ""
    done: dt.date | None = None
    done_by: Words = ""


@dataclass(frozen=True, kw_only=True)
class ConsultationFile:
    """A whole consultation."""

    consultation_file: Annotated[int, FormatVersion()]
    organisation: Annotated[
        Organisation | None, "left out: the one of the installation"
    ] = None
    documents: tuple[Document, ...]
    consultation: Consultation
    questions: tuple[Question, ...]
    respondents: tuple[Respondent, ...] = ()
    submissions: tuple[Submission, ...] = ()
    comments: tuple[Comment, ...] = ()
    changes: tuple[Change, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    designation: Designation | None = None
    commitments: tuple[Commitment, ...] = ()
    glossary: Annotated[
        tuple[tuple[str, str], ...], Terms(), "abbreviations and their meaning"
    ] = ()
