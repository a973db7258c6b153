"""Standard text (passages): owners, versions and uses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consultations.access import Action, user_may
from consultations.models import Passage
from consultations.web.requires import requires
from responses.desk.editing.saving import (
    Edit,
    Files,
    Forms,
    edit_response,
    logged_in_user,
)
from responses.desk.passages.forms import PassageForm
from responses.passages.library import passages_for, passages_with_words, places_of_use
from responses.row_types import new_row_ref, row_ref
from responses.text_matching.search_terms import parse_search_terms

MAX_PASSAGES_SHOWN = 20
"""Passages offered beside a text; more are found by their words."""

LATEST_USES = 50


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def passages(request: HttpRequest) -> HttpResponse:
    """List the passages by kind, those in use before the retired ones."""
    rows = Passage.objects.select_related("owner").annotate(
        use_count=Count("uses__about", distinct=True)
    )
    kinds = [
        (label, [row for row in rows if row.kind == value])
        for value, label in Passage.Kind.choices
    ]
    return render(request, "desk/passages/list.html", {"kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_passage(request: HttpRequest) -> HttpResponse:
    """Create a passage; its owner is the user unless another is chosen."""
    kind = request.GET.get("kind", "")
    given = {"owner": logged_in_user(request), "kind": kind or Passage.Kind.RESPONSE}

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return [PassageForm(data, initial=given)]

    context = {
        "heading": "Create standard text",
        "back_address": reverse("responses:passages"),
    }
    template = "desk/editing/form.html"
    edit = Edit(
        *(new_row_ref("passage"), forms, passage_list_address, template, context),
        success_message="Standard text created.",
    )
    return edit_response(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.SEE_DESK, posts=Action.DRAFT)
def passage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a passage and its uses: as a form to users who may draft."""
    shown = get_object_or_404(Passage.objects.select_related("owner"), pk=pk)
    uses = shown.uses.select_related("consultation", "by")[:LATEST_USES]
    context = {
        "passage": shown,
        "heading": shown.title,
        "back_address": reverse("responses:passages"),
        "history_row_ref": row_ref(shown),
        "uses": cache(lambda: places_of_use(uses)),
    }
    if not user_may(request.user, Action.DRAFT):
        return render(request, "desk/passages/read.html", context)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return [PassageForm(data, instance=Passage.objects.get(pk=pk))]

    template = "desk/passages/passage.html"
    edit = Edit(
        *(row_ref(shown), forms, passage_list_address, template, context),
        success_message="Standard text saved.",
    )
    return edit_response(request, edit)


@require_safe
@never_cache
@requires(Action.DRAFT)
def use_passage(request: HttpRequest) -> HttpResponse:
    """Return the passages that match the search, as part of a page."""
    context = {"offered_passages": matching_passages(request.GET.get("find", ""))}
    return render(request, "desk/passages/_offered.html", context)


@dataclass(frozen=True)
class PassageMatches:
    """The first passages that match a search, and how many more do."""

    passages: tuple[Passage, ...]
    omitted_count: int


def matching_passages(find: str) -> PassageMatches:
    """Return the passages for responses that match a search."""
    found = passages_with_words(
        passages_for(Passage.Kind.RESPONSE), parse_search_terms(find)
    )
    return PassageMatches(
        tuple(found[:MAX_PASSAGES_SHOWN]), max(0, len(found) - MAX_PASSAGES_SHOWN)
    )


def passage_list_address(forms: Forms) -> str:
    """Return the address of the list of passages."""
    return reverse("responses:passages")
