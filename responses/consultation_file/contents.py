"""The contents of a consultation file; notation/declaring.py reads the keys.

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
from consultations.documents.rich_text.markup import MAX_ANSWER_LENGTH
from responses.consultation_file.notation.declaring import (
    Clock,
    DayOrMonth,
    FileName,
    FormatVersion,
    KeyReference,
    Line,
    NullIs,
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

NOTICE_KINDS = ("amended", "corrected", "updated", "extended", "briefing")
"""A withdrawal has a key of its own."""

NOTICE_STATES = ("waiting", "unconfirmed")
"""The states of notices that another person still has to decide on."""

ATTRIBUTIONS = ("anonymous", "named", "confidential")
STANCES = ("agree", "disagree", "neutral", "no-opinion")
OWN_CONSULTATION = "."
"""A version whose consultation the file leaves out; no slug has a full stop."""

TAKE_STANCE = ("agreement", "date")


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """The organisation that runs the consultation."""

    name: Words
    short: Annotated[
        str, Line(40), "short name, used in column headings such as DCC Response"
    ]


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A clause of one version of a regulated document."""

    id: Annotated[
        str,
        Line(60),
        SameAs("number"),
        "the same id in two versions means the same clause",
    ] = ""
    number: Annotated[str, Line(40), "as printed, in quotes"]
    heading: Words = ""
    text: Rich = ""
    clauses: Annotated[tuple[Clause, ...], "sub-clauses"] = ()


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of the text of a regulated document."""

    key: KeyOf
    label: Annotated[str, Line(60), "as printed, in quotes"] = ""
    status: Annotated[str, OneOf(("designated", "consulted", "concluded"))]
    in_force: dt.date | None = None
    consultation: Annotated[
        str,
        Slug(),
        NullIs(""),
        "the slug of the consultation in which this version is consulted on or "
        "concluded; null: none. A new version with the status consulted or concluded "
        "belongs to the consultation of the file",
    ] = OWN_CONSULTATION
    file: Annotated[str, FileName(), "not supported yet; use clauses"] = ""
    clauses: Annotated[
        tuple[Clause, ...], "without clauses, the stored text is unchanged"
    ] = ()


def default_consultation(status: str, slug: str) -> str:
    """Return the consultation of a new version in the file of the consultation."""
    return slug if status in ("consulted", "concluded") else ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A regulated document that is consulted on, or the parent of one."""

    code: Annotated[str, Line(40), "short name, unique on the site"]
    title: Words
    reference: Annotated[str, Line(), "for example SEC Appendix AM"] = ""
    kind: Annotated[str, OneOf(("text", "matrix"))] = "text"
    parent: Annotated[
        str, KeyReference("documents"), "the document to which this one is annexed"
    ] = ""
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
        "who approves a concluded version",
    ] = "secretary-of-state"
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Follows:
    """An earlier consultation that this one follows, on this site or elsewhere."""

    slug: Annotated[str, Slug(), "for a consultation on this site"] = ""
    title: Annotated[str, Line(), "for a consultation elsewhere"] = ""
    opened: dt.date | None = None
    url: Annotated[str, Line(500), "begins with https:// or http://"] = ""
    relation: Annotated[str, OneOf(("further", "supersedes", "follow-up"))]


@dataclass(frozen=True, kw_only=True)
class Extension:
    """An extension of the deadline."""

    from_: Instant
    to: Instant
    reason: Rich
    questions: Annotated[
        tuple[QuestionKey, ...], UniqueItems(), "default: all questions"
    ] = ()


@dataclass(frozen=True, kw_only=True)
class ConsultationAttachment:
    """A file published with the consultation, such as the text consulted on."""

    title: Words
    file: Annotated[str, FileName(), "beside the consultation file"]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notice of a change to the consultation after its opening."""

    on: Annotated[dt.datetime, Time(), "when the notice was published"]
    kind: Annotated[str, OneOf(NOTICE_KINDS)]
    text: Annotated[str, RichTextKind(), "the reason, as readers see it"]
    file: Annotated[str, FileName(), "beside the consultation file"] = ""
    state: Annotated[
        str,
        OneOf(NOTICE_STATES),
        "waiting for approval; or in effect, with an extension to be confirmed; "
        "without a state, the notice is in effect",
    ] = ""


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """The withdrawal of the consultation, or of a response by its respondent."""

    at: Instant
    reason: Rich
    state: Annotated[
        str,
        OneOf(NOTICE_STATES[:1]),
        "waiting for approval; without a state, the withdrawal is in effect",
    ] = ""


@dataclass(frozen=True, kw_only=True)
class PublishedFile:
    """A file of the published wording, which an export writes."""

    file: Annotated[str, FileName(), "beside the consultation file"]


@dataclass(frozen=True, kw_only=True)
class Consultation:
    """The consultation: its title, documents and dates."""

    slug: Annotated[str, Slug(), "the last part of the web address"]
    title: Words
    summary: Rich = ""
    documents: Annotated[tuple[Code, ...], UniqueItems(), "in printed order"]
    opened: Annotated[
        dt.date | None, "the opening date; without one, the consultation is not public"
    ] = None
    opens_at: Annotated[dt.time | None, Clock(), "London time; default: midnight"] = (
        None
    )
    closes: Annotated[dt.datetime | None, Time()] = None
    target_conclusion: dt.date | None = None
    classification: Annotated[str, Line(60)] = ""
    mailbox: Words = ""
    anonymity: Annotated[
        str,
        OneOf(("anonymous", "named")),
        "the default attribution of responses",
    ] = "anonymous"
    follows: Follows | None = None
    extensions: tuple[Extension, ...] = ()
    attachments: Annotated[
        tuple[ConsultationAttachment, ...], "published when the consultation opens"
    ] = ()
    notices: Annotated[
        tuple[Notice, ...],
        "the notices published since the opening, oldest first; with --update, a new "
        "notice at the end requests approval of the changes to frozen parts",
    ] = ()
    withdrawn: Withdrawn | None = None
    published: Annotated[
        tuple[PublishedFile, ...],
        "the published wording, where the rest of the file differs from it: the text "
        "of the consultation as JSON, then the texts and attachments that it names; "
        "read only when the file creates the consultation",
    ] = ()


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of the consultation; questions are numbered from 1 in order."""

    key: Annotated[str, Line(60), "default: q and its number, for example q2"] = ""
    label: Annotated[str, Line(120), "as printed, in quotes if it is a number"]
    text: Rich
    kind: Annotated[str, OneOf(("agreement", "choice", "open", "date"))] = "agreement"
    parent: Annotated[
        str,
        KeyReference("questions", allows_number=True),
        "the question above this sub-question",
    ] = ""
    refers_to: tuple[Long, ...] = ()
    options: Annotated[tuple[Words, ...], UniqueItems(), "for kind: choice"] = ()
    summary: Annotated[
        str, RichTextKind(), "printed above the table of comments on the question"
    ] = ""


@dataclass(frozen=True, kw_only=True)
class Respondent:
    """An organisation or person that responded."""

    key: KeyOf
    name: Words
    email: Words = ""
    category: Annotated[str, Line(120)] = ""
    roles: tuple[Long, ...] = ()
    represents: tuple[Long, ...] = ()
    aliases: tuple[Long, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer to one question, in the respondent's own words."""

    question: QuestionKey
    stance: Annotated[str, OneOf(STANCES), "for kind: agreement or date"] = ""
    choice: Annotated[str, Line(), "one of the options, for kind: choice"] = ""
    text: Annotated[str, RichTextKind(MAX_ANSWER_LENGTH)] = ""
    confidential: bool = False


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A response as received."""

    respondent: RespondentKey
    received: Instant
    channel: Annotated[str, OneOf(("web", "email", "post", "meeting", "import"))] = ""
    attribution: Annotated[
        str,
        OneOf(ATTRIBUTIONS),
        "if left out: the default attribution of the consultation",
    ] = ""
    accepted: Annotated[bool | None, "the decision on a late response"] = None
    accepted_reason: Rich = ""
    withdrawn: Annotated[
        Withdrawn | None, "a withdrawn response is kept, but not counted or printed"
    ] = None
    answers: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A comment as published, with the response to it."""

    key: KeyOf
    question: Annotated[
        str,
        KeyReference("questions", allows_number=True),
        OrNull(),
        "null: no question",
    ]
    from_: Annotated[
        tuple[RespondentKey, ...],
        UniqueItems(),
        "the respondents who raised the comment",
    ]
    text: Annotated[str, RichTextKind(), "the published comment, a paraphrase"]
    response: Rich = ""
    disposition: Annotated[
        str, OneOf(("clarified", "changed", "not-changed", "noted"))
    ] = ""
    concerns: Annotated[
        tuple[Long, ...], "related clauses, for example S1SR Clause 13.2"
    ] = ()
    replies_to: Annotated[
        str, Line(), "an earlier response: text, or conclusion#comment-key"
    ] = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change to a regulated document, with its reason."""

    key: KeyOf
    document: Code
    reference: Annotated[str, Line(), "the drafting reference, as printed"]
    description: Rich
    rationale: Rich
    because_of: Annotated[
        tuple[CommentKey, ...],
        UniqueItems(),
        "because_of or own_initiative is required before publishing",
    ] = ()
    own_initiative: Annotated[
        str,
        RichTextKind(),
        "the organisation's own reason, if no comment led to the change",
    ] = ""
    clause: Annotated[
        str, Line(60), "the id of a clause in the versions of the document"
    ] = ""
    before: Annotated[
        str, RichTextKind(), "the current text, if the file has no version with text"
    ] = ""
    after: Rich = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of a conclusion; section numbers are added automatically."""

    heading: Annotated[str, Line(), "required, except for kind: question"] = ""
    kind: Annotated[str, OneOf(SECTION_KINDS)]
    document: Annotated[
        str, KeyReference("documents"), "for kind: changes; default: all documents"
    ] = ""
    question: Annotated[
        str, KeyReference("questions", allows_number=True), "for kind: question"
    ] = ""
    tally: Annotated[bool | None, "for kind: question; print the tally"] = None
    table: Annotated[bool | None, "for kind: question; print the table"] = None
    text: Rich = ""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file published with a conclusion; files are numbered in order."""

    title: Words
    kind: Annotated[str, OneOf(("clean", "redline", "matrix", "notice", "other"))]
    document: Code = ""
    version: Annotated[str, Line(60), "the key of a version of the document"] = ""
    against: Annotated[str, Line(60), "the version to compare with"] = ""
    file: Annotated[str, FileName(), "beside the consultation file"] = ""


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """A conclusion to the consultation."""

    slug: Annotated[str, Slug(), "default: the slug of the consultation"] = ""
    title: Long
    subtitle: Long = ""
    date: dt.date | None = None
    first_published: Annotated[
        dt.date | None,
        "if the conclusion was published before it was added to this site",
    ] = None
    author: Words = ""
    classification: Annotated[str, Line(60)] = ""
    columns: Annotated[
        tuple[Annotated[str, OneOf(tuple(COLUMNS))], ...],
        UniqueItems(least=1),
        "columns of comment tables",
    ] = ("comment", "response")
    sections: tuple[Section, ...]
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """What happens if the target date passes without designation."""

    months: int | None = None
    wording: Words = ""


@dataclass(frozen=True, kw_only=True)
class Designation:
    """The designation requested from the decision-maker, and its outcome."""

    addressee: Words
    submitted: dt.date | None = None
    target: dt.date | None = None
    fallback: Fallback | None = None
    designated: dt.date | None = None
    outcome: Rich = ""


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """A commitment made in the conclusion."""

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
        Organisation | None, "default: the organisation of the site"
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
        tuple[tuple[str, str], ...], Terms(), "abbreviations and their meanings"
    ] = ()
