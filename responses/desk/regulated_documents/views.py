"""Regulated documents and their versions, shared by all consultations."""

from __future__ import annotations

from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consultations.access import Action
from consultations.models import DocumentVersion, RegulatedDocument
from consultations.web.requires import requires
from responses import row_types
from responses.desk.editing.one_form import one_form_response
from responses.desk.editing.saving import Files
from responses.desk.regulated_documents.forms import DocumentForm, VersionForm
from responses.editing.ordering import next_position


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def regulated_documents(request: HttpRequest) -> HttpResponse:
    """List the documents with their versions and numbers of consultations."""
    documents = RegulatedDocument.objects.select_related("parent").annotate(
        consultation_count=Count("consultation", distinct=True)
    )
    versions = Prefetch("versions", with_clause_counts(DocumentVersion.objects.all()))
    context = {"documents": documents.order_by("code").prefetch_related(versions)}
    return render(request, "desk/regulated_documents/list.html", context)


def with_clause_counts(
    versions: QuerySet[DocumentVersion],
) -> QuerySet[DocumentVersion]:
    """Return versions in their order, each with its `clause_count`."""
    return versions.annotate(clause_count=Count("clauses")).order_by("position", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_regulated_document(request: HttpRequest) -> HttpResponse:
    """Add a regulated document."""

    def bind(data: QueryDict | None, files: Files | None) -> DocumentForm:
        return DocumentForm(data, files, instance=RegulatedDocument())

    return one_form_response(
        request,
        bind,
        row_ref=row_types.new_row_ref("document"),
        back_address=reverse("responses:regulated_documents"),
        context={"heading": "Create regulated document"},
        success_message="Regulated document created.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def regulated_document(request: HttpRequest, code: str) -> HttpResponse:
    """Edit a document; list its versions."""
    row = get_object_or_404(RegulatedDocument, code=code)

    def bind(data: QueryDict | None, files: Files | None) -> DocumentForm:
        stored = RegulatedDocument.objects.get(pk=row.pk)
        return DocumentForm(data, files, instance=stored)

    return one_form_response(
        request,
        bind,
        row_ref=row_types.row_ref(row),
        back_address=reverse("responses:regulated_documents"),
        template="desk/regulated_documents/regulated_document.html",
        context={
            "heading": f"{row.code}: {row.title}",
            "history_row_ref": row_types.row_ref(row),
            "document": row,
            "versions": with_clause_counts(row.versions.all()),
        },
        success_message=f"Regulated document {row.code} saved.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_document_version(request: HttpRequest, code: str) -> HttpResponse:
    """Add a version to a document."""
    document = get_object_or_404(RegulatedDocument, code=code)

    def bind(data: QueryDict | None, files: Files | None) -> VersionForm:
        position = next_position(document.versions.all())
        row = DocumentVersion(document=document, position=position)
        return VersionForm(data, files, instance=row)

    return one_form_response(
        request,
        bind,
        row_ref=row_types.new_row_ref("version", document.pk),
        back_address=reverse("responses:regulated_document", args=[code]),
        context={"heading": f"Add version of the {code}"},
        success_message="Version added.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def edit_document_version(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Edit a version's key, label, status and date in force."""
    rows = DocumentVersion.objects.select_related("document")
    row = get_object_or_404(rows, document__code=code, pk=pk)

    def bind(data: QueryDict | None, files: Files | None) -> VersionForm:
        return VersionForm(data, files, instance=rows.get(pk=pk))

    return one_form_response(
        request,
        bind,
        row_ref=row_types.row_ref(row),
        back_address=reverse("responses:regulated_document", args=[code]),
        template="desk/regulated_documents/version.html",
        context={
            "heading": str(row),
            "history_row_ref": row_types.row_ref(row),
            "version": row,
            "clause_count": row.clauses.count(),
        },
        success_message=f"Version {row} saved.",
    )
