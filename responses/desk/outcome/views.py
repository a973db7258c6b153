"""The outcome of a consultation: designation and commitments; its glossary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consultations.access import Action
from consultations.models import Commitment, Consultation, Designation, GlossaryTerm
from consultations.models.base import Editable
from consultations.web.requires import requires
from responses import row_types
from responses.desk.editing.lookups import get_consultation_or_404
from responses.desk.editing.removal import Removal, removal_response
from responses.desk.editing.saving import Edit, Files, Forms, edit_response
from responses.desk.outcome.forms import CommitmentForm, DesignationForm, TermForm
from responses.editing.forms import EditableForm
from responses.editing.ordering import next_position


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def outcome_overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the designation, the commitments and the glossary."""
    consultation = get_consultation_or_404(slug)
    context = {
        "consultation": consultation,
        "current_page": "after",
        "designation": getattr(consultation, "designation", None),
        "commitments": consultation.commitments.all(),
        "terms": consultation.glossary.all(),
    }
    return render(request, "desk/outcome/after.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def designation(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit the designation of a consultation, or create it."""
    consultation = get_consultation_or_404(slug)
    row = getattr(consultation, "designation", None)
    return _form_response(
        request,
        consultation,
        DesignationForm,
        lambda: (
            Designation.objects.filter(consultation=consultation).first()
            or Designation(
                consultation=consultation, addressee="the Secretary of State"
            )
        ),
        about=row_types.row_ref(row)
        if row
        else row_types.new_row_ref("designation", slug),
        heading="Designation",
        success_message="Designation saved.",
        row=row,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_commitment(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a commitment."""
    consultation = get_consultation_or_404(slug)
    return _form_response(
        request,
        consultation,
        CommitmentForm,
        lambda: Commitment(
            consultation=consultation,
            position=next_position(consultation.commitments.all()),
        ),
        about=row_types.new_row_ref("commitment", consultation.pk),
        heading="Add commitment",
        success_message="Commitment added.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def commitment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Edit a commitment, such as to record its completion."""
    consultation = get_consultation_or_404(slug)
    row = get_object_or_404(consultation.commitments, pk=pk)
    return _form_response(
        request,
        consultation,
        CommitmentForm,
        lambda: consultation.commitments.get(pk=pk),
        about=row_types.row_ref(row),
        heading="Commitment",
        success_message="Commitment saved.",
        row=row,
        removal_address=reverse("responses:remove_commitment", args=[slug, pk]),
        removal_label="Delete commitment",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_commitment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Delete a commitment that was entered by mistake."""
    consultation = get_consultation_or_404(slug)
    row = get_object_or_404(consultation.commitments, pk=pk)
    return _removal_response(request, consultation, row, "Delete commitment?")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_term(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a term to the glossary."""
    consultation = get_consultation_or_404(slug)
    return _form_response(
        request,
        consultation,
        TermForm,
        lambda: GlossaryTerm(
            consultation=consultation,
            position=next_position(consultation.glossary.all()),
        ),
        about=row_types.new_row_ref("term", consultation.pk),
        heading="Add glossary term",
        success_message="Glossary term added.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def term(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Edit a term of the glossary."""
    consultation = get_consultation_or_404(slug)
    row = get_object_or_404(consultation.glossary, pk=pk)
    return _form_response(
        request,
        consultation,
        TermForm,
        lambda: consultation.glossary.get(pk=pk),
        about=row_types.row_ref(row),
        heading=f"Glossary term {row.short}",
        success_message=f"Glossary term {row.short} saved.",
        row=row,
        removal_address=reverse("responses:remove_term", args=[slug, pk]),
        removal_label="Delete glossary term",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_term(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Delete a term of the glossary."""
    consultation = get_consultation_or_404(slug)
    row = get_object_or_404(consultation.glossary, pk=pk)
    return _removal_response(
        request, consultation, row, f"Delete glossary term {row.short}?"
    )


def _form_response(
    request: HttpRequest,
    consultation: Consultation,
    form: type[EditableForm[Any]],
    read: Callable[[], Editable],
    *,
    about: str,
    heading: str,
    success_message: str,
    row: Editable | None = None,
    removal_address: str = "",
    removal_label: str = "",
) -> HttpResponse:
    """Return the page with one form on the row that `read` reads or creates."""
    back = reverse("responses:after", args=[consultation.slug])

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return [form(data, files, instance=read())]

    edit = Edit(
        row_ref=about,
        bind_forms=forms,
        on_saved=lambda saved: back,
        template="desk/outcome/form.html",
        context={
            "consultation": consultation,
            "current_page": "after",
            "heading": heading,
            "back_address": back,
            "history_row_ref": row_types.row_ref(row) if row else "",
            "removal_address": removal_address,
            "removal_label": removal_label,
        },
        success_message=success_message,
    )
    return edit_response(request, edit)


def _removal_response(
    request: HttpRequest, consultation: Consultation, row: Editable, heading: str
) -> HttpResponse:
    back = reverse("responses:after", args=[consultation.slug])
    context = {"consultation": consultation, "current_page": "after"}
    return removal_response(
        request, Removal(row=row, heading=heading, back_address=back, context=context)
    )
