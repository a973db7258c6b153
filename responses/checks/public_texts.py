"""The strings that are or would be public, each with its place in words."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from consultations.documents.column_words import column_texts
from consultations.documents.conclusion import content as public
from consultations.documents.conclusion.content import ConclusionContent
from responses.text_matching.normalisation import fold_text
from responses.text_matching.phrases import to_plain_words

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd]\b[^<>]*>(.*?)</t[hd]>", re.DOTALL)

CONSULTED_TARGETS = ("consultation", "attachment")
"""Targets of texts and files that were published before the conclusion."""

LEGAL_TEXT_REF = "legal-text"
"""The reference in findings on the text of a version: `legal-text:S1SR/12`."""

_ADDRESSES = ("the reference of", "the file name of", "the web address of")

SUMMARY_PLACE = "the summary of"
"""The start of the place of a question's summary, which is written afterwards."""


@dataclass(frozen=True)
class PublicText:
    """Public words, with their place in words: `the response to Comment Q2.3`."""

    place: str
    target: str
    words: str

    @cached_property
    def folded_words(self) -> str:
        """The words as `fold_text` compares them."""
        return fold_text(self.words)

    @property
    def is_of_consultation(self) -> bool:
        """True for the consultation's own texts and its questions.

        The summary of a question has the question's target, but not its place.
        """
        if self.target.startswith("question:"):
            return not self.place.startswith(SUMMARY_PLACE)
        return self.target == "consultation"

    @property
    def precedes_responses(self) -> bool:
        """True for texts in which a name need not tell who responded.

        They were published before anyone responded, or are legal texts. A person can
        confirm a finding about one. The texts of questions were published as well, but
        not their summaries, which are written afterwards.
        """
        return (
            self.target in CONSULTED_TARGETS
            or self.target.startswith(f"{LEGAL_TEXT_REF}:")
            or self.is_of_consultation
        )

    @property
    def is_address(self) -> bool:
        """True for a key, a file name or a web address, which is no sentence."""
        return self.place.startswith(_ADDRESSES)

    @property
    def capitalised_place(self) -> str:
        """The place with a capital letter, to start a sentence."""
        return f"{self.place[:1].upper()}{self.place[1:]}"


def typed_text(place: str, markup: str) -> PublicText:
    """Return a text that is typed when a conclusion is submitted or withdrawn."""
    return PublicText(place, "conclusion", to_plain_words(markup))


def public_texts(
    content: ConclusionContent, comment_labels: Mapping[str, str]
) -> Iterator[PublicText]:
    """Yield every string of the content, whatever field it is in.

    `comment_labels` are the labels of the comments, by their keys. Content that is
    frozen may have a comment that has been deleted since.
    """
    yield from _texts_in(content, "the title block", "conclusion", comment_labels)


def _texts_in(
    value: object, place: str, target: str, comment_labels: Mapping[str, str]
) -> Iterator[PublicText]:
    if isinstance(value, str):
        if words := to_plain_words(value):
            yield PublicText(place, target, words)
            for column in _table_columns(value):
                yield PublicText(place, target, column)
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts_in(item, place, target, comment_labels)
    elif dataclasses.is_dataclass(value):
        place, target = _place_and_target(value, place, target, comment_labels)
        kind: Any = type(value)
        for name in _field_names(kind):
            where = _field_place(value, name, place)
            field = getattr(value, name)
            yield from _texts_in(field, where, target, comment_labels)


def _table_columns(markup: str) -> Iterator[str]:
    """Yield the columns of tables: a name may have one word in each row."""
    for table in _TABLE.findall(markup) if "<table" in markup else ():
        rows = (map(to_plain_words, _CELL.findall(row)) for row in _ROW.findall(table))
        yield from column_texts(list(map(list, rows)))


@cache
def _field_names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _place_and_target(
    value: object, place: str, target: str, comment_labels: Mapping[str, str]
) -> tuple[str, str]:
    match value:
        case public.Comment(key=key):
            label = comment_labels.get(key, f"comment “{key}”")
            named = label, f"comment:{key}"
        case public.Question(key=key, label=label):
            named = label, f"question:{key}"
        case public.Change(key=key, document=document, reference=reference):
            named = f"clause change {document} {reference}", f"change:{key}"
        case public.SectionContent(heading=heading):
            named = f"section “{heading}”", f"section:{heading}"
        case public.AttachmentContent(title=title):
            named = f"attachment “{title}”", f"enclosure:{title}"
        case public.CommitmentContent():
            named = "a commitment", "commitments"
        case public.Term(short=short):
            named = f"glossary term “{short}”", "glossary"
        case public.Respondent(label=label):
            named = f"the published name “{label}”", "respondents"
        case _:
            named = place, target
    return named


def _field_place(value: object, name: str, place: str) -> str:
    if isinstance(value, public.Question) and name == "summary":
        return f"{SUMMARY_PLACE} {place}"
    if isinstance(value, public.Comment) and name == "response":
        return f"the response to {place}"
    if isinstance(value, ConclusionContent) and name in {"title", "subtitle", "author"}:
        return f"the {name}"
    if isinstance(value, ConclusionContent) and name == "consultation":
        return "the web address of the consultation"
    if name == "key":
        return f"the reference of {place}"
    return f"the file name of {place}" if name == "filename" else place
