"""Answers and responses given in confidence: one rule for desk, content and checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from consultations.models import Question
from responses.models import Answer, Attribution, Submission


def given_in_confidence(answer: Answer, submission: Submission) -> bool:
    """True when an answer, or the whole response that holds it, is confidential."""
    return answer.confidential or is_confidential_response(submission)


def is_confidential_response(submission: Submission) -> bool:
    """True when a whole response was given in confidence."""
    return submission.attribution == Attribution.CONFIDENTIAL


@dataclass(frozen=True)
class ConfidentialParts:
    """What was given in confidence in one consultation.

    `answers` are (question id, respondent id); `respondents` are the ids of the
    respondents whose every response was given in confidence. `related` has the ids of
    the questions above and below a question.
    """

    answers: frozenset[tuple[int, int]]
    respondents: frozenset[int]
    related: Mapping[int, frozenset[int]]

    def covers(self, question_id: int | None, respondent_id: int) -> bool:
        """True when what a respondent answered to a question is confidential."""
        if respondent_id in self.respondents:
            return True
        return question_id is not None and (question_id, respondent_id) in self.answers

    def hides_source(self, question_id: int | None, respondent_id: int) -> bool:
        """True when a comment does not say that a respondent raised it.

        What was said in confidence on a question may be in a comment on its parts or
        on the question above, and in a comment on no question.
        """
        if question_id is None:
            return respondent_id in self.respondents or any(
                person == respondent_id for _, person in self.answers
            )
        about = {question_id, *self.related.get(question_id, ())}
        return any(self.covers(each, respondent_id) for each in about)


def confidential_parts(
    submissions: Iterable[Submission],
    answers: Iterable[Answer],
    counted: Mapping[int, Mapping[int, Answer]],
    questions: Iterable[Question],
) -> ConfidentialParts:
    """Return what was given in confidence.

    `counted` holds the answer that counts, by question and respondent. Where none
    counts, one confidential answer to the question is enough.
    """
    by_id = {submission.pk: submission for submission in submissions}
    pairs = {
        (answer.question_id, by_id[answer.submission_id].respondent_id)
        for answer in answers
        if answer.submission_id in by_id
        and given_in_confidence(answer, by_id[answer.submission_id])
    }
    for question, given in counted.items():
        for person, answer in given.items():
            if not given_in_confidence(answer, by_id[answer.submission_id]):
                pairs.discard((question, person))
    people = _confidential_respondents(by_id.values())
    return ConfidentialParts(frozenset(pairs), people, _related_questions(questions))


def _related_questions(questions: Iterable[Question]) -> dict[int, frozenset[int]]:
    """Return the questions above and below each question."""
    parents = {question.pk: question.parent_id for question in questions}
    related: dict[int, set[int]] = defaultdict(set)
    for question, parent in parents.items():
        above = parent
        while above in parents and above not in related[question]:
            related[question].add(above)
            related[above].add(question)
            above = parents[above]
    return {pk: frozenset(others) for pk, others in related.items()}


def _confidential_respondents(submissions: Iterable[Submission]) -> frozenset[int]:
    """Return the respondents whose every response was given in confidence."""
    given: dict[int, set[bool]] = defaultdict(set)
    for submission in submissions:
        given[submission.respondent_id].add(is_confidential_response(submission))
    return frozenset(person for person, kinds in given.items() if kinds == {True})
