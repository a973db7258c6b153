"""The files published with a conclusion: added, edited, put in order, removed."""

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
from responses.desk.editing.lookups import conclusion_named
from responses.desk.editing.removal import Removal, answer_removal
from responses.desk.editing.reordering import reorder_from_post
from responses.desk.editing.saving import Edit, Files, Forms, answer_edit
from responses.editing.ordering import next_position


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def enclosures(request: HttpRequest, slug: str) -> HttpResponse:
    """List the attachments as they are numbered, with size and hash."""
    conclusion = conclusion_named(slug)
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
    """Attach a file, or list a title that will get one."""
    conclusion = conclusion_named(slug)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = ConclusionAttachment(
            conclusion=conclusion, position=next_position(conclusion.attachments.all())
        )
        return [EnclosureForm(data, files, instance=row)]

    edit = Edit(
        about=row_types.new_row_ref("enclosure", conclusion.pk),
        forms=forms,
        saved=lambda saved: attachments_of(conclusion),
        template="desk/conclusions/attachment.html",
        context={**attachments_context(conclusion), "heading": "New attachment"},
        said="Attached.",
    )
    return answer_edit(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def enclosure(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Edit an attachment; a file that is uploaded takes the place of the one there."""
    row = enclosure_for(slug, pk)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return [EnclosureForm(data, files, instance=enclosure_for(slug, pk))]

    edit = Edit(
        about=row_types.row_ref(row),
        forms=forms,
        saved=lambda saved: attachments_of(row.conclusion),
        template="desk/conclusions/attachment.html",
        context={
            **attachments_context(row.conclusion),
            "heading": f"Attachment: {row.title}",
            "item": row_types.row_ref(row),
            "enclosure": row,
            "number": attachment_number(row),
        },
    )
    return answer_edit(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_enclosure(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take an attachment out of a conclusion; editions that have it keep it."""
    row = enclosure_for(slug, pk)
    removal = Removal(
        row=row,
        heading=f"Remove the attachment “{row.title}”?",
        back=attachments_of(row.conclusion),
        consequences=[
            "The attachments after it are numbered anew.",
            "Editions that were submitted with it keep it.",
        ],
        context={"consultation": row.conclusion.consultation, "place": "conclusions"},
    )
    return answer_removal(request, removal)


@require_POST
@never_cache
@requires(Action.DRAFT)
def order_enclosures(request: HttpRequest, slug: str) -> HttpResponse:
    """Put the attachments in order: one a step up or down, or all as dragged."""
    conclusion = conclusion_named(slug)
    reorder_from_post(request, conclusion.attachments.all())
    return redirect(attachments_of(conclusion))


def attachments_context(conclusion: Conclusion) -> dict[str, object]:
    """Return what every page of the attachments has."""
    return {
        "consultation": conclusion.consultation,
        "conclusion": conclusion,
        "place": "conclusions",
        "back": attachments_of(conclusion),
        "most": settings.MAX_ATTACHMENT_MB,
        "is_multipart": True,
    }


def enclosure_for(slug: str, pk: int) -> ConclusionAttachment:
    """Return an attachment of a conclusion; 404 for none."""
    rows = ConclusionAttachment.objects.select_related(
        "conclusion__consultation", "file"
    ).defer("file__content", "file__packed")
    return get_object_or_404(rows, conclusion__slug=slug, pk=pk)


def attachment_number(row: ConclusionAttachment) -> int:
    """Return the number an attachment is printed with."""
    keys = list(row.conclusion.attachments.values_list("pk", flat=True))
    return keys.index(row.pk) + 1 if row.pk in keys else 0


def attachments_of(conclusion: Conclusion) -> str:
    """Return the address of the list of attachments."""
    return reverse("responses:enclosures", args=[conclusion.slug])
