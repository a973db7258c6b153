"""Setting up a consultation: task list, details, copies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consultations.access import Action
from consultations.models import Consultation
from consultations.public.rounds import consultation_chain
from consultations.record.freezing import pending_changes
from consultations.web.requires import requires
from responses import row_types
from responses.desk.editing.lookups import get_consultation_or_404
from responses.desk.editing.one_form import one_form_response
from responses.desk.editing.saving import Files
from responses.desk.setup.forms_setup import CopyForm, DetailsForm, NewConsultationForm
from responses.desk.setup.pages import setup_address, setup_context
from responses.desk.setup.task_list import setup_tasks

MAX_EARLIER_OFFERED = 50


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def setup(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the tasks before the opening, and the rounds of the consultation."""
    consultation = get_consultation_or_404(slug)
    context = setup_context(
        consultation,
        tasks=setup_tasks(consultation),
        pending_changes=pending_changes(consultation),
        chain=consultation_chain(consultation, staff=True),
        extensions=consultation.extensions.prefetch_related("questions"),
    )
    return render(request, "desk/setup/setup.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_consultation(request: HttpRequest) -> HttpResponse:
    """Create a consultation; only staff see it until it opens."""
    earlier = Consultation.objects.order_by("-pk").values("slug", "title", "opens_on")

    def bind(data: QueryDict | None, files: Files | None) -> NewConsultationForm:
        return NewConsultationForm(data, files, instance=Consultation())

    return one_form_response(
        request,
        bind,
        row_ref=row_types.new_row_ref("consultation"),
        back_address=reverse("responses:desk"),
        on_saved=lambda row: setup_address("setup", row),
        template="desk/setup/new.html",
        context={
            "heading": "Create consultation",
            "earlier_consultations": earlier[:MAX_EARLIER_OFFERED],
        },
        success_message="Consultation created. It is not public yet.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def details(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit the details of a consultation."""
    consultation = get_consultation_or_404(slug)

    def bind(data: QueryDict | None, files: Files | None) -> DetailsForm:
        row = Consultation.objects.get(pk=consultation.pk)
        return DetailsForm(data, files, instance=row)

    item = row_types.row_ref(consultation)
    return one_form_response(
        request,
        bind,
        row_ref=item,
        back_address=setup_address("setup", consultation),
        on_saved=lambda row: setup_address("setup", row),
        context=setup_context(consultation, heading="Details", history_row_ref=item),
        success_message="Details saved.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def copy_consultation_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Copy a consultation to a new one, such as the next round."""
    earlier = get_consultation_or_404(slug)

    def bind(
        data: QueryDict | None, files: MultiValueDict[str, object] | None
    ) -> CopyForm:
        return CopyForm(data, files, instance=Consultation(), earlier=earlier)

    return one_form_response(
        request,
        bind,
        row_ref=row_types.new_row_ref("consultation", "from", earlier.pk),
        back_address=setup_address("setup", earlier),
        on_saved=lambda row: setup_address("setup", row),
        context=setup_context(
            earlier, heading="Copy to a new consultation", public_since=""
        ),
        success_message="Consultation copied. The new consultation is not public yet.",
    )
