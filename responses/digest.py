"""ORM -> ConclusionContent: the one crossing from confidential work to public words.

What comes out holds nothing that its document does not print. The number of queries
does not depend on how many comments there are.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Prefetch

from consultations.documents import content as public
from consultations.documents.content import ConclusionContent, printed_only
from consultations.documents.labels import public_labels, question_numbers
from consultations.documents.wording import STANCES, printed_date, printed_month
from consultations.models import (
    ClauseChange,
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    Question,
    StoredFile,
)
from consultations.publishing import revisions_for
from responses.models import (
    Answer,
    Attribution,
    ChangeCause,
    Comment,
    Respondent,
    Submission,
)


def conclusion_content(
    conclusion: Conclusion, correction: str = ""
) -> ConclusionContent:
    """Return what the conclusion says now, ready to compose."""
    return printed_only(full_content(conclusion, correction))


def full_content(
    conclusion: Conclusion, correction: str = "", evidence: Evidence | None = None
) -> ConclusionContent:
    """Return the content before what is not printed is left out; never to be stored.

    `evidence` spares reading it again where the caller has it.
    """
    consultation = conclusion.consultation
    about = consultation.document_links.select_related("document")
    documents = [link.document for link in about]
    evidence = evidence or evidence_of(consultation)
    changes = _changes(consultation)
    return ConclusionContent(
        publisher=public.Publisher(
            consultation.organisation.name, consultation.organisation.short
        ),
        consultation=consultation.slug,
        consultation_title=consultation.title,
        title=conclusion.title,
        subtitle=conclusion.subtitle,
        date=conclusion.date,
        author=conclusion.author,
        classification=conclusion.classification or consultation.classification,
        columns=tuple(conclusion.columns),
        consulted_on=tuple(document.code for document in documents),
        documents=tuple(
            public.DocumentNamed(d.code, d.title, d.reference) for d in documents
        ),
        responses=len(evidence.submissions),
        respondents=evidence.respondents,
        questions=_questions(consultation, evidence, changes),
        comments=_comments(evidence.comments[None], evidence, changes),
        changes=_public_changes(changes),
        sections=_sections(conclusion),
        attachments=_attachments(conclusion),
        commitments=tuple(
            _commitment(commitment, conclusion.date)
            for commitment in consultation.commitments.all()
        ),
        glossary=tuple(
            public.Term(term.short, term.long) for term in consultation.glossary.all()
        ),
        revisions=revisions_for(conclusion, correction),
    )


# --- what came in --------------------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """What counts towards a conclusion, read once.

    `numbers` gives each respondent's place in `respondents`; `comments` is by
    question, None for those of no question; `answers` holds, for each question, the
    answer of each respondent that counts.
    """

    submissions: tuple[Submission, ...]
    respondents: tuple[public.Respondent, ...]
    numbers: dict[int, int]
    questions: tuple[Question, ...]
    answers: dict[int, dict[int, Answer]]
    comments: dict[int | None, list[Comment]]


def evidence_of(consultation: Consultation) -> Evidence:
    """Read the accepted submissions, their answers and the comments."""
    questions = tuple(consultation.questions.all())
    deadlines = deadlines_of(consultation, questions)
    submissions = list(
        Submission.objects.filter(respondent__consultation=consultation)
        .select_related("respondent")
        .prefetch_related("answers")
        .order_by("received", "pk")
    )
    counted = [s for s in submissions if counts(s, deadlines)]
    comments = _by_question(consultation)
    people = _heard(consultation, submissions, counted, comments)
    named = named_respondents(consultation, submissions)
    labels = public_labels([(p.name, p.pk in named) for p in people])
    respondents = tuple(_respondent(p, label, p.pk in named) for p, label in zip(
        people, labels, strict=True
    ))  # fmt: skip
    return Evidence(
        submissions=tuple(counted),
        respondents=respondents,
        numbers={person.pk: index for index, person in enumerate(people)},
        questions=questions,
        answers=_answers(counted, deadlines),
        comments=comments,
    )


def _heard(
    consultation: Consultation,
    submissions: Iterable[Submission],
    counted: Iterable[Submission],
    comments: dict[int | None, list[Comment]],
) -> list[Respondent]:
    """Return the respondents to print: all but those whose every response is refused.

    Somebody whose point a comment is, or who is only recorded, stays.
    """
    refused = {s.respondent_id for s in submissions}
    refused -= {s.respondent_id for s in counted}
    refused -= {
        link.respondent_id
        for each in comments.values()
        for comment in each
        for link in comment.source_links.all()
    }
    return [p for p in consultation.respondents.all() if p.pk not in refused]


def deadlines_of(
    consultation: Consultation, questions: Iterable[Question]
) -> dict[int, dt.datetime | None]:
    """Return each question's deadline, and the general one under 0."""
    consultation = (
        Consultation.objects.filter(pk=consultation.pk)
        .prefetch_related("extensions__question_links")
        .get()
    )
    own = {question.pk: consultation.deadline_for(question) for question in questions}
    return {0: consultation.deadline, **own}


def counts(submission: Submission, deadlines: dict[int, dt.datetime | None]) -> bool:
    """True when the submission is accepted, or in time for something it answers."""
    if submission.counts(deadlines[0]):
        return True
    given = [a for a in submission.answers.all() if a.is_given]
    return any(submission.counts(deadlines[a.question_id]) for a in given)


def named_respondents(
    consultation: Consultation, submissions: Iterable[Submission]
) -> set[int]:
    """Return the respondents whose name may be public: all their responses agree."""
    default = consultation.anonymity
    wishes: dict[int, set[str]] = defaultdict(set)
    for submission in submissions:
        wishes[submission.respondent_id].add(submission.attribution or default)
    silent = set(consultation.respondents.values_list("pk", flat=True)) - set(wishes)
    named = {pk for pk, given in wishes.items() if given == {Attribution.NAMED}}
    return named | (silent if default == Consultation.Anonymity.NAMED else set())


def _respondent(person: Respondent, label: str, named: bool) -> public.Respondent:
    """Return the public side; roles and companies would give an unnamed one away."""
    if not named:
        return public.Respondent(label, person.category)
    return public.Respondent(
        label, person.category, tuple(person.roles), tuple(person.represents)
    )


def _answers(
    submissions: Iterable[Submission], deadlines: dict[int, dt.datetime | None]
) -> dict[int, dict[int, Answer]]:
    """Return the answers that count; a respondent's later one replaces the earlier."""
    answers: dict[int, dict[int, Answer]] = defaultdict(dict)
    for submission in submissions:
        for answer in submission.answers.all():
            if answer.is_given and submission.counts(deadlines[answer.question_id]):
                answers[answer.question_id][submission.respondent_id] = answer
    return answers


def _by_question(consultation: Consultation) -> dict[int | None, list[Comment]]:
    comments: dict[int | None, list[Comment]] = defaultdict(list)
    rows = consultation.comments.select_related("dcc_response").prefetch_related(
        "source_links"
    )
    for comment in rows:
        comments[comment.question_id].append(comment)
    return comments


# --- questions, comments, changes ------------------------------------------------


def _questions(
    consultation: Consultation, evidence: Evidence, changes: list[ClauseChange]
) -> tuple[public.Question, ...]:
    keys = {question.pk: question.key for question in evidence.questions}
    numbers = question_numbers(
        [
            (question.key, question.label, keys.get(question.parent_id or 0, ""))
            for question in evidence.questions
        ]
    )
    return tuple(
        public.Question(
            key=question.key,
            number=numbers[question.key],
            label=question.label,
            text=question.text,
            kind=question.kind,
            parent=keys.get(question.parent_id or 0, ""),
            options=tuple(question.options),
            summary=question.summary,
            tally=tally_of(question, evidence.answers[question.pk].values()),
            answered=len(evidence.answers[question.pk]),
            answers=tuple(
                public.Answer(evidence.numbers[person], answer.stance, answer.choice)
                for person, answer in sorted(
                    evidence.answers[question.pk].items(),
                    key=lambda item: evidence.numbers[item[0]],
                )
                if not answer.confidential
            ),
            comments=_comments(evidence.comments[question.pk], evidence, changes),
        )
        for question in evidence.questions
    )


class _Answered(Protocol):
    stance: str
    choice: str


def tally_of(
    question: Question, answers: Iterable[_Answered]
) -> tuple[public.Count, ...]:
    """Count the answers by stance, or by option for a question of choice."""
    given = list(answers)
    if question.kind == Question.Kind.CHOICE:
        return tuple(
            public.Count(option, sum(a.choice == option for a in given))
            for option in question.options
        )
    if not Question.Kind(question.kind).takes_stance:
        return ()
    return tuple(
        public.Count(stance, sum(a.stance == stance for a in given))
        for stance in STANCES
    )


def _comments(
    comments: Iterable[Comment], evidence: Evidence, changes: list[ClauseChange]
) -> tuple[public.Comment, ...]:
    caused: dict[int, list[str]] = defaultdict(list)
    for change in changes:
        for cause in change.causes.all():
            caused[cause.comment_id].append(change.key)
    return tuple(
        _comment(comment, evidence, tuple(caused[comment.pk])) for comment in comments
    )


def _comment(
    comment: Comment, evidence: Evidence, changes: tuple[str, ...]
) -> public.Comment:
    response = getattr(comment, "dcc_response", None)
    sources = [link.respondent_id for link in comment.source_links.all()]
    return public.Comment(
        key=comment.key,
        text=comment.text,
        response=response.text if response else "",
        disposition=response.disposition if response else "",
        respondents=tuple(evidence.numbers[pk] for pk in sources),
        concerns=tuple(comment.concerns),
        changes=changes,
    )


def _changes(consultation: Consultation) -> list[ClauseChange]:
    return list(
        consultation.changes.select_related("document").prefetch_related(
            Prefetch("causes", ChangeCause.objects.select_related("comment"))
        )
    )


def _public_changes(changes: list[ClauseChange]) -> tuple[public.Change, ...]:
    return tuple(
        public.Change(
            key=change.key,
            document=change.document.code,
            reference=change.reference,
            description=change.description,
            rationale=change.rationale,
            because_of=tuple(cause.comment.key for cause in change.causes.all()),
            clause=change.clause,
        )
        for change in changes
    )


# --- the drafter's arrangement ---------------------------------------------------


def _sections(conclusion: Conclusion) -> tuple[public.SectionContent, ...]:
    below: dict[int | None, list[ConclusionSection]] = defaultdict(list)
    for section in conclusion.sections.select_related("document", "question"):
        below[section.parent_id].append(section)
    return tuple(_section(section, below) for section in below[None])


def _section(
    section: ConclusionSection, below: dict[int | None, list[ConclusionSection]]
) -> public.SectionContent:
    return public.SectionContent(
        heading=section.heading,
        kind=section.kind,
        text=section.text,
        document=section.document.code if section.document else "",
        question=section.question.key if section.question else "",
        tally=section.shows_tally,
        table=section.shows_table,
        sections=tuple(_section(inner, below) for inner in below[section.pk]),
    )


def _attachments(conclusion: Conclusion) -> tuple[public.AttachmentContent, ...]:
    files = Prefetch("file", StoredFile.without_bytes())
    rows = ConclusionAttachment.objects.filter(conclusion=conclusion)
    return tuple(
        public.AttachmentContent(
            title=row.title,
            kind=row.kind,
            document=row.document.code if row.document else "",
            filename=row.filename,
            size=row.file.size if row.file else 0,
            sha256=row.file.sha256 if row.file else "",
        )
        for row in rows.select_related("document").prefetch_related(files)
    )


def _commitment(commitment: Commitment, on: dt.date | None) -> public.CommitmentContent:
    """Return a promise as it stood on the day of the conclusion."""
    printed = printed_month if commitment.due_is_month else printed_date
    done = ""
    if commitment.done and (on is None or commitment.done <= on):
        parts = (printed_date(commitment.done), commitment.done_by)
        done = ": ".join(filter(None, parts))
    return public.CommitmentContent(
        text=commitment.text,
        due=printed(commitment.due) if commitment.due else "",
        owner=commitment.owner,
        done=done,
    )
