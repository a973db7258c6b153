"""Search in one consultation: everything that was asked, written, answered, drafted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action
from consultations.models import ConclusionSection, Consultation
from consultations.web.requires import requires
from responses.comments.filter import COMMENT_ORDER
from responses.desk.editing.lookups import consultation_named
from responses.models import Answer, DCCResponse
from responses.row_types import page_of
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


@dataclass(frozen=True)
class SearchedRows:
    """Rows of one kind in their order, the columns that have words, and their name."""

    name: str
    heading: str
    rows: QuerySet[Any]
    columns: tuple[str, ...]
    label: Callable[[Any], str] = str
    is_internal: bool = False


def groups_of(consultation: Consultation, words: SearchTerms) -> Iterator[Group]:
    """Yield what was found of each kind, with two queries for each."""
    if not words:
        return
    listed = reverse("responses:comments", args=[consultation.slug])
    everything = f"{listed}?{urlencode({'q': words.typed})}"
    for kind in searched_rows(consultation):
        has_list = kind.name in ("comments", "responses")
        yield _group(kind, words, everything if has_list else "")


def _group(kind: SearchedRows, words: SearchTerms, all_of_it: str) -> Group:
    """Compare the words alone; only the rows that are shown are read whole."""
    matching = [
        (key, text)
        for key, *values in kind.rows.values_list("pk", *kind.columns)
        for text in [_words(values)]
        if words.is_in(text)
    ]
    shown = matching[:MAX_HITS_SHOWN]
    rows = kind.rows.in_bulk([key for key, _ in shown]) if shown else {}
    finds = tuple(
        SearchHit(kind.label(rows[key]), page_of(rows[key]), words.excerpt(text))
        for key, text in shown
        if key in rows
    )
    return Group(
        kind.name, kind.heading, finds, len(matching), all_of_it, kind.is_internal
    )


def _words(values: Iterable[str | list[str] | None]) -> str:
    """Return the words of columns, lines of a list as well."""
    texts = (" ".join(v) if isinstance(v, list) else v for v in values if v)
    return " ".join(map(to_one_line, texts))


def searched_rows(consultation: Consultation) -> tuple[SearchedRows, ...]:
    """Return the kinds in the order of the process."""
    return (*_asked_and_received(consultation), *_drafted(consultation))


def _asked_and_received(consultation: Consultation) -> Iterator[SearchedRows]:
    yield SearchedRows(
        "questions",
        "Questions",
        consultation.questions.select_related("consultation"),
        ("label", "text", "summary", "options"),
    )
    yield SearchedRows(
        "respondents",
        "Respondents",
        consultation.respondents.select_related("consultation"),
        ("name", "email", "category", "roles", "represents", "aliases"),
    )
    yield SearchedRows(
        "answers",
        "Answers, word for word",
        Answer.objects.filter(submission__respondent__consultation=consultation)
        .exclude(text="", choice="")
        .select_related("question", "submission__respondent__consultation")
        .order_by("question__position", "submission__position", "pk"),
        ("choice", "text"),
        lambda row: f"{row.submission.respondent.name} to {row.question.label}",
        is_internal=True,
    )


def _drafted(consultation: Consultation) -> Iterator[SearchedRows]:
    yield SearchedRows(
        "comments",
        "Comments",
        consultation.comments.select_related("question", "consultation").order_by(
            *COMMENT_ORDER
        ),
        ("text", "concerns"),
        lambda row: _named(row.key, row.question),
    )
    yield SearchedRows(
        "responses",
        "DCC responses",
        DCCResponse.objects.filter(comment__consultation=consultation)
        .exclude(text="")
        .select_related("comment__question", "comment__consultation")
        .order_by("comment__question__position", "comment__position", "pk"),
        ("text",),
        lambda row: _named(f"To {row.comment.key}", row.comment.question),
    )
    yield SearchedRows(
        "changes",
        "Changes",
        consultation.changes.select_related("document", "consultation"),
        ("document__code", "reference", "description", "rationale", "own_initiative"),
        lambda row: f"{row.document.code} {row.reference}",
    )
    yield SearchedRows(
        "sections",
        "Sections of conclusions",
        ConclusionSection.objects.filter(conclusion__consultation=consultation)
        .select_related("conclusion")
        .order_by("conclusion", "position", "pk"),
        ("heading", "text"),
    )


def _named(name: str, question: object) -> str:
    return f"{name}, {question}" if question else name
