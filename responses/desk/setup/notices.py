"""Notices of a consultation: what is not public yet, requests and decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from consultations.access import Action, user_may
from consultations.documents.consultation_changes import (
    TextChange,
    clause_changes,
    text_changes,
)
from consultations.documents.consultation_text import (
    AttachmentFile,
    ConsultationText,
)
from consultations.documents.version_text import VersionText, read_version_text
from consultations.editions.workflow import Refusal
from consultations.models import Consultation, ConsultationNotice, StoredFile
from consultations.public.downloads import (
    NO_STORE,
    file_response,
    frozen_download_or_404,
    notice_download_or_404,
)
from consultations.record import notice_decisions as decisions
from consultations.record import notices as verbs
from consultations.record.freezing import pending_changes, standing_edition
from consultations.record.new_words import notice_words
from consultations.web.requires import requires
from responses.desk.confirming import check_words, confirm_words_response
from responses.desk.editing.lookups import get_consultation_or_404
from responses.desk.editing.saving import logged_in_user
from responses.desk.setup.forms_notices import NoticeDecisionForm, NoticeRequestForm
from responses.desk.setup.pages import setup_address, setup_context
from responses.file_words import enqueue_reading

State = ConsultationNotice.State


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def notices(request: HttpRequest, slug: str) -> HttpResponse:
    """List the notices of a consultation and what is not public yet."""
    consultation = get_consultation_or_404(slug)
    form = NoticeRequestForm(consultation=consultation)
    return notices_page(request, consultation, form)


def notices_page(
    request: HttpRequest,
    consultation: Consultation,
    form: NoticeRequestForm,
    reasons: list[str] | None = None,
) -> HttpResponse:
    """Render the page, with the reasons why a notice was not requested."""
    rows = consultation.public_notices.select_related("requested_by", "decided_by")
    found = list(rows.order_by("-pk"))
    standing = standing_edition(consultation)
    context = setup_context(
        consultation,
        notices=found,
        waiting=[each for each in found if each.state == State.WAITING],
        pending_changes=pending_changes(consultation),
        standing=standing,
        is_withdrawn=consultation.is_withdrawn(),
        may_request=user_may(request.user, Action.REQUEST_NOTICE),
        form=form,
        forms=[form],
        reasons=reasons or [],
    )
    return render(request, "desk/setup/notices.html", context)


@require_POST
@never_cache
@requires(Action.REQUEST_NOTICE)
def post_notice_request(request: HttpRequest, slug: str) -> HttpResponse:
    """Freeze what a notice publishes, and ask for its approval."""
    consultation = get_consultation_or_404(slug)
    form = NoticeRequestForm(request.POST, request.FILES, consultation=consultation)
    if not form.is_valid():
        return notices_page(request, consultation, form)
    try:
        row = _request(consultation, form, logged_in_user(request))
    except Refusal as refused:
        return notices_page(request, consultation, form, refused.reasons)
    messages.success(request, "Notice requested. Another person must approve it.")
    return redirect("responses:notice", consultation.slug, row.pk)


@transaction.atomic
def _request(
    consultation: Consultation, form: NoticeRequestForm, by: User
) -> ConsultationNotice:
    file, filename = None, ""
    if form.content is not None:
        file = StoredFile.objects.store(form.content)
        filename = form.cleaned_data["file"].name
        enqueue_reading([file.pk])
    return verbs.request_notice(
        consultation,
        kind=form.cleaned_data["kind"],
        text=form.cleaned_data["text"],
        by=by,
        file=file,
        filename=filename,
    )


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def notice(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a notice with the old and the new wording, and the decision on it."""
    row = get_notice_or_404(slug, pk)
    return notice_page(request, row, NoticeDecisionForm(initial={"sha256": row.sha256}))


def notice_page(
    request: HttpRequest,
    row: ConsultationNotice,
    form: forms.Form,
    reasons: list[str] | None = None,
) -> HttpResponse:
    """Render the page of a notice, with the reasons why it was not decided on."""
    user = logged_in_user(request)
    blockers: list[str] = []
    approval_blockers: list[str] = []
    if row.state == State.WAITING:
        blockers = decisions.notice_decision_blockers(row, by=user)
        approval_blockers = decisions.notice_approval_blockers(row, by=user)
    if row.state == State.UNCONFIRMED:
        blockers = decisions.confirmation_blockers(row, by=user)
    words = None
    if row.state in (State.WAITING, State.UNCONFIRMED):
        confirm_page = reverse(
            "responses:confirm_notice_words", args=[row.consultation.slug, row.pk]
        )
        words = check_words(notice_words(row), confirm_page)
    context = setup_context(
        row.consultation,
        notice=row,
        words=words,
        changes=changes_of(row),
        new_files=new_files_of(row),
        may_cancel=not verbs.cancellation_blockers(row, by=user),
        decision_blockers=blockers,
        approval_blockers=approval_blockers,
        form=form,
        forms=[form],
        reasons=reasons or [],
    )
    return render(request, "desk/setup/notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def confirm_notice_words(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Confirm an issue with the words that a notice makes public."""
    row = get_notice_or_404(slug, pk)
    return confirm_words_response(
        request,
        notice_words(row),
        back=reverse("responses:notice", args=[slug, pk]),
        **setup_context(row.consultation),
    )


def changes_of(row: ConsultationNotice) -> list[TextChange]:
    """Return the parts that a notice changes, the texts clause by clause."""
    if row.edition is None or row.based_on is None:
        return []
    before, after = row.based_on.text(), row.edition.text()
    changes: list[TextChange] = []
    for change in text_changes(before, after):
        changes.append(change)
        if change.version:
            pair = (_version_text(each, change.version) for each in (before, after))
            changes += clause_changes(*pair)
    return changes


@dataclass(frozen=True)
class AddedFile:
    """A file that a notice publishes, by its number in the notice's edition."""

    number: int
    file: AttachmentFile


def new_files_of(row: ConsultationNotice) -> list[AddedFile]:
    """Return the attachments that a notice adds, or changes, or names otherwise."""
    if row.edition is None or row.based_on is None:
        return []
    published = set(row.based_on.text().attachments)
    return [
        AddedFile(number, file)
        for number, file in enumerate(row.edition.text().attachments, 1)
        if file not in published
    ]


def _version_text(text: ConsultationText, version: str) -> VersionText | None:
    hashes = {each.version: each.sha256 for each in text.texts}
    if version not in hashes:
        return None
    file = StoredFile.objects.get(pk=hashes[version])
    return read_version_text(bytes(file.content))


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def notice_file(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Return the file of a notice, also of one that is not in effect."""
    rows = ConsultationNotice.objects.filter(consultation__slug=slug, pk=pk)
    return file_response(request, notice_download_or_404(rows), NO_STORE)


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def notice_attachment(
    request: HttpRequest, slug: str, pk: int, number: int
) -> HttpResponse:
    """Return an attachment that a notice publishes; raise Http404 for any other."""
    row = get_notice_or_404(slug, pk)
    if row.edition is None or number >= 2**31:
        raise Http404(f"The notice {pk} has no attachment {number}.")
    file = frozen_download_or_404(row.edition, number)
    return file_response(request, file, NO_STORE)


@require_POST
@never_cache
@requires(Action.REQUEST_NOTICE)
def post_notice_cancellation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Cancel the request of a notice, by the person who requested it."""
    row = get_notice_or_404(slug, pk)
    return _decision_response(
        request,
        row,
        lambda by, form: verbs.cancel_notice(
            row, by=by, sha256=form.cleaned_data["sha256"]
        ),
        "Request cancelled.",
    )


@require_POST
@never_cache
@requires(Action.APPROVE_NOTICE)
def post_notice_approval(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put the notice that was read into effect."""
    row = get_notice_or_404(slug, pk)
    return _decision_response(
        request,
        row,
        lambda by, form: decisions.approve_notice(
            row, by=by, sha256=form.cleaned_data["sha256"]
        ),
        "Notice approved. It is public now.",
    )


@require_POST
@never_cache
@requires(Action.APPROVE_NOTICE)
def post_notice_refusal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Refuse the notice that was read, with the reason for its requester."""
    row = get_notice_or_404(slug, pk)
    return _decision_response(
        request,
        row,
        lambda by, form: decisions.refuse_notice(row, by=by, **form.cleaned_data),
        "Notice refused.",
    )


@require_POST
@never_cache
@requires(Action.APPROVE_NOTICE)
def post_extension_confirmation(
    request: HttpRequest, slug: str, pk: int
) -> HttpResponse:
    """Confirm an extension that another person made."""
    row = get_notice_or_404(slug, pk)
    return _decision_response(
        request,
        row,
        lambda by, form: decisions.confirm_extension(
            row, by=by, sha256=form.cleaned_data["sha256"]
        ),
        "Extension confirmed.",
    )


def _decision_response(
    request: HttpRequest,
    row: ConsultationNotice,
    action: Callable[[User, forms.Form], object],
    success_message: str,
) -> HttpResponse:
    """Take an action and redirect, or show the page again with the reasons."""
    form = NoticeDecisionForm(request.POST)
    if not form.is_valid():
        return notice_page(request, row, form)
    try:
        action(logged_in_user(request), form)
    except Refusal as refused:
        row.refresh_from_db()
        return notice_page(request, row, form, list(_unique(refused.reasons)))
    messages.success(request, success_message)
    return redirect(setup_address("notices", row.consultation))


def _unique(reasons: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(reasons)


def get_notice_or_404(slug: str, pk: int) -> ConsultationNotice:
    """Return a notice of a consultation; raise Http404 where there is none."""
    if pk >= 2**63:
        raise Http404(f"{slug} has no notice {pk}.")
    rows = ConsultationNotice.objects.select_related(
        "consultation__organisation",
        "edition__content",
        "based_on__content",
        "requested_by",
        "decided_by",
    )
    return get_object_or_404(rows, consultation__slug=slug, pk=pk)
