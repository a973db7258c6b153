"""Conclusions of a consultation: list, create, edit details."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consultations.access import Action
from consultations.models import Conclusion
from consultations.web.requires import requires
from responses import row_types
from responses.desk.conclusions.forms_conclusions import (
    ConclusionForm,
    NewConclusionForm,
)
from responses.desk.editing.lookups import (
    get_conclusion_or_404,
    get_consultation_or_404,
)
from responses.desk.editing.saving import Edit, Files, Forms, edit_response
from responses.desk.home import overview
from responses.editing.ordering import next_position


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def conclusions(request: HttpRequest, slug: str) -> HttpResponse:
    """List the conclusions of a consultation with the state of each."""
    consultation = get_consultation_or_404(slug)
    context = {
        "consultation": consultation,
        "current_page": "conclusions",
        "conclusions": list(overview.conclusion_summaries(consultation)),
    }
    return render(request, "desk/conclusions/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_conclusion(request: HttpRequest, slug: str) -> HttpResponse:
    """Create a conclusion from an outline."""
    consultation = get_consultation_or_404(slug)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = Conclusion(
            consultation=consultation,
            position=next_position(consultation.conclusions.all()),
        )
        return [NewConclusionForm(data, files, instance=row)]

    edit = Edit(
        row_ref=row_types.new_row_ref("conclusion", consultation.pk),
        bind_forms=forms,
        on_saved=lambda saved: editor_address(saved[0].instance),
        template="desk/conclusions/details.html",
        context={
            "consultation": consultation,
            "current_page": "conclusions",
            "heading": "Create conclusion",
            "back_address": reverse("responses:conclusions", args=[slug]),
        },
        success_message="Conclusion created.",
    )
    return edit_response(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def conclusion_details(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit the title, address, date and columns of a conclusion."""
    conclusion = get_conclusion_or_404(slug)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = Conclusion.objects.select_related("consultation").get(pk=conclusion.pk)
        return [ConclusionForm(data, files, instance=row)]

    edit = Edit(
        row_ref=row_types.row_ref(conclusion),
        bind_forms=forms,
        on_saved=lambda saved: editor_address(saved[0].instance),
        template="desk/conclusions/details.html",
        context={
            "consultation": conclusion.consultation,
            "conclusion": conclusion,
            "current_page": "conclusions",
            "heading": "Document settings",
            "back_address": editor_address(conclusion),
            "history_row_ref": row_types.row_ref(conclusion),
        },
    )
    return edit_response(request, edit)


def editor_address(conclusion: Conclusion) -> str:
    """Return the address of a conclusion's editor."""
    return reverse("responses:sections", args=[conclusion.slug])
