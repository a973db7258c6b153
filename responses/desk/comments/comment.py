"""The page of one comment: its answers, its response and its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
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
from responses.comments.numbers import comment_label, comment_numbers
from responses.comments.similar import find_similar_comments
from responses.comments.work import (
    changes_caused_by,
    record_first_answer,
    verbatim_answers,
)
from responses.desk.comments.forms import CommentForm, ResponseForm
from responses.desk.editing.lookups import get_consultation_or_404
from responses.desk.editing.removal import Removal, removal_response
from responses.desk.editing.saving import (
    Edit,
    Files,
    Forms,
    edit_response,
    logged_in_user,
)
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
    """Show a comment: as a form to users who may draft, read-only to others."""
    shown = get_comment_or_404(slug, key)
    chosen = parse_comment_filter(
        shown.consultation, logged_in_user(request), request.GET.dict()
    )
    context = side_panel_context(shown, chosen)
    if not user_may(request.user, Action.DRAFT):
        return render(request, "desk/comments/read.html", context)
    if "insert" in request.POST or request.POST.get("then") == "find":
        return insert_passage(request, row_ref(shown))
    context |= passage_search_context(request) | {"history_row_ref": row_ref(shown)}
    return edit_response(request, comment_edit(request, shown, chosen, context))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_comment(request: HttpRequest, slug: str) -> HttpResponse:
    """Create a comment, from an answer where the address names one."""
    consultation = get_consultation_or_404(slug)
    answer = get_optional_answer_or_404(consultation, request.GET.get("answer", ""))
    name = new_row_ref("comment", consultation.pk, *([answer.pk] if answer else []))
    if "insert" in request.POST or request.POST.get("then") == "find":
        return insert_passage(request, name)
    chosen = parse_comment_filter(
        consultation, logged_in_user(request), request.GET.dict()
    )
    context = new_side_panel_context(consultation, chosen, answer)
    context |= passage_search_context(request)
    edit = new_comment_edit(request, consultation, answer, context, name)
    return edit_response(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_comment(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Delete a comment that led to no clause change."""
    row = get_comment_or_404(slug, key)
    number = comment_numbers(row.consultation)[row.pk]
    reasons = [
        f"Comment {number} is linked to the clause change {change.document.code} "
        f"{change.reference}: unlink the comment from the clause change first."
        for change in changes_caused_by(row)
    ]
    removal = Removal(
        row,
        heading=f"Delete comment {number}?",
        back_address=reverse("responses:comments", args=[slug]),
        reasons=reasons,
        consequences=[
            "The DCC response to this comment will also be deleted.",
            "The original responses will be kept.",
        ],
        context={"consultation": row.consultation, "current_page": "comments"},
    )
    return removal_response(request, removal)


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def similar_comments(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show similar comments and the responses to them."""
    shown = get_comment_or_404(slug, key)
    context = {
        "consultation": shown.consultation,
        "current_page": "comments",
        "comment": shown,
        "similar": find_similar_comments(shown),
    }
    is_part = request.headers.get("HX-Request") == "true"
    name = "_similar" if is_part else "similar"
    return render(request, f"desk/comments/{name}.html", context)


# --- forms --------------------------------------------------------------------------


def get_comment_or_404(slug: str, key: str) -> Comment:
    """Return a comment of a consultation with its response; 404 for none."""
    rows = Comment.objects.select_related(
        "consultation", "question", "dcc_response", "assigned_to"
    )
    return get_object_or_404(rows, consultation__slug=slug, key=key)


def get_optional_answer_or_404(consultation: Consultation, key: str) -> Answer | None:
    """Return the answer with a key, None for an empty key, 404 for an unknown one."""
    if not key:
        return None
    answers = Answer.objects.filter(submission__respondent__consultation=consultation)
    answers = answers.select_related("question", "submission__respondent")
    return get_object_or_404(answers, pk=row_number(key))


def comment_forms(
    row: Comment, data: QueryDict | None, initial: dict[str, Any]
) -> Forms:
    """Return the forms of a comment and of the response to it."""
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


def comment_edit(
    request: HttpRequest, shown: Comment, chosen: CommentFilter, context: dict[str, Any]
) -> Edit:
    """Return the Edit of a comment's page."""
    slug = shown.consultation.slug

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return comment_forms(get_comment_or_404(slug, shown.key), data, {})

    def saved(forms: Forms) -> str:
        record_first_response(forms, logged_in_user(request))
        key = shown.key
        if request.POST.get("then") == "next":
            key = next_unanswered(chosen, forms[0].instance)
        return filtered_address(chosen, key)

    def message(forms: Forms, address: str) -> str:
        said = saved_message(forms[0].instance, chosen, address)
        if address != filtered_address(chosen, ""):
            return said
        return format_html("{} All comments in this list have a response.", said)

    template = "desk/comments/edit.html"
    return Edit(row_ref(shown), forms, saved, template, context, message)


def new_comment_edit(
    request: HttpRequest,
    consultation: Consultation,
    answer: Answer | None,
    context: dict[str, Any],
    name: str,
) -> Edit:
    """Return the Edit of a new comment's page."""
    chosen: CommentFilter = context["comment_filter"]
    initial: dict[str, Any] = {}
    if answer:
        initial = {"text": answer.text, "sources": [answer.submission.respondent]}

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        question = answer.question if answer else None
        row = Comment(consultation=consultation, question=question)
        return comment_forms(row, data, initial)

    def saved(forms: Forms) -> str:
        record_first_response(forms, logged_in_user(request))
        if request.POST.get("then") == "another":
            return request.get_full_path()
        return filtered_address(chosen, forms[0].instance.key)

    def message(forms: Forms, address: str) -> str:
        return saved_message(forms[0].instance, chosen, address, done="added")

    return Edit(name, forms, saved, "desk/comments/edit.html", context, message)


def saved_message(
    row: Comment, chosen: CommentFilter, address: str, done: str = "saved"
) -> str:
    """Return `Comment Q2.3 saved.`, with a link to it on the page of another."""
    label = comment_label(row, row.consultation)
    page = filtered_address(chosen, row.key)
    if page == address:
        return f"{label} {done}."
    return format_html('<a href="{}">{}</a> {}.', page, label, done)


def record_first_response(forms: Forms, by: Any) -> None:
    """Record a first response, and the standard text that it uses."""
    form = forms[1]
    response = form.instance
    if not isinstance(form, ResponseForm) or not response.pk:
        return
    if "text" not in form.changed_data:
        return
    record_first_answer(response, by=by)
    comment = response.comment
    record_uses(
        form.used_passages, response.text, row_ref(comment), comment.consultation, by=by
    )


def insert_passage(request: HttpRequest, name: str) -> HttpResponse:
    """Autosave the input, with the chosen passage appended to the response, if any.

    Without JavaScript this is how passages are searched and inserted; the response is
    the form with all of its input, and nothing is saved.
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
        said = f"“{passage.title}” inserted at the end of the response."
        messages.success(request, f"{said} Save to keep the change.")
    autosave.save_draft(
        logged_in_user(request), name, typed, page=request.get_full_path()
    )
    query = request.GET.copy()
    query["recover"] = "1"
    query["find"] = find
    return redirect(f"{request.path}?{query.urlencode()}#passages")


# --- context --------------------------------------------------------------------------


def filtered_address(chosen: CommentFilter, key: str) -> str:
    """Return the address of a comment in a filter, or of the list for no key."""
    slug, name = chosen.consultation.slug, "comment" if key else "comments"
    page = reverse(f"responses:{name}", args=[slug, key] if key else [slug])
    return f"{page}?{chosen.address}".rstrip("?")


def side_panel_context(shown: Comment, chosen: CommentFilter) -> dict[str, Any]:
    """Return the context of the side panel and of the links to neighbouring comments.

    Database reads are callables that the template calls: a save that redirects
    needs none of them.
    """

    def people() -> list[Respondent]:
        links = shown.source_links.select_related("respondent")
        return [link.respondent for link in links]

    def neighbour(key: str) -> str:
        return filtered_address(chosen, key) if key else ""

    return {
        **comment_context(shown.consultation, chosen),
        "comment": shown,
        "heading": cache(lambda: comment_label(shown, shown.consultation)),
        "is_folded": shown.question is None,
        "verbatim": cache(
            lambda: verbatim_answers(shown.consultation, people(), shown.question)
        ),
        "changes": cache(lambda: changes_caused_by(shown)),
        "previous_address": cache(lambda: neighbour(key_before(chosen.rows(), shown))),
        "next_address": cache(lambda: neighbour(key_after(chosen.rows(), shown))),
    }


def new_side_panel_context(
    consultation: Consultation, chosen: CommentFilter, answer: Answer | None
) -> dict[str, Any]:
    """Return the context of the side panel of a new comment: the answer, if any."""
    people = [answer.submission.respondent] if answer else []
    question = answer.question if answer else None
    return {
        **comment_context(consultation, chosen),
        "heading": "Add comment",
        "answer": answer,
        "verbatim": cache(lambda: verbatim_answers(consultation, people, question)),
    }


def passage_search_context(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the passage search; the template triggers the reading."""
    found = cache(lambda: matching_passages(request.GET.get("find", "")))
    return {
        "offered_passages": found,
        "passage_search_words": request.GET.get("find", ""),
    }


def comment_context(
    consultation: Consultation, chosen: CommentFilter
) -> dict[str, Any]:
    """Return the context that all pages of a comment share."""
    return {
        "consultation": consultation,
        "current_page": "comments",
        "comment_filter": chosen,
        "back_address": filtered_address(chosen, ""),
        "conclusions": cache(lambda: list(consultation.conclusions.all())),
    }
