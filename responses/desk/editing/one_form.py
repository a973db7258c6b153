"""Pages that hold one form on one row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict

from responses.desk.editing.saving import Edit, Files, Forms, answer_edit
from responses.editing.forms import EditableForm

BindForm = Callable[[QueryDict | None, Files | None], EditableForm[Any]]
"""Reads the row afresh and returns the form on it."""


def one_form_response(
    request: HttpRequest,
    bind: BindForm,
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
