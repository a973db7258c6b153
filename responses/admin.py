"""Admin pages of confidential rows, with their history.

A row type that is registered neither here nor in `consultations.admin` gets the options
that follow from its fields.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from consultations.admin import ConsultationPartAdmin
from consultations.admin_bases import EditableAdmin
from responses import models
from responses.row_types import ROW_TYPES, RowType


@admin.register(models.Respondent)
class RespondentAdmin(ConsultationPartAdmin):
    list_display = ["name", "key", "category", "consultation"]
    search_fields = ["name", "key", "consultation__slug"]


@admin.register(models.Submission)
class SubmissionAdmin(EditableAdmin):
    list_display = ["respondent", "received", "channel", "accepted", "withdrawn_at"]
    list_select_related = ["respondent"]
    list_filter = ["channel", "accepted"]
    search_fields = ["respondent__name", "respondent__consultation__slug"]
    autocomplete_fields = ["respondent"]
    date_hierarchy = "received"


@admin.register(models.Answer)
class AnswerAdmin(EditableAdmin):
    list_display = ["submission", "question", "stance", "choice", "confidential"]
    list_select_related = ["submission__respondent", "question"]
    list_filter = ["stance", "confidential"]
    search_fields = ["submission__respondent__name", "question__label"]
    autocomplete_fields = ["submission", "question"]


@admin.register(models.Comment)
class CommentAdmin(ConsultationPartAdmin):
    list_display = ["key", "question", "consultation"]
    list_select_related = ["question", "consultation"]
    search_fields = ["key", "text", "consultation__slug"]
    autocomplete_fields = ["consultation", "question"]


@admin.register(models.DCCResponse)
class DCCResponseAdmin(EditableAdmin):
    list_display = ["comment", "disposition"]
    list_select_related = ["comment"]
    list_filter = ["disposition"]
    search_fields = ["comment__key", "text", "comment__consultation__slug"]
    autocomplete_fields = ["comment"]


def row_admin(row_type: RowType) -> type[EditableAdmin]:
    """Return the administration of a row type that needs no options of its own.

    Its list shows the rows that a row names, which are chosen by typing where they can
    be searched.
    """
    keys = [field for field in row_type.model._meta.fields if field.remote_field]
    names = [key.name for key in keys]
    searched = [key.name for key in keys if is_searched(key.related_model)]
    return type(
        f"{row_type.model.__name__}Admin",
        (EditableAdmin,),
        {
            "list_display": names or ["__str__"],
            "list_select_related": names or False,
            "search_fields": list(row_type.search_fields),
            "autocomplete_fields": searched,
            "raw_id_fields": [name for name in names if name not in searched],
        },
    )


def is_searched(model: Any) -> bool:
    """Return whether rows of a model can be found by typing."""
    registered = admin.site.is_registered(model)
    return registered and bool(admin.site.get_model_admin(model).search_fields)


for row_type in ROW_TYPES:
    if not admin.site.is_registered(row_type.model):
        admin.site.register(row_type.model, row_admin(row_type))
