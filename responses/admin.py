"""The administration of the confidential work: for administrators, with history."""

from __future__ import annotations

from django.contrib import admin

from consultations.admin import ConsultationPartAdmin, EditableAdmin
from responses import models


@admin.register(models.Respondent)
class RespondentAdmin(ConsultationPartAdmin):
    list_display = ["name", "key", "category", "consultation"]
    search_fields = ["name", "key", "consultation__slug"]


@admin.register(models.Submission)
class SubmissionAdmin(EditableAdmin):
    list_display = ["respondent", "received", "channel", "accepted"]
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


@admin.register(models.CommentSource)
class CommentSourceAdmin(EditableAdmin):
    list_display = ["comment", "respondent"]
    list_select_related = ["comment", "respondent"]
    autocomplete_fields = ["comment", "respondent"]


@admin.register(models.DCCResponse)
class DCCResponseAdmin(EditableAdmin):
    list_display = ["comment", "disposition"]
    list_select_related = ["comment"]
    list_filter = ["disposition"]
    search_fields = ["comment__key", "text", "comment__consultation__slug"]
    autocomplete_fields = ["comment"]


@admin.register(models.ChangeCause)
class ChangeCauseAdmin(EditableAdmin):
    list_display = ["change", "comment"]
    list_select_related = ["change__document", "comment"]
    autocomplete_fields = ["change", "comment"]
