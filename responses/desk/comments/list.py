"""The comments of a consultation as a list: filtered, counted, one page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.models import User
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action, user_may
from consultations.models import ClauseChange
from consultations.web.requires import requires
from responses.comments.bulk import current_list_snapshot
from responses.comments.filter import (
    ME,
    NO_QUESTION,
    STATES,
    UNASSIGNED,
    CommentFilter,
    FilterCounts,
    filter_counts,
    filtered_page,
    parse_comment_filter,
)
from responses.comments.work import assignable_users
from responses.desk.comments.forms import BulkForm
from responses.desk.editing.lookups import consultation_named
from responses.desk.editing.saving import signed_in
from responses.editing.forms.inputs import user_label
from responses.models import (
    ChangeCause,
    Comment,
    CommentSource,
    DCCResponse,
    Respondent,
)


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def comments(request: HttpRequest, slug: str) -> HttpResponse:
    """List the comments that the address asks for."""
    consultation = consultation_named(slug)
    chosen = parse_comment_filter(consultation, signed_in(request), request.GET.dict())
    context = list_context(chosen, request.GET.get("after", ""))
    if user_may(request.user, Action.DRAFT):
        context["bulk"] = BulkForm(
            consultation, initial={"mark": current_list_snapshot()}
        )
    return render(request, "desk/comments/list.html", context)


def list_context(chosen: CommentFilter, cursor: str) -> dict[str, object]:
    """Return what the list's page shows; a fixed number of queries."""
    counts = filter_counts(chosen)
    rows, following = filtered_page(with_everything(chosen), cursor)
    return {
        "consultation": chosen.consultation,
        "place": "comments",
        "chosen": chosen,
        "counts": counts,
        "matching": counts.states[chosen.state],
        "states": states_of(chosen, counts),
        "choices": choices_of(chosen, counts),
        "rows": [row_of(comment) for comment in rows],
        "after": cursor,
        "cursor": following,
    }


# --- rows ---------------------------------------------------------------------------


@dataclass(frozen=True)
class CommentRow:
    """A comment in the list, with what was said to it and whose point it is."""

    comment: Comment
    response: DCCResponse | None
    people: tuple[Respondent, ...]
    changes: tuple[ClauseChange, ...]
    assigned: str


def with_everything(chosen: CommentFilter) -> QuerySet[Comment]:
    """Return the comments with what a row shows of them; two more queries a page."""
    sources = CommentSource.objects.select_related("respondent")
    causes = ChangeCause.objects.select_related("change__document")
    return (
        chosen.rows()
        .select_related("question", "dcc_response", "assigned_to")
        .prefetch_related(
            Prefetch("source_links", sources), Prefetch("change_links", causes)
        )
    )


def row_of(comment: Comment) -> CommentRow:
    """Return a comment as a row of the list."""
    assigned = comment.assigned_to
    return CommentRow(
        comment,
        getattr(comment, "dcc_response", None),
        tuple(link.respondent for link in comment.source_links.all()),
        tuple(link.change for link in comment.change_links.all()),
        user_label(assigned) if assigned else "",
    )


# --- filters --------------------------------------------------------------------------


@dataclass(frozen=True)
class StateLink:
    """A state of comments as a link: how many there are, and whether it is shown."""

    label: str
    address: str
    count: int
    is_here: bool


@dataclass(frozen=True)
class FilterChoice:
    """One value of a filter: what it is called, and how many comments it shows."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class FilterChoices:
    """A filter that is chosen from a list."""

    name: str
    label: str
    every: str
    values: tuple[FilterChoice, ...]


def states_of(chosen: CommentFilter, counts: FilterCounts) -> list[StateLink]:
    """Return the states as links that leave the other filters as they are."""
    page = reverse("responses:comments", args=[chosen.consultation.slug])
    return [
        StateLink(
            label,
            f"{page}?{replace(chosen, state=name).address}".rstrip("?"),
            counts.states[name],
            name == chosen.state,
        )
        for name, (label, _) in STATES.items()
    ]


def choices_of(chosen: CommentFilter, counts: FilterCounts) -> list[FilterChoices]:
    """Return the filters for questions, respondents and people at work."""
    return [
        _choices("question", "Question", "All questions", chosen.question,
                 _questions(chosen, counts.questions)),
        _choices("respondent", "Respondent", "All respondents", chosen.respondent,
                 _respondents(chosen, counts.respondents)),
        _choices("assigned", "Assigned to", "Anybody or nobody", chosen.assigned,
                 _people(chosen, counts.assigned)),
    ]  # fmt: skip


def _choices(
    name: str,
    label: str,
    every: str,
    value: str,
    known: Iterable[tuple[str, str, int]],
) -> FilterChoices:
    """Return a filter; a value that is no longer known stays, and shows nothing."""
    rows = [
        FilterChoice(key, words, count, key == value) for key, words, count in known
    ]
    if value and not any(row.is_chosen for row in rows):
        rows.append(FilterChoice(value, f"{value} (not known)", 0, is_chosen=True))
    return FilterChoices(name, label, every, tuple(rows))


def _questions(
    chosen: CommentFilter, counted: Mapping[int | None, int]
) -> Iterable[tuple[str, str, int]]:
    asked = chosen.consultation.questions.values_list("pk", "key", "label")
    for pk, key, label in asked:
        yield key, label, counted.get(pk, 0)
    if counted.get(None) or chosen.question == NO_QUESTION:
        yield NO_QUESTION, "No question", counted.get(None, 0)


def _respondents(
    chosen: CommentFilter, counted: Mapping[int, int]
) -> Iterable[tuple[str, str, int]]:
    people = chosen.consultation.respondents.values_list("pk", "key", "name")
    for pk, key, name in people:
        if pk in counted or key == chosen.respondent:
            yield key, name, counted.get(pk, 0)


def _people(
    chosen: CommentFilter, counted: Mapping[int | None, int]
) -> Iterable[tuple[str, str, int]]:
    yield ME, "Me", counted.get(chosen.user.pk, 0)
    yield UNASSIGNED, "Nobody", counted.get(None, 0)
    for user in _with_work(counted):
        if user.pk != chosen.user.pk or chosen.assigned == user.username:
            yield user.username, user_label(user), counted.get(user.pk, 0)


def _with_work(counted: Mapping[int | None, int]) -> Sequence[User]:
    """Return who comments may be given to, and who has some."""
    people = {user.pk: user for user in assignable_users()}
    others = [pk for pk in counted if pk is not None and pk not in people]
    people |= User.objects.in_bulk(others) if others else {}
    return sorted(people.values(), key=lambda user: user.username)
