"""Overview of one consultation in the workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action
from consultations.documents.wording import (
    answered_sentence,
    choice_sentence,
    tally_sentence,
)
from consultations.models import (
    Conclusion,
    Consultation,
    Edition,
    Event,
    Question,
)
from consultations.web.requires import requires
from responses.analysis.conclusion_content import numbers_of_questions
from responses.analysis.counted import CountedResponses, counted_responses_of
from responses.analysis.tallies import tally_base, tally_of
from responses.desk.check_results import CheckResults, cached_check_results
from responses.desk.home.worklist import worklist_items

LATEST_EVENTS = 10


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def consultation_overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a consultation's status, questions, conclusions and latest events."""
    known = Consultation.objects.filter(slug=slug)
    shown = get_object_or_404(known.select_related("organisation", "designation"))
    (work,) = worklist_items(known)
    evidence = counted_responses_of(shown)
    context = {
        "consultation": shown,
        "current_page": "consultation",
        "worklist_item": work,
        "consultation_status": work.status,
        "questions": list(question_summaries(evidence)),
        "conclusions": list(conclusion_summaries(shown)),
        "events": latest_events(shown),
    }
    return render(request, "desk/home/consultation.html", context)


# --- questions -----------------------------------------------------------------------


@dataclass(frozen=True)
class QuestionSummary:
    """A question, its tally as a sentence, and its number of comments."""

    question: Question
    tally: str
    comments: int
    answered: int


def question_summaries(evidence: CountedResponses) -> Iterable[QuestionSummary]:
    """Yield the questions with the tally of the counted responses."""
    said = {each.comment_id for each in evidence.received.responses if each.text}
    numbers = numbers_of_questions(evidence)
    for question in evidence.questions:
        comments = evidence.comments.get(question.pk, [])
        answers = evidence.answers.get(question.pk, {})
        tally = tally_of(question, answers.values())
        counted = [(count.group, count.respondents) for count in tally]
        base = tally_base(question, numbers[question.pk], evidence)
        if question.kind == Question.Kind.CHOICE:
            words = choice_sentence(counted, base)
        elif Question.Kind(question.kind).takes_stance:
            words = tally_sentence(counted, base)
        else:
            words = answered_sentence(len(answers), base)
        answered = sum(comment.pk in said for comment in comments)
        yield QuestionSummary(question, words, len(comments), answered)


# --- conclusions and activity --------------------------------------------------------


@dataclass(frozen=True)
class ConclusionSummary:
    """A conclusion, its editions, and the results of its checks."""

    conclusion: Conclusion
    editions: tuple[Edition, ...]
    check_results: CheckResults | None


def conclusion_summaries(shown: Consultation) -> Iterable[ConclusionSummary]:
    """Yield the conclusions, each with its editions and cached check results."""
    editions: dict[int, list[Edition]] = defaultdict(list)
    submitted = Edition.objects.filter(conclusion__consultation=shown)
    # Not prefetched: the checks filter `conclusion.editions`, and would inherit it.
    for edition in submitted.defer("content").select_related("submitted_by"):
        editions[edition.conclusion_id].insert(0, edition)
    drafts = Conclusion.objects.filter(consultation=shown)
    for draft in drafts.select_related("consultation__organisation"):
        yield ConclusionSummary(
            draft, tuple(editions[draft.pk]), cached_check_results(draft)
        )


def latest_events(shown: Consultation) -> QuerySet[Event]:
    """Return the latest events of the activity log, newest first."""
    return shown.events.select_related("by").order_by("-number")[:LATEST_EVENTS]
