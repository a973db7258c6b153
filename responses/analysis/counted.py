"""The responses that count towards a conclusion."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from consultations.deadlines import MovedDeadline, deadline_of
from consultations.documents.conclusion import content as public
from consultations.documents.conclusion.labels import public_labels
from consultations.models import Consultation, Extension, ExtensionQuestion, Question
from responses.analysis.confidence import ConfidentialParts, confidential_parts
from responses.analysis.snapshot import ReceivedRows, read_received_rows
from responses.models import (
    Answer,
    Attribution,
    Comment,
    Respondent,
    Submission,
)

Deadlines = dict[int, dt.datetime | None]
"""Each question's deadline, by its id, and the general one under 0."""


@dataclass(frozen=True)
class CountedResponses:
    """The responses that count towards a conclusion, read once.

    `received` are the rows it was made of; `submissions` are those that count, and
    `respondents` those who sent them. `numbers` gives each respondent's index in
    `respondents`; `comments` is by question, None for comments on no question;
    `answers` holds, for each question, the answer of each respondent that counts, and
    `uncounted` the respondents whose every answer does not count; `confidential` tells
    which answers were given in confidence.
    """

    received: ReceivedRows
    submissions: tuple[Submission, ...]
    respondents: tuple[public.Respondent, ...]
    numbers: dict[int, int]
    questions: tuple[Question, ...]
    answers: dict[int, dict[int, Answer]]
    uncounted: dict[int, frozenset[int]]
    comments: dict[int | None, list[Comment]]
    confidential: ConfidentialParts


def counted_responses_of(consultation: Consultation) -> CountedResponses:
    """Read the accepted submissions, their answers and the comments."""
    return count_responses(read_received_rows(consultation))


def count_responses(
    received: ReceivedRows, *, everybody: bool = False
) -> CountedResponses:
    """Return the submissions and answers that count, and the respondents to print.

    With `everybody`, the sources of comments and respondents without a submission are
    printed too, as editions of earlier releases do.
    """
    deadlines = _deadlines(
        received.consultation,
        received.questions,
        received.extensions,
        received.extension_questions,
    )
    given = _given_answers(received.answers)
    counted = [
        s for s in received.submissions if _is_counted(s, given[s.pk], deadlines)
    ]
    people = _printed_respondents(received, counted, everybody=everybody)
    named = nameable_then(received)
    labels = public_labels([(p.name, p.pk in named) for p in people])
    answers = _counted_answers(counted, given, deadlines)
    confidential = confidential_parts(
        received.submissions, received.answers, answers, received.questions
    )
    return CountedResponses(
        received=received,
        submissions=tuple(counted),
        respondents=tuple(
            _public_respondent(person, label, person.pk in named, confidential)
            for person, label in zip(people, labels, strict=True)
        ),
        numbers={person.pk: index for index, person in enumerate(people)},
        questions=received.questions,
        answers=answers,
        uncounted=_uncounted_answers(received.submissions, given, answers),
        comments=_group_by_question(received.comments),
        confidential=confidential,
    )


def _printed_respondents(
    received: ReceivedRows, counted: Iterable[Submission], *, everybody: bool
) -> list[Respondent]:
    """Return the respondents to print: those of whom a response counts."""
    printed = {submission.respondent_id for submission in counted}
    if everybody:
        refused = {submission.respondent_id for submission in received.submissions}
        refused -= printed | {link.respondent_id for link in received.sources}
        return [person for person in received.respondents if person.pk not in refused]
    return [person for person in received.respondents if person.pk in printed]


def _public_respondent(
    person: Respondent, label: str, named: bool, confidential: ConfidentialParts
) -> public.Respondent:
    """Return the public part of a respondent.

    Roles and companies would identify an unnamed one. The category of a respondent
    whose every response was given in confidence is not public either.
    """
    if person.pk in confidential.respondents:
        return public.Respondent(label)
    if not named:
        return public.Respondent(label, person.category)
    return public.Respondent(
        label, person.category, tuple(person.roles), tuple(person.represents)
    )


def _group_by_question(comments: Iterable[Comment]) -> dict[int | None, list[Comment]]:
    by_question: dict[int | None, list[Comment]] = defaultdict(list)
    for comment in comments:
        by_question[comment.question_id].append(comment)
    return by_question


# --- deadlines -----------------------------------------------------------------


def deadlines_of(
    consultation: Consultation, questions: Iterable[Question]
) -> Deadlines:
    """Return each question's deadline, and the general one under 0."""
    links = ExtensionQuestion.objects.filter(extension__consultation=consultation)
    return _deadlines(consultation, questions, consultation.extensions.all(), links)


def deadlines_by_consultation(
    consultations: Collection[Consultation],
) -> dict[int, Deadlines]:
    """Return the deadlines of consultations, by primary key, in three queries."""
    rows = {"consultation__in": consultations}
    questions, extensions = defaultdict(list), defaultdict(list)
    links = defaultdict(list)
    for question in Question.objects.filter(**rows):
        questions[question.consultation_id].append(question)
    for extension in Extension.objects.filter(**rows):
        extensions[extension.consultation_id].append(extension)
    extension_questions = ExtensionQuestion.objects.filter(
        extension__consultation__in=consultations
    )
    for link in extension_questions.select_related("extension"):
        links[link.extension.consultation_id].append(link)
    return {
        each.pk: _deadlines(
            each, questions[each.pk], extensions[each.pk], links[each.pk]
        )
        for each in consultations
    }


def _deadlines(
    consultation: Consultation,
    questions: Iterable[Question],
    extensions: Iterable[Extension],
    links: Iterable[ExtensionQuestion],
) -> Deadlines:
    """Apply the deadline rule to rows that have been read."""
    question_ids: dict[int, list[int]] = defaultdict(list)
    for link in links:
        question_ids[link.extension_id].append(link.question_id)
    moved = [MovedDeadline(e.until, frozenset(question_ids[e.pk])) for e in extensions]
    closes = consultation.closes
    return {0: deadline_of(closes, moved)} | {
        question.pk: deadline_of(closes, moved, question.pk) for question in questions
    }


def is_submission_counted(submission: Submission, deadlines: Deadlines) -> bool:
    """True when the submission is accepted, or in time for something it answers."""
    given = [answer for answer in submission.answers.all() if answer.is_given]
    return _is_counted(submission, given, deadlines)


def _is_counted(
    submission: Submission, given: Iterable[Answer], deadlines: Deadlines
) -> bool:
    if submission.is_counted(deadlines[0]):
        return True
    return any(submission.is_counted(deadlines[answer.question_id]) for answer in given)


def _given_answers(answers: Iterable[Answer]) -> dict[int, list[Answer]]:
    """Return the answers that are not empty, by submission."""
    given: dict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.is_given:
            given[answer.submission_id].append(answer)
    return given


def _counted_answers(
    submissions: Iterable[Submission],
    given: dict[int, list[Answer]],
    deadlines: Deadlines,
) -> dict[int, dict[int, Answer]]:
    """Return the answers that count; a respondent's later one replaces an earlier."""
    answers: dict[int, dict[int, Answer]] = defaultdict(dict)
    for submission in submissions:
        for answer in given[submission.pk]:
            if submission.is_counted(deadlines[answer.question_id]):
                answers[answer.question_id][submission.respondent_id] = answer
    return answers


def _uncounted_answers(
    submissions: Iterable[Submission],
    given: dict[int, list[Answer]],
    counted: dict[int, dict[int, Answer]],
) -> dict[int, frozenset[int]]:
    """Return, for each question, the respondents whose every answer does not count."""
    people: dict[int, set[int]] = defaultdict(set)
    for submission in submissions:
        for answer in given[submission.pk]:
            people[answer.question_id].add(submission.respondent_id)
    return {
        question: frozenset(answering - counted[question].keys())
        for question, answering in people.items()
    }


# --- who may be named ----------------------------------------------------------------


def named_respondents(
    consultation: Consultation, submissions: Iterable[Submission]
) -> set[int]:
    """Return the respondents whose name may be public: all their responses agree.

    A respondent who has withdrawn every response is not named.
    """
    people = set(consultation.respondents.values_list("pk", flat=True))
    return _nameable_ids(consultation, people, submissions)


def respondent_labels(consultation: Consultation) -> dict[int, str]:
    """Return the printed label of each respondent, by primary key.

    Respondents of whom no response counts are not printed and have none.
    """
    people = consultation.respondents.values_list("pk", "name")
    submissions = Submission.objects.filter(respondent__consultation=consultation)
    received = list(
        submissions.only(
            *("respondent", "received", "accepted", "attribution", "withdrawn_at")
        )
    )
    counted = _counted_respondents(consultation, received)
    printed = [(pk, name) for pk, name in people if pk in counted]
    named = named_respondents(consultation, received)
    labels = public_labels([(name, pk in named) for pk, name in printed])
    return {pk: label for (pk, _), label in zip(printed, labels, strict=True)}


def _counted_respondents(
    consultation: Consultation, received: Sequence[Submission]
) -> set[int]:
    """Return the respondents of whom a response counts."""
    deadlines = deadlines_of(consultation, consultation.questions.all())
    counted = {s.respondent_id for s in received if s.is_counted(deadlines[0])}
    doubtful = [s.pk for s in received if s.respondent_id not in counted]
    if not doubtful:
        return counted
    late = Submission.objects.filter(pk__in=doubtful).prefetch_related("answers")
    return counted | {
        each.respondent_id for each in late if is_submission_counted(each, deadlines)
    }


def nameable_then(received: ReceivedRows) -> set[int]:
    """Return the respondents who could be named as the rows were."""
    people = {person.pk for person in received.respondents}
    return _nameable_ids(received.consultation, people, received.submissions)


def _nameable_ids(
    consultation: Consultation,
    people: Collection[int],
    submissions: Iterable[Submission],
) -> set[int]:
    default = consultation.anonymity
    attributions: dict[int, set[str]] = defaultdict(set)
    standing: set[int] = set()
    for submission in submissions:
        attributions[submission.respondent_id].add(submission.attribution or default)
        if not submission.is_withdrawn:
            standing.add(submission.respondent_id)
    named = {pk for pk in standing if attributions[pk] == {Attribution.NAMED}}
    if default == Consultation.Anonymity.NAMED:
        named |= set(people) - set(attributions)
    return named
