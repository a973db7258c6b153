"""Middleware of the whole site."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from consultations.web.requires import GetResponse


def reject_control_characters(get_response: GetResponse) -> GetResponse:
    """Middleware: respond with 404 to a path with a control character.

    The databases refuse such characters with different errors.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_view(request: HttpRequest, *_view: object) -> None:
        if any(letter < " " or letter == "\x7f" for letter in request.path):
            raise Http404("The address contains a control character.")

    answer.process_view = process_view  # type: ignore[attr-defined]
    return answer
