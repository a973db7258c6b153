"""Draft conclusions as files: the list of them, how one gets on, and its bytes."""

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
from consultations.public.downloads import Download, file_response
from consultations.web.requires import requires
from responses.conclusions.draft_files import DRAFT_FILE_LIFETIME, request_draft_file
from responses.desk.editing.lookups import conclusion_named
from responses.desk.editing.saving import signed_in
from responses.editing.keys import is_row_number
from responses.models import DraftFile

DRAFT_FILES_PER_PAGE = 20

ASKED_EACH_TIME = "private, no-cache"
"""A browser may keep a draft, but asks each time whether it still may show it."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.EXPORT)
def draft_files(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the files made of a draft, newest first; ask for another when posted to."""
    conclusion = conclusion_named(slug)
    if request.method != "POST":
        return draft_files_page(request, conclusion)
    name, by = request.POST.get("name", ""), signed_in(request)
    try:
        asked = request_draft_file(conclusion, name, by=by)
    except Refusal as error:
        return draft_files_page(request, conclusion, refused=error.reasons)
    address = reverse("responses:draft_files", args=[slug])
    return redirect(f"{address}#draft-file-{asked.token}")


def draft_files_page(
    request: HttpRequest, conclusion: Conclusion, refused: Sequence[str] = ()
) -> HttpResponse:
    """Return a page of the list, with the reasons if a file was refused."""
    rows, following = draft_files_address(conclusion, request.GET.get("before", ""))
    context = {
        "conclusion": conclusion,
        "rows": rows,
        "following": following,
        "refused": refused,
        "formats": DraftFile.Format.choices,
        "days": DRAFT_FILE_LIFETIME.days,
    }
    status = 400 if refused else 200
    return render(request, "desk/conclusions/draft_files.html", context, status=status)


@require_safe
@never_cache
@requires(Action.EXPORT)
def draft_file(request: HttpRequest, token: UUID) -> HttpResponse:
    """Answer with one row of the list; 204 while it is as the reader has it."""
    row = get_object_or_404(draft_file_rows(), token=token)
    if request.GET.get("shown") == row.progress_text:
        return HttpResponse(status=204)
    return render(request, "desk/conclusions/_draft_file.html", {"row": row})


@require_safe
@requires(Action.EXPORT)
def draft_file_content(
    request: HttpRequest, token: UUID, filename: str
) -> HttpResponse:
    """Answer with the file itself, as it was made, to whoever may have it now."""
    return file_response(request, ready_file_or_404(token, filename), ASKED_EACH_TIME)


def draft_file_rows() -> QuerySet[DraftFile]:
    """Return draft files with what a row shows of them, and without their bytes."""
    rows = DraftFile.objects.select_related("asked_by", "conclusion", "file")
    return rows.defer("file__content", "file__packed")


def draft_files_address(
    conclusion: Conclusion, before: str
) -> tuple[list[DraftFile], str]:
    """Return a page of a conclusion's files and where the next begins, if anywhere.

    Raise Http404 where there is none.
    """
    rows = draft_file_rows().filter(conclusion=conclusion)
    if before:
        if not is_row_number(before):
            raise Http404(f"{before!r} is no place in the list.")
        rows = rows.filter(pk__lt=int(before))
    page = list(rows.order_by("-pk")[: DRAFT_FILES_PER_PAGE + 1])
    following = (
        str(page[DRAFT_FILES_PER_PAGE - 1].pk)
        if len(page) > DRAFT_FILES_PER_PAGE
        else ""
    )
    return page[:DRAFT_FILES_PER_PAGE], following


def ready_file_or_404(token: UUID, filename: str) -> Download:
    """Return what is known of a file that is ready, or 404."""
    files = DraftFile.objects.filter(
        token=token, filename=filename, state=DraftFile.State.READY
    )
    fields = ("file", "file__size", "packed_size", "name")
    rows = files.annotate(packed_size=Length("file__packed")).values_list(*fields)
    for sha256, size, packed_size, name in rows:
        return Download(sha256, size, packed_size, filename, MEDIA_TYPES[name])
    raise Http404("No such file was made, or it is no longer kept.")
