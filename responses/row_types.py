"""The table of row types: every model whose rows make up a consultation.

Histories, cached checks, search, conclusions at a point in time, the links from checks
and copying read what they need from this table, so a new row type is declared once.

`comment:12` is a row reference: it names one row in the addresses of histories, in
autosaved forms and in the editing sessions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import Http404
from django.urls import reverse

from consultations.models import (
    Clause,
    ClauseChange,
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    ConsultationAttachment,
    ConsultationDocument,
    Designation,
    DocumentVersion,
    Extension,
    ExtensionQuestion,
    GlossaryTerm,
    Organisation,
    Passage,
    Question,
    RegulatedDocument,
    Remark,
)
from consultations.models.base import Editable
from responses.editing.keys import row_number
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    CommentSource,
    ConfirmedFinding,
    DCCResponse,
    Respondent,
    Submission,
)


@dataclass(frozen=True)
class RowType:
    """A type of row: its name, what readers call it, its model and where it is edited.

    `consultation_path` is the lookup from a row to its consultation: empty for the
    consultation itself, None for shared rows. `page` is the name of the address where
    a row is edited, empty for none, and `keys` are the lookups of its arguments.

    `full_label` is the label among rows of other types, where it differs. `has_ref` is
    False for rows that have no row reference. `links_to` is the foreign key by which a
    row links its parent to another row, such as a source; empty for other row types.

    `in_conclusion`: conclusions are made of these rows. `in_checks`: the checks of a
    conclusion read these rows, so a change to one makes cached findings outdated.
    Shared rows are in a conclusion where a row of another type refers to them.

    A finding refers to one row by `name` and the value of `finding_key`, or to the
    rows together by `plural`, which are listed on `list_page`. `search_fields` are
    searched in a consultation. `copy_option` is the option of copying that copies the
    rows to a new consultation. `written_fields` are the fields that conclusions print,
    or their editions publish, in the words of whoever wrote them; an outcome counts as
    words.
    """

    name: str
    label: str
    model: type[Editable]
    consultation_path: str | None
    page: str = ""
    keys: tuple[str, ...] = ()
    _: KW_ONLY
    full_label: str = ""
    has_ref: bool = True
    links_to: str = ""
    in_conclusion: bool = True
    in_checks: bool = True
    finding_key: str = ""
    plural: str = ""
    list_page: str = ""
    search_fields: tuple[str, ...] = ()
    copy_option: str = ""
    written_fields: tuple[str, ...] = ()

    @property
    def parent_field(self) -> str:
        """The foreign key to the row that a row belongs to; empty where there is none.

        Other foreign keys only refer to a row.
        """
        return (self.consultation_path or "").partition("__")[0]

    @property
    def parent_model(self) -> type[Model] | None:
        """The model of the row that a row belongs to."""
        if not self.parent_field:
            return None
        parent: Any = self.model._meta.get_field(self.parent_field).related_model
        return parent  # type: ignore[no-any-return]

    @property
    def conclusion_path(self) -> str | None:
        """The lookup from a row to its conclusion; None where it belongs to none."""
        if self.model is Conclusion:
            return ""
        prefix, _, _ = (self.consultation_path or "").rpartition("__")
        return prefix if prefix.rpartition("__")[2] == "conclusion" else None


ROW_TYPES = (
    RowType(
        "organisation",
        "organisation",
        Organisation,
        None,
        has_ref=False,
        written_fields=(
            "name",
            "short",
        ),
    ),
    RowType(
        "document",
        "regulated document",
        RegulatedDocument,
        None,
        "regulated_document",
        ("code",),
        written_fields=(
            "code",
            "title",
            "reference",
        ),
    ),
    RowType(
        "version",
        "document version",
        DocumentVersion,
        None,
        "document_version",
        ("document__code", "pk"),
        in_conclusion=False,
        written_fields=("label",),
    ),
    RowType(
        "clause",
        "clause",
        Clause,
        None,
        has_ref=False,
        in_conclusion=False,
        written_fields=("number", "heading", "text"),
    ),
    RowType(
        "passage",
        "standard text",
        Passage,
        None,
        "passage",
        ("pk",),
        in_conclusion=False,
        in_checks=False,
    ),
    RowType(
        "consultation",
        "consultation details",
        Consultation,
        "",
        "details",
        ("slug",),
        full_label="consultation",
        written_fields=("title", "mailbox"),
    ),
    RowType(
        "consultation_document",
        "document",
        ConsultationDocument,
        "consultation",
        has_ref=False,
        links_to="document",
        plural="documents",
        list_page="consulted_documents",
        copy_option="documents",
    ),
    RowType(
        "attachment",
        "attachment",
        ConsultationAttachment,
        "consultation",
        "attachments",
        ("consultation__slug",),
        in_conclusion=False,
        copy_option="attachments",
    ),
    RowType(
        "question",
        "question",
        Question,
        "consultation",
        "question",
        ("consultation__slug", "pk"),
        finding_key="key",
        plural="questions",
        list_page="questions",
        search_fields=("label", "text", "summary", "options"),
        copy_option="questions",
        written_fields=(
            "label",
            "text",
            "options",
            "summary",
        ),
    ),
    RowType(
        "extension",
        "deadline extension",
        Extension,
        "consultation",
        "deadline",
        ("consultation__slug",),
        plural="extensions",
        list_page="deadline",
    ),
    RowType(
        "extension_question",
        "question",
        ExtensionQuestion,
        "extension__consultation",
        has_ref=False,
        links_to="question",
    ),
    RowType(
        "respondent",
        "respondent",
        Respondent,
        "consultation",
        "respondent",
        ("consultation__slug", "pk"),
        finding_key="key",
        plural="respondents",
        list_page="received",
        search_fields=("name", "email", "category", "roles", "represents", "aliases"),
        written_fields=(
            "name",
            "category",
            "roles",
            "represents",
        ),
    ),
    RowType(
        "submission",
        "response",
        Submission,
        "respondent__consultation",
        "submission",
        ("respondent__consultation__slug", "pk"),
        finding_key="pk",
    ),
    RowType(
        "answer",
        "answer",
        Answer,
        "submission__respondent__consultation",
        "submission",
        ("submission__respondent__consultation__slug", "submission_id"),
        plural="answers",
        search_fields=("choice", "text"),
    ),
    RowType(
        "comment",
        "comment",
        Comment,
        "consultation",
        "comment",
        ("consultation__slug", "key"),
        finding_key="key",
        plural="comments",
        list_page="comments",
        search_fields=("text", "concerns"),
        written_fields=(
            "text",
            "concerns",
        ),
    ),
    RowType(
        "comment_source",
        "respondent",
        CommentSource,
        "comment__consultation",
        has_ref=False,
        links_to="respondent",
    ),
    RowType(
        "response",
        "DCC response",
        DCCResponse,
        "comment__consultation",
        "comment",
        ("comment__consultation__slug", "comment__key"),
        plural="responses",
        search_fields=("text",),
        written_fields=(
            "text",
            "disposition",
        ),
    ),
    RowType(
        "change",
        "clause change",
        ClauseChange,
        "consultation",
        "change",
        ("consultation__slug", "key"),
        finding_key="key",
        plural="changes",
        list_page="changes",
        search_fields=(
            "document__code",
            "reference",
            "description",
            "rationale",
            "own_initiative",
        ),
        written_fields=(
            "reference",
            "description",
            "rationale",
        ),
    ),
    RowType(
        "change_cause",
        "comment",
        ChangeCause,
        "change__consultation",
        has_ref=False,
        links_to="comment",
    ),
    RowType(
        "designation",
        "designation",
        Designation,
        "consultation",
        "after",
        ("consultation__slug",),
        in_conclusion=False,
    ),
    RowType(
        "commitment",
        "commitment",
        Commitment,
        "consultation",
        "commitment",
        ("consultation__slug", "pk"),
        plural="commitments",
        list_page="after",
        written_fields=(
            "text",
            "owner",
        ),
    ),
    RowType(
        "term",
        "glossary term",
        GlossaryTerm,
        "consultation",
        "term",
        ("consultation__slug", "pk"),
        plural="glossary",
        list_page="after",
        copy_option="glossary",
        written_fields=(
            "short",
            "long",
        ),
    ),
    RowType(
        "conclusion",
        "conclusion",
        Conclusion,
        "consultation",
        "conclusion_details",
        ("slug",),
        copy_option="sections",
        written_fields=(
            "title",
            "subtitle",
            "author",
            "classification",
        ),
    ),
    RowType(
        "section",
        "section",
        ConclusionSection,
        "conclusion__consultation",
        "section",
        ("conclusion__slug", "pk"),
        finding_key="heading",
        plural="sections",
        list_page="sections",
        search_fields=("heading", "text"),
        copy_option="sections",
        written_fields=(
            "heading",
            "text",
        ),
    ),
    RowType(
        "enclosure",
        "attachment",
        ConclusionAttachment,
        "conclusion__consultation",
        "enclosure",
        ("conclusion__slug", "pk"),
        finding_key="title",
        plural="enclosures",
        list_page="enclosures",
        written_fields=(
            "title",
            "filename",
        ),
    ),
    RowType(
        "confirmed_finding",
        "confirmed issue",
        ConfirmedFinding,
        "conclusion__consultation",
        "checks",
        ("conclusion__slug",),
        in_conclusion=False,
    ),
    RowType(
        "remark",
        "review remark",
        Remark,
        "edition__conclusion__consultation",
        in_conclusion=False,
        in_checks=False,
    ),
)
"""Every row type, in the order of the process, parents before children."""

ROW_TYPES_BY_NAME: Mapping[str, RowType] = MappingProxyType(
    {row_type.name: row_type for row_type in ROW_TYPES if row_type.has_ref}
)
"""The row types that have row references, by name."""

ROW_TYPES_BY_MODEL: Mapping[type[Model], RowType] = MappingProxyType(
    {row_type.model: row_type for row_type in ROW_TYPES}
)


def rows_of(row_type: RowType, owner: Consultation | Conclusion) -> QuerySet[Any]:
    """Return the rows of a consultation or of a conclusion.

    Raises TypeError where rows of the type never belong to such an owner.
    """
    is_consultation = isinstance(owner, Consultation)
    path = row_type.consultation_path if is_consultation else row_type.conclusion_path
    if path is None:
        raise TypeError(f"No {row_type.label} belongs to a {type(owner).__name__}.")
    return row_type.model._default_manager.filter(**{path or "pk": owner.pk})


def link_types_of(row_type: RowType) -> list[RowType]:
    """Return the row types that link rows of a type to others."""
    return [
        each
        for each in ROW_TYPES
        if each.links_to and each.parent_model is row_type.model
    ]


def row_type_of(row: Editable) -> RowType:
    """Return the type of a row; raise KeyError for a model without one."""
    return ROW_TYPES_BY_MODEL[type(row)]


# --- row references -------------------------------------------------------------------


def row_ref(row: Editable, part: str = "") -> str:
    """Return the reference to a row, `comment:12`; with a part, to one page on it."""
    return f"{row_type_of(row).name}:{row.pk}" + (f":{part}" if part else "")


def new_row_ref(name: str, *within: object) -> str:
    """Return the reference to a row that is not stored yet: `comment:new:3`."""
    return ":".join([name, "new", *map(str, within)])


def is_new_row_ref(ref: str) -> bool:
    """Return whether a reference is to a row that is not stored yet."""
    return "new" in ref.split(":")[1:2]


def parse_row_ref(ref: str) -> tuple[str, int]:
    """Return the name of the row type in a reference, and the primary key or 0."""
    name, key, *_ = [*ref.split(":"), ""]
    return name, row_number(key)


def resolve_row_ref(ref: str) -> Editable:
    """Return the row of a reference; raise Http404 for an invalid one."""
    name, key = parse_row_ref(ref)
    row_type = ROW_TYPES_BY_NAME.get(name)
    if row_type is None or not key:
        raise Http404(f"{ref!r} is not an item that can be edited.")
    try:
        return row_type.model._default_manager.get(pk=key)
    except ObjectDoesNotExist:
        raise Http404(f"No {row_type.label} {key} exists.") from None


def row_exists(ref: str) -> bool:
    """Return whether a reference is to a row that has not been deleted."""
    name, key = parse_row_ref(ref)
    row_type = ROW_TYPES_BY_NAME.get(name)
    return bool(row_type and row_type.model._default_manager.filter(pk=key).exists())


# --- where a row belongs and is edited ------------------------------------------------


def consultation_of(row: Editable) -> Consultation | None:
    """Return the consultation a row belongs to; None for shared ones."""
    row_type = row_type_of(row)
    if row_type.consultation_path is None:
        return None
    found = _follow(row, row_type.consultation_path)
    return found if isinstance(found, Consultation) else None


def page_of(row: Editable) -> str:
    """Return the address at which a row is edited; empty where there is none."""
    row_type = row_type_of(row)
    if not row_type.page:
        return ""
    keys = [_follow(row, key) for key in row_type.keys]
    return reverse(f"responses:{row_type.page}", args=keys)


def _follow(row: object, path: str) -> object:
    for name in filter(None, path.split("__")):
        row = getattr(row, name)
    return row
