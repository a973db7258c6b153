"""Search in one consultation: everything that was asked, written, answered, drafted."""

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
from responses.comments.filter import COMMENT_ORDER
from responses.desk.editing.lookups import consultation_named
from responses.row_types import ROW_TYPES, RowType, page_of, rows_of
from responses.text_matching.search_terms import (
    Excerpt,
    SearchTerms,
    parse_search_terms,
    to_one_line,
)

MAX_HITS_SHOWN = 20
"""Finds of each kind that are shown; the others are counted."""


@dataclass(frozen=True)
class SearchHit:
    """A row that has the words: what it is called, where it is, and the words."""

    label: str
    address: str
    excerpt: Excerpt


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `more` leads to all of it where there is a list."""

    name: str
    heading: str
    finds: tuple[SearchHit, ...]
    count: int
    all_of_it: str = ""
    is_internal: bool = False


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """Show where in a consultation some words stand."""
    consultation = consultation_named(slug)
    words = parse_search_terms(request.GET.get("q", ""))
    groups = [each for each in groups_of(consultation, words) if each.count]
    context = {
        "consultation": consultation,
        "place": "comments",
        "q": words.typed,
        "groups": groups,
        "found": sum(each.count for each in groups),
    }
    return render(request, "desk/search/search.html", context)


def groups_of(consultation: Consultation, words: SearchTerms) -> Iterator[Group]:
    """Yield what was found of each row type, with two queries for each."""
    if not words:
        return
    listed = reverse("responses:comments", args=[consultation.slug])
    everything = f"{listed}?{urlencode({'q': words.typed})}"
    for row_type in ROW_TYPES:
        if row_type.search_fields:
            has_list = row_type.name in ("comment", "response")
            all_of_it = everything if has_list else ""
            yield _group(row_type, consultation, words, all_of_it)


def _group(
    row_type: RowType, consultation: Consultation, words: SearchTerms, all_of_it: str
) -> Group:
    """Compare the words alone; only the rows that are shown are read whole."""
    presentation = PRESENTATIONS.get(row_type.name, Presentation())
    searched = _searched_rows(row_type, presentation, consultation)
    matching = [
        (key, text)
        for key, *values in searched.values_list("pk", *row_type.search_fields)
        for text in [_words(values)]
        if words.is_in(text)
    ]
    shown = matching[:MAX_HITS_SHOWN]
    rows = searched.in_bulk([key for key, _ in shown]) if shown else {}
    hits = tuple(
        SearchHit(
            presentation.label(rows[key]), page_of(rows[key]), words.excerpt(text)
        )
        for key, text in shown
        if key in rows
    )
    return Group(
        name=row_type.plural,
        heading=presentation.heading or row_type.plural.capitalize(),
        finds=hits,
        count=len(matching),
        all_of_it=all_of_it,
        is_internal=presentation.is_internal,
    )


def _words(values: Iterable[str | list[str] | None]) -> str:
    """Return the words of columns, lines of a list as well."""
    texts = (" ".join(v) if isinstance(v, list) else v for v in values if v)
    return " ".join(map(to_one_line, texts))


def _searched_rows(
    row_type: RowType, presentation: Presentation, consultation: Consultation
) -> QuerySet[Any]:
    """Return the rows to search, with what their labels and addresses are made of."""
    related = (row_type.consultation_path or "", *presentation.related)
    rows = rows_of(row_type, consultation).select_related(*filter(None, related))
    if presentation.exclude:
        rows = rows.exclude(**presentation.exclude)
    return rows.order_by(*presentation.order) if presentation.order else rows


def _labelled(name: str, question: object) -> str:
    return f"{name}, {question}" if question else name


# --- what the results of each row type look like --------------------------------------


@dataclass(frozen=True)
class Presentation:
    """The heading, label and order of results; without them the model's own.

    `related` are the relations that the label reads, `exclude` the lookups of rows
    without words. Internal results are marked as such.
    """

    heading: str = ""
    label: Callable[[Any], str] = str
    related: tuple[str, ...] = ()
    order: tuple[str | OrderBy, ...] = ()
    exclude: Mapping[str, str] = field(default_factory=dict)
    is_internal: bool = False


PRESENTATIONS = {
    "answer": Presentation(
        "Answers, word for word",
        lambda row: f"{row.submission.respondent.name} to {row.question.label}",
        related=("question",),
        order=("question__position", "submission__position", "pk"),
        exclude={"text": "", "choice": ""},
        is_internal=True,
    ),
    "comment": Presentation(
        label=lambda row: _labelled(row.key, row.question),
        related=("question",),
        order=COMMENT_ORDER,
    ),
    "response": Presentation(
        "DCC responses",
        lambda row: _labelled(f"To {row.comment.key}", row.comment.question),
        related=("comment__question",),
        order=("comment__question__position", "comment__position", "pk"),
        exclude={"text": ""},
    ),
    "change": Presentation(
        label=lambda row: f"{row.document.code} {row.reference}",
        related=("document",),
    ),
    "section": Presentation(
        "Sections of conclusions", order=("conclusion", "position", "pk")
    ),
}
"""By the name of a row type; one that is not here is presented by the defaults."""
