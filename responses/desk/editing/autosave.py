"""What goes on while somebody types: their text is kept, others see them at work."""

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
from responses.desk.editing.deleted_rows import gone_page
from responses.desk.editing.saving import signed_in
from responses.editing import autosave, idempotency, presence
from responses.models import AutosavedForm
from responses.models.desk import ABOUT_LENGTH

MAX_PAGE_PATH = 500


@require_POST
@never_cache
@requires(Action.DRAFT)
def save_input(request: HttpRequest) -> HttpResponse:
    """Keep what is typed in a form, and answer with the time it was kept.

    Nothing is kept of a new row that has been stored meanwhile.
    """
    about = _about(request.POST.get("about", ""))
    user = signed_in(request)
    if idempotency.address_after_first_submission(
        user, idempotency.submitted_token(request.POST)
    ):
        return HttpResponse("Saved")
    typed = dict(request.POST.lists())
    kept = autosave.save_draft(user, about, typed, page=_page_shown(request))
    presence.touch_editing_session(user, about)
    return render(request, "desk/editing/_autosaved_text.html", {"at": kept.saved_at})


@require_POST
@never_cache
@requires(Action.DRAFT)
def discard_unsaved(request: HttpRequest) -> HttpResponse:
    """Forget what was kept of a form, and go back to it."""
    autosave.discard_draft(signed_in(request), _about(request.POST.get("about", "")))
    address = request.POST.get("back", "")
    return redirect(address if _is_of_the_desk(address) else "responses:desk")


@require_safe
@never_cache
@requires(Action.DRAFT)
def recover_input(request: HttpRequest, about: str) -> HttpResponse:
    """Lead to the form with what was typed, or show it where the row is gone."""
    kept = autosave.load_draft(signed_in(request), _about(about))
    if kept is None:
        messages.info(request, "Nothing unsaved is kept of that any more.")
        return redirect("responses:desk")
    if kept.page and not is_gone(kept):
        return redirect(with_query(kept.page, recover="1"))
    typed = {name: list(values) for name, values in kept.fields.items()}
    return gone_page(request, kept.about, visible_fields(typed.items()), status=200)


@require_safe
@never_cache
@requires(Action.DRAFT)
def at_work(request: HttpRequest, about: str) -> HttpResponse:
    """Note that the user still has an item open, and say who else has."""
    user = signed_in(request)
    presence.touch_editing_session(user, _about(about))
    context = {"colleagues": presence.other_editors(user, about), "about": about}
    return render(request, "desk/editing/_presence.html", context)


def is_gone(kept: AutosavedForm) -> bool:
    """Return whether the row that a text was typed for has been removed."""
    if row_types.is_new_row_ref(kept.about):
        return False
    try:
        row_types.resolve_row_ref(kept.about)
    except Http404:
        return True
    return False


def with_query(address: str, **values: str) -> str:
    """Return an address with these values in its query besides those it has."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | values
    return f"{parts.path}?{urlencode(query)}"


def _page_shown(request: HttpRequest) -> str:
    """Return path and query of the page the form stands on, as htmx tells it."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return address if _is_of_the_desk(address) and len(address) <= MAX_PAGE_PATH else ""


def _about(name: str) -> str:
    """Return the name of an item; 404 for what cannot be one."""
    if not name or len(name) > ABOUT_LENGTH or not name.isprintable():
        raise Http404("That names nothing that is edited here.")
    return name


def _is_of_the_desk(address: str) -> bool:
    path = address.partition("?")[0]
    return (
        path.startswith("/desk/")
        and address.isprintable()
        and "//" not in path
        and "\\" not in address
    )
