"""Changing many comments of a list in one go."""

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
from consultations.web.requires import requires
from responses.comments.bulk import BulkResult, bulk_update_comments
from responses.comments.filter import CommentFilter, parse_comment_filter
from responses.desk.comments.forms import BulkForm
from responses.desk.comments.list import list_context
from responses.desk.editing.lookups import consultation_named
from responses.desk.editing.saving import signed_in
from responses.editing.forms.inputs import user_label
from responses.models import DCCResponse

NAMED = 20
"""How many of the comments that were left alone are named."""


@require_POST
@never_cache
@requires(Action.DRAFT)
def bulk_comments(request: HttpRequest, slug: str) -> HttpResponse:
    """Assign comments or decide them, and say of how many that was done."""
    consultation = consultation_named(slug)
    chosen = parse_comment_filter(consultation, signed_in(request), request.GET.dict())
    form = BulkForm(consultation, request.POST)
    if not form.is_valid():
        context = list_context(chosen, request.GET.get("after", ""))
        context |= {"bulk": form, "ticked": form.ticked}
        return render(request, "desk/comments/list.html", context)
    done = _do(form, chosen, signed_in(request))
    for said in result_sentences(form, done):
        messages.success(request, said)
    if done.skipped:
        messages.warning(request, left_alone(done))
    page = reverse("responses:comments", args=[slug])
    return redirect(f"{page}?{request.GET.urlencode()}".rstrip("?"))


def _do(form: BulkForm, chosen: CommentFilter, by: User) -> BulkResult:
    given = form.cleaned_data
    rows = chosen.rows()
    if not given["every"]:
        own = chosen.consultation.comments.order_by()
        rows = own.filter(pk__in=form.ticked)
    return bulk_update_comments(
        rows,
        consultation=chosen.consultation,
        shown=given["mark"],
        by=by,
        assign=bool(given["assign"]),
        to=form.to,
        disposition=given["disposition"],
    )


def result_sentences(form: BulkForm, done: BulkResult) -> list[str]:
    """Return what was done, as sentences with numbers."""
    said = []
    if form.cleaned_data["assign"]:
        to = user_label(form.to) if form.to else "nobody"
        rest = done.matched - done.assigned
        said.append(f"{_comments(done.assigned)} assigned to {to}{_rest(rest)}.")
    if form.cleaned_data["disposition"]:
        label = DCCResponse.Disposition(form.cleaned_data["disposition"]).label
        rest = done.matched - done.decided - len(done.skipped)
        said.append(
            f"{_comments(done.decided)} given the disposition {label}{_rest(rest)}."
        )
    return said


def left_alone(done: BulkResult) -> str:
    """Return which comments were changed meanwhile, and what that means."""
    named = [*done.skipped[:NAMED]]
    if len(done.skipped) > NAMED:
        named.append(f"{len(done.skipped) - NAMED} more")
    return (
        f"Changed by somebody since the page was shown, so the disposition is left as "
        f"it is: {join_words(named)}. Look at them again, then decide."
    )


def _comments(count: int) -> str:
    return f"{count:,} comment{'' if count == 1 else 's'}"


def _rest(count: int) -> str:
    return f" ({count:,} already {'was' if count == 1 else 'were'})" if count else ""
