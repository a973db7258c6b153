"""Files published with a conclusion: list, add, edit, reorder, delete."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from consultations.access import Action
from consultations.models import Conclusion, ConclusionAttachment
from consultations.web.requires import requires
from responses import row_types
from responses.desk.conclusions.forms_attachments import EnclosureForm
from responses.desk.editing.lookups import get_conclusion_or_404
from responses.desk.editing.removal import Removal, removal_response
from responses.desk.editing.reordering import reorder_from_post
from responses.desk.editing.saving import Edit, Files, Forms, edit_response
from responses.editing.ordering import next_position


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def enclosures(request: HttpRequest, slug: str) -> HttpResponse:
    """List the attachments as they are numbered, with size and hash."""
    conclusion = get_conclusion_or_404(slug)
    rows = conclusion.attachments.select_related(
        "document", "document_version__document", "against__document", "file"
    ).defer("file__content", "file__packed")
    context = {
        **attachments_context(conclusion),
        "enclosures": rows,
        "is_printed": conclusion.sections.filter(kind="attachments").exists(),
    }
    return render(request, "desk/conclusions/attachments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_enclosure(request: HttpRequest, slug: str) -> HttpResponse:
    """Add an attachment, with or without a file."""
    conclusion = get_conclusion_or_404(slug)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = ConclusionAttachment(
            conclusion=conclusion, position=next_position(conclusion.attachments.all())
        )
        return [EnclosureForm(data, files, instance=row)]

    edit = Edit(
        row_ref=row_types.new_row_ref("enclosure", conclusion.pk),
        bind_forms=forms,
        on_saved=lambda saved: enclosure_list_address(conclusion),
        template="desk/conclusions/attachment.html",
        context={**attachments_context(conclusion), "heading": "Add attachment"},
        success_message="{name} added.",
    )
    return edit_response(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def enclosure(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Edit an attachment; an uploaded file replaces the stored one."""
    row = get_enclosure_or_404(slug, pk)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return [EnclosureForm(data, files, instance=get_enclosure_or_404(slug, pk))]

    edit = Edit(
        row_ref=row_types.row_ref(row),
        bind_forms=forms,
        on_saved=lambda saved: enclosure_list_address(row.conclusion),
        template="desk/conclusions/attachment.html",
        context={
            **attachments_context(row.conclusion),
            "heading": f"Attachment: {row.title}",
            "history_row_ref": row_types.row_ref(row),
            "enclosure": row,
            "number": attachment_number(row),
        },
    )
    return edit_response(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_enclosure(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Delete an attachment of a conclusion; its editions keep it."""
    row = get_enclosure_or_404(slug, pk)
    removal = Removal(
        row=row,
        heading=f"Delete attachment “{row.title}”?",
        back_address=enclosure_list_address(row.conclusion),
        consequences=[
            "Later attachments will be renumbered.",
            "Editions already submitted keep this attachment.",
        ],
        context={
            "consultation": row.conclusion.consultation,
            "current_page": "conclusions",
        },
    )
    return removal_response(request, removal)


@require_POST
@never_cache
@requires(Action.DRAFT)
def order_enclosures(request: HttpRequest, slug: str) -> HttpResponse:
    """Reorder the attachments: one a step up or down, or all as dragged."""
    conclusion = get_conclusion_or_404(slug)
    reorder_from_post(request, conclusion.attachments.all())
    return redirect(enclosure_list_address(conclusion))


def attachments_context(conclusion: Conclusion) -> dict[str, object]:
    """Return the context that all pages of attachments share."""
    return {
        "consultation": conclusion.consultation,
        "conclusion": conclusion,
        "current_page": "conclusions",
        "back_address": enclosure_list_address(conclusion),
        "max_megabytes": settings.MAX_ATTACHMENT_MB,
        "is_multipart": True,
    }


def get_enclosure_or_404(slug: str, pk: int) -> ConclusionAttachment:
    """Return an attachment of a conclusion, or 404."""
    rows = ConclusionAttachment.objects.select_related(
        "conclusion__consultation", "file"
    ).defer("file__content", "file__packed")
    return get_object_or_404(rows, conclusion__slug=slug, pk=pk)


def attachment_number(row: ConclusionAttachment) -> int:
    """Return the number an attachment is printed with."""
    keys = list(row.conclusion.attachments.values_list("pk", flat=True))
    return keys.index(row.pk) + 1 if row.pk in keys else 0


def enclosure_list_address(conclusion: Conclusion) -> str:
    """Return the address of the list of attachments."""
    return reverse("responses:enclosures", args=[conclusion.slug])
