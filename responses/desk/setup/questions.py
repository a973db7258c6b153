"""Questions of a consultation: list, add, edit, reorder, delete."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from consultations.access import Action
from consultations.models import Question
from consultations.web.requires import requires
from responses import row_types
from responses.desk.editing.lookups import get_consultation_or_404
from responses.desk.editing.one_form import one_form_response
from responses.desk.editing.removal import Removal, removal_response
from responses.desk.editing.reordering import get_posted_row
from responses.desk.editing.saving import Files, logged_in_user
from responses.desk.setup.forms_questions import QuestionForm
from responses.desk.setup.pages import setup_address, setup_context
from responses.setup import question_order


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """List the questions, each followed by its sub-questions."""
    consultation = get_consultation_or_404(slug)
    placed = question_order.reading_order(
        question_order.questions_with_counts(consultation)
    )
    context = setup_context(consultation, ordered_questions=placed)
    return render(request, "desk/setup/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_question(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a question; `?under=12` adds a sub-question."""
    consultation = get_consultation_or_404(slug)
    under = request.GET.get("under", "")
    known = consultation.questions.values_list("pk", flat=True)
    above = next((pk for pk in known if str(pk) == under), "")

    def bind(data: QueryDict | None, files: Files | None) -> QuestionForm:
        row = Question(consultation=consultation)
        return QuestionForm(data, files, instance=row, initial={"parent": above})

    def saved(row: Question) -> str:
        question_order.number_questions(consultation, by=logged_in_user(request))
        return setup_address("questions", consultation)

    return one_form_response(
        request,
        bind,
        row_ref=row_types.new_row_ref("question", consultation.pk, above),
        back_address=setup_address("questions", consultation),
        on_saved=saved,
        context=setup_context(consultation, heading="Add question"),
        success_message="Question added.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Edit a question or its parent."""
    row = get_question_or_404(slug, pk)
    consultation = row.consultation

    def bind(data: QueryDict | None, files: Files | None) -> QuestionForm:
        return QuestionForm(data, files, instance=get_question_or_404(slug, pk))

    def saved(row: Question) -> str:
        question_order.number_questions(consultation, by=logged_in_user(request))
        return setup_address("questions", consultation)

    return one_form_response(
        request,
        bind,
        row_ref=row_types.row_ref(row),
        back_address=setup_address("questions", consultation),
        on_saved=saved,
        template="desk/setup/question.html",
        context=setup_context(
            consultation,
            heading=row.label,
            history_row_ref=row_types.row_ref(row),
            question=row,
            kind_blockers=question_order.kind_blockers(row),
        ),
        success_message=f"{row.label} saved.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Delete a question that nothing refers to."""
    row = get_question_or_404(slug, pk)
    context = setup_context(row.consultation)
    removal = Removal(
        row=row,
        heading=f"Delete {row.label}?",
        back_address=setup_address("questions", row.consultation),
        reasons=question_order.question_removal_blockers(row),
        consequences=[f"{context['public_since']} Readers may have seen the question."]
        if context["public_since"]
        else [],
        on_removed=lambda: question_order.number_questions(
            row.consultation, by=logged_in_user(request)
        ),
        context=context,
    )
    return removal_response(request, removal)


@require_POST
@never_cache
@requires(Action.DRAFT)
def order_questions(request: HttpRequest, slug: str) -> HttpResponse:
    """Reorder the questions: one a step up or down, or all as dragged."""
    consultation = get_consultation_or_404(slug)
    user = logged_in_user(request)
    if "row" in request.POST:
        row = get_posted_row(request, consultation.questions.all())
        step = -1 if request.POST.get("step") == "up" else 1
        question_order.move_question(row, step, by=user)
    else:
        keys = request.POST.get("order", "").split(",")
        question_order.reorder_questions(consultation, keys, by=user)
    return redirect(setup_address("questions", consultation))


def get_question_or_404(slug: str, pk: int) -> Question:
    """Return a question with its consultation, or 404."""
    rows = Question.objects.select_related("consultation__organisation")
    return get_object_or_404(rows, consultation__slug=slug, pk=pk)
