"""One consultation on the desk: everything that is known of it, on one page."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action, requires
from consultations.documents.labels import public_labels
from consultations.documents.wording import (
    answered_sentence,
    choice_sentence,
    tally_sentence,
)
from consultations.models import (
    ClauseChange,
    Conclusion,
    Consultation,
    Edition,
    Event,
    Question,
)
from responses.digest import (
    Evidence,
    counts,
    deadlines_of,
    evidence_of,
    named_respondents,
    tally_of,
)
from responses.models import (
    ChangeCause,
    Comment,
    DCCResponse,
    Respondent,
    Submission,
)
from responses.views.found import Found, found_in
from responses.views.waiting import work_on

LATEST_EVENTS = 50


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def consultation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a consultation with its responses, comments, changes and conclusions."""
    known = Consultation.objects.filter(slug=slug)
    shown = get_object_or_404(known.select_related("organisation", "designation"))
    (work,) = work_on(known)
    evidence = evidence_of(shown)
    context = {
        "consultation": shown,
        "work": work,
        "standing": work.standing,
        "questions": list(asked(evidence)),
        "received": list(received(shown)),
        "comments": list(comments(shown)),
        "changes": changes(shown),
        "conclusions": list(conclusions(shown)),
        "commitments": shown.commitments.all(),
        "events": events(shown),
    }
    return render(request, "responses/consultation.html", context)


# --- questions -----------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A question, what was answered in one sentence, and how many comments it has."""

    question: Question
    tally: str
    comments: int


def asked(evidence: Evidence) -> Iterable[Asked]:
    """Yield the questions with what the responses that count say to them."""
    for question in evidence.questions:
        answers = evidence.answers.get(question.pk, {})
        tally = tally_of(question, answers.values())
        counted = [(count.group, count.respondents) for count in tally]
        if question.kind == Question.Kind.CHOICE:
            words = choice_sentence(counted)
        elif Question.Kind(question.kind).takes_stance:
            words = tally_sentence(counted)
        else:
            words = answered_sentence(len(answers))
        yield Asked(question, words, len(evidence.comments.get(question.pk, ())))


# --- responses -----------------------------------------------------------------------


@dataclass(frozen=True)
class Received:
    """A respondent and one of their responses, or none."""

    respondent: Respondent
    label: str
    submission: Submission | None = None
    is_late: bool = False
    counts: bool = False
    answers: int = 0

    @property
    def is_undecided(self) -> bool:
        """True when it came late and nobody has said whether it counts."""
        late = self.submission is not None and not self.counts
        return late and self.submission.accepted is None  # type: ignore[union-attr]


def received(shown: Consultation) -> Iterable[Received]:
    """Yield the respondents with their responses and the label the public sees."""
    people = shown.respondents.prefetch_related("submissions__answers")
    submissions = [each for person in people for each in person.submissions.all()]
    named = named_respondents(shown, submissions)
    labels = public_labels([(person.name, person.pk in named) for person in people])
    deadlines = deadlines_of(shown, shown.questions.all())
    for person, label in zip(people, labels, strict=True):
        responses = person.submissions.all()
        if not responses:
            yield Received(person, label)
        for each in responses:
            yield _received(person, label, each, deadlines)


def _received(
    person: Respondent,
    label: str,
    submission: Submission,
    deadlines: dict[int, dt.datetime | None],
) -> Received:
    return Received(
        person,
        label,
        submission,
        is_late=submission.is_late(deadlines[0]),
        counts=counts(submission, deadlines),
        answers=sum(answer.is_given for answer in submission.answers.all()),
    )


# --- comments, changes, conclusions ------------------------------------------------


@dataclass(frozen=True)
class Commented:
    """A comment, what was said back, and whose point it is."""

    comment: Comment
    response: DCCResponse | None
    people: tuple[Respondent, ...]
    changes: tuple[ClauseChange, ...]


def comments(shown: Consultation) -> Iterable[Commented]:
    """Yield the comments in the order of the questions, those of none at the end."""
    rows = shown.comments.select_related("dcc_response", "question").prefetch_related(
        "source_links__respondent", "change_links__change__document"
    )
    for comment in sorted(rows, key=_by_question):
        yield Commented(
            comment,
            getattr(comment, "dcc_response", None),
            tuple(link.respondent for link in comment.source_links.all()),
            tuple(link.change for link in comment.change_links.all()),
        )


def _by_question(comment: Comment) -> tuple[bool, int, int]:
    question = comment.question
    return question is None, question.position if question else 0, comment.position


def changes(shown: Consultation) -> QuerySet[ClauseChange]:
    """Return the changes with the comments that caused them."""
    causes = ChangeCause.objects.select_related("comment")
    return shown.changes.select_related("document").prefetch_related(
        Prefetch("causes", causes)
    )


@dataclass(frozen=True)
class Drafted:
    """A conclusion, its editions, and what stands in the way of publishing it."""

    conclusion: Conclusion
    editions: tuple[Edition, ...]
    found: Found


def conclusions(shown: Consultation) -> Iterable[Drafted]:
    """Yield the conclusions, each with its editions and with what the checks find."""
    editions: dict[int, list[Edition]] = defaultdict(list)
    submitted = Edition.objects.filter(conclusion__consultation=shown)
    # Not prefetched: the checks filter `conclusion.editions`, and would inherit it.
    for edition in submitted.defer("content").select_related("submitted_by"):
        editions[edition.conclusion_id].insert(0, edition)
    drafts = Conclusion.objects.filter(consultation=shown)
    for draft in drafts.select_related("consultation__organisation"):
        yield Drafted(draft, tuple(editions[draft.pk]), found_in(draft))


def events(shown: Consultation) -> QuerySet[Event]:
    """Return the latest events of the trail, newest first."""
    return shown.events.select_related("by").order_by("-number")[:LATEST_EVENTS]
