"""Respondents and their responses: list, edit, delete."""

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
from consultations.documents.wording import join_words
from consultations.models import Consultation
from consultations.web.requires import requires
from responses import row_types
from responses.analysis.counted import (
    deadlines_of,
    is_submission_counted,
    respondent_labels,
)
from responses.comments.numbers import comment_numbers
from responses.desk.editing.lookups import get_consultation_or_404
from responses.desk.editing.removal import Removal, removal_response
from responses.desk.editing.saving import Edit, Files, Forms, edit_response
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
    is_counted: bool = False
    answer_count: int = 0

    @property
    def is_undecided(self) -> bool:
        """True when it is late and nobody has decided whether it is counted."""
        if self.submission is None or self.is_counted or self.submission.is_withdrawn:
            return False
        return self.submission.accepted is None


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def response_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List respondents with their responses, a page at a time."""
    consultation = get_consultation_or_404(slug)
    people, more = respondents_page(consultation, request.GET.get("after", ""))
    context = {
        "consultation": consultation,
        "current_page": "received",
        "responses": list(received_responses(consultation, people)),
        "respondent_count": consultation.respondents.count(),
        "next_cursor": more,
    }
    return render(request, "desk/received/list.html", context)


def respondents_page(
    consultation: Consultation, after: str
) -> tuple[list[Respondent], str]:
    """Return a page of respondents and the cursor of the next page, if any.

    Raise Http404 for an unknown cursor.
    """
    rows: QuerySet[Any] = consultation.respondents.order_by("position", "pk")
    rows = rows.annotate(comment_count=Count("comments"))
    if after:
        if forbidden_character_message(after):
            raise Http404(f"{after!r} is not the address of a page of responses.")
        last = consultation.respondents.filter(key=after).first()
        if last is None:
            raise Http404(f"Unknown respondent: {after!r}")
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


def received_responses(
    consultation: Consultation, people: Iterable[Respondent]
) -> Iterator[ReceivedResponse]:
    """Yield respondents with their responses and public labels."""
    labels = respondent_labels(consultation)
    deadlines = deadlines_of(consultation, consultation.questions.all())
    for person in people:
        responses = person.submissions.all()
        if not responses:
            yield ReceivedResponse(person, labels.get(person.pk, ""))
        for each in responses:
            yield _received_response(person, labels.get(person.pk, ""), each, deadlines)


def _received_response(
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
        is_counted=is_submission_counted(submission, deadlines),
        answer_count=sum(answer.is_given for answer in submission.answers.all()),
    )


# --- respondents ------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_respondent(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a respondent; continue with their response."""
    consultation = get_consultation_or_404(slug)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = Respondent(
            consultation=consultation,
            position=next_position(consultation.respondents.all()),
        )
        return [RespondentForm(data, files, instance=row)]

    edit = Edit(
        row_ref=row_types.new_row_ref("respondent", consultation.pk),
        bind_forms=forms,
        on_saved=lambda saved: reverse(
            "responses:new_submission", args=[slug, saved[0].instance.pk]
        ),
        template="desk/editing/form.html",
        context=_page_context(consultation, "Add respondent")
        | {"save_label": "Save and record response"},
        success_message=lambda saved, page: f"{saved[0].instance.name} added.",
    )
    return edit_response(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.SEE_DESK, posts=Action.DRAFT)
def respondent(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a respondent: as a form to users who may draft, read-only to others."""
    row = get_respondent_or_404(slug, pk)
    if not user_may(request.user, Action.DRAFT):
        return render_read_only(request, row, row.submissions.all())

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return [RespondentForm(data, files, instance=get_respondent_or_404(slug, pk))]

    edit = Edit(
        row_ref=row_types.row_ref(row),
        bind_forms=forms,
        on_saved=lambda saved: _response_list_address(row.consultation),
        template="desk/received/respondent.html",
        success_message=lambda saved, page: f"{saved[0].instance.name} saved.",
        context=_page_context(row.consultation, row.name)
        | {
            "history_row_ref": row_types.row_ref(row),
            "respondent": row,
            "submissions": row.submissions.all(),
            "comments": row.comments.order_by("position", "pk"),
        },
    )
    return edit_response(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_respondent(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Delete a respondent entered by mistake, who raised no comments."""
    row = get_respondent_or_404(slug, pk)
    numbers = comment_numbers(row.consultation)
    rows = row.comments.order_by("position", "pk")
    raised = [numbers[pk] for pk in rows.values_list("pk", flat=True)]
    reason = (
        f"{row.name} raised {'comment' if len(raised) == 1 else 'comments'} "
        f"{join_words(raised)}. Remove the respondent from "
        f"{'the comment' if len(raised) == 1 else 'the comments'} first."
    )
    also = "Responses from this respondent will also be deleted, with all answers."
    removal = Removal(
        row=row,
        heading=f"Delete {row.name}?",
        back_address=_response_list_address(row.consultation),
        reasons=[reason] if raised else [],
        consequences=[also] if row.submissions.exists() else [],
        context=_page_context(row.consultation, ""),
    )
    return removal_response(request, removal)


# --- responses --------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_submission(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Add a response of a respondent with its answers."""
    person = get_respondent_or_404(slug, pk)

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = Submission(
            respondent=person,
            position=next_position(person.submissions.all()),
            received=timezone.now().replace(second=0, microsecond=0),
        )
        return submission_forms(row, data, files)

    edit = Edit(
        row_ref=row_types.new_row_ref("submission", person.pk),
        bind_forms=forms,
        on_saved=lambda saved: _response_list_address(person.consultation),
        template="desk/received/submission.html",
        context=_page_context(
            person.consultation, f"Record response from {person.name}"
        ),
        success_message=f"Response from {person.name} recorded.",
    )
    return edit_response(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.SEE_DESK, posts=Action.DRAFT)
def submission(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a response: as a form to users who may draft, read-only to others."""
    row = get_submission_or_404(slug, pk)
    if not user_may(request.user, Action.DRAFT):
        return render_read_only(
            request, row.respondent, row.respondent.submissions.filter(pk=pk)
        )

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return submission_forms(get_submission_or_404(slug, pk), data, files)

    edit = Edit(
        row_ref=row_types.row_ref(row),
        bind_forms=forms,
        on_saved=lambda saved: _response_list_address(row.respondent.consultation),
        template="desk/received/submission.html",
        context=_page_context(
            row.respondent.consultation, f"Response from {row.respondent.name}"
        )
        | {
            "history_row_ref": row_types.row_ref(row),
            "submission": row,
            "is_late": shows_acceptance_decision(row),
        },
        success_message=f"Response from {row.respondent.name} saved.",
    )
    return edit_response(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_submission(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Delete a response entered by mistake."""
    row = get_submission_or_404(slug, pk)
    consultation = row.respondent.consultation
    answers = sum(answer.is_given for answer in row.answers.all())
    also = f"{answers} answer{'' if answers == 1 else 's'} will also be deleted."
    removal = Removal(
        row=row,
        heading=f"Delete response from {row.respondent.name}?",
        back_address=_response_list_address(consultation),
        consequences=[also] if answers else [],
        context=_page_context(consultation, ""),
    )
    return removal_response(request, removal)


def render_read_only(
    request: HttpRequest, person: Respondent, submissions: QuerySet[Submission]
) -> HttpResponse:
    """Render a respondent with responses, word for word, read-only."""
    consultation = person.consultation
    with_answers = submissions.prefetch_related("answers__question")
    deadlines = deadlines_of(consultation, consultation.questions.all())
    label = respondent_labels(consultation).get(person.pk, "")
    responses = [
        _received_response(person, label, row, deadlines) for row in with_answers
    ]
    context = _page_context(consultation, person.name) | {
        "respondent": person,
        "label": label,
        "responses": responses,
        "comments": person.comments.order_by("position", "pk"),
    }
    return render(request, "desk/received/read.html", context)


def shows_acceptance_decision(row: Submission) -> bool:
    """Return whether a response needs, or has, a decision on whether it is counted."""
    consultation = row.respondent.consultation
    deadlines = deadlines_of(consultation, consultation.questions.all())
    if row.accepted is not None:
        return True
    return not row.is_withdrawn and not is_submission_counted(row, deadlines)


def submission_forms(
    row: Submission, data: QueryDict | None, files: Files | None
) -> Forms:
    """Return the form of a response and a form for each of its answers."""
    stored = {answer.question_id: answer for answer in _stored_answers(row)}
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


def _stored_answers(row: Submission) -> Iterable[Answer]:
    return row.answers.select_related("question") if row.pk else ()


def get_respondent_or_404(slug: str, pk: int) -> Respondent:
    """Return a respondent of a consultation, or 404."""
    rows = Respondent.objects.select_related("consultation")
    return get_object_or_404(rows, consultation__slug=slug, pk=pk)


def get_submission_or_404(slug: str, pk: int) -> Submission:
    """Return a response to a consultation, or 404."""
    rows = Submission.objects.select_related("respondent__consultation")
    return get_object_or_404(rows, respondent__consultation__slug=slug, pk=pk)


def _response_list_address(consultation: Consultation) -> str:
    return reverse("responses:received", args=[consultation.slug])


def _page_context(consultation: Consultation, heading: str) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "current_page": "received",
        "heading": heading,
        "back_address": _response_list_address(consultation),
    }
