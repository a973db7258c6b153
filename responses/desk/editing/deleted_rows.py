"""Forms posted for a deleted row: the response shows the input."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from consultations.access import Action, user_may
from consultations.web.requires import GetResponse
from consultations.web.resubmission import SubmittedField, submitted_fields
from responses.history.revisions import find_row_history
from responses.models.desk import ABOUT_LENGTH


def preserve_input_of_deleted_row(get_response: GetResponse) -> GetResponse:
    """Middleware: show the posted input when a form of the desk gets 404.

    Views respond with 404 for a deleted row, which would lose the input.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code != 404 or not _is_row_form(request):
            return response
        about = request.POST["about"][:ABOUT_LENGTH]
        return deleted_row_page(request, about, submitted_fields(request))

    return answer


def _is_row_form(request: HttpRequest) -> bool:
    """Return whether the request posts a form on a row, by a user who may draft."""
    if request.method != "POST" or "about" not in request.POST:
        return False
    is_autosave = request.path.startswith("/desk/unsaved/")
    return not is_autosave and user_may(request.user, Action.DRAFT)


def deleted_row_page(
    request: HttpRequest, about: str, sent: Sequence[SubmittedField], status: int = 410
) -> HttpResponse:
    """Show the input, and who deleted the row it was for."""
    past = find_row_history(about)
    removed = past.last if past and past.row is None else None
    context = {
        "row_ref": about,
        "row_history": past,
        "removal_entry": removed,
        "submitted_fields": sent,
    }
    response = render(request, "desk/editing/deleted_row.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
