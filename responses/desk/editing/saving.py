"""Forms of the desk: saving with optimistic locking, conflicts, and autosaved input.

A view describes its page as an `Edit`; `edit_response` offers the autosaved input,
records the editing session, saves all forms in one transaction, and shows both texts
of a conflict when somebody else saved first. Autosave itself is in autosave.py.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html

from consultations.audit.history import StaleSave
from consultations.editions.workflow import Refusal
from consultations.web.retries import mark_idempotent
from responses import row_types
from responses.editing import autosave, idempotency, presence
from responses.editing.forms import Conflict, EditableForm, StaleForms, save_together
from responses.models import AutosavedForm, IdempotencyKey
from responses.row_names import row_name, saved_message

logger = logging.getLogger(__name__)

MAX_SAVE_TRIES = 3
"""How often a save is tried when concurrent saves collide."""

Forms = Sequence[EditableForm[Any]]
Files = MultiValueDict[str, Any]


@dataclass(frozen=True)
class Edit:
    """What a page edits.

    `bind_forms` reads the rows from the database and returns the forms on them, bound
    to the posted data if there is any. `on_saved` is called after saving, in the same
    transaction, and returns the address to redirect to. `success_message` is shown
    there, with the name of the row of the first form in place of `{name}`; empty for
    `Question 2 saved.`; a function of the saved forms and that address returns it.
    With `links_back` it has a link to the row where the redirect is to the page of
    another; `note_after_saving` is shown below it. Where `on_saved` raises
    workflow.Refusal, nothing is saved and its reasons are shown.
    """

    row_ref: str
    bind_forms: Callable[[QueryDict | None, Files | None], Forms]
    on_saved: Callable[[Forms], str]
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    success_message: str | Callable[[Forms, str], str] = ""
    links_back: bool = False
    note_after_saving: Callable[[Forms], str] = lambda forms: ""

    @property
    def is_new(self) -> bool:
        """True when the row is not in the database yet."""
        return row_types.is_new_row_ref(self.row_ref)

    def message_after_saving(self, forms: Forms, address: str) -> str:
        """Return the message that names the saved row, the one of the first form."""
        row = forms[0].instance
        if callable(self.success_message):
            return self.success_message(forms, address)
        text = self.success_message or saved_message(row, self.row_ref)
        if "{name}" in text and self.success_message:
            text = text.replace("{name}", row_name(row))
        page = row_types.page_of(row) if self.links_back else ""
        if not page or urlsplit(address).path == page:
            return text
        link = '{} <a href="{}">Go back to {}</a>'
        return format_html(link, text, page, row_name(row))


def edit_response(request: HttpRequest, edit: Edit) -> HttpResponse:
    """Save the posted forms and redirect, or show the forms with their errors.

    Raise Http404 where the row does not exist.
    """
    user = logged_in_user(request)
    if request.method == "POST":
        try:
            return _save_with_retries(request, edit, user)
        except OverflowError:  # a key beyond SQLite's integers
            raise Http404(
                "A number in the form is too large. Go back and enter a smaller number."
            ) from None
    kept = _load_unsaved_input(user, edit)
    recovers = kept is not None and "recover" in request.GET
    forms = edit.bind_forms(_as_post_data(kept) if kept and recovers else None, None)
    presence.touch_editing_session(user, edit.row_ref)
    return _render_forms(request, edit, forms, kept=None if recovers else kept)


def logged_in_user(request: HttpRequest) -> User:
    """Return the user of a request; `requires` lets no anonymous one through."""
    return cast(User, request.user)


def _save_with_retries(request: HttpRequest, edit: Edit, user: User) -> HttpResponse:
    """Save; retry when a concurrent save collides.

    Raises Http404 for a row deleted meanwhile; deleted_rows.py then shows the input.
    """
    try:
        for _ in range(MAX_SAVE_TRIES):
            answer = _try_to_save(request, edit, user)
            if answer is not None:
                return answer
    except ObjectDoesNotExist as error:
        raise Http404(str(error)) from error
    logger.error("%s could not be stored for user %s", edit.row_ref, user.pk)
    reasons = ["Other people are saving the same item. Select Save again."]
    forms = edit.bind_forms(request.POST, request.FILES)
    return _render_forms(request, edit, forms, reasons=reasons)


def _try_to_save(request: HttpRequest, edit: Edit, user: User) -> HttpResponse | None:
    """Save once; return the response, or None where the save has to be retried."""
    token = idempotency.submitted_token(request.POST) if edit.is_new else ""
    if token:
        mark_idempotent(request)
    forms = edit.bind_forms(request.POST, request.FILES)
    valid = [form.is_valid() for form in forms]  # each, to show every error
    if address := idempotency.address_after_first_submission(user, token):
        messages.info(request, "Already saved: the form was submitted twice.")
        return redirect(address)
    if not all(valid):
        return _render_forms(request, edit, forms)
    confirmed = request.POST.get(idempotency.CONFIRMATION, "")
    try:
        address = _save(edit, forms, user, token, confirmed)
    except (idempotency.AddedBefore, StaleForms, Refusal) as error:
        return _render_refusal(request, edit, forms, error)
    except (StaleSave, IntegrityError):
        return None
    autosave.discard_draft(user, edit.row_ref)
    presence.end_editing_session(user, edit.row_ref)
    messages.success(request, edit.message_after_saving(forms, address))
    if note := edit.note_after_saving(forms):
        messages.info(request, note)
    return redirect(address)


@transaction.atomic
def _save(edit: Edit, forms: Forms, user: User, token: str, confirmed: str) -> str:
    """Save all forms in one transaction; return the address to redirect to.

    Raise idempotency.AddedBefore where the user has to be asked first.
    """
    sent = None
    if edit.is_new:
        content = idempotency.content_fingerprint(edit.row_ref, forms)
        own_token = token or uuid.uuid4().hex
        sent = idempotency.claim_token(
            user, own_token, content, confirmed, exists=row_types.row_exists
        )
    save_together(forms, by=user)
    address = edit.on_saved(forms)
    if sent:
        row = forms[0].instance
        sent.address = address
        sent.about = row_types.row_ref(row) if row.pk else ""
        sent.save(update_fields=["address", "about"])
    return address


def _render_refusal(
    request: HttpRequest,
    edit: Edit,
    forms: Forms,
    error: idempotency.AddedBefore | StaleForms | Refusal,
) -> HttpResponse:
    """Render the forms with what the user has to decide or correct first."""
    match error:
        case idempotency.AddedBefore():
            return _render_forms(request, edit, forms, added_before=error.earlier)
        case StaleForms():
            return _render_forms(request, edit, forms, conflicts=error.conflicts)
        case _:
            return _render_forms(request, edit, forms, reasons=error.reasons)


def _render_forms(
    request: HttpRequest,
    edit: Edit,
    forms: Forms,
    *,
    kept: AutosavedForm | None = None,
    conflicts: Sequence[Conflict] = (),
    reasons: Sequence[str] = (),
    added_before: IdempotencyKey | None = None,
) -> HttpResponse:
    """Render the forms; after a conflict they are based on the stored version."""
    if conflicts:
        _mark_as_shown(forms, request.POST.copy())
    for form in forms:
        form.re_enable_fields()
    context = {
        **edit.context,
        "forms": forms,
        "form": forms[0],
        "row_ref": edit.row_ref,
        "idempotency_key": _idempotency_key(request) if edit.is_new else "",
        "autosaved_form": kept,
        "conflicts": conflicts,
        "reasons": reasons,
        "added_before": _added_before(added_before) if added_before else None,
        "unkept_files": [each.name for _, each in _uploaded_files(request)],
        "colleagues": presence.other_editors(logged_in_user(request), edit.row_ref),
    }
    return render(request, edit.template, context)


def _added_before(earlier: IdempotencyKey) -> dict[str, object]:
    """Return the row that was added before: when, its name, its page, its token."""
    row = row_types.resolve_row_ref(earlier.about)
    return {
        "at": earlier.at,
        "name": row_name(row),
        "address": row_types.page_of(row) or earlier.address,
        "token": earlier.token,
    }


def _mark_as_shown(forms: Forms, data: QueryDict) -> None:
    """Set the version each form is based on to the stored one."""
    for form in forms:
        data[form.add_prefix("shown")] = str(form.loaded_version)
        form.data = data


def _idempotency_key(request: HttpRequest) -> str:
    return idempotency.submitted_token(request.POST) or uuid.uuid4().hex


def _uploaded_files(request: HttpRequest) -> list[tuple[str, Any]]:
    files = request.FILES
    return [(name, each) for name in files for each in files.getlist(name)]


# --- autosaved input ------------------------------------------------------------------


def _load_unsaved_input(user: User, edit: Edit) -> AutosavedForm | None:
    """Return a user's autosaved input; delete it where it equals the stored row.

    An autosave may arrive after the save of the same form.
    """
    kept = autosave.load_draft(user, edit.row_ref)
    if kept is None or edit.is_new:
        return kept
    if any(
        form.is_to_be_saved() for form in edit.bind_forms(_as_post_data(kept), None)
    ):
        return kept
    autosave.discard_draft(user, edit.row_ref)
    return None


def _as_post_data(kept: AutosavedForm) -> QueryDict:
    """Return autosaved input as posted data."""
    data = QueryDict(mutable=True)
    for name, values in kept.fields.items():
        data.setlist(name, list(values))
    return data
