"""Respondents and their responses: the list, who they are, and what each says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consultations.access import Action, user_may
from consultations.documents.rich_text.characters import forbidden_character_message
from consultations.models import Consultation
from consultations.web.requires import requires
from responses import row_types
from responses.analysis.counted import (
    deadlines_of,
    is_submission_counted,
    respondent_labels,
)
from responses.desk.editing.lookups import consultation_named
from responses.desk.editing.removal import Removal, answer_removal
from responses.desk.editing.saving import Edit, Files, Forms, answer_edit
from responses.desk.received.forms import AnswerForm, RespondentForm, SubmissionForm
from responses.editing.ordering import next_position
from responses.models import Answer, Respondent, Submission

RESPONDENTS_PER_PAGE = 50


@dataclass(frozen=True)
class ReceivedResponse:
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
        if self.submission is None or self.counts:
            return False
        return self.submission.accepted is None


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def received(request: HttpRequest, slug: str) -> HttpResponse:
    """List respondents with their responses, a page at a time."""
    consultation = consultation_named(slug)
    people, more = respondents_page(consultation, request.GET.get("after", ""))
    context = {
        "consultation": consultation,
        "place": "received",
        "received": list(responses_of(consultation, people)),
        "respondents": consultation.respondents.count(),
        "more": more,
    }
    return render(request, "desk/received/list.html", context)


def respondents_page(
    consultation: Consultation, after: str
) -> tuple[list[Respondent], str]:
    """Return a page of respondents, and the key that the next one begins after.

    Raise Http404 where there is none.
    """
    rows: QuerySet[Any] = consultation.respondents.order_by("position", "pk")
    rows = rows.annotate(said=Count("comments"))
    if after:
        if forbidden_character_message(after):
            raise Http404(f"{after!r} is no key.")
        last = consultation.respondents.filter(key=after).first()
        if last is None:
            raise Http404(f"No respondent goes by {after!r}.")
        later = Q(position__gt=last.position) | Q(
            position=last.position, pk__gt=last.pk
        )
        rows = rows.filter(later)
    found = list(
        rows.prefetch_related("submissions__answers")[: RESPONDENTS_PER_PAGE + 1]
    )
    return found[:RESPONDENTS_PER_PAGE], found[RESPONDENTS_PER_PAGE - 1].key if len(
        found
    ) > RESPONDENTS_PER_PAGE else ""


def responses_of(
    consultation: Consultation, people: Iterable[Respondent]
) -> Iterator[ReceivedResponse]:
    """Yield respondents with their responses and the label the public sees."""
    labels = respondent_labels(consultation)
    deadlines = deadlines_of(consultation, consultation.questions.all())
    for person in people:
        responses = person.submissions.all()
        if not responses:
            yield ReceivedResponse(person, labels.get(person.pk, ""))
        for each in responses:
            yield _received(person, labels.get(person.pk, ""), each, deadlines)


def _received(
    person: Respondent,
    label: str,
    submission: Submission,
    deadlines: dict[int, dt.datetime | None],
) -> ReceivedResponse:
    return ReceivedResponse(
        person,
        label,
        submission,
        is_late=submission.is_late(deadlines[0]),
        counts=is_submission_counted(submission, deadlines),
        answers=sum(answer.is_given for answer in submission.answers.all()),
    )


# --- respondents ------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_respondent(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter somebody who responded, then what they said."""
    consultation = consultation_named(slug)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = Respondent(
            consultation=consultation,
            position=next_position(consultation.respondents.all()),
        )
        return [RespondentForm(data, files, instance=row)]

    edit = Edit(
        about=row_types.new_row_ref("respondent", consultation.pk),
        forms=forms,
        saved=lambda saved: reverse(
            "responses:new_submission", args=[slug, saved[0].instance.pk]
        ),
        template="desk/editing/form.html",
        context=_context(consultation, "New respondent")
        | {"save": "Save and enter their response"},
    )
    return answer_edit(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.SEE_DESK, posts=Action.DRAFT)
def respondent(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show who a respondent is: as a form to those who draft, to read to the others."""
    row = respondent_numbered(slug, pk)
    if not user_may(request.user, Action.DRAFT):
        return read(request, row, row.submissions.all())

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return [RespondentForm(data, files, instance=respondent_numbered(slug, pk))]

    edit = Edit(
        about=row_types.row_ref(row),
        forms=forms,
        saved=lambda saved: _list(row.consultation),
        template="desk/received/respondent.html",
        context=_context(row.consultation, row.name)
        | {
            "item": row_types.row_ref(row),
            "respondent": row,
            "submissions": row.submissions.all(),
            "comments": row.comments.order_by("position"),
        },
    )
    return answer_edit(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_respondent(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a respondent entered by mistake, unless comments are theirs."""
    row = respondent_numbered(slug, pk)
    keys = row.comments.values_list("key", flat=True)
    theirs = ", ".join(keys)
    gone = "Their response goes too, with every answer in it."
    removal = Removal(
        row=row,
        heading=f"Remove {row.name}?",
        back=_list(row.consultation),
        reasons=[f"These comments are theirs: {theirs}."] if theirs else [],
        consequences=[gone] if row.submissions.exists() else [],
        context=_context(row.consultation, ""),
    )
    return answer_removal(request, removal)


# --- responses --------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_submission(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Enter a response of a respondent: when it came, and what it says."""
    person = respondent_numbered(slug, pk)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = Submission(
            respondent=person,
            position=next_position(person.submissions.all()),
            received=timezone.now().replace(second=0, microsecond=0),
        )
        return submission_forms(row, data, files)

    edit = Edit(
        about=row_types.new_row_ref("submission", person.pk),
        forms=forms,
        saved=lambda saved: _list(person.consultation),
        template="desk/received/submission.html",
        context=_context(person.consultation, f"New response from {person.name}"),
        said="The response is recorded.",
    )
    return answer_edit(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.SEE_DESK, posts=Action.DRAFT)
def submission(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a response with its answers: as a form, or to read to who may not draft."""
    row = submission_numbered(slug, pk)
    if not user_may(request.user, Action.DRAFT):
        return read(request, row.respondent, row.respondent.submissions.filter(pk=pk))

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return submission_forms(submission_numbered(slug, pk), data, files)

    edit = Edit(
        about=row_types.row_ref(row),
        forms=forms,
        saved=lambda saved: _list(row.respondent.consultation),
        template="desk/received/submission.html",
        context=_context(
            row.respondent.consultation, f"Response from {row.respondent.name}"
        )
        | {
            "item": row_types.row_ref(row),
            "submission": row,
            "is_late": asks_whether(row),
        },
    )
    return answer_edit(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_submission(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a response entered by mistake."""
    row = submission_numbered(slug, pk)
    consultation = row.respondent.consultation
    answers = sum(answer.is_given for answer in row.answers.all())
    removal = Removal(
        row=row,
        heading=f"Remove the response from {row.respondent.name}?",
        back=_list(consultation),
        consequences=[f"Its answers go too: {answers}."] if answers else [],
        context=_context(consultation, ""),
    )
    return answer_removal(request, removal)


def read(
    request: HttpRequest, person: Respondent, submissions: QuerySet[Submission]
) -> HttpResponse:
    """Show a respondent and responses of theirs, word for word."""
    consultation = person.consultation
    with_answers = submissions.prefetch_related("answers__question")
    deadlines = deadlines_of(consultation, consultation.questions.all())
    label = respondent_labels(consultation).get(person.pk, "")
    responses = [_received(person, label, row, deadlines) for row in with_answers]
    context = _context(consultation, person.name) | {
        "respondent": person,
        "label": label,
        "responses": responses,
        "comments": person.comments.order_by("position"),
    }
    return render(request, "desk/received/read.html", context)


def asks_whether(row: Submission) -> bool:
    """Return whether somebody has to say, or has said, if a response counts."""
    consultation = row.respondent.consultation
    deadlines = deadlines_of(consultation, consultation.questions.all())
    return row.accepted is not None or not is_submission_counted(row, deadlines)


def submission_forms(
    row: Submission, data: QueryDict | None, files: Files | None
) -> Forms:
    """Return the form of a response and one for its answer to each question."""
    stored = {answer.question_id: answer for answer in _answers(row)}
    answers = [
        AnswerForm(
            data,
            files,
            prefix=f"q{question.pk}",
            instance=stored.get(question.pk)
            or Answer(submission=row, question=question, position=place),
        )
        for place, question in enumerate(row.respondent.consultation.questions.all())
    ]
    return [SubmissionForm(data, files, instance=row), *answers]


def _answers(row: Submission) -> Iterable[Answer]:
    return row.answers.select_related("question") if row.pk else ()


def respondent_numbered(slug: str, pk: int) -> Respondent:
    """Return a respondent of a consultation; 404 for none."""
    rows = Respondent.objects.select_related("consultation")
    return get_object_or_404(rows, consultation__slug=slug, pk=pk)


def submission_numbered(slug: str, pk: int) -> Submission:
    """Return a response to a consultation; 404 for none."""
    rows = Submission.objects.select_related("respondent__consultation")
    return get_object_or_404(rows, respondent__consultation__slug=slug, pk=pk)


def _list(consultation: Consultation) -> str:
    return reverse("responses:received", args=[consultation.slug])


def _context(consultation: Consultation, heading: str) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "place": "received",
        "heading": heading,
        "back": _list(consultation),
    }
