"""Which comments a list shows, how many each other choice would show, and its pages."""

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

ALL = "all"
NONE = "none"
"""Comments of no question, in the address."""

ME = "me"
UNASSIGNED = "nobody"

UNANSWERED = Q(dcc_response=None) | Q(dcc_response__text="")
UNDECIDED = ~UNANSWERED & Q(dcc_response__disposition="")
"""Answered, and not said what was decided: as the desk's first page counts them."""

STATES: Mapping[str, tuple[str, Q]] = {
    ALL: ("All", Q()),
    "unanswered": ("Unanswered", UNANSWERED),
    "undecided": ("Undecided", UNDECIDED),
    "answered": ("Answered", ~UNANSWERED),
    **{
        value: (str(label), Q(dcc_response__disposition=value))
        for value, label in DCCResponse.Disposition.choices
    },
}
"""What a comment may be, by the name in the address: its label and its rows."""

NAMES = ("question", "respondent", "state", "assigned", "q")
"""The filters, as the address has them."""


@dataclass(frozen=True)
class CommentFilter:
    """The comments of one consultation that an address asks for, as `user` reads it."""

    consultation: Consultation
    user: User
    question: str = ""
    respondent: str = ""
    state: str = ALL
    assigned: str = ""
    q: str = ""
    sought: SearchTerms = field(default=SearchTerms("", ()), compare=False)

    @property
    def address(self) -> str:
        """The filter as the query of an address, without its question mark."""
        given = {name: getattr(self, name) for name in NAMES}
        return urlencode({k: v for k, v in given.items() if v and v != ALL})

    @property
    def is_narrow(self) -> bool:
        """True when anything but the state is asked for."""
        return any(getattr(self, name) for name in NAMES if name != "state")

    def rows(self, without: str = "") -> QuerySet[Comment]:
        """Return the comments, in no order; `without` leaves one filter out."""
        rows = Comment.objects.filter(consultation=self.consultation).order_by()
        for name, condition in self._conditions.items():
            if name != without:
                rows = rows.filter(condition)
        return rows

    def unanswered(self) -> QuerySet[Comment]:
        """Return those without a response, whatever state the filter asks for."""
        return self.rows(without="state").filter(UNANSWERED)

    @cached_property
    def _conditions(self) -> dict[str, Q]:
        conditions = {}
        if self.question == NONE:
            conditions["question"] = Q(question=None)
        elif self.question:
            conditions["question"] = Q(question__key=self.question)
        if self.respondent:
            own = {"respondent__consultation": self.consultation}
            drawn = CommentSource.objects.filter(respondent__key=self.respondent, **own)
            conditions["respondent"] = Q(pk__in=drawn.order_by().values("comment"))
        if self.state != ALL:
            conditions["state"] = STATES[self.state][1]
        if self.assigned == UNASSIGNED:
            conditions["assigned"] = Q(assigned_to=None)
        elif self.assigned:
            name = self.user.username if self.assigned == ME else self.assigned
            conditions["assigned"] = Q(assigned_to__username=name)
        if self.sought:
            conditions["q"] = Q(
                pk__in=comments_with_words(self.consultation, self.sought)
            )
        return conditions


def filter_of(
    consultation: Consultation, user: User, given: Mapping[str, str]
) -> CommentFilter:
    """Return the filter an address asks for; 404 for a state that is none."""
    values = {name: given.get(name, "").strip() for name in NAMES}
    for name, value in values.items():
        if problem := forbidden_character_message(value):
            raise Http404(f"{name}: {problem}")
    values["state"] = values["state"] or ALL
    if values["state"] not in STATES:
        raise Http404(f"{values['state']!r} is no state of a comment.")
    words = parse_search_terms(values["q"])
    values["q"] = words.typed
    return CommentFilter(consultation, user, **values, sought=words)


# --- words ------------------------------------------------------------------------


def comments_with_words(consultation: Consultation, words: SearchTerms) -> list[int]:
    """Return the comments that have the words: as published, answered or verbatim.

    Read and compared here, not in the database: its own comparison neither sees past
    markup nor knows the case of letters alike on SQLite and PostgreSQL.
    """
    rows = Comment.objects.filter(consultation=consultation).order_by()
    found = {
        key
        for key, *texts in rows.values_list("pk", "text", "dcc_response__text")
        if any(words.is_in(to_one_line(text or "")) for text in texts)
    }
    return sorted(found | _drawn_from(consultation, words))


def _drawn_from(consultation: Consultation, words: SearchTerms) -> set[int]:
    """Return the comments one of whose respondents wrote the words in answering."""
    answers = Answer.objects.filter(submission__respondent__consultation=consultation)
    given = answers.exclude(text="").order_by()
    wrote = {
        (person, question)
        for person, question, text in given.values_list(
            "submission__respondent", "question", "text"
        )
        if words.is_in(to_one_line(text))
    }
    if not wrote:
        return set()
    people = {person for person, _ in wrote}
    links = CommentSource.objects.filter(comment__consultation=consultation).order_by()
    drawn: Iterable[tuple[int, int, int | None]] = links.values_list(
        "comment", "respondent", "comment__question"
    )
    return {
        comment
        for comment, person, question in drawn
        if (person, question) in wrote or (question is None and person in people)
    }


# --- counts -----------------------------------------------------------------------


@dataclass(frozen=True)
class FilterCounts:
    """How many comments each choice would show, the other filters left as they are."""

    states: Mapping[str, int]
    questions: Mapping[int | None, int]
    respondents: Mapping[int, int]
    assigned: Mapping[int | None, int]

    @property
    def every(self) -> int:
        """How many there are in any state."""
        return self.states[ALL]

    @property
    def answered(self) -> int:
        """How many of them have a response."""
        return self.states["answered"]


def counts_of(chosen: CommentFilter) -> FilterCounts:
    """Count the choices of every filter; four queries."""
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
        questions=_by(chosen, "question"),
        respondents=dict(people),
        assigned=_by(chosen, "assigned", "assigned_to"),
    )


def _by(chosen: CommentFilter, name: str, column: str = "") -> dict[int | None, int]:
    rows = chosen.rows(without=name).values_list(column or name)
    return dict(rows.annotate(Count("pk")))


# --- pages and places ---------------------------------------------------------------

COMMENT_ORDER = (F("question__position").asc(nulls_last=True), "position", "pk")
BACKWARDS = (F("question__position").desc(nulls_first=True), "-position", "-pk")

ListPosition = tuple[int | None, int, int]
"""Where a comment stands: its question's position, its own, and its primary key."""


def place_of(comment: Comment) -> ListPosition:
    """Return where a comment stands in every list."""
    question = comment.question
    return question.position if question else None, comment.position, comment.pk


def after_place(place: ListPosition) -> Q:
    """Return the condition for what comes after a place."""
    asked, position, key = place
    here = Q(position__gt=position) | Q(position=position, pk__gt=key)
    if asked is None:
        return Q(question=None) & here
    later = Q(question__position__gt=asked) | Q(question=None)
    return later | (Q(question__position=asked) & here)


def before_place(place: ListPosition) -> Q:
    """Return the condition for what comes before a place."""
    asked, position, key = place
    here = Q(position__lt=position) | Q(position=position, pk__lt=key)
    if asked is None:
        return Q(question__isnull=False) | here
    return Q(question__position__lt=asked) | (Q(question__position=asked) & here)


def cursor_of(place: ListPosition) -> str:
    """Return a place as an address has it."""
    return ".".join("none" if part is None else str(part) for part in place)


def place_at(cursor: str) -> ListPosition:
    """Return the place a cursor names; 404 for what names none."""
    asked, *rest = cursor.split(".")
    numbers = rest if asked == "none" else [asked, *rest]
    if len(rest) != 2 or not all(map(is_row_number, numbers)):
        raise Http404(f"{cursor!r} is no place in the list.")
    position, key = map(int, rest)
    return None if asked == "none" else int(asked), position, key


def filtered_page(
    rows: QuerySet[Comment], cursor: str, size: int = COMMENTS_PER_PAGE
) -> tuple[Sequence[Comment], str]:
    """Return one page of comments and the cursor of the next; nothing is counted."""
    if cursor:
        rows = rows.filter(after_place(place_at(cursor)))
    found = list(rows.order_by(*COMMENT_ORDER)[: size + 1])
    if len(found) <= size:
        return found, ""
    return found[:size], cursor_of(place_of(found[size - 1]))


def key_after(rows: QuerySet[Comment], comment: Comment) -> str:
    """Return the key of the first of the rows after a comment; empty for none."""
    return _first(rows.filter(after_place(place_of(comment))).order_by(*COMMENT_ORDER))


def key_before(rows: QuerySet[Comment], comment: Comment) -> str:
    """Return the key of the last of the rows before a comment; empty for none."""
    return _first(rows.filter(before_place(place_of(comment))).order_by(*BACKWARDS))


def next_unanswered(chosen: CommentFilter, comment: Comment) -> str:
    """Return the key of the next comment without a response, or of the first."""
    rows = chosen.unanswered().exclude(pk=comment.pk)
    return key_after(rows, comment) or _first(rows.order_by(*COMMENT_ORDER))


def _first(rows: QuerySet[Comment]) -> str:
    return rows.values_list("key", flat=True).first() or ""
