"""Files published with a consultation: upload, edit, reorder, delete."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from consultations.access import Action
from consultations.audit.history import create_all
from consultations.models import Consultation, ConsultationAttachment, StoredFile
from consultations.uploads import ALLOWED_SUFFIXES
from consultations.views.consultations import attachments_without_bytes
from consultations.web.requires import requires
from responses import row_types
from responses.desk.editing.lookups import get_consultation_or_404, lock_consultation
from responses.desk.editing.one_form import one_form_response
from responses.desk.editing.removal import Removal, removal_response
from responses.desk.editing.reordering import reorder_from_post
from responses.desk.editing.saving import Files, logged_in_user
from responses.desk.setup.forms_attachments import (
    AttachmentForm,
    name_taken_message,
    proposed_title,
    read_upload,
    upload_rules_sentence,
)
from responses.desk.setup.pages import setup_address, setup_context
from responses.editing.ordering import next_position
from responses.file_words import enqueue_reading

ATTACHMENTS_URL_NAME = "attachments"


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def attachments(request: HttpRequest, slug: str) -> HttpResponse:
    """List the files with their checksums and an upload form."""
    return attachments_page(request, get_consultation_or_404(slug))


def attachments_page(
    request: HttpRequest, consultation: Consultation, problems: list[str] | None = None
) -> HttpResponse:
    """Render the list, with the problems of refused uploads."""
    context = setup_context(
        consultation,
        attachments=attachments_without_bytes(consultation),
        upload_rules=upload_rules_sentence(),
        allowed_suffixes=",".join(ALLOWED_SUFFIXES),
        problems=problems or [],
    )
    return render(request, "desk/setup/attachments.html", context)


@require_POST
@never_cache
@requires(Action.DRAFT)
@transaction.atomic
def upload_attachments(request: HttpRequest, slug: str) -> HttpResponse:
    """Attach the valid uploads; show the problems of the others."""
    consultation = lock_consultation(get_consultation_or_404(slug))
    good, problems = validate_uploads(consultation, request.FILES.getlist("files"))
    rows = store_attachments(consultation, good, request)
    if rows:
        names = ", ".join(f"“{row.filename}”" for row in rows)
        messages.success(request, f"Files attached: {names}.")
    if not rows and not problems:
        problems = ["Select at least one file, then select “Attach files”."]
    if problems:
        return attachments_page(request, consultation, problems)
    return redirect(setup_address(ATTACHMENTS_URL_NAME, consultation))


def validate_uploads(
    consultation: Consultation, uploads: list[UploadedFile[Any]]
) -> tuple[list[tuple[str, bytes]], list[str]]:
    """Return names and contents of the valid uploads, and problems of the others."""
    names = set(consultation.attachments.values_list("filename", flat=True))
    good: list[tuple[str, bytes]] = []
    problems: list[str] = []
    for upload in uploads:
        name = upload.name or ""
        try:
            content = read_upload(upload)
        except ValidationError as error:
            problems += error.messages
            continue
        if name in names:
            problems.append(name_taken_message(name))
        else:
            good.append((name, content))
            names.add(name)
    return good, problems


def store_attachments(
    consultation: Consultation, good: list[tuple[str, bytes]], request: HttpRequest
) -> list[ConsultationAttachment]:
    """Append files to the attachments, each with a title made from its name."""
    first = next_position(consultation.attachments.all())
    rows = [
        ConsultationAttachment(
            consultation=consultation,
            position=position,
            title=proposed_title(name),
            file=StoredFile.objects.store(content),
            filename=name,
        )
        for position, (name, content) in enumerate(good, first)
    ]
    enqueue_reading(row.file_id for row in rows)
    return create_all(ConsultationAttachment, rows, by=logged_in_user(request))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def attachment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Edit the title of an attachment, or replace its file."""
    row = get_attachment_or_404(slug, pk)

    def bind(data: QueryDict | None, files: Files | None) -> AttachmentForm:
        return AttachmentForm(data, files, instance=get_attachment_or_404(slug, pk))

    return one_form_response(
        request,
        bind,
        row_ref=row_types.row_ref(row),
        back_address=setup_address(ATTACHMENTS_URL_NAME, row.consultation),
        template="desk/setup/attachment.html",
        context=setup_context(
            row.consultation,
            heading=f"Attachment: {row.title}",
            history_row_ref=row_types.row_ref(row),
            attachment=row,
            number=printed_position(row),
            is_multipart=True,
        ),
        success_message=f"Attachment “{row.title}” saved.",
    )


@require_POST
@never_cache
@requires(Action.DRAFT)
def order_attachments(request: HttpRequest, slug: str) -> HttpResponse:
    """Reorder the attachments."""
    consultation = get_consultation_or_404(slug)
    reorder_from_post(request, consultation.attachments.all())
    return redirect(setup_address(ATTACHMENTS_URL_NAME, consultation))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_attachment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Delete an attachment."""
    row = get_attachment_or_404(slug, pk)
    context = setup_context(row.consultation)
    seen = f"{context['public_since']} Readers may have downloaded the file."
    removal = Removal(
        row=row,
        heading=f"Delete attachment “{row.title}”?",
        back_address=setup_address(ATTACHMENTS_URL_NAME, row.consultation),
        consequences=[seen] if context["public_since"] else [],
        context=context,
    )
    return removal_response(request, removal)


def get_attachment_or_404(slug: str, pk: int) -> ConsultationAttachment:
    """Return an attachment without its content, or 404."""
    rows = ConsultationAttachment.objects.select_related(
        "consultation__organisation", "file"
    )
    rows = rows.defer("file__content", "file__packed")
    return get_object_or_404(rows, consultation__slug=slug, pk=pk)


def printed_position(row: ConsultationAttachment) -> int:
    """Return the position of an attachment in its public address, from 1."""
    keys = row.consultation.attachments.values_list("pk", flat=True)
    return list(keys).index(row.pk) + 1
