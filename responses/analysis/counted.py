"""What counts towards a conclusion, worked out of what came in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from consultations.deadlines import MovedDeadline, deadline_of
from consultations.documents.conclusion import content as public
from consultations.documents.conclusion.labels import public_labels
from consultations.models import Consultation, Extension, ExtensionQuestion, Question
from responses.analysis.snapshot import ReceivedRows, read_received_rows
from responses.models import (
    Answer,
    Attribution,
    Comment,
    CommentSource,
    Respondent,
    Submission,
)

Deadlines = dict[int, dt.datetime | None]
"""Each question's deadline, by its id, and the general one under 0."""


@dataclass(frozen=True)
class CountedResponses:
    """What counts towards a conclusion, read once.

    `heard` is what it was worked out of; `submissions` are those that are accepted.
    `numbers` gives each respondent's place in `respondents`; `comments` is by
    question, None for those of no question; `answers` holds, for each question, the
    answer of each respondent that counts.
    """

    heard: ReceivedRows
    submissions: tuple[Submission, ...]
    respondents: tuple[public.Respondent, ...]
    numbers: dict[int, int]
    questions: tuple[Question, ...]
    answers: dict[int, dict[int, Answer]]
    comments: dict[int | None, list[Comment]]


def counted_responses_of(consultation: Consultation) -> CountedResponses:
    """Read the accepted submissions, their answers and the comments."""
    return count_responses(read_received_rows(consultation))


def count_responses(heard: ReceivedRows) -> CountedResponses:
    """Work out which submissions and answers count, and who is printed, and how."""
    deadlines = _deadlines(
        heard.consultation, heard.questions, heard.extensions, heard.extension_questions
    )
    given = _given(heard.answers)
    counted = [s for s in heard.submissions if _counts(s, given[s.pk], deadlines)]
    people = _printed(heard, counted)
    named = _named(
        heard.consultation, {p.pk for p in heard.respondents}, heard.submissions
    )
    labels = public_labels([(p.name, p.pk in named) for p in people])
    return CountedResponses(
        heard=heard,
        submissions=tuple(counted),
        respondents=tuple(
            _respondent(person, label, person.pk in named)
            for person, label in zip(people, labels, strict=True)
        ),
        numbers={person.pk: index for index, person in enumerate(people)},
        questions=heard.questions,
        answers=_answers(counted, given, deadlines),
        comments=_by_question(heard.comments),
    )


def _printed(heard: ReceivedRows, counted: Iterable[Submission]) -> list[Respondent]:
    """Return the respondents to print: all but those whose every response is refused.

    Somebody whose point a comment is, or who is only recorded, stays.
    """
    refused = {submission.respondent_id for submission in heard.submissions}
    refused -= {submission.respondent_id for submission in counted}
    refused -= {link.respondent_id for link in heard.sources}
    return [person for person in heard.respondents if person.pk not in refused]


def _respondent(person: Respondent, label: str, named: bool) -> public.Respondent:
    """Return the public side; roles and companies would give an unnamed one away."""
    if not named:
        return public.Respondent(label, person.category)
    return public.Respondent(
        label, person.category, tuple(person.roles), tuple(person.represents)
    )


def _by_question(comments: Iterable[Comment]) -> dict[int | None, list[Comment]]:
    found: dict[int | None, list[Comment]] = defaultdict(list)
    for comment in comments:
        found[comment.question_id].append(comment)
    return found


# --- what is in time -----------------------------------------------------------------


def deadlines_of(
    consultation: Consultation, questions: Iterable[Question]
) -> Deadlines:
    """Return each question's deadline, and the general one under 0."""
    links = ExtensionQuestion.objects.filter(extension__consultation=consultation)
    return _deadlines(consultation, questions, consultation.extensions.all(), links)


def deadlines_of_each(
    consultations: Collection[Consultation],
) -> dict[int, Deadlines]:
    """Return the deadlines of several consultations, by primary key; three queries."""
    rows = {"consultation__in": consultations}
    questions, extensions = defaultdict(list), defaultdict(list)
    links = defaultdict(list)
    for question in Question.objects.filter(**rows):
        questions[question.consultation_id].append(question)
    for extension in Extension.objects.filter(**rows):
        extensions[extension.consultation_id].append(extension)
    asked = ExtensionQuestion.objects.filter(extension__consultation__in=consultations)
    for link in asked.select_related("extension"):
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
    """Apply the rule of deadlines to rows that were read before."""
    named: dict[int, list[int]] = defaultdict(list)
    for link in links:
        named[link.extension_id].append(link.question_id)
    moved = [MovedDeadline(e.until, frozenset(named[e.pk])) for e in extensions]
    closes = consultation.closes
    return {0: deadline_of(closes, moved)} | {
        question.pk: deadline_of(closes, moved, question.pk) for question in questions
    }


def is_submission_counted(submission: Submission, deadlines: Deadlines) -> bool:
    """True when the submission is accepted, or in time for something it answers."""
    given = [answer for answer in submission.answers.all() if answer.is_given]
    return _counts(submission, given, deadlines)


def _counts(
    submission: Submission, given: Iterable[Answer], deadlines: Deadlines
) -> bool:
    if submission.counts(deadlines[0]):
        return True
    return any(submission.counts(deadlines[answer.question_id]) for answer in given)


def _given(answers: Iterable[Answer]) -> dict[int, list[Answer]]:
    """Return the answers that say anything, by submission."""
    given: dict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.is_given:
            given[answer.submission_id].append(answer)
    return given


def _answers(
    submissions: Iterable[Submission],
    given: dict[int, list[Answer]],
    deadlines: Deadlines,
) -> dict[int, dict[int, Answer]]:
    """Return the answers that count; a respondent's later one replaces the earlier."""
    answers: dict[int, dict[int, Answer]] = defaultdict(dict)
    for submission in submissions:
        for answer in given[submission.pk]:
            if submission.counts(deadlines[answer.question_id]):
                answers[answer.question_id][submission.respondent_id] = answer
    return answers


# --- who may be named ----------------------------------------------------------------


def named_respondents(
    consultation: Consultation, submissions: Iterable[Submission]
) -> set[int]:
    """Return the respondents whose name may be public: all their responses agree."""
    people = set(consultation.respondents.values_list("pk", flat=True))
    return _named(consultation, people, submissions)


def labels_of(consultation: Consultation) -> dict[int, str]:
    """Return what each respondent is called in print, by primary key.

    Those that are not printed, because every response of theirs is refused, have none.
    """
    people = consultation.respondents.values_list("pk", "name")
    submissions = Submission.objects.filter(respondent__consultation=consultation)
    came = list(submissions.only("respondent", "received", "accepted", "attribution"))
    left_out = _refused(consultation, came)
    printed = [(pk, name) for pk, name in people if pk not in left_out]
    named = named_respondents(consultation, came)
    labels = public_labels([(name, pk in named) for pk, name in printed])
    return {pk: label for (pk, _), label in zip(printed, labels, strict=True)}


def _refused(consultation: Consultation, came: Sequence[Submission]) -> set[int]:
    """Return those whose every response is refused and whose point no comment is."""
    deadlines = deadlines_of(consultation, consultation.questions.all())
    doubtful = {each.pk for each in came if not each.counts(deadlines[0])}
    if not doubtful:
        return set()
    late = Submission.objects.filter(pk__in=doubtful).prefetch_related("answers")
    out = {each.pk for each in late if not is_submission_counted(each, deadlines)}
    heard = {each.respondent_id for each in came if each.pk not in out}
    refused = {each.respondent_id for each in came if each.pk in out} - heard
    drawn = CommentSource.objects.filter(respondent__in=refused).order_by()
    return refused - set(drawn.values_list("respondent", flat=True))


def _named(
    consultation: Consultation,
    people: Collection[int],
    submissions: Iterable[Submission],
) -> set[int]:
    default = consultation.anonymity
    wishes: dict[int, set[str]] = defaultdict(set)
    for submission in submissions:
        wishes[submission.respondent_id].add(submission.attribution or default)
    named = {pk for pk, given in wishes.items() if given == {Attribution.NAMED}}
    if default == Consultation.Anonymity.NAMED:
        named |= set(people) - set(wishes)
    return named
