"""Django administration of the public record, for administrators, with history.

Frozen rows are read-only. Saves use optimistic locking, as everywhere.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest

from consultations import models
from consultations.admin_bases import (
    AdministratorOnlyAdmin,
    EditableAdmin,
    ReadOnlyAdmin,
    SluggedAdmin,
    may_administer,
    signed_in_user,
)
from consultations.public_slugs import claim_slugs_of_opening
from consultations.record.freezing import standing_edition

# Roles decide on access, not the user's flag "staff status".
admin.site.has_permission = may_administer  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Administration"
admin.site.index_title = "Users and stored records"
admin.site.site_url = "/desk/"
admin.site.unregister([Group, User])


# --- people --------------------------------------------------------------------------


@admin.register(User)
class PersonAdmin(AdministratorOnlyAdmin[User], UserAdmin[User]):
    """Users and their roles; only a superuser makes or alters a superuser."""

    filter_horizontal = ()
    list_display = ["username", "email", "first_name", "last_name", "is_active"]
    list_filter = ["groups", "is_active", "is_superuser"]

    def has_change_permission(
        self, request: HttpRequest, obj: User | None = None
    ) -> bool:
        return may_administer(request) and _may_edit_user(request, obj)

    def has_delete_permission(
        self, request: HttpRequest, obj: User | None = None
    ) -> bool:
        return may_administer(request) and _may_edit_user(request, obj)

    def get_readonly_fields(
        self, request: HttpRequest, obj: User | None = None
    ) -> tuple[str, ...]:
        own = ("last_login", "date_joined")
        if signed_in_user(request).is_superuser:
            return own
        return (*own, "is_superuser", "is_staff", "user_permissions")


def _may_edit_user(request: HttpRequest, person: User | None) -> bool:
    return (
        person is None
        or not person.is_superuser
        or signed_in_user(request).is_superuser
    )


# --- the public record --------------------------------------------------------------


@admin.register(models.Organisation)
class OrganisationAdmin(EditableAdmin):
    list_display = ["short", "name"]


@admin.register(models.RegulatedDocument)
class RegulatedDocumentAdmin(SluggedAdmin):
    list_display = ["code", "title", "reference", "kind", "route"]
    list_filter = ["kind", "route"]
    search_fields = ["code", "title", "reference"]
    autocomplete_fields = ["parent"]


@admin.register(models.DocumentVersion)
class DocumentVersionAdmin(EditableAdmin):
    list_display = ["document", "label", "key", "status", "in_force"]
    list_select_related = ["document"]
    list_filter = ["status"]
    search_fields = ["document__code", "label", "key"]
    autocomplete_fields = ["document", "consultation"]


@admin.register(models.Clause)
class ClauseAdmin(EditableAdmin):
    list_display = ["document_version", "number", "heading", "identity"]
    list_select_related = ["document_version__document"]
    search_fields = ["number", "heading", "identity", "document_version__label"]
    autocomplete_fields = ["document_version", "parent"]


@admin.register(models.Consultation)
class ConsultationAdmin(SluggedAdmin):
    list_display = ["slug", "title", "opens_on", "closes", "organisation"]
    list_select_related = ["organisation"]
    search_fields = ["slug", "title"]
    date_hierarchy = "opens_on"

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Consultation | None = None
    ) -> list[str]:
        """Return the dates that only acts of the workspace change.

        The opening is set there, because it freezes what will be public.
        """
        fields = [
            *super().get_readonly_fields(request, obj),
            *("opens_on", "opens_at_time"),
        ]
        if obj is not None and standing_edition(obj) is not None:
            fields.append("closes")
        return fields


class ConsultationPartAdmin(EditableAdmin):
    """A row that belongs to a consultation."""

    list_display = ["__str__", "consultation"]
    list_select_related = ["consultation"]
    search_fields = [
        "consultation__slug",
        "consultation__title",
    ]
    autocomplete_fields = ["consultation"]


@admin.register(models.ConsultationDocument)
class ConsultationDocumentAdmin(ConsultationPartAdmin):
    list_select_related = ["consultation", "document"]
    autocomplete_fields = ["consultation", "document"]

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        claim_slugs_of_opening(obj.consultation)


@admin.register(models.ConsultationAttachment)
class ConsultationAttachmentAdmin(ConsultationPartAdmin):
    list_display = ["title", "filename", "consultation"]
    autocomplete_fields = ["consultation"]
    raw_id_fields = ["file"]


@admin.register(models.Passage)
class PassageAdmin(EditableAdmin):
    list_display = ["title", "kind", "owner", "retired"]
    list_select_related = ["owner"]
    list_filter = ["kind", "retired"]
    search_fields = ["title"]
    autocomplete_fields = ["owner"]


@admin.register(models.Remark)
class RemarkAdmin(EditableAdmin):
    list_display = ["heading", "edition", "by", "settled_at"]
    list_select_related = ["edition__conclusion", "by"]
    raw_id_fields = ["edition", "by", "settled_by"]


@admin.register(models.Question)
class QuestionAdmin(ConsultationPartAdmin):
    list_display = ["label", "key", "kind", "consultation"]
    list_filter = ["kind"]
    search_fields = ["label", "key", "consultation__slug"]
    autocomplete_fields = ["consultation", "parent"]


@admin.register(models.Extension)
class ExtensionAdmin(ReadOnlyAdmin[models.Extension]):
    """Read-only: the workspace extends deadlines, with a notice."""

    list_display = ["consultation", "was", "until"]
    list_select_related = ["consultation"]


@admin.register(models.ClauseChange)
class ClauseChangeAdmin(ConsultationPartAdmin):
    list_display = ["reference", "key", "document", "consultation"]
    list_select_related = ["document", "consultation"]
    search_fields = ["reference", "key", "consultation__slug", "document__code"]
    autocomplete_fields = ["consultation", "document"]


@admin.register(models.Designation)
class DesignationAdmin(ConsultationPartAdmin):
    list_display = ["consultation", "addressee", "submitted", "target", "designated"]


@admin.register(models.Commitment)
class CommitmentAdmin(ConsultationPartAdmin):
    list_display = ["consultation", "due", "owner", "done"]
    list_filter = ["owner"]


@admin.register(models.GlossaryTerm)
class GlossaryTermAdmin(ConsultationPartAdmin):
    list_display = ["short", "long", "consultation"]


@admin.register(models.Conclusion)
class ConclusionAdmin(SluggedAdmin, ConsultationPartAdmin):
    list_display = ["slug", "title", "date", "consultation"]
    search_fields = ["slug", "title"]


@admin.register(models.ConclusionSection)
class ConclusionSectionAdmin(EditableAdmin):
    list_display = ["heading", "kind", "conclusion", "position"]
    list_select_related = ["conclusion"]
    list_filter = ["kind"]
    search_fields = ["heading", "conclusion__slug"]
    autocomplete_fields = ["conclusion", "parent", "document", "question"]


@admin.register(models.ConclusionAttachment)
class ConclusionAttachmentAdmin(EditableAdmin):
    list_display = ["title", "kind", "conclusion", "position"]
    list_select_related = ["conclusion"]
    list_filter = ["kind"]
    search_fields = ["title", "conclusion__slug"]
    autocomplete_fields = ["conclusion", "document", "document_version", "against"]
    raw_id_fields = ["file"]


# --- frozen rows ---------------------------------------------------------------------


@admin.register(models.Edition)
class EditionAdmin(ReadOnlyAdmin[models.Edition]):
    list_display = ["conclusion", "number", "state", "submitted_by", "published_at"]
    list_select_related = ["conclusion", "submitted_by"]
    list_filter = ["state"]
    exclude = ["content"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Edition]:
        return super().get_queryset(request).defer("content")


@admin.register(models.ConsultationEdition)
class ConsultationEditionAdmin(ReadOnlyAdmin[models.ConsultationEdition]):
    list_display = ["consultation", "number", "public_from", "origin", "frozen_by"]
    list_select_related = ["consultation", "frozen_by"]


@admin.register(models.ConsultationNotice)
class ConsultationNoticeAdmin(ReadOnlyAdmin[models.ConsultationNotice]):
    list_display = ["consultation", "number", "kind", "state", "requested_by"]
    list_select_related = ["consultation", "requested_by"]
    list_filter = ["state", "kind"]


@admin.register(models.EditionFile)
class EditionFileAdmin(ReadOnlyAdmin[models.EditionFile]):
    list_display = ["filename", "name", "media_type", "edition"]
    list_select_related = ["edition__conclusion"]


@admin.register(models.EditionText)
class EditionTextAdmin(ReadOnlyAdmin[models.EditionText]):
    list_display = ["name", "label", "status", "edition"]
    list_select_related = ["edition__conclusion"]


@admin.register(models.EditionDocument)
class EditionDocumentAdmin(ReadOnlyAdmin[models.EditionDocument]):
    list_display = ["code", "edition"]
    list_select_related = ["edition__conclusion"]


@admin.register(models.VersionRelease)
class VersionReleaseAdmin(ReadOnlyAdmin[models.VersionRelease]):
    list_display = ["name", "state", "origin", "requested_by", "decided_by"]
    list_select_related = ["requested_by", "decided_by"]
    list_filter = ["state", "origin"]


@admin.register(models.PublicSlug)
class PublicSlugAdmin(ReadOnlyAdmin[models.PublicSlug]):
    list_display = ["slug", "kind", "owner", "claimed_at"]
    list_select_related = ["consultation", "conclusion", "document"]
    list_filter = ["kind"]


@admin.register(models.DocumentEvent)
class DocumentEventAdmin(ReadOnlyAdmin[models.DocumentEvent]):
    list_display = ["document", "number", "at", "by", "kind", "summary"]
    list_select_related = ["document", "by"]
    list_filter = ["kind"]


@admin.register(models.SignOff)
class SignOffAdmin(ReadOnlyAdmin[models.SignOff]):
    list_display = ["edition", "decision", "by", "at", "sha256"]
    list_select_related = ["edition__conclusion", "by"]


@admin.register(models.EditionAuthor)
class EditionAuthorAdmin(ReadOnlyAdmin[models.EditionAuthor]):
    list_display = ["edition", "user"]
    list_select_related = ["edition__conclusion", "user"]


@admin.register(models.TextTakeover)
class TextTakeoverAdmin(ReadOnlyAdmin[models.TextTakeover]):
    list_display = ["conclusion", "row", "field", "by", "at"]
    list_select_related = ["conclusion", "by"]


@admin.register(models.AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin[models.AccountEvent]):
    list_display = ["number", "at", "by", "source", "kind", "summary"]
    list_select_related = ["by"]
    list_filter = ["kind"]
    exclude = ["state"]


@admin.register(models.StoredFile)
class StoredFileAdmin(ReadOnlyAdmin[models.StoredFile]):
    list_display = ["sha256", "size", "stored_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.StoredFile]:
        return super().get_queryset(request).defer("content", "packed")


@admin.register(models.Event)
class EventAdmin(ReadOnlyAdmin[models.Event]):
    list_display = ["consultation", "number", "at", "by", "kind", "summary"]
    list_select_related = ["consultation", "by"]
    list_filter = ["kind"]


@admin.register(models.BackgroundWorker)
class BackgroundWorkerAdmin(ReadOnlyAdmin[models.BackgroundWorker]):
    list_display = ["host", "pid", "started_at", "heartbeat_at"]


@admin.register(models.Notice)
class NoticeAdmin(ReadOnlyAdmin[models.Notice]):
    list_display = ["subject", "to", "queued_at", "sent_at", "failed_at"]
    list_display += ["attempts", "due_at", "error"]
