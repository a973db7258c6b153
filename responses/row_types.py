"""What people edit at the desk: the name each kind of row goes by, and where it is.

`comment:12` names one row: in the history's addresses, in what is kept while somebody
types, and in who is at work on what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.urls import reverse

from consultations.models import (
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
from responses.editing.keys import row_number
from responses.models import (
    Answer,
    Comment,
    DCCResponse,
    Respondent,
    Submission,
)


@dataclass(frozen=True)
class Item:
    """A kind of row: its name, its model, what readers call it, and its pages.

    `path` leads from the row to its consultation, empty for the consultation itself
    and None for what belongs to none. `page` is the name of the address where the row
    is edited and `keys` the attributes, divided by spaces, that make the address.
    """

    name: str
    model: type[Editable]
    label: str
    path: str | None
    page: str = ""
    keys: str = ""


_ITEMS = (
    Item("consultation", Consultation, "details", "", "details", "slug"),
    Item(
        "question",
        Question,
        "question",
        "consultation",
        "question",
        "consultation.slug pk",
    ),
    Item(
        "extension",
        Extension,
        "extension",
        "consultation",
        "deadline",
        "consultation.slug",
    ),
    Item(
        "attachment",
        ConsultationAttachment,
        "attachment",
        "consultation",
        "attachments",
        "consultation.slug",
    ),
    Item(
        "respondent",
        Respondent,
        "respondent",
        "consultation",
        "respondent",
        "consultation.slug pk",
    ),
    Item(
        "submission",
        Submission,
        "submission",
        "respondent.consultation",
        "submission",
        "respondent.consultation.slug pk",
    ),
    Item(
        "answer",
        Answer,
        "answer",
        "submission.respondent.consultation",
        "submission",
        "submission.respondent.consultation.slug submission_id",
    ),
    Item(
        "comment",
        Comment,
        "comment",
        "consultation",
        "comment",
        "consultation.slug key",
    ),
    Item(
        "response",
        DCCResponse,
        "response",
        "comment.consultation",
        "comment",
        "comment.consultation.slug comment.key",
    ),
    Item(
        "change",
        ClauseChange,
        "clause change",
        "consultation",
        "change",
        "consultation.slug key",
    ),
    Item(
        "designation",
        Designation,
        "designation",
        "consultation",
        "after",
        "consultation.slug",
    ),
    Item(
        "commitment",
        Commitment,
        "commitment",
        "consultation",
        "commitment",
        "consultation.slug pk",
    ),
    Item(
        "term",
        GlossaryTerm,
        "glossary term",
        "consultation",
        "term",
        "consultation.slug pk",
    ),
    Item(
        "conclusion",
        Conclusion,
        "conclusion",
        "consultation",
        "conclusion_details",
        "slug",
    ),
    Item(
        "section",
        ConclusionSection,
        "section",
        "conclusion.consultation",
        "section",
        "conclusion.slug pk",
    ),
    Item(
        "enclosure",
        ConclusionAttachment,
        "attachment",
        "conclusion.consultation",
        "enclosure",
        "conclusion.slug pk",
    ),
    Item("remark", Remark, "remark", "edition.conclusion.consultation"),
    Item("passage", Passage, "passage", None, "passage", "pk"),
    Item(
        "document",
        RegulatedDocument,
        "regulated document",
        None,
        "regulated_document",
        "code",
    ),
    Item(
        "version",
        DocumentVersion,
        "version",
        None,
        "document_version",
        "document.code pk",
    ),
)

ITEMS: Mapping[str, Item] = MappingProxyType({item.name: item for item in _ITEMS})
"""Every kind of row, by the name it goes by."""

_BY_MODEL = {item.model: item for item in _ITEMS}


def item_of(row: Editable) -> Item:
    """Return the kind of a row; KeyError for one that is not edited by itself."""
    return _BY_MODEL[type(row)]


def about(row: Editable, part: str = "") -> str:
    """Return the name of a row: `comment:12`; with a part, of one page on it."""
    return f"{item_of(row).name}:{row.pk}" + (f":{part}" if part else "")


def about_new(name: str, *within: object) -> str:
    """Return the name of a row that is still to be made: `comment:new:3`."""
    return ":".join([name, "new", *map(str, within)])


def is_new(name: str) -> bool:
    """Return whether a name is that of a row still to be made."""
    return "new" in name.split(":")[1:2]


def kind_and_key(name: str) -> tuple[str, int]:
    """Return what a name is of: its kind of row, and its primary key or 0."""
    kind, key, *_ = [*name.split(":"), ""]
    return kind, row_number(key)


def row_named(name: str) -> Editable:
    """Return the row that a name means; 404 for none."""
    kind, key = kind_and_key(name)
    item = ITEMS.get(kind)
    if item is None or not key:
        raise Http404(f"{name!r} names nothing that is edited here.")
    try:
        return item.model._default_manager.get(pk=key)
    except ObjectDoesNotExist:
        raise Http404(f"There is no {item.label} {key}.") from None


def consultation_of(row: Editable) -> Consultation | None:
    """Return the consultation a row belongs to; None for shared ones."""
    item = item_of(row)
    if item.path is None:
        return None
    found = _follow(row, item.path)
    return found if isinstance(found, Consultation) else None


def page_of(row: Editable) -> str:
    """Return the address at which a row is edited; empty where there is none."""
    item = item_of(row)
    if not item.page:
        return ""
    keys = [_follow(row, key) for key in item.keys.split()]
    return reverse(f"responses:{item.page}", args=keys)


def _follow(row: object, path: str) -> object:
    for name in filter(None, path.split(".")):
        row = getattr(row, name)
    return row
