"""Opening, deadline and extensions of a consultation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from consultations.access import Action
from consultations.editions.workflow import Refusal
from consultations.models import Consultation, Extension
from consultations.record.content import content_blockers
from consultations.record.freezing import freeze_changed_dates
from consultations.record.new_words import opening_words
from consultations.timetable.extensions import (
    NO_DEADLINE_TO_EXTEND,
    record_extension,
)
from consultations.timetable.opening import (
    NO_DEADLINE_SET,
    cancel_opening,
    opening_warnings,
    set_opening,
)
from consultations.web.requires import requires
from responses import row_types
from responses.desk.confirming import check_words, confirm_words_response
from responses.desk.editing.lookups import get_consultation_or_404
from responses.desk.editing.one_form import one_form_response
from responses.desk.editing.saving import Files, logged_in_user
from responses.desk.setup.forms_deadlines import (
    DeadlineForm,
    ExtensionForm,
    ExtensionReasonForm,
    OpeningForm,
)
from responses.desk.setup.pages import setup_address, setup_context
from responses.editing.ordering import next_position

PUBLIC_DEADLINE_WARNING = (
    "The deadline is published and cannot change. To give more time, use “Extend "
    "deadline”: the public page then shows both deadlines and the reason."
)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def opening(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a consultation now or at a set time, or show what prevents it."""
    consultation = get_consultation_or_404(slug)
    if request.method != "POST":
        return opening_page(
            request, consultation, OpeningForm(consultation=consultation)
        )
    form = OpeningForm(request.POST, consultation=consultation)
    if not form.is_valid():
        return opening_page(request, consultation, form)
    try:
        opened = set_opening(
            consultation,
            when=form.cleaned_data["when"],
            by=logged_in_user(request),
            allow_no_questions=form.cleaned_data.get("allow_no_questions", False),
        )
    except Refusal as refused:
        return opening_page(request, consultation, form, refused.reasons)
    message = "Opening scheduled."
    if opened.is_public():
        message = "Consultation opened. It is public now."
    messages.success(request, message)
    return redirect(setup_address("setup", consultation))


def opening_page(
    request: HttpRequest,
    consultation: Consultation,
    form: OpeningForm,
    reasons: list[str] | None = None,
) -> HttpResponse:
    """Render the page; a form that is shown again is based on the stored version."""
    if form.is_bound:
        data = request.POST.copy()
        data["shown"] = str(consultation.version)
        form.data = data
    at, now = consultation.opens or timezone.now(), timezone.now()
    is_past = bool(consultation.deadline and consultation.deadline < now)
    context = setup_context(
        consultation,
        form=form,
        forms=[form],
        reasons=reasons or [],
        is_set=consultation.opens_on is not None,
        blockers=missing_for_opening(consultation),
        is_past=is_past,
        warnings=[] if is_past else opening_warnings(consultation, when=at, at=at),
        words=check_words(
            opening_words(consultation),
            setup_address("confirm_opening_words", consultation),
        ),
    )
    return render(request, "desk/setup/opening.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def confirm_opening_words(request: HttpRequest, slug: str) -> HttpResponse:
    """Confirm an issue with the words that the opening makes public."""
    consultation = get_consultation_or_404(slug)
    return confirm_words_response(
        request,
        opening_words(consultation),
        back=setup_address("opening", consultation),
        **setup_context(consultation),
    )


def missing_for_opening(consultation: Consultation) -> list[str]:
    """Return what is missing whatever the time of opening."""
    found = content_blockers(consultation, allow_no_questions=True)
    return found + ([] if consultation.closes else [NO_DEADLINE_SET])


@require_POST
@never_cache
@requires(Action.DRAFT)
def take_back_opening(request: HttpRequest, slug: str) -> HttpResponse:
    """Cancel an opening that is still to come."""
    consultation = get_consultation_or_404(slug)
    try:
        cancel_opening(consultation, by=logged_in_user(request))
    except Refusal as refused:
        messages.error(request, " ".join(refused.reasons))
    else:
        messages.success(request, "Opening cancelled.")
    return redirect(setup_address("setup", consultation))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def deadline(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit the deadline; list its extensions."""
    consultation = get_consultation_or_404(slug)

    def bind(data: QueryDict | None, files: Files | None) -> DeadlineForm:
        row = Consultation.objects.get(pk=consultation.pk)
        return DeadlineForm(data, files, instance=row)

    def saved(row: Consultation) -> str:
        freeze_changed_dates(row, by=logged_in_user(request))
        return setup_address("setup", consultation)

    return one_form_response(
        request,
        bind,
        row_ref=row_types.row_ref(consultation, "deadline"),
        back_address=setup_address("setup", consultation),
        on_saved=saved,
        template="desk/setup/deadline.html",
        context=setup_context(
            consultation,
            heading="Deadline",
            history_row_ref=row_types.row_ref(consultation),
            extensions=consultation.extensions.prefetch_related("questions"),
            public_deadline_warning=PUBLIC_DEADLINE_WARNING,
        ),
        success_message="Deadline saved.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_extension(request: HttpRequest, slug: str) -> HttpResponse:
    """Extend the deadline of all questions or of some."""
    consultation = get_consultation_or_404(slug)
    if consultation.closes is None:
        messages.error(request, NO_DEADLINE_TO_EXTEND)
        return redirect(setup_address("deadline", consultation))

    def bind(data: QueryDict | None, files: Files | None) -> ExtensionForm:
        position = next_position(consultation.extensions.all())
        fresh = Consultation.objects.get(pk=consultation.pk)
        row = Extension(consultation=fresh, position=position)
        return ExtensionForm(data, files, instance=row)

    def saved(row: Extension) -> str:
        record_extension(row, by=logged_in_user(request))
        return setup_address("deadline", consultation)

    return one_form_response(
        request,
        bind,
        row_ref=row_types.new_row_ref("extension", consultation.pk),
        back_address=setup_address("deadline", consultation),
        on_saved=saved,
        template="desk/setup/extension.html",
        context=setup_context(consultation, heading="Extend deadline"),
        success_message="Deadline extended.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def extension(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Correct the reason of an extension."""
    consultation = get_consultation_or_404(slug)
    row = get_object_or_404(consultation.extensions, pk=pk)

    def bind(data: QueryDict | None, files: Files | None) -> ExtensionReasonForm:
        stored = consultation.extensions.get(pk=pk)
        return ExtensionReasonForm(data, files, instance=stored)

    return one_form_response(
        request,
        bind,
        row_ref=row_types.row_ref(row),
        back_address=setup_address("deadline", consultation),
        template="desk/setup/extension.html",
        context=setup_context(
            consultation,
            heading="Reason for the extension",
            history_row_ref=row_types.row_ref(row),
            extension=row,
        ),
        success_message="Reason for the extension saved.",
    )
