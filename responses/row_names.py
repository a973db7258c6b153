"""The names by which staff know rows: `Comment Q2.3`, `Section Next Steps`.

A name begins with a capital letter and can stand anywhere in a sentence.
"""

from __future__ import annotations

from html import unescape
from typing import Any

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator, capfirst

from consultations.documents.wording import printed_time
from consultations.models import (
    Clause,
    ClauseChange,
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    ConsultationAttachment,
    Designation,
    DocumentVersion,
    Extension,
    GlossaryTerm,
    Passage,
    Question,
    RegulatedDocument,
    Remark,
)
from consultations.models.base import Editable
from responses.comments.numbers import comment_label
from responses.models import Comment, DCCResponse, Respondent
from responses.row_types import ROW_TYPES_BY_MODEL, parse_row_ref

_PREFIXES: dict[type[Editable], str] = {
    Clause: "Clause",
    ClauseChange: "Clause change to",
    Commitment: "Commitment",
    ConclusionAttachment: "Attachment",
    ConsultationAttachment: "Attachment",
    DocumentVersion: "Document version",
    GlossaryTerm: "Glossary term",
    Passage: "Standard text",
    RegulatedDocument: "Regulated document",
    Respondent: "Respondent",
}
"""What comes before a row's own name, where that does not say what the row is."""


class RowNames:
    """Names rows; reads the numbers of a consultation's comments at most once.

    Keep an instance for one request or one transaction, and get a new one after
    comments were added, moved or deleted.
    """

    def __init__(self) -> None:
        self._consultations: dict[int, Consultation] = {}

    def name(self, row: Any) -> str:
        """Return the name of a row, also of one that a history row was read into.

        A row that only links another goes by the name of that other, its parent.
        Raise ObjectDoesNotExist where a row that is part of the name was deleted.
        """
        if isinstance(row, Comment):
            return self._comment_name(row)
        if isinstance(row, DCCResponse):
            return f"DCC response to {self._comment_name(row.comment)}"
        row_type = ROW_TYPES_BY_MODEL.get(type(row))
        if row_type and row_type.links_to:
            return self.name(getattr(row, row_type.parent_field))
        return _own_name(row)

    def short_name(self, row: Any) -> str:
        """Return the name of a row after a label that says what the row is."""
        if isinstance(row, Comment):
            return self._comment_name(row).removeprefix("Comment ")
        return str(row)

    def _comment_name(self, comment: Comment) -> str:
        key = comment.consultation_id
        consultation = self._consultations.setdefault(key, Consultation(pk=key))
        return comment_label(comment, consultation)


def row_name(row: Editable) -> str:
    """Return the name of one row; use `RowNames` for several."""
    return RowNames().name(row)


def saved_message(row: Editable, row_ref: str) -> str:
    """Return the message that a row was saved: `Question 2 saved.`

    A reference to one part of a row, `consultation:3:deadline`, names the part.
    """
    part = row_ref.partition(":")[2].partition(":")[2]
    if parse_row_ref(row_ref)[1] and part:
        return f"{capfirst(part)} saved."
    if isinstance(row, Conclusion | Consultation):
        return f"{type(row).__name__} details saved."
    return f"{row_name(row)} saved."


def _own_name(row: Any) -> str:
    """Return the name of a row that no other row numbers."""
    if isinstance(row, Question):
        is_named = "question" in row.label.lower()
        return row.label if is_named else f"Question {row.label}"
    if isinstance(row, ConclusionSection):
        return _section_name(row)
    if isinstance(row, Extension):
        return f"Extension {_until(row)}"
    if isinstance(row, Designation):
        return "Designation"
    if isinstance(row, Remark):
        return f"Review remark on {row.heading}"
    own = f"“{_lead(row.text)}”" if isinstance(row, Commitment) else row
    return capfirst(f"{_PREFIXES.get(type(row), '')} {own}".strip())


def _section_name(row: ConclusionSection) -> str:
    if row.heading:
        return f"Section {row.heading}"
    return f"Section on {row.question}" if row.question else str(row)


def _lead(text: str) -> str:
    """Return the first words of a rich text, as plain text."""
    words = strip_tags(text.replace("<", " <"))
    return Truncator(" ".join(unescape(words).split())).words(8)


def _until(row: Extension) -> str:
    return f"to {printed_time(timezone.localtime(row.until))}"
