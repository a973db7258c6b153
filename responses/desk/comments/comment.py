"""One comment: what was written, what is published, what is said and decided."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consultations.access import Action, user_may
from consultations.models import Consultation, Passage
from consultations.web.requires import requires
from responses.comments.filter import (
    CommentFilter,
    key_after,
    key_before,
    next_unanswered,
    parse_comment_filter,
)
from responses.comments.similar import find_similar_comments
from responses.comments.work import (
    changes_caused_by,
    record_first_answer,
    verbatim_answers,
)
from responses.desk.comments.forms import CommentForm, ResponseForm
from responses.desk.editing.lookups import consultation_named
from responses.desk.editing.removal import Removal, answer_removal
from responses.desk.editing.saving import Edit, Files, Forms, answer_edit, signed_in
from responses.desk.passages.views import matching_passages
from responses.editing import autosave
from responses.editing.keys import row_number
from responses.models import Answer, Comment, DCCResponse, Respondent
from responses.passages.library import append_passage, record_uses
from responses.row_types import new_row_ref, row_ref

TEXT, USED = "response-text", "response-used"
"""The names under which the form sends the response and the passages put into it."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.SEE_DESK, posts=Action.DRAFT)
def comment(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show a comment: as a form to those who draft, to read to the others."""
    shown = comment_for(slug, key)
    chosen = parse_comment_filter(
        shown.consultation, signed_in(request), request.GET.dict()
    )
    context = side_panel_context(shown, chosen)
    if not user_may(request.user, Action.DRAFT):
        return render(request, "desk/comments/read.html", context)
    if "insert" in request.POST or request.POST.get("then") == "find":
        return insert_passage(request, row_ref(shown))
    context |= looked_for(request) | {"item": row_ref(shown)}
    return answer_edit(request, edit_of(request, shown, chosen, context))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_comment(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a comment, drawn from an answer where the address names one."""
    consultation = consultation_named(slug)
    answer = answer_for(consultation, request.GET.get("answer", ""))
    name = new_row_ref("comment", consultation.pk, *([answer.pk] if answer else []))
    if "insert" in request.POST or request.POST.get("then") == "find":
        return insert_passage(request, name)
    chosen = parse_comment_filter(consultation, signed_in(request), request.GET.dict())
    context = beside_new(consultation, chosen, answer)
    context |= looked_for(request)
    edit = edit_new(request, consultation, answer, context, name)
    return answer_edit(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_comment(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Remove a comment that caused no change."""
    row = comment_for(slug, key)
    reasons = [
        f"It caused the change {change}: take it out of there first."
        for change in changes_caused_by(row)
    ]
    removal = Removal(
        row,
        heading=f"Remove comment {row.key}?",
        back=reverse("responses:comments", args=[slug]),
        reasons=reasons,
        consequences=[
            "The DCC response to it is removed with it.",
            "What the respondents wrote stays.",
        ],
        context={"consultation": row.consultation, "place": "comments"},
    )
    return answer_removal(request, removal)


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def similar_comments(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show the comments that say much the same, and how they were answered."""
    shown = comment_for(slug, key)
    context = {
        "consultation": shown.consultation,
        "place": "comments",
        "comment": shown,
        "similar": find_similar_comments(shown),
    }
    is_part = request.headers.get("HX-Request") == "true"
    name = "_similar" if is_part else "similar"
    return render(request, f"desk/comments/{name}.html", context)


# --- what is edited -----------------------------------------------------------------


def comment_for(slug: str, key: str) -> Comment:
    """Return a comment of a consultation with its response; 404 for none."""
    rows = Comment.objects.select_related(
        "consultation", "question", "dcc_response", "assigned_to"
    )
    return get_object_or_404(rows, consultation__slug=slug, key=key)


def answer_for(consultation: Consultation, key: str) -> Answer | None:
    """Return the answer an address names; 404 where it is none of the consultation."""
    if not key:
        return None
    answers = Answer.objects.filter(submission__respondent__consultation=consultation)
    answers = answers.select_related("question", "submission__respondent")
    return get_object_or_404(answers, pk=row_number(key))


def forms_on(row: Comment, data: QueryDict | None, initial: dict[str, Any]) -> Forms:
    """Return the form on a comment, and that on the response to it."""
    response = getattr(row, "dcc_response", None) or DCCResponse(comment=row)

    def respondents_who_answered() -> Sequence[int]:
        answers = Answer.objects.filter(question=row.question_id or 0)
        return list(answers.order_by().values_list("submission__respondent", flat=True))

    return [
        CommentForm(
            data,
            instance=row,
            prefix="comment",
            initial=initial,
            respondents_who_answered=respondents_who_answered,
        ),
        ResponseForm(data, instance=response, prefix="response"),
    ]


def edit_of(
    request: HttpRequest, shown: Comment, chosen: CommentFilter, context: dict[str, Any]
) -> Edit:
    """Return what the page of a comment edits."""
    slug = shown.consultation.slug

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return forms_on(comment_for(slug, shown.key), data, {})

    def saved(forms: Forms) -> str:
        record_first_response(forms, signed_in(request))
        key = shown.key
        if request.POST.get("then") == "next":
            key = next_unanswered(chosen, forms[0].instance)
        if not key:
            messages.info(request, "No comment here is without a response now.")
        return address_of(chosen, key)

    template = "desk/comments/edit.html"
    return Edit(row_ref(shown), forms, saved, template, context)


def edit_new(
    request: HttpRequest,
    consultation: Consultation,
    answer: Answer | None,
    context: dict[str, Any],
    name: str,
) -> Edit:
    """Return what the page of a new comment edits."""
    initial: dict[str, Any] = {}
    if answer:
        initial = {"text": answer.text, "sources": [answer.submission.respondent]}

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        question = answer.question if answer else None
        row = Comment(consultation=consultation, question=question)
        return forms_on(row, data, initial)

    def saved(forms: Forms) -> str:
        record_first_response(forms, signed_in(request))
        if request.POST.get("then") == "another":
            return request.get_full_path()
        return address_of(context["chosen"], forms[0].instance.key)

    return Edit(name, forms, saved, "desk/comments/edit.html", context)


def record_first_response(forms: Forms, by: Any) -> None:
    """Put a first response on the trail, and note which passages stand in it."""
    form = forms[1]
    response = form.instance
    if not isinstance(form, ResponseForm) or not response.pk:
        return
    if "text" not in form.changed_data:
        return
    record_first_answer(response, by=by)
    comment = response.comment
    record_uses(form.used, response.text, row_ref(comment), comment.consultation, by=by)


def insert_passage(request: HttpRequest, name: str) -> HttpResponse:
    """Keep what is typed, with a passage at the end of the response if one is chosen.

    Without JavaScript this is how a passage is looked for and put in; nothing is
    saved, and the form comes back with everything that was typed.
    """
    typed = dict(request.POST.lists())
    find = request.POST.get("find", "")
    for done in ("insert", "then", "find"):
        typed.pop(done, None)
    if "insert" in request.POST:
        passage = get_object_or_404(Passage, pk=row_number(request.POST["insert"]))
        typed[TEXT] = [append_passage(request.POST.get(TEXT, ""), passage.text)]
        used = f"{request.POST.get(USED, '')} {passage.pk}:{passage.version}"
        typed[USED] = [used.strip()]
        said = f"“{passage.title}” is at the end of the response. Nothing is saved yet."
        messages.success(request, said)
    autosave.save_draft(signed_in(request), name, typed, page=request.get_full_path())
    query = request.GET.copy()
    query["recover"] = "1"
    query["find"] = find
    return redirect(f"{request.path}?{query.urlencode()}#passages")


# --- what is beside it ----------------------------------------------------------------


def address_of(chosen: CommentFilter, key: str) -> str:
    """Return the address of a comment in a filter, or of the list for no key."""
    slug, name = chosen.consultation.slug, "comment" if key else "comments"
    page = reverse(f"responses:{name}", args=[slug, key] if key else [slug])
    return f"{page}?{chosen.address}".rstrip("?")


def side_panel_context(shown: Comment, chosen: CommentFilter) -> dict[str, Any]:
    """Return what the page shows beside the form, and where one goes from it.

    What takes reading is called by the template: a save that is redirected does not.
    """

    def people() -> list[Respondent]:
        links = shown.source_links.select_related("respondent")
        return [link.respondent for link in links]

    def neighbour(key: str) -> str:
        return address_of(chosen, key) if key else ""

    return {
        **comment_context(shown.consultation, chosen),
        "comment": shown,
        "folds": shown.question is None,
        "verbatim": cache(
            lambda: verbatim_answers(shown.consultation, people(), shown.question)
        ),
        "changes": cache(lambda: changes_caused_by(shown)),
        "previous": cache(lambda: neighbour(key_before(chosen.rows(), shown))),
        "following": cache(lambda: neighbour(key_after(chosen.rows(), shown))),
    }


def beside_new(
    consultation: Consultation, chosen: CommentFilter, answer: Answer | None
) -> dict[str, Any]:
    """Return what stands beside the form of a new comment: the answer, if any."""
    people = [answer.submission.respondent] if answer else []
    question = answer.question if answer else None
    return {
        **comment_context(consultation, chosen),
        "answer": answer,
        "verbatim": cache(lambda: verbatim_answers(consultation, people, question)),
    }


def looked_for(request: HttpRequest) -> dict[str, Any]:
    """Return the passages that are offered, read when the page is drawn."""
    found = cache(lambda: matching_passages(request.GET.get("find", "")))
    return {"offered": found, "find": request.GET.get("find", "")}


def comment_context(
    consultation: Consultation, chosen: CommentFilter
) -> dict[str, Any]:
    """Return what every page of a comment has."""
    return {
        "consultation": consultation,
        "place": "comments",
        "chosen": chosen,
        "back": address_of(chosen, ""),
    }
