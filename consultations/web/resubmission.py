"""A form that was sent and could not be taken: its text is shown and can be sent again.

Logging in again gives the browser a new token, so the text of a form sent by somebody
whose session had ended would be refused twice. Neither time is it lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.csrf import csrf_failure as refused_for_csrf

DESK_PREFIX = "/desk/"
"""Below this are the forms whose text is shown again; others hold passwords."""

HIDDEN_FIELDS = frozenset(
    {"csrfmiddlewaretoken", "about", "idempotency_key", "shown", "order"}
)
"""Fields of a form that its page fills in."""


@dataclass(frozen=True)
class SubmittedField:
    """One value of a form; `label` is what a reader may make of the field's name."""

    label: str
    value: str


def offer_resubmission(request: HttpRequest) -> HttpResponse:
    """Show what was sent, with a button to send it once more; nothing is stored."""
    context = {
        "fields": [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken"
            for value in values
        ],
        "sent": submitted_fields(request),
        "files": [file.name for _, files in request.FILES.lists() for file in files],
        "logged_out": not request.user.is_authenticated,
    }
    response = render(request, "send_again.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response


def desk_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Let somebody send their own form again; refuse one that came from elsewhere."""
    own = f"{request.scheme}://{request.get_host()}"
    is_own = request.headers.get("Origin") == own
    if request.method == "POST" and is_own and request.path.startswith(DESK_PREFIX):
        return offer_resubmission(request)
    return refused_for_csrf(request, reason)


def submitted_fields(request: HttpRequest) -> list[SubmittedField]:
    """Return what was typed into the form of a request, without what is empty."""
    return visible_fields(request.POST.lists())


def visible_fields(
    fields: Iterable[tuple[str, Sequence[object]]],
) -> list[SubmittedField]:
    """Return the values that somebody typed or chose, without what is empty."""
    return [
        SubmittedField(_label(name), value)
        for name, values in fields
        if name.rpartition("-")[2] not in HIDDEN_FIELDS
        and not name.startswith(("keep-", "initial-"))
        for value in map(str, values)
        if value.strip()
    ]


def _label(name: str) -> str:
    """Return `Accepted reason` of `accepted_reason`, `Response: text` of a prefix."""
    words = name.replace("-", ": ").replace("_", " ")
    return words[:1].upper() + words[1:]
