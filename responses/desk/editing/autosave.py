"""Autosave of form input, its recovery, and the presence of other editors."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.access import Action
from consultations.web.requires import requires
from consultations.web.resubmission import visible_fields
from responses import row_types
from responses.desk.editing.deleted_rows import deleted_row_page
from responses.desk.editing.saving import logged_in_user
from responses.editing import autosave, idempotency, presence
from responses.models import AutosavedForm
from responses.models.desk import ABOUT_LENGTH

MAX_PAGE_PATH = 500


@require_POST
@never_cache
@requires(Action.DRAFT)
def save_input(request: HttpRequest) -> HttpResponse:
    """Autosave the input of a form; respond with the time of the autosave.

    Input for a new row that has been stored meanwhile is not saved.
    """
    about = _validate_row_ref(request.POST.get("about", ""))
    user = logged_in_user(request)
    if idempotency.address_after_first_submission(
        user, idempotency.submitted_token(request.POST)
    ):
        return HttpResponse("Saved")
    typed = dict(request.POST.lists())
    kept = autosave.save_draft(user, about, typed, page=_current_page(request))
    presence.touch_editing_session(user, about)
    return render(request, "desk/editing/_autosaved_text.html", {"at": kept.saved_at})


@require_POST
@never_cache
@requires(Action.DRAFT)
def discard_unsaved(request: HttpRequest) -> HttpResponse:
    """Delete the autosaved input of a form and redirect to the form."""
    autosave.discard_draft(
        logged_in_user(request), _validate_row_ref(request.POST.get("about", ""))
    )
    address = request.POST.get("back", "")
    return redirect(address if _is_desk_address(address) else "responses:desk")


@require_safe
@never_cache
@requires(Action.DRAFT)
def recover_input(request: HttpRequest, about: str) -> HttpResponse:
    """Redirect to the form with its autosaved input; show it if the row is deleted."""
    kept = autosave.load_draft(logged_in_user(request), _validate_row_ref(about))
    if kept is None:
        messages.info(request, "The unsaved changes are no longer available.")
        return redirect("responses:desk")
    if kept.page and not is_row_deleted(kept):
        return redirect(add_to_query(kept.page, recover="1"))
    typed = {name: list(values) for name, values in kept.fields.items()}
    return deleted_row_page(
        request, kept.about, visible_fields(typed.items()), status=200
    )


@require_safe
@never_cache
@requires(Action.DRAFT)
def update_presence(request: HttpRequest, about: str) -> HttpResponse:
    """Record that the user has a row open; list the others who have it open."""
    user = logged_in_user(request)
    presence.touch_editing_session(user, _validate_row_ref(about))
    context = {"colleagues": presence.other_editors(user, about), "row_ref": about}
    return render(request, "desk/editing/_presence.html", context)


def is_row_deleted(kept: AutosavedForm) -> bool:
    """Return whether the row that the input was autosaved for is deleted."""
    if row_types.is_new_row_ref(kept.about):
        return False
    try:
        row_types.resolve_row_ref(kept.about)
    except Http404:
        return True
    return False


def add_to_query(address: str, **values: str) -> str:
    """Return an address with values added to its query."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | values
    return f"{parts.path}?{urlencode(query)}"


def _current_page(request: HttpRequest) -> str:
    """Return path and query of the page with the form, from htmx's header."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return (
        address if _is_desk_address(address) and len(address) <= MAX_PAGE_PATH else ""
    )


def _validate_row_ref(name: str) -> str:
    """Return a row reference; 404 for a malformed one."""
    if not name or len(name) > ABOUT_LENGTH or not name.isprintable():
        raise Http404("Unknown item.")
    return name


def _is_desk_address(address: str) -> bool:
    path = address.partition("?")[0]
    return (
        path.startswith("/desk/")
        and address.isprintable()
        and "//" not in path
        and "\\" not in address
    )
