"""Draft conclusions as files: list, progress and content."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consultations.access import Action
from consultations.documents.formats import MEDIA_TYPES
from consultations.editions.workflow import Refusal
from consultations.models import Conclusion
from consultations.public.downloads import NO_STORE, Download, file_response
from consultations.web.requires import requires
from responses.conclusions.draft_files import DRAFT_FILE_LIFETIME, request_draft_file
from responses.desk.editing.lookups import get_conclusion_or_404
from responses.desk.editing.saving import logged_in_user
from responses.editing.keys import is_row_number
from responses.models import DraftFile

DRAFT_FILES_PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.EXPORT)
def draft_files(request: HttpRequest, slug: str) -> HttpResponse:
    """List the files of a draft, newest first; request another on POST."""
    conclusion = get_conclusion_or_404(slug)
    if request.method != "POST":
        return draft_files_page(request, conclusion)
    name, by = request.POST.get("name", ""), logged_in_user(request)
    try:
        asked = request_draft_file(conclusion, name, by=by)
    except Refusal as error:
        return draft_files_page(request, conclusion, refused=error.reasons)
    address = reverse("responses:draft_files", args=[slug])
    return redirect(f"{address}#draft-file-{asked.token}")


def draft_files_page(
    request: HttpRequest, conclusion: Conclusion, refused: Sequence[str] = ()
) -> HttpResponse:
    """Render a page of the list, with the reasons if a file was refused."""
    rows, following = page_of_draft_files(conclusion, request.GET.get("before", ""))
    context = {
        "conclusion": conclusion,
        "rows": rows,
        "next_cursor": following,
        "refusal_reasons": refused,
        "formats": DraftFile.Format.choices,
        "retention_days": DRAFT_FILE_LIFETIME.days,
    }
    status = 400 if refused else 200
    return render(request, "desk/conclusions/draft_files.html", context, status=status)


@require_safe
@never_cache
@requires(Action.EXPORT)
def draft_file(request: HttpRequest, token: UUID) -> HttpResponse:
    """Return one row of the list; 204 while the row shown is current."""
    row = get_object_or_404(draft_file_rows(), token=token)
    if request.GET.get("shown") == row.progress_text:
        return HttpResponse(status=204)
    return render(request, "desk/conclusions/_draft_file.html", {"row": row})


@require_safe
@requires(Action.EXPORT)
def draft_file_content(
    request: HttpRequest, token: UUID, filename: str
) -> HttpResponse:
    """Return the content of a file to a user who may export."""
    return file_response(request, ready_file_or_404(token, filename), NO_STORE)


def draft_file_rows() -> QuerySet[DraftFile]:
    """Return draft files with all that a row shows, without their content."""
    rows = DraftFile.objects.select_related("asked_by", "conclusion", "file")
    return rows.defer("file__content", "file__packed")


def page_of_draft_files(
    conclusion: Conclusion, before: str
) -> tuple[list[DraftFile], str]:
    """Return a page of a conclusion's files and the cursor of the next, if any.

    Raise Http404 for a malformed cursor.
    """
    rows = draft_file_rows().filter(conclusion=conclusion)
    if before:
        if not is_row_number(before):
            raise Http404(
                f"{before!r} is not the address of a page of exported drafts."
            )
        rows = rows.filter(pk__lt=int(before))
    page = list(rows.order_by("-pk")[: DRAFT_FILES_PER_PAGE + 1])
    following = (
        str(page[DRAFT_FILES_PER_PAGE - 1].pk)
        if len(page) > DRAFT_FILES_PER_PAGE
        else ""
    )
    return page[:DRAFT_FILES_PER_PAGE], following


def ready_file_or_404(token: UUID, filename: str) -> Download:
    """Return a ready file without its content, or 404."""
    files = DraftFile.objects.filter(
        token=token, filename=filename, state=DraftFile.State.READY
    )
    fields = ("file", "file__size", "packed_size", "name")
    rows = files.annotate(packed_size=Length("file__packed")).values_list(*fields)
    for sha256, size, packed_size, name in rows:
        return Download(sha256, size, packed_size, filename, MEDIA_TYPES[name])
    raise Http404("The file does not exist, or has expired.")
