"""One edition at the desk: read as it is stored, compared, decided on, published."""

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
from responses.desk.editing.saving import signed_in
from responses.desk.sign_off.forms import (
    DecisionForm,
    PlanForm,
    RemarkForm,
    WithdrawForm,
    typed_in,
)
from responses.editing.keys import row_number


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def review_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an edition as it is stored, with what can be done with it."""
    return render_review(request, edition_numbered(pk))


@require_safe
@requires(Action.SEE_DESK)
def review_edition_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Answer with the very bytes of an edition's file, whatever its state."""
    files = EditionFile.objects.filter(edition=edition_numbered(pk), name=name)
    return file_response(request, first_download_or_404(files), NO_STORE)


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def compared(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare an edition with one before it, the latest unless another is asked for.

    Raise Http404 where there is none.
    """
    shown = edition_numbered(pk)
    asked = row_number(request.GET.get("since", ""))
    found = [each for each in earlier_editions(shown) if asked in (0, each.pk)]
    if not found:
        raise Http404("No edition before this one was published or sent back.")
    before = found[0]
    sections = compared_with(before, shown)
    context = {
        **base_context(shown),
        "before": before,
        "sections": sections,
        "changed": [each for each in sections if each.state != "kept"],
    }
    return render(request, "desk/sign_off/compared.html", context)


@require_POST
@never_cache
@requires(Action.APPROVE)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the edition whose hash was read."""
    return _act(
        request,
        pk,
        DecisionForm(request.POST),
        lambda shown, typed: workflow.approve_edition(
            shown, by=signed_in(request), **typed
        ),
        "Approved.",
    )


@require_POST
@never_cache
@requires(Action.APPROVE)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the edition back to its submitter, with the remarks."""
    return _act(
        request,
        pk,
        DecisionForm(request.POST),
        lambda shown, typed: workflow.reject_edition(
            shown, by=signed_in(request), **typed
        ),
        "Sent back.",
    )


@require_POST
@never_cache
@requires(Action.APPROVE)
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something about one section."""
    return _act(
        request,
        pk,
        RemarkForm(request.POST, sections=section_headings(edition_numbered(pk))),
        lambda shown, typed: add_remark(
            shown, anchor=typed["section"], text=typed["text"], by=signed_in(request)
        ),
        "The remark is kept with the edition.",
    )


@require_POST
@never_cache
@requires(Action.PUBLISH)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the approved edition now."""
    return _act(
        request,
        pk,
        forms.Form(request.POST),
        lambda shown, typed: workflow.publish_edition(shown, by=signed_in(request)),
        "Published.",
    )


@require_POST
@never_cache
@requires(Action.PUBLISH)
def plan_publication(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the approved edition published at a set time."""
    return _act(
        request,
        pk,
        PlanForm(request.POST),
        lambda shown, typed: scheduling.schedule_publication(
            shown, by=signed_in(request), **typed
        ),
        "The time is set.",
    )


@require_POST
@never_cache
@requires(Action.PUBLISH)
def cancel_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the time at which the edition was to be published."""
    return _act(
        request,
        pk,
        forms.Form(request.POST),
        lambda shown, typed: scheduling.cancel_schedule(shown, by=signed_in(request)),
        "No time is set any more.",
    )


@require_POST
@never_cache
@requires(Action.WITHDRAW)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the published edition, with the reason readers will see."""
    return _act(
        request,
        pk,
        WithdrawForm(request.POST),
        lambda shown, typed: workflow.withdraw_edition(
            shown, by=signed_in(request), **typed
        ),
        "Withdrawn.",
    )


def _act(
    request: HttpRequest,
    pk: int,
    form: forms.Form,
    do: Callable[[Edition, dict[str, Any]], object],
    said: str,
) -> HttpResponse:
    """Do something with an edition, or show why not beside what was typed."""
    shown = edition_numbered(pk)
    if not form.is_valid():
        return render_review(request, shown, form)
    try:
        do(shown, form.cleaned_data)
    except Refusal as refused:
        return render_review(request, edition_numbered(pk), form, refused.reasons)
    messages.success(request, said)
    return redirect("responses:edition", pk)


# --- the page ---------------------------------------------------------------------


def render_review(
    request: HttpRequest,
    shown: Edition,
    typed: forms.Form | None = None,
    reasons: list[str] | None = None,
) -> HttpResponse:
    """Render an edition's page; `typed` stands in for the form it is of."""
    blank: list[forms.Form] = [
        DecisionForm(initial={"sha256": shown.sha256}),
        RemarkForm(sections=section_headings(shown)),
        PlanForm(),
        WithdrawForm(),
    ]
    used = [typed if type(typed) is type(form) else form for form in blank]
    names = ("decision", "remark", "plan", "withdrawal")
    context = {
        **base_context(shown),
        "article": stored_article(shown),
        "files": shown.files.select_related("file").defer(
            "file__content", "file__packed"
        ),
        "sign_offs": shown.sign_offs.select_related("by"),
        "remarks": shown.section_remarks.select_related("by", "settled_by"),
        "unsettled": shown.section_remarks.filter(settled_at=None).count(),
        "planned": plan_of(shown),
        "earlier": earlier_editions(shown),
        "printed": shown.conclusion_content().date,
        **blockers_by_action(shown, by=signed_in(request)),
        "reasons": reasons or [],
        "sent": typed_in(typed) if typed and reasons else [],
        "forms": [typed] if typed else [],
        **dict(zip(names, used, strict=True)),
    }
    return render(request, "desk/sign_off/edition.html", context)


def blockers_by_action(shown: Edition, *, by: User) -> dict[str, list[str]]:
    """Return why a person may not do each thing with an edition; empty if they may."""
    sending_back = workflow.decision_blockers(shown, by=by, decision="reject")
    return {
        "against": workflow.decision_blockers(shown, by=by),
        "against_sending_back": sending_back,
        "against_publishing": workflow.publication_blockers(shown, by=by),
        "against_withdrawing": workflow.withdrawal_blockers(shown, by=by),
    }


def plan_of(shown: Edition) -> ScheduledPublication | None:
    """Return when an approved edition is to be published, as far as that is set."""
    if shown.state != Edition.State.APPROVED:
        return None
    return (
        ScheduledPublication.objects.filter(edition=shown).select_related("by").first()
    )


def base_context(shown: Edition) -> dict[str, Any]:
    """Return what every page on an edition shows."""
    return {
        "edition": shown,
        "conclusion": shown.conclusion,
        "consultation": shown.conclusion.consultation,
        "place": "conclusions",
    }


def edition_numbered(pk: int) -> Edition:
    """Return an edition by its key, whatever its state; 404 for none."""
    rows = Edition.objects.select_related(
        "conclusion__consultation", "submitted_by", "published_by"
    )
    return get_object_or_404(rows, pk=pk)


def earlier_editions(shown: Edition) -> list[Edition]:
    """Return what an edition is compared with, the latest first.

    That is the edition published last before it, and the one sent back since.
    """
    rows = Edition.objects.filter(conclusion=shown.conclusion, pk__lt=shown.pk)
    published = rows.ever_published().order_by("number").last()
    sent_back = rows.filter(state=Edition.State.REJECTED)
    if published:
        sent_back = sent_back.filter(pk__gt=published.pk)
    found = [sent_back.order_by("pk").last(), published]
    return [each for each in found if each]


def compared_with(before: Edition, shown: Edition) -> tuple[ComparedSection, ...]:
    """Compare what two editions say, read from what is stored of them."""
    return compare_documents(before.document(), shown.document())


def stored_article(shown: Edition) -> SafeString:
    """Return the article of an edition's stored page, byte for byte."""
    stored = shown.files.select_related("file").filter(name="html").first()
    if stored is None:
        return mark_safe("")
    page = bytes(stored.file.content).decode()
    return mark_safe(extract_article(page))  # noqa: S308 - written by documents/html.py
