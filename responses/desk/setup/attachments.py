"""The files published with a consultation: uploaded, named, replaced, put in order."""

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
from consultations.views.consultations import attachments_of
from consultations.web.requires import requires
from responses import row_types
from responses.desk.editing.lookups import consultation_named, lock_consultation
from responses.desk.editing.one_form import one_form_response
from responses.desk.editing.removal import Removal, answer_removal
from responses.desk.editing.reordering import reorder_from_post
from responses.desk.editing.saving import Files, signed_in
from responses.desk.setup.forms_attachments import (
    AttachmentForm,
    name_taken_message,
    proposed_title,
    read_upload,
    upload_rules_sentence,
)
from responses.desk.setup.pages import setup_address, setup_context
from responses.editing.ordering import next_position

ATTACHMENTS_URL_NAME = "attachments"


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def attachments(request: HttpRequest, slug: str) -> HttpResponse:
    """List the files with their checksums, and take more."""
    return attachments_page(request, consultation_named(slug))


def attachments_page(
    request: HttpRequest, consultation: Consultation, problems: list[str] | None = None
) -> HttpResponse:
    """Render the list, with what was wrong with the files that were not kept."""
    context = setup_context(
        consultation,
        attachments=attachments_of(consultation),
        rules=upload_rules_sentence(),
        endings=",".join(ALLOWED_SUFFIXES),
        problems=problems or [],
    )
    return render(request, "desk/setup/attachments.html", context)


@require_POST
@never_cache
@requires(Action.DRAFT)
@transaction.atomic
def upload_attachments(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the uploads that are sound, and name the others with what is wrong."""
    consultation = lock_consultation(consultation_named(slug))
    good, problems = sorted_out(consultation, request.FILES.getlist("files"))
    rows = store_attachments(consultation, good, request)
    if rows:
        names = ", ".join(f"“{row.filename}”" for row in rows)
        messages.success(request, f"Attached: {names}.")
    if not rows and not problems:
        problems = ["No file was chosen: choose one or several, then attach them."]
    if problems:
        return attachments_page(request, consultation, problems)
    return redirect(setup_address(ATTACHMENTS_URL_NAME, consultation))


def sorted_out(
    consultation: Consultation, uploads: list[UploadedFile[Any]]
) -> tuple[list[tuple[str, bytes]], list[str]]:
    """Return names and contents of the uploads that can be attached, and problems."""
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
    """Store files after those that are attached, each with a title from its name."""
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
    return create_all(ConsultationAttachment, rows, by=signed_in(request))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def attachment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Call an attachment something else, or replace its file."""
    row = attachment_of(slug, pk)

    def bind(data: QueryDict | None, files: Files | None) -> AttachmentForm:
        return AttachmentForm(data, files, instance=attachment_of(slug, pk))

    return one_form_response(
        request,
        bind,
        about=row_types.row_ref(row),
        back=setup_address(ATTACHMENTS_URL_NAME, row.consultation),
        template="desk/setup/attachment.html",
        context=setup_context(
            row.consultation,
            heading=f"Attachment: {row.title}",
            item=row_types.row_ref(row),
            attachment=row,
            number=printed_position(row),
            is_multipart=True,
        ),
    )


@require_POST
@never_cache
@requires(Action.DRAFT)
def order_attachments(request: HttpRequest, slug: str) -> HttpResponse:
    """Put the attachments in the order in which readers see them."""
    consultation = consultation_named(slug)
    reorder_from_post(request, consultation.attachments.all())
    return redirect(setup_address(ATTACHMENTS_URL_NAME, consultation))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_attachment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a file out of what is published with the consultation."""
    row = attachment_of(slug, pk)
    context = setup_context(row.consultation)
    seen = f"{context['since']} Readers may have fetched the file."
    removal = Removal(
        row=row,
        heading=f"Remove the attachment “{row.title}”?",
        back=setup_address(ATTACHMENTS_URL_NAME, row.consultation),
        consequences=[seen] if context["since"] else [],
        context=context,
    )
    return answer_removal(request, removal)


def attachment_of(slug: str, pk: int) -> ConsultationAttachment:
    """Return an attachment without its bytes; 404 for none."""
    rows = ConsultationAttachment.objects.select_related(
        "consultation__organisation", "file"
    )
    rows = rows.defer("file__content", "file__packed")
    return get_object_or_404(rows, consultation__slug=slug, pk=pk)


def printed_position(row: ConsultationAttachment) -> int:
    """Return the place of an attachment, by which readers' addresses name it."""
    keys = row.consultation.attachments.values_list("pk", flat=True)
    return list(keys).index(row.pk) + 1
