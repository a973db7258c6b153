"""The public text of a consultation as one value, and its canonical JSON.

The JSON is what is hashed, approved and shown to the public, so it carries the number
of its format, and reading refuses a format that this release does not know. Status,
deadlines of questions and web addresses follow from it and are not stored in it.
"""

from __future__ import annotations

import datetime as dt
import html
import json
from collections.abc import Iterator
from dataclasses import dataclass

from consultations.documents import codec
from consultations.documents.conclusion.stored import UnknownFormatError

CONSULTATION_TEXT_FORMAT = 2
"""The current format."""


@dataclass(frozen=True)
class QuestionText:
    """A question with its sub-questions."""

    key: str
    label: str
    text: str
    kind: str
    options: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    children: tuple[QuestionText, ...] = ()


@dataclass(frozen=True)
class DocumentName:
    """A regulated document as it was called, and how its text takes effect."""

    code: str
    title: str
    reference: str
    route: str


@dataclass(frozen=True)
class AttachmentFile:
    """A file published with the consultation."""

    title: str
    filename: str
    sha256: str
    size: int


@dataclass(frozen=True)
class ExtensionText:
    """An extension; `questions` are keys, and none of them means all questions."""

    was: dt.datetime
    until: dt.datetime
    reason: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConsultedText:
    """The text of a version that the consultation is about: name and hash."""

    version: str
    sha256: str


@dataclass(frozen=True)
class ConsultationText:
    """Everything that readers are told of a consultation.

    `follows` is the web address of the earlier consultation on this site; one that is
    elsewhere has a title, and perhaps a day of opening and an address there.
    """

    title: str
    organisation: str
    organisation_short: str
    anonymity: str
    summary: str = ""
    documents: tuple[DocumentName, ...] = ()
    opens: dt.datetime | None = None
    closes: dt.datetime | None = None
    target_conclusion: dt.date | None = None
    classification: str = ""
    mailbox: str = ""
    follows: str = ""
    follows_title: str = ""
    follows_opened: dt.date | None = None
    follows_url: str = ""
    relation: str = ""
    questions: tuple[QuestionText, ...] = ()
    attachments: tuple[AttachmentFile, ...] = ()
    extensions: tuple[ExtensionText, ...] = ()
    texts: tuple[ConsultedText, ...] = ()

    def every_question(self) -> Iterator[QuestionText]:
        """Yield all questions in order, each before its sub-questions."""
        yield from _every_question(self.questions)

    @property
    def words(self) -> str:
        """What a search of the list reads: title, summary, codes and titles."""
        documents = [f"{each.code} {each.title}" for each in self.documents]
        return "\n".join([self.title, self.summary, *documents])


def _every_question(questions: tuple[QuestionText, ...]) -> Iterator[QuestionText]:
    for question in questions:
        yield question
        yield from _every_question(question.children)


def write_consultation_text(text: ConsultationText) -> bytes:
    """Return canonical JSON of the text in today's format."""
    return codec.dumps({"format": CONSULTATION_TEXT_FORMAT} | codec.encode(text))


def read_consultation_text(data: bytes | str) -> ConsultationText:
    """Return a stored text as a value.

    Raise UnknownFormatError for a format of a later release, and codec.CodecError for
    JSON that is no text of a consultation.
    """
    fields = json.loads(data)
    number = fields.pop("format", None)
    if number not in range(1, CONSULTATION_TEXT_FORMAT + 1):
        raise UnknownFormatError(
            f"The text of a consultation has format {number!r}, but this version of "
            f"the software reads formats 1 to {CONSULTATION_TEXT_FORMAT}. Install the "
            "version of the software that wrote the text."
        )
    if number == 1:
        fields |= {"follows_title": "", "follows_opened": None, "follows_url": ""}
    text: ConsultationText = codec.decode(ConsultationText, fields)
    return text


def question_markup(question: QuestionText) -> str:
    """Return a question as readers see it, as restricted HTML."""
    parts = [f"<p><strong>{html.escape(question.label)}</strong></p>", question.text]
    if question.options:
        items = "".join(f"<li>{html.escape(each)}</li>" for each in question.options)
        parts.append(f"<ul>{items}</ul>")
    if question.refers_to:
        parts.append(f"<p>Refers to {html.escape(', '.join(question.refers_to))}</p>")
    return "".join(parts)
