"""Search in the rows of one consultation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import OrderBy, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action
from consultations.models import Consultation
from consultations.web.requires import requires
from responses.analysis.confidence import given_in_confidence
from responses.comments.filter import COMMENT_ORDER
from responses.comments.numbers import comment_numbers
from responses.desk.editing.lookups import get_consultation_or_404
from responses.models import Answer, Comment
from responses.row_types import ROW_TYPES, RowType, page_of, rows_of
from responses.text_matching.search_terms import (
    Excerpt,
    SearchTerms,
    parse_search_terms,
    to_one_line,
)

MAX_HITS_SHOWN = 20
"""Most hits of one row type that are shown; the others are counted."""


@dataclass(frozen=True)
class SearchHit:
    """A matching row: its label, its address and an excerpt."""

    label: str
    address: str
    excerpt: Excerpt


@dataclass(frozen=True)
class SearchGroup:
    """The hits of one row type.

    `all_hits_address` is the list page with the same search, if there is one.
    """

    name: str
    heading: str
    hits: tuple[SearchHit, ...]
    count: int
    all_hits_address: str = ""
    is_internal: bool = False


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the rows of a consultation that match a search."""
    consultation = get_consultation_or_404(slug)
    words = parse_search_terms(request.GET.get("q", ""))
    groups = [each for each in search_groups(consultation, words) if each.count]
    context = {
        "consultation": consultation,
        "current_page": "comments",
        "q": words.typed,
        "groups": groups,
        "hit_count": sum(each.count for each in groups),
    }
    return render(request, "desk/search/search.html", context)


def search_groups(
    consultation: Consultation, words: SearchTerms
) -> Iterator[SearchGroup]:
    """Yield the hits of each row type, in two queries each."""
    if not words:
        return
    listed = reverse("responses:comments", args=[consultation.slug])
    everything = f"{listed}?{urlencode({'q': words.typed})}"
    for row_type in ROW_TYPES:
        if row_type.search_fields:
            has_list = row_type.name in ("comment", "response")
            all_of_it = everything if has_list else ""
            yield _search_group(row_type, consultation, words, all_of_it)


def _search_group(
    row_type: RowType, consultation: Consultation, words: SearchTerms, all_of_it: str
) -> SearchGroup:
    """Return the hits of one row type; only the rows shown are read in full."""
    presentation = PRESENTATIONS.get(row_type.name, Presentation())
    searched = _searched_rows(row_type, presentation, consultation)
    matching = [
        (key, text)
        for key, *values in searched.values_list("pk", *row_type.search_fields)
        for text in [_join_words(values)]
        if words.is_in(text)
    ]
    shown = matching[:MAX_HITS_SHOWN]
    rows = searched.in_bulk([key for key, _ in shown]) if shown else {}
    hits = tuple(
        SearchHit(
            presentation.label(rows[key], consultation),
            page_of(rows[key]),
            words.excerpt(text),
        )
        for key, text in shown
        if key in rows
    )
    return SearchGroup(
        name=row_type.plural,
        heading=presentation.heading or row_type.plural.capitalize(),
        hits=hits,
        count=len(matching),
        all_hits_address=all_of_it,
        is_internal=presentation.is_internal,
    )


def _join_words(values: Iterable[str | list[str] | None]) -> str:
    """Return the values of columns, lists included, as one line."""
    texts = (" ".join(v) if isinstance(v, list) else v for v in values if v)
    return " ".join(map(to_one_line, texts))


def _searched_rows(
    row_type: RowType, presentation: Presentation, consultation: Consultation
) -> QuerySet[Any]:
    """Return the rows to search, with the relations that their labels use."""
    related = (row_type.consultation_path or "", *presentation.related)
    rows = rows_of(row_type, consultation).select_related(*filter(None, related))
    if presentation.exclude:
        rows = rows.exclude(**presentation.exclude)
    return rows.order_by(*presentation.order) if presentation.order else rows


def _comment_label(comment: Comment, consultation: Consultation) -> str:
    """Return `Q2.3, S1SR Question 2`, or `G1` for a comment on no question."""
    number = comment_numbers(consultation).get(comment.pk, comment.key)
    return f"{number}, {comment.question}" if comment.question else number


def _answer_label(answer: Answer) -> str:
    """Return `Tern Power to Question 2`, and whether the answer is confidential."""
    submission = answer.submission
    label = f"{submission.respondent.name} to {answer.question.label}"
    is_secret = given_in_confidence(answer, submission)
    return f"{label} (confidential)" if is_secret else label


# --- presentation of each row type ----------------------------------------------------


@dataclass(frozen=True)
class Presentation:
    """The heading, label and order of a row type's hits; the defaults are the model's.

    `related` are the relations that the label reads, `exclude` the lookups of rows
    without words. Internal results are marked as such.
    """

    heading: str = ""
    label: Callable[[Any, Consultation], str] = lambda row, consultation: str(row)
    related: tuple[str, ...] = ()
    order: tuple[str | OrderBy, ...] = ()
    exclude: Mapping[str, str] = field(default_factory=dict)
    is_internal: bool = False


PRESENTATIONS = {
    "answer": Presentation(
        "Original responses",
        lambda row, _: _answer_label(row),
        related=("question",),
        order=("question__position", "submission__position", "pk"),
        exclude={"text": "", "choice": ""},
        is_internal=True,
    ),
    "comment": Presentation(
        label=_comment_label,
        related=("question",),
        order=COMMENT_ORDER,
    ),
    "response": Presentation(
        "DCC responses",
        lambda row, consultation: (
            f"Response to {_comment_label(row.comment, consultation)}"
        ),
        related=("comment__question",),
        order=("comment__question__position", "comment__position", "pk"),
        exclude={"text": ""},
    ),
    "change": Presentation(
        "Clause changes",
        lambda row, _: f"{row.document.code} {row.reference}",
        related=("document",),
    ),
    "section": Presentation(
        "Sections of conclusions", order=("conclusion", "position", "pk")
    ),
}
"""By the name of a row type; others are presented with the defaults."""
