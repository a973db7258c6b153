"""Random consultations as rows in memory, and what is true of them.

`truth_of` recounts the rows by rules of its own: it shares no code with the analysis.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from consultations.models import (
    Commitment,
    Conclusion,
    ConclusionSection,
    Consultation,
    ConsultationDocument,
    Extension,
    ExtensionQuestion,
    Organisation,
    Question,
    RegulatedDocument,
)
from responses.analysis.snapshot import ConclusionRows, ReceivedRows
from responses.models import Answer, Respondent, Submission

CLOSES = dt.datetime(2026, 2, 2, 16, tzinfo=dt.UTC)
OPTIONS = (["Yes", "No"], ["Both and neither", "Six", "All three respondents"])
KINDS = ("agreement", "agreement", "choice", "open", "date")
STANCES = ("agree", "disagree", "neutral", "no-opinion")
SECTIONS = (
    *("respondents", "questions", "analysis", "respondent-list", "tally-matrix"),
    *("changes", "commitments", "document-control"),
)


def make_rows(random: Random) -> ConclusionRows:
    """Return the rows of a random consultation, with its conclusion; none is stored."""
    consultation = Consultation(pk=1, slug="c", title="C", closes=CLOSES)
    documents = {n: RegulatedDocument(pk=n, code=f"D{n}", title="D") for n in (1, 2, 3)}
    named = random.sample([1, 2, 3], random.randint(0, 3))
    questions = tuple(_questions(random))
    extensions, extended = _extensions(random, questions)
    people = tuple(
        Respondent(pk=n, consultation_id=1, key=f"r{n}", position=n, name=f"Firm {n}")
        for n in range(1, random.choice([0, 1, 2, 3, 4, 5, 8, 14]) + 1)
    )
    submissions = sorted(_submissions(random, people), key=lambda s: (s.received, s.pk))
    received = ReceivedRows(
        consultation=consultation,
        questions=questions,
        extensions=extensions,
        extension_questions=extended,
        respondents=people,
        submissions=tuple(submissions),
        answers=tuple(_answers(random, submissions, questions)),
        comments=(),
        sources=(),
        responses=(),
    )
    return ConclusionRows(
        conclusion=Conclusion(pk=1, consultation_id=1, slug="c", title="Conclusion"),
        received=received,
        organisation=Organisation(pk=1, name="Data Company", short="DCC"),
        document_links=tuple(ConsultationDocument(document_id=n) for n in named),
        changes=(),
        causes=(),
        sections=tuple(
            ConclusionSection(pk=n, conclusion_id=1, heading=f"Part {n}", kind=kind)
            for n, kind in enumerate(SECTIONS, 1)
        ),
        attachments=(),
        commitments=(
            Commitment(pk=1, text="Report on it.", due=dt.date(2026, 9, 1)),
            Commitment(pk=2, text="Publish it.", done=dt.date(2026, 2, 9)),
        ),
        glossary=(),
        documents=documents,
        files={},
        versions={},
        editions=(),
        today=dt.date(2026, 3, 1),
    )


def _questions(random: Random) -> Iterator[Question]:
    for number in range(1, random.randint(1, 4) + 1):
        kind = random.choice(KINDS)
        yield Question(
            pk=number,
            consultation_id=1,
            key=f"q{number}",
            label=f"Question {number}",
            text="Well?",
            kind=kind,
            options=random.choice(OPTIONS) if kind == "choice" else [],
        )


def _extensions(
    random: Random, questions: tuple[Question, ...]
) -> tuple[tuple[Extension, ...], tuple[ExtensionQuestion, ...]]:
    """Return an extension for one question at times, and for all at times."""
    made, links = [], []
    if random.random() < 0.3:
        until = CLOSES + dt.timedelta(days=4)
        made.append(Extension(pk=1, consultation_id=1, was=CLOSES, until=until))
        question = random.choice(questions)
        links.append(ExtensionQuestion(pk=1, extension_id=1, question_id=question.pk))
    if random.random() < 0.2:
        until = CLOSES + dt.timedelta(days=2)
        made.append(Extension(pk=2, consultation_id=1, was=CLOSES, until=until))
    return tuple(made), tuple(links)


def _submissions(
    random: Random, people: tuple[Respondent, ...]
) -> Iterator[Submission]:
    key = 0
    for person in people:
        for _ in range(random.choice([0, 1, 1, 1, 1, 2])):
            key += 1
            yield Submission(
                pk=key,
                respondent_id=person.pk,
                received=CLOSES
                + dt.timedelta(days=random.choice([-9, -5, 0, 1, 3, 9])),
                accepted=random.choice([None, None, None, True, False]),
                withdrawn_at=CLOSES if random.random() < 0.1 else None,
                attribution=random.choice(["", "", "named", "confidential"]),
            )


def _answers(
    random: Random, submissions: list[Submission], questions: tuple[Question, ...]
) -> Iterator[Answer]:
    usual = {q.pk: random.choice(STANCES) for q in questions}
    agreed = random.random() < 0.4
    key = 0
    for submission in submissions:
        for question in questions:
            if random.random() < 0.2:
                continue
            key += 1
            answer = Answer(
                pk=key, submission_id=submission.pk, question_id=question.pk
            )
            answer.confidential = random.random() < 0.1
            if random.random() < 0.4:
                answer.text = "<p>Six of us agreed.</p>"
            if question.kind == "choice" and random.random() < 0.8:
                answer.choice = random.choice(question.options)
            if question.kind in ("agreement", "date") and random.random() < 0.85:
                stance = usual[question.pk] if agreed else random.choice(STANCES)
                answer.stance = stance
            yield answer


# --- what is true of the rows ---------------------------------------------------------


@dataclass
class QuestionTruth:
    """What is true of one question: how many respondents are in each group."""

    positions: dict[str, int] = field(default_factory=dict)
    answered: int = 0
    uncounted: int = 0
    unanswered: int = 0


@dataclass
class Truth:
    """What is true of a consultation: of its responses, and of each question."""

    responses: int
    respondents: set[int]
    questions: dict[str, QuestionTruth]


def truth_of(rows: ReceivedRows) -> Truth:
    """Recount the rows: each respondent's last answer to a question counts."""
    answers: dict[int, dict[int, Answer]] = {}
    for answer in rows.answers:
        if answer.stance or answer.choice or answer.text:
            own = answers.setdefault(answer.submission_id, {})
            own[answer.question_id] = answer
    counting = [s for s in rows.submissions if _counts(rows, s, answers)]
    respondents = {s.respondent_id for s in counting}
    questions = {}
    for question in rows.questions:
        truth = questions[question.key] = QuestionTruth()
        for person in respondents:
            given = [
                (answers[s.pk][question.pk], s)
                for s in rows.submissions
                if s.respondent_id == person and question.pk in answers.get(s.pk, {})
            ]
            valid = [a for a, s in given if _in_time(rows, s, question.pk)]
            if valid:
                truth.answered += 1
                position = valid[-1].stance or valid[-1].choice
                if position:
                    truth.positions[position] = truth.positions.get(position, 0) + 1
            elif given:
                truth.uncounted += 1
            else:
                truth.unanswered += 1
    return Truth(len(counting), respondents, questions)


def _counts(
    rows: ReceivedRows, submission: Submission, answers: dict[int, dict[int, Answer]]
) -> bool:
    asked = [0, *answers.get(submission.pk, ())]
    return any(_in_time(rows, submission, question) for question in asked)


def _in_time(rows: ReceivedRows, submission: Submission, question: int) -> bool:
    """Return whether what a submission says to a question counts; 0 for in general."""
    if submission.withdrawn_at:
        return False
    if submission.accepted is not None:
        return submission.accepted
    last = CLOSES
    for extension in rows.extensions:
        only = [
            link.question_id
            for link in rows.extension_questions
            if link.extension_id == extension.pk
        ]
        if not only or question in only:
            last = max(last, extension.until)
    return submission.received <= last
