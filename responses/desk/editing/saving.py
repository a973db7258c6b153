"""Answering a form on rows that others may have open: save, errors, or both texts.

A view says what is edited (`Edit`), and `answer_edit` does what all forms of the desk
do: it offers what was typed and not saved, notes who is at work, saves everything or
nothing, and shows both texts when somebody else was quicker. What is kept while
somebody types is in views/unsaved.py.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict

from consultations.audit.history import StaleSave
from consultations.editions.workflow import Refusal
from responses import row_types
from responses.editing import autosave, idempotency, presence
from responses.editing.forms import Conflict, EditableForm, StaleForms, save_together
from responses.models import AutosavedForm

logger = logging.getLogger(__name__)

TRIES = 3
"""How often a save is tried when somebody else saves at the same moment."""

Forms = Sequence[EditableForm[Any]]
Files = MultiValueDict[str, Any]


@dataclass(frozen=True)
class Edit:
    """What a page edits.

    `about` is its row reference; `forms` reads the rows afresh and returns the forms
    on them, bound to what was posted if anything was; `saved` is called after saving,
    in the same transaction, and returns the address to go to. `said` is told the user
    then. Where `saved` raises workflow.Refusal, nothing is saved and the reasons are
    shown.
    """

    about: str
    forms: Callable[[QueryDict | None, Files | None], Forms]
    saved: Callable[[Forms], str]
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    said: str = "Saved."

    @property
    def is_new(self) -> bool:
        """True for a row that is still to be made."""
        return row_types.is_new_row_ref(self.about)


def answer_edit(request: HttpRequest, edit: Edit) -> HttpResponse:
    """Save what was posted, or show the form with what stands in its way.

    Raise Http404 where there is none.
    """
    user = signed_in(request)
    if request.method == "POST":
        try:
            return _posted(request, edit, user)
        except OverflowError:  # a key of more digits than SQLite has room for
            raise Http404("A number in the form is too large.") from None
    kept = _unsaved(user, edit)
    recovers = kept is not None and "recover" in request.GET
    forms = edit.forms(_typed(kept) if kept and recovers else None, None)
    presence.touch_editing_session(user, edit.about)
    return _page(request, edit, forms, kept=None if recovers else kept)


def signed_in(request: HttpRequest) -> User:
    """Return who is logged in; a view behind `requires` has somebody."""
    return cast(User, request.user)


def _posted(request: HttpRequest, edit: Edit, user: User) -> HttpResponse:
    """Save, and try again where somebody else saved at the very same moment.

    Raises Http404 for a row that somebody removed meanwhile: views/gone.py then shows
    what was typed.
    """
    try:
        for _ in range(TRIES):
            answer = _try_to_save(request, edit, user)
            if answer is not None:
                return answer
    except ObjectDoesNotExist as error:
        raise Http404(str(error)) from error
    logger.error("%s could not be stored for user %s", edit.about, user.pk)
    reasons = ["Others keep saving this at the same moment. Press Save again."]
    forms = edit.forms(request.POST, request.FILES)
    return _page(request, edit, forms, reasons=reasons)


def _try_to_save(request: HttpRequest, edit: Edit, user: User) -> HttpResponse | None:
    """Return the answer to a save; None where it has to be tried once more."""
    token = idempotency.submitted_token(request.POST) if edit.is_new else ""
    forms = edit.forms(request.POST, request.FILES)
    valid = [form.is_valid() for form in forms]  # each, to show every error
    if address := idempotency.address_after_first_submission(user, token):
        messages.info(request, "It was sent twice, and is stored once.")
        return redirect(address)
    if not all(valid):
        return _page(request, edit, forms)
    try:
        address = _save(edit, forms, user, token)
    except StaleForms as stale:
        return _page(request, edit, forms, conflicts=stale.conflicts)
    except Refusal as refused:
        return _page(request, edit, forms, reasons=refused.reasons)
    except (StaleSave, IntegrityError):
        return None
    autosave.discard_draft(user, edit.about)
    presence.end_editing_session(user, edit.about)
    messages.success(request, edit.said)
    return redirect(address)


@transaction.atomic
def _save(edit: Edit, forms: Forms, user: User, token: str) -> str:
    """Store everything or nothing; return the address to go to."""
    sent = idempotency.claim_token(user, token) if token else None
    save_together(forms, by=user)
    address = edit.saved(forms)
    if sent:
        sent.address = address
        sent.save(update_fields=["address"])
    return address


def _page(
    request: HttpRequest,
    edit: Edit,
    forms: Forms,
    *,
    kept: AutosavedForm | None = None,
    conflicts: Sequence[Conflict] = (),
    reasons: Sequence[str] = (),
) -> HttpResponse:
    """Show the forms; after a conflict they say that they showed what is stored now."""
    if conflicts:
        _say_shown(forms, request.POST.copy())
    for form in forms:
        form.re_enable_fields()
    context = {
        **edit.context,
        "forms": forms,
        "form": forms[0],
        "about": edit.about,
        "idempotency_key": _token(request) if edit.is_new else "",
        "kept": kept,
        "conflicts": conflicts,
        "reasons": reasons,
        "unkept_files": [each.name for _, each in _files(request)],
        "colleagues": presence.other_editors(signed_in(request), edit.about),
    }
    return render(request, edit.template, context)


def _say_shown(forms: Forms, data: QueryDict) -> None:
    """Have the forms send back that they showed what is stored now."""
    for form in forms:
        data[form.add_prefix("shown")] = str(form.loaded_version)
        form.data = data


def _token(request: HttpRequest) -> str:
    return idempotency.submitted_token(request.POST) or uuid.uuid4().hex


def _files(request: HttpRequest) -> list[tuple[str, Any]]:
    files = request.FILES
    return [(name, each) for name in files for each in files.getlist(name)]


# --- what was typed and not saved -----------------------------------------------------


def _unsaved(user: User, edit: Edit) -> AutosavedForm | None:
    """Return what a user typed and has not saved; what says nothing new is forgotten.

    The last words of a form may be kept in the moment in which it is saved.
    """
    kept = autosave.load_draft(user, edit.about)
    if kept is None or edit.is_new:
        return kept
    if any(form.is_to_be_saved() for form in edit.forms(_typed(kept), None)):
        return kept
    autosave.discard_draft(user, edit.about)
    return None


def _typed(kept: AutosavedForm) -> QueryDict:
    """Return what was kept as if it had been posted."""
    data = QueryDict(mutable=True)
    for name, values in kept.fields.items():
        data.setlist(name, list(values))
    return data
