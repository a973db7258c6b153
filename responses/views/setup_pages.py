"""What the pages that set up a consultation share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from consultations.models import Consultation
from consultations.models.base import Editable
from consultations.opening import public_since
from responses.forms import EditableForm
from responses.ordering import ordered, put_in_order, stepped
from responses.views.editing import Edit, Files, Forms, answer_edit, signed_in

LONGEST_KEY = 18
"""Digits that fit into a primary key."""

R = TypeVar("R", bound=Editable)

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
    template: str = "responses/setup/form.html",
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


def row_posted(request: HttpRequest, rows: QuerySet[R]) -> R:
    """Return the row that was posted as `row`; 404 for none of these."""
    key = request.POST.get("row", "")
    if not key.isdecimal() or len(key) > LONGEST_KEY:
        raise Http404(f"{key!r} names no row.")
    return get_object_or_404(rows, pk=int(key))


def put_posted_order(request: HttpRequest, rows: QuerySet[R]) -> None:
    """Put rows in order as was posted: one a step up or down, or all as dragged."""
    listed: list[R] = list(rows)
    if "row" in request.POST:
        step = -1 if request.POST.get("step") == "up" else 1
        listed = stepped(listed, row_posted(request, rows), step)
    else:
        listed = ordered(listed, request.POST.get("order", "").split(","))
    put_in_order(rows.model, listed, by=signed_in(request))
