"""The filter of the list of comments: its rows, the counts of choices, and pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from consultations.documents.rich_text.characters import forbidden_character_message
from consultations.models import Consultation
from responses.editing.keys import is_row_number
from responses.models import Answer, Comment, CommentSource, DCCResponse
from responses.text_matching.search_terms import (
    SearchTerms,
    parse_search_terms,
    to_one_line,
)

COMMENTS_PER_PAGE = 50

ALL_STATES = "all"
NO_QUESTION = "none"
"""Comments of no question, in the address."""

ME = "me"
UNASSIGNED = "nobody"

UNANSWERED = Q(dcc_response=None) | Q(dcc_response__text="")
UNDECIDED = ~UNANSWERED & Q(dcc_response__disposition="")
"""Answered comments without an outcome, as the workspace counts them."""

STATES: Mapping[str, tuple[str, Q]] = {
    ALL_STATES: ("All", Q()),
    "unanswered": ("Unanswered", UNANSWERED),
    "undecided": ("Not decided", UNDECIDED),
    "answered": ("Answered", ~UNANSWERED),
    **{
        value: (str(label), Q(dcc_response__disposition=value))
        for value, label in DCCResponse.Disposition.choices
    },
}
"""The states of comments by their name in the address: label and condition."""

FILTER_NAMES = ("question", "respondent", "state", "assigned", "q")
"""The names of the filters in the address."""


@dataclass(frozen=True)
class CommentFilter:
    """The filter that an address sets on the comments of a consultation, for `user`."""

    consultation: Consultation
    user: User
    question: str = ""
    respondent: str = ""
    state: str = ALL_STATES
    assigned: str = ""
    q: str = ""
    search_terms: SearchTerms = field(default=SearchTerms("", ()), compare=False)

    @property
    def address(self) -> str:
        """The filter as the query of an address, without its question mark."""
        given = {name: getattr(self, name) for name in FILTER_NAMES}
        return urlencode({k: v for k, v in given.items() if v and v != ALL_STATES})

    @property
    def is_narrow(self) -> bool:
        """True when a filter other than the state is set."""
        return any(getattr(self, name) for name in FILTER_NAMES if name != "state")

    def rows(self, without: str = "") -> QuerySet[Comment]:
        """Return the comments, in no order; `without` leaves one filter out."""
        rows = Comment.objects.filter(consultation=self.consultation).order_by()
        for name, condition in self._conditions.items():
            if name != without:
                rows = rows.filter(condition)
        return rows

    def unanswered(self) -> QuerySet[Comment]:
        """Return the comments without a response, ignoring the filter on the state."""
        return self.rows(without="state").filter(UNANSWERED)

    @cached_property
    def _conditions(self) -> dict[str, Q]:
        conditions = {}
        if self.question == NO_QUESTION:
            conditions["question"] = Q(question=None)
        elif self.question:
            conditions["question"] = Q(question__key=self.question)
        if self.respondent:
            own = {"respondent__consultation": self.consultation}
            sources = CommentSource.objects.filter(
                respondent__key=self.respondent, **own
            )
            conditions["respondent"] = Q(pk__in=sources.order_by().values("comment"))
        if self.state != ALL_STATES:
            conditions["state"] = STATES[self.state][1]
        if self.assigned == UNASSIGNED:
            conditions["assigned"] = Q(assigned_to=None)
        elif self.assigned:
            name = self.user.username if self.assigned == ME else self.assigned
            conditions["assigned"] = Q(assigned_to__username=name)
        if self.search_terms:
            conditions["q"] = Q(
                pk__in=comments_with_words(self.consultation, self.search_terms)
            )
        return conditions


def parse_comment_filter(
    consultation: Consultation, user: User, given: Mapping[str, str]
) -> CommentFilter:
    """Return the filter that an address sets; raise Http404 for an unknown state."""
    values = {name: given.get(name, "").strip() for name in FILTER_NAMES}
    for name, value in values.items():
        if problem := forbidden_character_message(value):
            raise Http404(f"{name}: {problem}")
    values["state"] = values["state"] or ALL_STATES
    if values["state"] not in STATES:
        raise Http404(f"Unknown filter: {values['state']!r}")
    terms = parse_search_terms(values["q"])
    values["q"] = terms.typed
    return CommentFilter(consultation, user, **values, search_terms=terms)


# --- search -----------------------------------------------------------------------


def comments_with_words(consultation: Consultation, terms: SearchTerms) -> list[int]:
    """Return the comments with the terms in their text, response or answers.

    The texts are compared in Python: the databases do not ignore markup, and treat
    the case of letters differently.
    """
    rows = Comment.objects.filter(consultation=consultation).order_by()
    found = {
        key
        for key, *texts in rows.values_list("pk", "text", "dcc_response__text")
        if any(terms.is_in(to_one_line(text or "")) for text in texts)
    }
    return sorted(found | _comments_on_answers(consultation, terms))


def _comments_on_answers(consultation: Consultation, terms: SearchTerms) -> set[int]:
    """Return the comments whose respondents have the terms in their answers."""
    answers = Answer.objects.filter(submission__respondent__consultation=consultation)
    given = answers.exclude(text="").order_by()
    matches = {
        (person, question)
        for person, question, text in given.values_list(
            "submission__respondent", "question", "text"
        )
        if terms.is_in(to_one_line(text))
    }
    if not matches:
        return set()
    people = {person for person, _ in matches}
    links = CommentSource.objects.filter(comment__consultation=consultation).order_by()
    links_with_question: Iterable[tuple[int, int, int | None]] = links.values_list(
        "comment", "respondent", "comment__question"
    )
    return {
        comment
        for comment, person, question in links_with_question
        if (person, question) in matches or (question is None and person in people)
    }


# --- counts -----------------------------------------------------------------------


@dataclass(frozen=True)
class FilterCounts:
    """The number of comments for each choice of a filter, with the others unchanged."""

    states: Mapping[str, int]
    questions: Mapping[int | None, int]
    respondents: Mapping[int, int]
    assigned: Mapping[int | None, int]

    @property
    def total(self) -> int:
        """The number of comments in any state."""
        return self.states[ALL_STATES]

    @property
    def answered(self) -> int:
        """The number of comments with a response."""
        return self.states["answered"]


def filter_counts(chosen: CommentFilter) -> FilterCounts:
    """Return the counts for the choices of every filter; four queries."""
    states = {
        name.replace("-", "_"): Count("pk", filter=condition)
        if condition
        else Count("pk")
        for name, (_label, condition) in STATES.items()
    }
    counted = chosen.rows(without="state").aggregate(**states)
    links = CommentSource.objects.filter(comment__in=chosen.rows(without="respondent"))
    people = links.order_by().values_list("respondent").annotate(Count("pk"))
    return FilterCounts(
        states={name: counted[name.replace("-", "_")] for name in STATES},
        questions=_counts_by(chosen, "question"),
        respondents=dict(people),
        assigned=_counts_by(chosen, "assigned", "assigned_to"),
    )


def _counts_by(
    chosen: CommentFilter, name: str, column: str = ""
) -> dict[int | None, int]:
    rows = chosen.rows(without=name).values_list(column or name)
    return dict(rows.annotate(Count("pk")))


# --- pages and positions ------------------------------------------------------------

COMMENT_ORDER = (F("question__position").asc(nulls_last=True), "position", "pk")
REVERSE_COMMENT_ORDER = (
    F("question__position").desc(nulls_first=True),
    "-position",
    "-pk",
)

ListPosition = tuple[int | None, int, int]
"""The position of a comment's question, its own position, and its primary key."""


def list_position(comment: Comment) -> ListPosition:
    """Return the position of a comment in every list."""
    question = comment.question
    return question.position if question else None, comment.position, comment.pk


def after_position(place: ListPosition) -> Q:
    """Return the condition for comments after a position."""
    question_position, position, key = place
    here = Q(position__gt=position) | Q(position=position, pk__gt=key)
    if question_position is None:
        return Q(question=None) & here
    later = Q(question__position__gt=question_position) | Q(question=None)
    return later | (Q(question__position=question_position) & here)


def before_position(place: ListPosition) -> Q:
    """Return the condition for comments before a position."""
    question_position, position, key = place
    here = Q(position__lt=position) | Q(position=position, pk__lt=key)
    if question_position is None:
        return Q(question__isnull=False) | here
    return Q(question__position__lt=question_position) | (
        Q(question__position=question_position) & here
    )


def format_cursor(position: ListPosition) -> str:
    """Return a position as it stands in an address."""
    return ".".join("none" if part is None else str(part) for part in position)


def parse_cursor(cursor: str) -> ListPosition:
    """Return the position that a cursor names; raise Http404 for an invalid one."""
    question_position, *rest = cursor.split(".")
    numbers = rest if question_position == "none" else [question_position, *rest]
    if len(rest) != 2 or not all(map(is_row_number, numbers)):
        raise Http404(f"{cursor!r} is not the address of a page of the list.")
    position, key = map(int, rest)
    return (
        None if question_position == "none" else int(question_position),
        position,
        key,
    )


def filtered_page(
    rows: QuerySet[Comment], cursor: str, size: int = COMMENTS_PER_PAGE
) -> tuple[Sequence[Comment], str]:
    """Return one page of comments and the cursor of the next, without counting."""
    if cursor:
        rows = rows.filter(after_position(parse_cursor(cursor)))
    found = list(rows.order_by(*COMMENT_ORDER)[: size + 1])
    if len(found) <= size:
        return found, ""
    return found[:size], format_cursor(list_position(found[size - 1]))


def key_after(rows: QuerySet[Comment], comment: Comment) -> str:
    """Return the key of the first of the rows after a comment; empty for none."""
    return _first_key(
        rows.filter(after_position(list_position(comment))).order_by(*COMMENT_ORDER)
    )


def key_before(rows: QuerySet[Comment], comment: Comment) -> str:
    """Return the key of the last of the rows before a comment; empty for none."""
    return _first_key(
        rows.filter(before_position(list_position(comment))).order_by(
            *REVERSE_COMMENT_ORDER
        )
    )


def next_unanswered(chosen: CommentFilter, comment: Comment) -> str:
    """Return the key of the next comment without a response, or of the first."""
    rows = chosen.unanswered().exclude(pk=comment.pk)
    return key_after(rows, comment) or _first_key(rows.order_by(*COMMENT_ORDER))


def _first_key(rows: QuerySet[Comment]) -> str:
    return rows.values_list("key", flat=True).first() or ""
