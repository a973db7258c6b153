"""Work on comments: new ones, whose they are, what was written, first answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from simple_history.utils import get_history_model_for_model

from consultations.access import ROLES_BY_ACTION as ROLES
from consultations.access import Action
from consultations.audit import trail
from consultations.audit.history import create_all, delete_all
from consultations.models import ClauseChange, Consultation, Question
from responses.analysis.counted import labels_of
from responses.editing.ordering import next_position
from responses.models import (
    Answer,
    Attribution,
    Comment,
    CommentSource,
    DCCResponse,
    Respondent,
)

_NUMBERED = re.compile(r"k(\d{1,9})")


# --- new comments -----------------------------------------------------------------


def next_key(consultation: Consultation) -> str:
    """Return the next of k1, k2, k3 ... that no comment has, or has ever had."""
    past = get_history_model_for_model(Comment).objects
    own = {"consultation_id": consultation.pk, "key__startswith": "k"}
    keys = {
        *Comment.objects.filter(**own).order_by().values_list("key", flat=True),
        *past.filter(**own).order_by().values_list("key", flat=True).distinct(),
    }
    numbers = [int(found[1]) for found in map(_NUMBERED.fullmatch, keys) if found]
    return f"k{max(numbers, default=0) + 1}"


def end_of(consultation: Consultation) -> int:
    """Return the position after every comment, so also after those on a question.

    Positions go through all questions, as in a consultation file.
    """
    return next_position(Comment.objects.filter(consultation=consultation))


def put_sources(comment: Comment, people: Iterable[Respondent], *, by: User) -> None:
    """Make these respondents the sources of a comment; those that stay keep places."""
    wanted = {person.pk: person for person in people}
    links = list(comment.source_links.all())
    gone = [link for link in links if link.respondent_id not in wanted]
    stay = {link.respondent_id for link in links} & wanted.keys()
    position = max((link.position for link in links), default=0)
    fresh = [
        CommentSource(comment=comment, respondent=person, position=position + number)
        for number, person in enumerate(
            (person for pk, person in wanted.items() if pk not in stay), 1
        )
    ]
    delete_all(gone, by=by)
    if fresh:
        create_all(CommentSource, fresh, by=by)


def may_be_assigned(also: int | None = None) -> QuerySet[User]:
    """Return who work may be given to: who drafts, and whoever has it `also`."""
    roles = [str(role) for role in ROLES[Action.DRAFT]]
    drafts = Q(is_active=True) & (Q(groups__name__in=roles) | Q(is_superuser=True))
    return User.objects.filter(drafts | Q(pk=also)).distinct().order_by("username")


# --- what the respondents wrote ---------------------------------------------------


@dataclass(frozen=True)
class Verbatim:
    """A respondent of a comment, and what the public reads in place of the name.

    `answers` are word for word, those to the comment's question or, without one, all.
    """

    respondent: Respondent
    label: str
    is_named: bool
    answers: tuple[Answer, ...]


def verbatim_of(
    consultation: Consultation,
    people: Sequence[Respondent],
    question: Question | None,
) -> list[Verbatim]:
    """Return what respondents answered to a question, or to all when it is None."""
    if not people:
        return []
    given = Answer.objects.filter(submission__respondent__in=people)
    if question is not None:
        given = given.filter(question=question)
    given = given.select_related("question", "submission").order_by(
        "submission__received", "question__position", "pk"
    )
    answers: dict[int, list[Answer]] = defaultdict(list)
    for answer in given:
        if answer.is_given:
            answers[answer.submission.respondent_id].append(answer)
    labels = labels_of(consultation)
    return [
        Verbatim(
            person,
            labels.get(person.pk, person.name),
            labels.get(person.pk) == person.name,
            tuple(answers[person.pk]),
        )
        for person in people
    ]


def has_confidential_answer(answer: Answer) -> bool:
    """True when an answer was given in confidence, by itself or with its response."""
    return answer.confidential or (
        answer.submission.attribution == Attribution.CONFIDENTIAL
    )


# --- answering ----------------------------------------------------------------------


def record_first_answer(response: DCCResponse, *, by: User) -> None:
    """Put it on the trail when a comment has a response for the first time."""
    past = get_history_model_for_model(DCCResponse).objects
    answered = past.filter(comment_id=response.comment_id).exclude(text="")
    if not response.text or answered[1:2]:
        return
    comment = response.comment
    trail.record_event(
        comment.consultation,
        kind="answered",
        summary=f"Comment {comment.key} was answered.",
        by=by,
    )


def changes_of(comment: Comment) -> list[ClauseChange]:
    """Return the changes a comment caused, in their order."""
    links = comment.change_links.select_related("change__document")
    return [link.change for link in links.order_by("change__position", "change__pk")]
