"""Review of an edition at the desk: read, compare, decide, publish, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.access import Action
from consultations.documents.diff.texts import ComparedSection, compare_documents
from consultations.documents.html import extract_article
from consultations.editions import scheduling, workflow
from consultations.editions.remarks import add_remark, section_headings
from consultations.editions.workflow import Refusal
from consultations.models import Edition, EditionFile, ScheduledPublication
from consultations.public.downloads import (
    NO_STORE,
    file_response,
    first_download_or_404,
)
from consultations.web.requires import requires
from responses.checks.confirmations import confirmations_of
from responses.desk.editing.saving import logged_in_user
from responses.desk.sign_off.forms import (
    DecisionForm,
    RemarkForm,
    ScheduleForm,
    WithdrawForm,
    entered_texts,
)
from responses.editing.keys import row_number


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def review_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an edition as stored, with the actions that are possible."""
    return render_review(request, get_edition_or_404(pk))


@require_safe
@requires(Action.SEE_DESK)
def review_edition_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Return the stored content of an edition's file, whatever its state."""
    files = EditionFile.objects.filter(edition=get_edition_or_404(pk), name=name)
    return file_response(request, first_download_or_404(files), NO_STORE)


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def compare_with_earlier(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare an edition with an earlier one, by default the latest.

    Raise Http404 where there is none.
    """
    shown = get_edition_or_404(pk)
    asked = row_number(request.GET.get("since", ""))
    found = [each for each in earlier_editions(shown) if asked in (0, each.pk)]
    if not found:
        raise Http404("No earlier edition was published or returned.")
    before = found[0]
    sections = compare_editions(before, shown)
    context = {
        **base_context(shown),
        "earlier_edition": before,
        "sections": sections,
        "changed_sections": [each for each in sections if each.state != "kept"],
    }
    return render(request, "desk/sign_off/compared.html", context)


@require_POST
@never_cache
@requires(Action.APPROVE)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the edition whose hash was read."""
    return _action_response(
        request,
        pk,
        DecisionForm(request.POST),
        lambda shown, typed: workflow.approve_edition(
            shown, by=logged_in_user(request), **typed
        ),
        "Edition approved.",
    )


@require_POST
@never_cache
@requires(Action.APPROVE)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the edition back to its submitter, with the remarks."""
    return _action_response(
        request,
        pk,
        DecisionForm(request.POST),
        lambda shown, typed: workflow.reject_edition(
            shown, by=logged_in_user(request), **typed
        ),
        "Edition returned to the drafter.",
    )


@require_POST
@never_cache
@requires(Action.APPROVE)
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a remark on one section."""
    return _action_response(
        request,
        pk,
        RemarkForm(request.POST, sections=section_headings(get_edition_or_404(pk))),
        lambda shown, typed: add_remark(
            shown,
            anchor=typed["section"],
            text=typed["text"],
            by=logged_in_user(request),
        ),
        "Review remark added.",
    )


@require_POST
@never_cache
@requires(Action.PUBLISH)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the approved edition now."""
    return _action_response(
        request,
        pk,
        forms.Form(request.POST),
        lambda shown, typed: workflow.publish_edition(
            shown, by=logged_in_user(request)
        ),
        "Edition published.",
    )


@require_POST
@never_cache
@requires(Action.PUBLISH)
def schedule_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the approved edition published at a set time."""
    return _action_response(
        request,
        pk,
        ScheduleForm(request.POST),
        lambda shown, typed: scheduling.schedule_publication(
            shown, by=logged_in_user(request), **typed
        ),
        "Publication scheduled.",
    )


@require_POST
@never_cache
@requires(Action.PUBLISH)
def unschedule_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel the scheduled publication of the edition."""
    return _action_response(
        request,
        pk,
        forms.Form(request.POST),
        lambda shown, typed: scheduling.cancel_schedule(
            shown, by=logged_in_user(request)
        ),
        "Scheduled publication cancelled.",
    )


@require_POST
@never_cache
@requires(Action.WITHDRAW)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the published edition, with the reason readers will see."""
    return _action_response(
        request,
        pk,
        WithdrawForm(request.POST),
        lambda shown, typed: workflow.withdraw_edition(
            shown, by=logged_in_user(request), **typed
        ),
        "Edition withdrawn.",
    )


def _action_response(
    request: HttpRequest,
    pk: int,
    form: forms.Form,
    do: Callable[[Edition, dict[str, Any]], object],
    said: str,
) -> HttpResponse:
    """Run an action on an edition; show why it was refused, with the input."""
    shown = get_edition_or_404(pk)
    if not form.is_valid():
        return render_review(request, shown, form)
    try:
        do(shown, form.cleaned_data)
    except Refusal as refused:
        return render_review(request, get_edition_or_404(pk), form, refused.reasons)
    messages.success(request, said)
    return redirect("responses:edition", pk)


# --- the page ---------------------------------------------------------------------


def render_review(
    request: HttpRequest,
    shown: Edition,
    typed: forms.Form | None = None,
    reasons: list[str] | None = None,
) -> HttpResponse:
    """Render an edition's page; `typed` replaces the blank form of its class."""
    blank: list[forms.Form] = [
        DecisionForm(initial={"sha256": shown.sha256}),
        RemarkForm(sections=section_headings(shown)),
        ScheduleForm(),
        WithdrawForm(),
    ]
    used = [typed if type(typed) is type(form) else form for form in blank]
    names = ("decision_form", "remark_form", "schedule_form", "withdrawal_form")
    context = {
        **base_context(shown),
        "article": stored_article(shown),
        "texts": shown.texts.select_related("document_version__document"),
        "files": shown.files.select_related("file").defer(
            "file__content", "file__packed"
        ),
        "sign_offs": shown.sign_offs.select_related("by"),
        "authors": shown.authors.select_related("user"),
        "remarks": shown.section_remarks.select_related("by", "settled_by"),
        "unsettled_count": shown.section_remarks.filter(settled_at=None).count(),
        "scheduled_publication": find_scheduled_publication(shown),
        "confirmations": confirmations_of(shown.conclusion, shown.submitted_at),
        "earlier_editions": earlier_editions(shown),
        "printed_date": shown.conclusion_content().date,
        **blockers_by_action(shown, by=logged_in_user(request)),
        "reasons": reasons or [],
        "submitted_fields": entered_texts(typed) if typed and reasons else [],
        "forms": [typed] if typed else [],
        **dict(zip(names, used, strict=True)),
    }
    return render(request, "desk/sign_off/edition.html", context)


def blockers_by_action(shown: Edition, *, by: User) -> dict[str, list[str]]:
    """Return why a user may not take each action; empty lists where they may."""
    sending_back = workflow.decision_blockers(shown, by=by, decision="reject")
    return {
        "approval_blockers": workflow.decision_blockers(shown, by=by),
        "rejection_blockers": sending_back,
        "publication_blockers": workflow.publication_blockers(shown, by=by),
        "withdrawal_blockers": workflow.withdrawal_blockers(shown, by=by),
    }


def find_scheduled_publication(shown: Edition) -> ScheduledPublication | None:
    """Return the scheduled publication of an approved edition, if any."""
    if shown.state != Edition.State.APPROVED:
        return None
    return (
        ScheduledPublication.objects.filter(edition=shown).select_related("by").first()
    )


def base_context(shown: Edition) -> dict[str, Any]:
    """Return the context that all pages of an edition share."""
    return {
        "edition": shown,
        "conclusion": shown.conclusion,
        "consultation": shown.conclusion.consultation,
        "current_page": "conclusions",
    }


def get_edition_or_404(pk: int) -> Edition:
    """Return an edition in any state by its key, or 404."""
    rows = Edition.objects.select_related(
        "conclusion__consultation", "submitted_by", "published_by"
    )
    return get_object_or_404(rows, pk=pk)


def earlier_editions(shown: Edition) -> list[Edition]:
    """Return the editions to compare an edition with, the latest first.

    That is the edition published last before it, and the one sent back since.
    """
    rows = Edition.objects.filter(conclusion=shown.conclusion, pk__lt=shown.pk)
    published = rows.ever_published().order_by("number").last()
    sent_back = rows.filter(state=Edition.State.REJECTED)
    if published:
        sent_back = sent_back.filter(pk__gt=published.pk)
    found = [sent_back.order_by("pk").last(), published]
    return [each for each in found if each]


def compare_editions(before: Edition, shown: Edition) -> tuple[ComparedSection, ...]:
    """Compare the stored documents of two editions."""
    return compare_documents(before.document(), shown.document())


def stored_article(shown: Edition) -> SafeString:
    """Return the article of an edition's stored page, byte for byte."""
    stored = shown.files.select_related("file").filter(name="html").first()
    if stored is None:
        return mark_safe("")
    page = bytes(stored.file.content).decode()
    return mark_safe(extract_article(page))  # noqa: S308 - written by documents/html.py
