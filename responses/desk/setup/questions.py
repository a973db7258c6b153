"""The questions of a consultation: asked, put in order, moved below each other."""

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
from responses.desk.editing.lookups import consultation_named
from responses.desk.editing.one_form import one_form_response
from responses.desk.editing.removal import Removal, answer_removal
from responses.desk.editing.reordering import get_posted_row
from responses.desk.editing.saving import Files, signed_in
from responses.desk.setup.forms_questions import QuestionForm
from responses.desk.setup.pages import setup_address, setup_context
from responses.setup import question_order


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """List the questions, each followed by those below it."""
    consultation = consultation_named(slug)
    placed = question_order.reading_order(
        question_order.questions_with_counts(consultation)
    )
    context = setup_context(consultation, placed=placed)
    return render(request, "desk/setup/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_question(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask a question; `?under=12` has it asked below that one."""
    consultation = consultation_named(slug)
    under = request.GET.get("under", "")
    known = consultation.questions.values_list("pk", flat=True)
    above = next((pk for pk in known if str(pk) == under), "")

    def bind(data: QueryDict | None, files: Files | None) -> QuestionForm:
        row = Question(consultation=consultation)
        return QuestionForm(data, files, instance=row, initial={"parent": above})

    def saved(row: Question) -> str:
        question_order.number_questions(consultation, by=signed_in(request))
        return setup_address("questions", consultation)

    return one_form_response(
        request,
        bind,
        about=row_types.new_row_ref("question", consultation.pk, above),
        back=setup_address("questions", consultation),
        saved=saved,
        context=setup_context(consultation, heading="New question"),
        said="The question is asked.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Edit a question, or move it below another."""
    row = question_of(slug, pk)
    consultation = row.consultation

    def bind(data: QueryDict | None, files: Files | None) -> QuestionForm:
        return QuestionForm(data, files, instance=question_of(slug, pk))

    def saved(row: Question) -> str:
        question_order.number_questions(consultation, by=signed_in(request))
        return setup_address("questions", consultation)

    return one_form_response(
        request,
        bind,
        about=row_types.row_ref(row),
        back=setup_address("questions", consultation),
        saved=saved,
        template="desk/setup/question.html",
        context=setup_context(
            consultation,
            heading=row.label,
            item=row_types.row_ref(row),
            question=row,
            settled=question_order.kind_blockers(row),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a question that nothing refers to."""
    row = question_of(slug, pk)
    context = setup_context(row.consultation)
    removal = Removal(
        row=row,
        heading=f"Remove {row.label}?",
        back=setup_address("questions", row.consultation),
        reasons=question_order.question_removal_blockers(row),
        consequences=[f"{context['since']} Readers may have seen the question."]
        if context["since"]
        else [],
        removed=lambda: question_order.number_questions(
            row.consultation, by=signed_in(request)
        ),
        context=context,
    )
    return answer_removal(request, removal)


@require_POST
@never_cache
@requires(Action.DRAFT)
def order_questions(request: HttpRequest, slug: str) -> HttpResponse:
    """Put the questions in order: one a step, or all as they were dragged."""
    consultation = consultation_named(slug)
    user = signed_in(request)
    if "row" in request.POST:
        row = get_posted_row(request, consultation.questions.all())
        step = -1 if request.POST.get("step") == "up" else 1
        question_order.move_question(row, step, by=user)
    else:
        keys = request.POST.get("order", "").split(",")
        question_order.reorder_questions(consultation, keys, by=user)
    return redirect(setup_address("questions", consultation))


def question_of(slug: str, pk: int) -> Question:
    """Return a question with its consultation; 404 for none."""
    rows = Question.objects.select_related("consultation__organisation")
    return get_object_or_404(rows, consultation__slug=slug, pk=pk)
