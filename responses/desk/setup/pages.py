"""What the pages that set up a consultation share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from consultations.models import Consultation
from consultations.timetable.opening import public_since
from responses.desk.editing.saving import Edit, Files, Forms, answer_edit
from responses.editing.forms import EditableForm

Bind = Callable[[QueryDict | None, Files | None], EditableForm[Any]]
"""Reads the row afresh and returns the form on it."""


def page_of(name: str, consultation: Consultation) -> str:
    """Return the address of a page of the set-up."""
    return reverse(f"responses:{name}", args=[consultation.slug])


def context_of(consultation: Consultation, **more: Any) -> dict[str, Any]:
    """Return what the templates need, and since when readers have seen it."""
    since = public_since(consultation)
    return {"consultation": consultation, "place": "setup", "since": since, **more}


def answer_form(
    request: HttpRequest,
    bind: Bind,
    *,
    about: str,
    back: str,
    context: dict[str, Any],
    saved: Callable[[Any], str] | None = None,
    template: str = "desk/setup/form.html",
    said: str = "Saved.",
) -> HttpResponse:
    """Answer a page with one form; `saved` gets the row, and returns where to go."""

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return [bind(data, files)]

    def address(given: Forms) -> str:
        return saved(given[0].instance) if saved else back

    edit = Edit(
        about=about,
        forms=forms,
        saved=address,
        template=template,
        context={"back": back, **context},
        said=said,
    )
    return answer_edit(request, edit)
