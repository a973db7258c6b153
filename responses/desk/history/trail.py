"""The activity log of a consultation: events, export, and deleted rows."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action
from consultations.audit.trail import broken_links
from consultations.web.requires import requires
from responses.desk.editing.lookups import get_consultation_or_404
from responses.editing.keys import is_row_number
from responses.history.audit_trail import (
    document_events,
    event_kinds,
    events_of,
    trail_as_csv,
    trail_as_json,
)
from responses.history.revisions import removed_rows
from responses.history.sources import restorable_history_filters

EXPORT_FORMATS = {
    "csv": ("text/csv; charset=utf-8", trail_as_csv),
    "json": ("application/json", trail_as_json),
}


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def trail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the events of a consultation, newest first, and the deleted rows.

    Raise Http404 for a malformed cursor.
    """
    consultation = get_consultation_or_404(slug)
    kind, before = request.GET.get("kind", ""), request.GET.get("before", "")
    if before and not is_row_number(before):
        raise Http404(f"{before!r} is not the address of a page of the activity log.")
    place = int(before) if before else None
    events, more = events_of(consultation, kind=kind, before=place)
    context = {
        "consultation": consultation,
        "current_page": "trail",
        "events": events,
        "next_cursor": more,
        "kinds": event_kinds(consultation),
        "kind": kind,
        "broken_links": [
            *broken_links(consultation),
            *(
                broken
                for document in consultation.documents.all()
                for broken in broken_links(document)
            ),
        ],
        "document_events": document_events(consultation),
        "removed_rows": removed_rows(restorable_history_filters(consultation)),
        "conclusions": consultation.conclusions.all(),
    }
    return render(request, "desk/history/trail.html", context)


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def trail_export(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Return the whole activity log as a file."""
    consultation = get_consultation_or_404(slug)
    media_type, written = EXPORT_FORMATS[name]
    response = HttpResponse(written(consultation), content_type=media_type)
    filename = f"activity-log-{consultation.slug}.{name}"
    response["Content-Disposition"] = content_disposition_header(True, filename)
    return response
