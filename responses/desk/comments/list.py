"""The list of a consultation's comments: filters, counts and pages."""

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
from consultations.user_names import user_label
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
from responses.desk.editing.lookups import get_consultation_or_404
from responses.desk.editing.saving import logged_in_user
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
    """List the comments that match the filter in the query."""
    consultation = get_consultation_or_404(slug)
    chosen = parse_comment_filter(
        consultation, logged_in_user(request), request.GET.dict()
    )
    context = list_context(chosen, request.GET.get("after", ""))
    if user_may(request.user, Action.DRAFT):
        context["bulk_form"] = BulkForm(
            consultation, initial={"mark": current_list_snapshot()}
        )
    return render(request, "desk/comments/list.html", context)


def list_context(chosen: CommentFilter, cursor: str) -> dict[str, object]:
    """Return the context of the list, in a fixed number of queries."""
    counts = filter_counts(chosen)
    rows, following = filtered_page(with_row_data(chosen), cursor)
    return {
        "consultation": chosen.consultation,
        "current_page": "comments",
        "comment_filter": chosen,
        "counts": counts,
        "matching_count": counts.states[chosen.state],
        "state_links": state_links(chosen, counts),
        "filters": list_filters(chosen, counts),
        "rows": [comment_row(comment) for comment in rows],
        "page_cursor": cursor,
        "next_cursor": following,
    }


# --- rows ---------------------------------------------------------------------------


@dataclass(frozen=True)
class CommentRow:
    """A comment in the list, with its response, respondents and changes."""

    comment: Comment
    response: DCCResponse | None
    respondents: tuple[Respondent, ...]
    changes: tuple[ClauseChange, ...]
    assignee_label: str


def with_row_data(chosen: CommentFilter) -> QuerySet[Comment]:
    """Return the comments with all that a row shows; two more queries a page."""
    sources = CommentSource.objects.select_related("respondent")
    causes = ChangeCause.objects.select_related("change__document")
    return (
        chosen.rows()
        .select_related("question", "dcc_response", "assigned_to")
        .prefetch_related(
            Prefetch("source_links", sources), Prefetch("change_links", causes)
        )
    )


def comment_row(comment: Comment) -> CommentRow:
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
    """A link to the comments of one state: their number, whether they are shown."""

    label: str
    address: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class FilterChoice:
    """One value of a filter: its label and the number of comments that match."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class FilterChoices:
    """A filter with the values to choose from."""

    name: str
    label: str
    all_label: str
    values: tuple[FilterChoice, ...]


def state_links(chosen: CommentFilter, counts: FilterCounts) -> list[StateLink]:
    """Return the links to each state; the other filters are preserved."""
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


def list_filters(chosen: CommentFilter, counts: FilterCounts) -> list[FilterChoices]:
    """Return the filters by question, respondent and assignee."""
    questions = _question_choices(chosen, counts.questions)
    respondents = _respondent_choices(chosen, counts.respondents)
    assignees = _assignee_choices(chosen, counts.assigned)
    return [
        _filter_choices(
            "question", "Question", "All questions", chosen.question, questions
        ),
        _filter_choices(
            *("respondent", "Respondent", "All respondents"),
            chosen.respondent,
            respondents,
        ),
        _filter_choices(
            *("assigned", "Assigned to", "Anyone"),
            chosen.assigned,
            assignees,
        ),
    ]


def _filter_choices(
    name: str,
    label: str,
    every: str,
    value: str,
    known: Iterable[tuple[str, str, int]],
) -> FilterChoices:
    """Return a filter; an unknown value that is chosen is listed with 0 comments."""
    rows = [
        FilterChoice(key, words, count, key == value) for key, words, count in known
    ]
    if value and not any(row.is_chosen for row in rows):
        rows.append(FilterChoice(value, f"{value} (unknown)", 0, is_chosen=True))
    return FilterChoices(name, label, every, tuple(rows))


def _question_choices(
    chosen: CommentFilter, counted: Mapping[int | None, int]
) -> Iterable[tuple[str, str, int]]:
    asked = chosen.consultation.questions.values_list("pk", "key", "label")
    for pk, key, label in asked:
        yield key, label, counted.get(pk, 0)
    if counted.get(None) or chosen.question == NO_QUESTION:
        yield NO_QUESTION, "No question", counted.get(None, 0)


def _respondent_choices(
    chosen: CommentFilter, counted: Mapping[int, int]
) -> Iterable[tuple[str, str, int]]:
    people = chosen.consultation.respondents.values_list("pk", "key", "name")
    for pk, key, name in people:
        if pk in counted or key == chosen.respondent:
            yield key, name, counted.get(pk, 0)


def _assignee_choices(
    chosen: CommentFilter, counted: Mapping[int | None, int]
) -> Iterable[tuple[str, str, int]]:
    yield ME, "Me", counted.get(chosen.user.pk, 0)
    yield UNASSIGNED, "Unassigned", counted.get(None, 0)
    for user in _possible_assignees(counted):
        if user.pk != chosen.user.pk or chosen.assigned == user.username:
            yield user.username, user_label(user), counted.get(user.pk, 0)


def _possible_assignees(counted: Mapping[int | None, int]) -> Sequence[User]:
    """Return the users who may be assigned comments, and those who have any."""
    people = {user.pk: user for user in assignable_users()}
    others = [pk for pk in counted if pk is not None and pk not in people]
    people |= User.objects.in_bulk(others) if others else {}
    return sorted(people.values(), key=lambda user: user.username)
