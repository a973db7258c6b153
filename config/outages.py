"""Responses while the database is away: 503 instead of 500, after one retry.

Django makes a response of an exception in the layer of middleware that raised it, by
`server_error`; the outermost middleware processes the request again where that stores
nothing twice.
"""

from __future__ import annotations

import sys

from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import server_error as default_server_error

from consultations.web.requires import GetResponse
from consultations.web.resubmission import is_own_desk_form, resubmission_context
from consultations.web.retries import (
    database_error,
    is_connection_lost,
    may_retry,
    rewind_files,
)

RETRY_AFTER_SECONDS = 30
MESSAGE = "The service is not available at the moment. Try again in a minute."


def retry_on_lost_connection(get_response: GetResponse) -> GetResponse:
    """Middleware: process a request once more when the database connection is lost."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not getattr(response, "is_connection_lost", False):
            return response
        close_lost_connections()
        if not may_retry(request):
            return response
        if request.method == "POST":
            rewind_files(request)
        response.close()
        return get_response(request)

    return middleware


def close_lost_connections() -> None:
    """Close the connections that cannot be used, so that new ones are made."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Return the response to an exception: 503 where the database is away, else 500."""
    error = database_error(sys.exception())
    if error is None:
        return default_server_error(request)
    response = unavailable_response(request)
    response.is_connection_lost = is_connection_lost(error)  # type: ignore[attr-defined]
    return response


def unavailable_response(request: HttpRequest) -> HttpResponse:
    """Return 503 as a page, as JSON or as plain text, without asking the database."""
    response: HttpResponse
    match response_type(request):
        case "application/json":
            response = JsonResponse({"error": MESSAGE}, status=503)
        case "text/html":
            page = render_to_string("503.html", unavailable_context(request))
            response = HttpResponse(page, status=503)
        case _:
            plain = "text/plain; charset=utf-8"
            response = HttpResponse(f"{MESSAGE}\n", status=503, content_type=plain)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def response_type(request: HttpRequest) -> str:
    """Return the media type of an error that the client can show."""
    if request.path.endswith(".json"):
        return "application/json"
    if "HX-Request" in request.headers:
        return "text/plain"
    offered = ["text/html", "application/json", "text/plain"]
    return request.get_preferred_type(offered) or "text/plain"


def unavailable_context(request: HttpRequest) -> dict[str, object]:
    """Return the context of the page: the form of the workspace that was posted."""
    if not is_own_desk_form(request):
        return {"is_form": False}
    token = {"csrf_token": get_token(request)}
    return {"is_form": True, **token, **resubmission_context(request)}
