"""The conclusions of a consultation: the list, a new one, the details of one."""

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
from responses.desk.editing.lookups import conclusion_named, consultation_named
from responses.desk.editing.saving import Edit, Files, Forms, answer_edit
from responses.desk.home import overview
from responses.editing.ordering import next_position


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def conclusions(request: HttpRequest, slug: str) -> HttpResponse:
    """List the conclusions of a consultation with the state of each."""
    consultation = consultation_named(slug)
    context = {
        "consultation": consultation,
        "place": "conclusions",
        "conclusions": list(overview.conclusion_summaries(consultation)),
    }
    return render(request, "desk/conclusions/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_conclusion(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a conclusion, from an outline."""
    consultation = consultation_named(slug)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = Conclusion(
            consultation=consultation,
            position=next_position(consultation.conclusions.all()),
        )
        return [NewConclusionForm(data, files, instance=row)]

    edit = Edit(
        about=row_types.new_row_ref("conclusion", consultation.pk),
        forms=forms,
        saved=lambda saved: editor_of(saved[0].instance),
        template="desk/conclusions/details.html",
        context={
            "consultation": consultation,
            "place": "conclusions",
            "heading": "New conclusion",
            "back": reverse("responses:conclusions", args=[slug]),
        },
        said="The conclusion is begun.",
    )
    return answer_edit(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def conclusion_details(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit the title, address, date and columns of a conclusion."""
    conclusion = conclusion_named(slug)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = Conclusion.objects.select_related("consultation").get(pk=conclusion.pk)
        return [ConclusionForm(data, files, instance=row)]

    edit = Edit(
        about=row_types.row_ref(conclusion),
        forms=forms,
        saved=lambda saved: editor_of(saved[0].instance),
        template="desk/conclusions/details.html",
        context={
            "consultation": conclusion.consultation,
            "conclusion": conclusion,
            "place": "conclusions",
            "heading": "Details of the conclusion",
            "back": editor_of(conclusion),
            "item": row_types.row_ref(conclusion),
        },
    )
    return answer_edit(request, edit)


def editor_of(conclusion: Conclusion) -> str:
    """Return the address where a conclusion is written."""
    return reverse("responses:sections", args=[conclusion.slug])
