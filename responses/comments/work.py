"""Work on comments: new comments, sources, verbatim answers, first responses."""

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
from responses.analysis.counted import respondent_labels
from responses.comments.numbers import comment_label
from responses.editing.ordering import next_position
from responses.models import (
    Answer,
    Comment,
    CommentSource,
    DCCResponse,
    Respondent,
)

_NUMBERED_KEY = re.compile(r"k(\d{1,9})")


# --- new comments -----------------------------------------------------------------


def next_comment_key(consultation: Consultation) -> str:
    """Return the first of k1, k2, k3 ... after every key that was ever used."""
    past = get_history_model_for_model(Comment).objects
    own = {"consultation_id": consultation.pk, "key__startswith": "k"}
    keys = {
        *Comment.objects.filter(**own).order_by().values_list("key", flat=True),
        *past.filter(**own).order_by().values_list("key", flat=True).distinct(),
    }
    numbers = [int(found[1]) for found in map(_NUMBERED_KEY.fullmatch, keys) if found]
    return f"k{max(numbers, default=0) + 1}"


def next_comment_position(consultation: Consultation) -> int:
    """Return the position after every comment of the consultation.

    Positions are counted across all questions, as in a consultation file.
    """
    return next_position(Comment.objects.filter(consultation=consultation))


def set_sources(comment: Comment, people: Iterable[Respondent], *, by: User) -> None:
    """Make these respondents the sources of a comment; kept ones keep positions."""
    wanted = {person.pk: person for person in people}
    links = list(comment.source_links.all())
    removed = [link for link in links if link.respondent_id not in wanted]
    kept_ids = {link.respondent_id for link in links} & wanted.keys()
    position = max((link.position for link in links), default=0)
    new = [
        CommentSource(comment=comment, respondent=person, position=position + number)
        for number, person in enumerate(
            (person for pk, person in wanted.items() if pk not in kept_ids), 1
        )
    ]
    delete_all(removed, by=by)
    if new:
        create_all(CommentSource, new, by=by)


def assignable_users(also: int | None = None) -> QuerySet[User]:
    """Return the users who may be assigned work: drafters, and the user `also`."""
    roles = [str(role) for role in ROLES[Action.DRAFT]]
    is_drafter = Q(is_active=True) & (Q(groups__name__in=roles) | Q(is_superuser=True))
    return User.objects.filter(is_drafter | Q(pk=also)).distinct().order_by("username")


# --- what the respondents wrote ---------------------------------------------------


@dataclass(frozen=True)
class VerbatimAnswers:
    """A respondent of a comment, the published label, and the answers.

    The label is empty where no response of the respondent is accepted.
    `answers` are verbatim: to the comment's question or, if it has none, to all.
    """

    respondent: Respondent
    label: str
    is_named: bool
    answers: tuple[Answer, ...]


def verbatim_answers(
    consultation: Consultation,
    people: Sequence[Respondent],
    question: Question | None,
) -> list[VerbatimAnswers]:
    """Return respondents' answers to a question, or to all questions for None."""
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
    labels = respondent_labels(consultation)
    return [
        VerbatimAnswers(
            person,
            labels.get(person.pk, ""),
            labels.get(person.pk) == person.name,
            tuple(answers[person.pk]),
        )
        for person in people
    ]


# --- answering ----------------------------------------------------------------------


def record_first_answer(response: DCCResponse, *, by: User) -> None:
    """Record in the activity log that a comment was answered for the first time."""
    past = get_history_model_for_model(DCCResponse).objects
    answered = past.filter(comment_id=response.comment_id).exclude(text="")
    if not response.text or answered[1:2]:
        return
    comment = response.comment
    trail.record_event(
        comment.consultation,
        kind="answered",
        summary=f"{comment_label(comment, comment.consultation)} answered.",
        by=by,
    )


def changes_caused_by(comment: Comment) -> list[ClauseChange]:
    """Return the changes a comment caused, in their order."""
    links = comment.change_links.select_related("change__document")
    return [link.change for link in links.order_by("change__position", "change__pk")]
