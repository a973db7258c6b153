"""Pages with one form on one row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict

from responses.desk.editing.saving import Edit, Files, Forms, edit_response
from responses.editing.forms import EditableForm

BindForm = Callable[[QueryDict | None, Files | None], EditableForm[Any]]
"""Reads the row from the database and returns the form on it."""


def one_form_response(
    request: HttpRequest,
    bind: BindForm,
    *,
    row_ref: str,
    back_address: str,
    context: dict[str, Any],
    on_saved: Callable[[Any], str] | None = None,
    template: str = "desk/setup/form.html",
    success_message: str = "",
) -> HttpResponse:
    """Return the page with one form, or a redirect once it is saved.

    `on_saved` gets the saved row and returns the address to redirect to. The message
    names the row, see `Edit`.
    """

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return [bind(data, files)]

    def address(given: Forms) -> str:
        return on_saved(given[0].instance) if on_saved else back_address

    edit = Edit(
        row_ref=row_ref,
        bind_forms=forms,
        on_saved=address,
        template=template,
        context={"back_address": back_address, **context},
        success_message=success_message,
    )
    return edit_response(request, edit)
