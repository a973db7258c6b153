"""Resubmission of posted forms that were refused.

A form posted after the end of a session is refused twice: for the session, and after
log-in for its CSRF token. Both times its input is shown and can be sent again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.csrf import csrf_failure as refused_for_csrf

DESK_PREFIX = "/desk/"
"""Only forms below this path are shown again; others hold passwords."""

HIDDEN_FIELDS = frozenset(
    {"csrfmiddlewaretoken", "about", "idempotency_key", "shown", "order", "add_again"}
)
"""Fields that the page fills in, not the user."""

SCREEN_WORDS = {
    "accepted": "Late response",
    "accepted_reason": "Reason for the decision",
    "withdrawn_at": "Date and time of the withdrawal",
    "withdrawn_reason": "Reason for the withdrawal",
    "after": "New text",
    "against": "Compared with",
    "aliases": "Other names",
    "anonymity": "Default attribution",
    "because_of": "Comments that led to this change",
    "before": "Current text",
    "channel": "Received by",
    "choice": "Option chosen",
    "closes": "Deadline",
    "concerns": "Related clauses",
    "disposition": "Outcome",
    "document_version": "Version",
    "done": "Completed on",
    "done_by": "How the commitment was met",
    "due": "Due on",
    "due_is_month": "Show only the month",
    "email": "Email address",
    "fallback_months": "Fallback period (months)",
    "follows": "Earlier consultation",
    "follows_opened": "Opening date of the earlier consultation",
    "follows_title": "Title of the earlier consultation",
    "follows_url": "Web address of the earlier consultation",
    "in_force": "In force from",
    "key": "Reference (advanced)",
    "mailbox": "Email address for responses",
    "opens_at_time": "Opening time",
    "opens_on": "Opening date",
    "own_initiative": "DCC’s own reason",
    "refers_to": "Related clauses",
    "relation": "Relationship to earlier consultation",
    "remarks": "Review remarks",
    "replies_to": "Follows an earlier response",
    "represents": "Organisations represented",
    "retired": "Archived",
    "shows_table": "Show table of comments",
    "shows_tally": "Show tally",
    "slug": "Web address",
    "sources": "Raised by",
    "stance": "Position",
    "target": "Target date for designation",
    "target_conclusion": "Target date for the conclusion",
    "until": "New deadline",
}
"""Labels of fields whose names are not the words of the screens."""


@dataclass(frozen=True)
class SubmittedField:
    """One value of a posted form; `label` is made from the field's name."""

    label: str
    value: str


def resubmission_context(request: HttpRequest) -> dict[str, object]:
    """Return what templates/_send_again.html shows and sends again."""
    return {
        "fields": [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken"
            for value in values
        ],
        "submitted_fields": submitted_fields(request),
        "files": [file.name for _, files in request.FILES.lists() for file in files],
    }


def offer_resubmission(request: HttpRequest) -> HttpResponse:
    """Show the posted input with a button to send it again; store nothing."""
    context = {
        **resubmission_context(request),
        "is_logged_out": not request.user.is_authenticated,
    }
    response = render(request, "send_again.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response


def desk_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Offer resubmission of a form of this site; refuse one of another origin."""
    if is_own_desk_form(request):
        return offer_resubmission(request)
    return refused_for_csrf(request, reason)


def is_own_desk_form(request: HttpRequest) -> bool:
    """Return whether a page of this site posted a form of the workspace."""
    own = f"{request.scheme}://{request.get_host()}"
    return (
        request.method == "POST"
        and request.headers.get("Origin") == own
        and request.path.startswith(DESK_PREFIX)
    )


def submitted_fields(request: HttpRequest) -> list[SubmittedField]:
    """Return the non-empty input of a posted form."""
    return visible_fields(request.POST.lists())


def visible_fields(
    fields: Iterable[tuple[str, Sequence[object]]],
) -> list[SubmittedField]:
    """Return the non-empty values that the user entered."""
    return [
        SubmittedField(_label(name), value)
        for name, values in fields
        if name.rpartition("-")[2] not in HIDDEN_FIELDS
        and not name.startswith(("keep-", "initial-"))
        for value in map(str, values)
        if value.strip()
    ]


def _label(name: str) -> str:
    """Return `Answer 1: Position` of `answers-0-stance`."""
    numbered = re.sub(r"s?-(\d+)(?=-|$)", lambda found: f" {int(found[1]) + 1}", name)
    parts = (
        SCREEN_WORDS.get(each, each.replace("_", " ")) for each in numbered.split("-")
    )
    words = ": ".join(parts)
    return words[:1].upper() + words[1:]
