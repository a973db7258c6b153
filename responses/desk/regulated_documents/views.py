"""Regulated documents at the desk: shared by all consultations, with their versions."""

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
    """List the documents with their versions, and how many consultations they had."""
    documents = RegulatedDocument.objects.select_related("parent").annotate(
        asked=Count("consultation", distinct=True)
    )
    versions = Prefetch("versions", with_clause_counts(DocumentVersion.objects.all()))
    context = {"documents": documents.order_by("code").prefetch_related(versions)}
    return render(request, "desk/regulated_documents/list.html", context)


def with_clause_counts(
    versions: QuerySet[DocumentVersion],
) -> QuerySet[DocumentVersion]:
    """Return versions in their order, with how many clauses each has as `held`."""
    return versions.annotate(held=Count("clauses")).order_by("position", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_regulated_document(request: HttpRequest) -> HttpResponse:
    """Enter a document that can be consulted on."""

    def bind(data: QueryDict | None, files: Files | None) -> DocumentForm:
        return DocumentForm(data, files, instance=RegulatedDocument())

    return one_form_response(
        request,
        bind,
        about=row_types.new_row_ref("document"),
        back=reverse("responses:regulated_documents"),
        context={"heading": "New regulated document"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def regulated_document(request: HttpRequest, code: str) -> HttpResponse:
    """Edit a document, with its versions in view."""
    row = get_object_or_404(RegulatedDocument, code=code)

    def bind(data: QueryDict | None, files: Files | None) -> DocumentForm:
        stored = RegulatedDocument.objects.get(pk=row.pk)
        return DocumentForm(data, files, instance=stored)

    return one_form_response(
        request,
        bind,
        about=row_types.row_ref(row),
        back=reverse("responses:regulated_documents"),
        template="desk/regulated_documents/regulated_document.html",
        context={
            "heading": f"{row.code}: {row.title}",
            "item": row_types.row_ref(row),
            "document": row,
            "versions": with_clause_counts(row.versions.all()),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_document_version(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a version of a document, after those it has."""
    document = get_object_or_404(RegulatedDocument, code=code)

    def bind(data: QueryDict | None, files: Files | None) -> VersionForm:
        position = next_position(document.versions.all())
        row = DocumentVersion(document=document, position=position)
        return VersionForm(data, files, instance=row)

    return one_form_response(
        request,
        bind,
        about=row_types.new_row_ref("version", document.pk),
        back=reverse("responses:regulated_document", args=[code]),
        context={"heading": f"New version of the {code}"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def edit_document_version(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Edit what a version is called, its status and when it is in force."""
    rows = DocumentVersion.objects.select_related("document")
    row = get_object_or_404(rows, document__code=code, pk=pk)

    def bind(data: QueryDict | None, files: Files | None) -> VersionForm:
        return VersionForm(data, files, instance=rows.get(pk=pk))

    return one_form_response(
        request,
        bind,
        about=row_types.row_ref(row),
        back=reverse("responses:regulated_document", args=[code]),
        template="desk/regulated_documents/version.html",
        context={
            "heading": str(row),
            "item": row_types.row_ref(row),
            "version": row,
            "held": row.clauses.count(),
        },
    )
