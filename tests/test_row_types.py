"""The table of row types: completeness and agreement with the models."""

from __future__ import annotations

from dataclasses import fields

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model
from django.urls import get_resolver

from consultations.models import (
    Conclusion,
    Consultation,
    ConsultationDocument,
    ConsultationEdition,
    ConsultationEditionDocument,
    ConsultationEditionFile,
    ConsultationEditionText,
    ConsultationNotice,
    Edition,
    EditionAuthor,
    EditionDocument,
    EditionFile,
    EditionText,
    Event,
    ExtensionQuestion,
    GlossaryTerm,
    Notice,
    Passage,
    PassageUse,
    Remark,
    ScheduledPublication,
    SignOff,
    TextTakeover,
)
from responses.consultation_file.tables import TABLES
from responses.desk.search.views import PRESENTATIONS
from responses.models import (
    ChangeCause,
    CommentSource,
    ConfirmedFinding,
    DCCResponse,
    DraftFile,
    FileWords,
)
from responses.row_types import (
    ROW_TYPES,
    ROW_TYPES_BY_MODEL,
    ROW_TYPES_BY_NAME,
    RowType,
)
from responses.setup.copying import CopyOptions

EXCLUDED: dict[type[Model], str] = {
    Edition: "frozen: the database keeps it as it was submitted",
    EditionFile: "frozen with its edition",
    ConsultationEdition: "frozen: the database keeps it as it became public",
    ConsultationEditionDocument: "frozen with its edition",
    ConsultationEditionFile: "frozen with its edition",
    ConsultationEditionText: "frozen with its edition",
    ConsultationNotice: "frozen: decided on once",
    EditionText: "frozen with its edition",
    EditionDocument: "frozen with its edition",
    SignOff: "frozen: a decision on an edition",
    EditionAuthor: "frozen with its edition",
    TextTakeover: "frozen: the act of taking over a text",
    Event: "the trail itself, chained and never changed",
    Notice: "an e-mail that is queued",
    ScheduledPublication: "a job of the worker, told in the trail",
    PassageUse: "follows from the texts that hold a passage",
    DraftFile: "a file made of a draft, deleted after 30 days",
    FileWords: "follows from the bytes of a stored file",
}
"""Models that belong to a consultation and are no row types, with the reason."""


NOT_IN_FILES: dict[type[Model], str] = {
    ConsultationDocument: "the documents of `consultation`",
    ExtensionQuestion: "the questions of an extension",
    CommentSource: "the respondents of a comment, `from`",
    DCCResponse: "the response of a comment",
    ChangeCause: "the comments of a change, `because_of`",
    GlossaryTerm: "the terms of `glossary`",
    Passage: "shared by all consultations, and not printed by itself",
    Remark: "a note of an approver, which stays out of files",
    ConfirmedFinding: "a judgement on one installation, which stays out of files",
}
"""Row types without a table of their own in the consultation file, with the reason."""


def belongs_to_consultation(model: type[Model], seen: frozenset[type[Model]]) -> bool:
    """Return whether required foreign keys lead from a model to a consultation."""
    if model is Consultation:
        return True
    others = [
        field.related_model
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        and not field.null
        and isinstance(field.related_model, type)
    ]
    return any(
        belongs_to_consultation(other, seen | {model})
        for other in others
        if other not in seen and other._meta.app_label in ("consultations", "responses")
    )


def own_models() -> list[type[Model]]:
    """Return the models of the two apps, without those of histories."""
    return [
        model
        for app in ("consultations", "responses")
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    ]


def test_every_model_of_a_consultation_is_a_row_type() -> None:
    missing = [
        model.__name__
        for model in own_models()
        if belongs_to_consultation(model, frozenset())
        if model not in ROW_TYPES_BY_MODEL and model not in EXCLUDED
    ]
    assert missing == []


def test_exclusions_are_no_row_types_and_have_reasons() -> None:
    assert not set(EXCLUDED) & set(ROW_TYPES_BY_MODEL)
    assert set(EXCLUDED) <= set(own_models())
    assert all(EXCLUDED.values())


def test_row_type_names_and_models_are_unique() -> None:
    assert len(ROW_TYPES_BY_MODEL) == len(ROW_TYPES)
    with_reference = [each for each in ROW_TYPES if each.has_ref]
    assert len(ROW_TYPES_BY_NAME) == len(with_reference)


@pytest.mark.parametrize("row_type", ROW_TYPES, ids=lambda row_type: row_type.name)
def test_row_type_agrees_with_its_model(row_type: RowType) -> None:
    assert hasattr(row_type.model, "history"), "it has no history"
    path = row_type.consultation_path
    if path is None:
        assert not belongs_to_consultation(row_type.model, frozenset())
    else:
        assert end_of(row_type.model, path) is Consultation
    if row_type.conclusion_path is not None:
        assert end_of(row_type.model, row_type.conclusion_path) is Conclusion
    for lookup in (*row_type.search_fields, row_type.finding_key or "pk"):
        row_type.model._default_manager.values_list(lookup)  # FieldError if wrong
    if row_type.links_to:
        assert isinstance(row_type.model._meta.get_field(row_type.links_to), ForeignKey)


def end_of(model: type[Model], path: str) -> type[Model]:
    """Return the model at the end of a lookup; FieldDoesNotExist for a wrong one."""
    for name in filter(None, path.split("__")):
        related = model._meta.get_field(name).related_model
        assert isinstance(related, type)
        model = related
    return model


@pytest.mark.parametrize("row_type", ROW_TYPES, ids=lambda row_type: row_type.name)
def test_pages_of_a_row_type_exist(row_type: RowType) -> None:
    resolver = get_resolver()
    _, desk = resolver.namespace_dict["responses"]
    names = {name for name in desk.reverse_dict if isinstance(name, str)}
    assert {row_type.page, row_type.list_page} - {""} <= names
    assert bool(row_type.page) == bool(row_type.keys)


def test_every_searched_row_type_has_a_plural() -> None:
    searched = {each.name for each in ROW_TYPES if each.search_fields}
    assert all(ROW_TYPES_BY_NAME[name].plural for name in searched)
    assert set(PRESENTATIONS) <= searched


def test_every_copy_option_of_a_row_type_is_selectable() -> None:
    options = {each.copy_option for each in ROW_TYPES} - {""}
    assert options == {each.name for each in fields(CopyOptions)} - {"details"}


def test_invalid_consultation_path_is_detected() -> None:
    with pytest.raises(FieldDoesNotExist):
        end_of(Conclusion, "consultations")


def test_every_row_type_is_in_the_consultation_file_or_excluded() -> None:
    tables = {table.model for table in TABLES.values()}
    models = {row_type.model for row_type in ROW_TYPES}
    assert models - tables == set(NOT_IN_FILES)
    assert not tables & set(NOT_IN_FILES)
