"""Bulk update of comments."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from consultations.access import Action
from consultations.documents.wording import join_words
from consultations.user_names import user_label
from consultations.web.requires import requires
from responses.comments.bulk import BulkResult, bulk_update_comments
from responses.comments.filter import CommentFilter, parse_comment_filter
from responses.desk.comments.forms import BulkForm
from responses.desk.comments.list import list_context
from responses.desk.editing.lookups import get_consultation_or_404
from responses.desk.editing.saving import logged_in_user
from responses.models import DCCResponse

MAX_NAMED_COMMENTS = 20
"""How many of the skipped comments are named in the message."""


@require_POST
@never_cache
@requires(Action.DRAFT)
def bulk_comments(request: HttpRequest, slug: str) -> HttpResponse:
    """Assign comments or set their outcome; report how many were updated."""
    consultation = get_consultation_or_404(slug)
    chosen = parse_comment_filter(
        consultation, logged_in_user(request), request.GET.dict()
    )
    form = BulkForm(consultation, request.POST)
    if not form.is_valid():
        context = list_context(chosen, request.GET.get("after", ""))
        context |= {"bulk_form": form, "ticked_keys": form.ticked_keys}
        return render(request, "desk/comments/list.html", context)
    done = _apply_form(form, chosen, logged_in_user(request))
    for said in result_sentences(form, done):
        messages.success(request, said)
    if done.skipped:
        messages.warning(request, skipped_comments_message(done))
    page = reverse("responses:comments", args=[slug])
    return redirect(f"{page}?{request.GET.urlencode()}".rstrip("?"))


def _apply_form(form: BulkForm, chosen: CommentFilter, by: User) -> BulkResult:
    given = form.cleaned_data
    rows = chosen.rows()
    if not given["every"]:
        own = chosen.consultation.comments.order_by()
        rows = own.filter(pk__in=form.ticked_keys)
    return bulk_update_comments(
        rows,
        consultation=chosen.consultation,
        shown=given["mark"],
        by=by,
        assign=bool(given["assign"]),
        to=form.assignee,
        disposition=given["disposition"],
    )


def result_sentences(form: BulkForm, done: BulkResult) -> list[str]:
    """Return how many comments were updated, as sentences."""
    said = []
    if form.cleaned_data["assign"]:
        to = (
            f"assigned to {user_label(form.assignee)}"
            if form.assignee
            else "unassigned"
        )
        rest = done.matched - done.assigned
        said.append(f"{_comment_count(done.assigned)} {to}{_unchanged_note(rest)}.")
    if form.cleaned_data["disposition"]:
        label = DCCResponse.Disposition(form.cleaned_data["disposition"]).label
        rest = done.matched - done.decided - len(done.skipped)
        count = _comment_count(done.decided)
        had = f" ({rest:,} already had this outcome)" if rest else ""
        said.append(f"Outcome of {count} set to “{label}”{had}.")
    return said


def skipped_comments_message(done: BulkResult) -> str:
    """Return the sentence that names the comments skipped for a concurrent change."""
    named = [*done.skipped[:MAX_NAMED_COMMENTS]]
    if len(done.skipped) > MAX_NAMED_COMMENTS:
        named.append(f"{len(done.skipped) - MAX_NAMED_COMMENTS} more")
    return (
        f"Outcome not updated for {join_words(named)}: changed by someone else since "
        "you opened this page. Check each comment, then set the outcome again."
    )


def _comment_count(count: int) -> str:
    return f"{count:,} comment{'' if count == 1 else 's'}"


def _unchanged_note(count: int) -> str:
    return f" ({count:,} already {'was' if count == 1 else 'were'})" if count else ""
