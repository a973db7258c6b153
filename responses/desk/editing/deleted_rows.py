"""A form on a row that somebody has removed meanwhile: its text is shown, not lost."""

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
    """Middleware: a form of the desk that finds its row gone is answered with its text.

    Views say 404 for a row that is not there, and would lose what was posted to them.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code != 404 or not _is_form(request):
            return response
        about = request.POST["about"][:ABOUT_LENGTH]
        return gone_page(request, about, submitted_fields(request))

    return answer


def _is_form(request: HttpRequest) -> bool:
    """Return whether somebody who may draft sent a form on a row."""
    if request.method != "POST" or "about" not in request.POST:
        return False
    behind_the_scenes = request.path.startswith("/desk/unsaved/")
    return not behind_the_scenes and user_may(request.user, Action.DRAFT)


def gone_page(
    request: HttpRequest, about: str, sent: Sequence[SubmittedField], status: int = 410
) -> HttpResponse:
    """Show what was typed, and who removed the row it was for."""
    past = find_row_history(about)
    removed = past.last if past and past.row is None else None
    context = {
        "about": about,
        "past": past,
        "removed": removed,
        "sent": sent,
    }
    response = render(request, "desk/editing/deleted_row.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
