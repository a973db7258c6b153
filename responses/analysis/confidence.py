"""Answers and responses given in confidence: one rule for desk, content and checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
    respondents whose every response was given in confidence.
    """

    answers: frozenset[tuple[int, int]]
    respondents: frozenset[int]

    def covers(self, question_id: int | None, respondent_id: int) -> bool:
        """True when what a respondent said on a question, or on none, is confidential.

        A comment on such an answer does not say who raised it.
        """
        if respondent_id in self.respondents:
            return True
        return question_id is not None and (question_id, respondent_id) in self.answers


def confidential_parts(
    submissions: Iterable[Submission],
    answers: Iterable[Answer],
    counted: Mapping[int, Mapping[int, Answer]],
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
    return ConfidentialParts(
        frozenset(pairs), _confidential_respondents(by_id.values())
    )


def _confidential_respondents(submissions: Iterable[Submission]) -> frozenset[int]:
    """Return the respondents whose every response was given in confidence."""
    given: dict[int, set[bool]] = defaultdict(set)
    for submission in submissions:
        given[submission.respondent_id].add(is_confidential_response(submission))
    return frozenset(person for person, kinds in given.items() if kinds == {True})
