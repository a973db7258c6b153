"""Release of the text of a version: request, read the frozen text, decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
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
from consultations.documents.version_text import read_version_text
from consultations.editions.new_words import NewWords
from consultations.editions.workflow import Refusal
from consultations.legal_texts import releases
from consultations.models import (
    DocumentVersion,
    EditionText,
    StoredFile,
    VersionRelease,
)
from consultations.public.versions import differs_from_public, public_versions
from consultations.web.requires import requires
from responses.desk.confirming import check_words, confirm_words_response
from responses.desk.editing.saving import logged_in_user
from responses.desk.regulated_documents.forms import (
    ReleaseDecisionForm,
    ReleaseRequestForm,
)


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def version_release(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show whether the text of a version is public, its releases, and the forms."""
    return _release_page(request, get_version_or_404(code, pk))


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def frozen_text(request: HttpRequest, code: str, pk: int, sha256: str) -> HttpResponse:
    """Show a frozen text of a version: of a release or of an edition.

    Raise Http404 where the version has no such text.
    """
    version = get_version_or_404(code, pk)
    named = [
        table.objects.filter(document_version=version, file=sha256).exists()
        for table in (VersionRelease, EditionText)
    ]
    if not any(named):
        raise Http404(f"{version} has no frozen text {sha256}.")
    text = read_version_text(bytes(StoredFile.objects.get(pk=sha256).content))
    context = {"version": version, "text": text, "sha256": sha256}
    return render(request, "desk/regulated_documents/frozen_text.html", context)


@require_POST
@never_cache
@requires(Action.SUBMIT)
def request_release(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Freeze the text of a version and ask for its release."""
    version = get_version_or_404(code, pk)
    return _action_response(
        request,
        version,
        ReleaseRequestForm(request.POST),
        lambda by, typed: releases.request_release(version, by=by, **typed),
        "Release requested. Another person must approve the release.",
    )


@require_POST
@never_cache
@requires(Action.APPROVE)
def approve_release(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Approve the release whose text was read; the text is public from now on."""
    version = get_version_or_404(code, pk)
    release = _pending_or_404(version)
    return _action_response(
        request,
        version,
        ReleaseDecisionForm(request.POST),
        lambda by, typed: releases.approve_release(
            release, by=by, sha256=typed["sha256"]
        ),
        f"Release approved. The text of {version} is public.",
    )


@require_POST
@never_cache
@requires(Action.APPROVE)
def refuse_release(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Refuse the release, with the reason for its requester."""
    version = get_version_or_404(code, pk)
    release = _pending_or_404(version)
    return _action_response(
        request,
        version,
        ReleaseDecisionForm(request.POST),
        lambda by, typed: releases.refuse_release(release, by=by, **typed),
        "Release refused.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def confirm_release_words(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Confirm an issue with the text of a version that a release makes public."""
    version = get_version_or_404(code, pk)
    pending = version.releases.pending().first()
    return confirm_words_response(
        request,
        _words_to_release(version, pending),
        back=reverse("responses:version_release", args=[code, pk]),
    )


def _words_to_release(
    version: DocumentVersion, pending: VersionRelease | None
) -> NewWords:
    """Return what the pending release makes public, or what one of now would."""
    return releases.frozen_words(pending) if pending else releases.stored_words(version)


def get_version_or_404(code: str, pk: int) -> DocumentVersion:
    """Return a version of a document."""
    rows = DocumentVersion.objects.select_related("document", "consultation")
    return get_object_or_404(rows, document__code=code, pk=pk)


def _pending_or_404(version: DocumentVersion) -> VersionRelease:
    """Return the latest release of a version; it need not be pending any more."""
    release = version.releases.select_related("document_version__document").last()
    if release is None:
        raise Http404(f"No release of {version} was requested.")
    return release


def _action_response(
    request: HttpRequest,
    version: DocumentVersion,
    form: forms.Form,
    action: Callable[[User, dict[str, Any]], object],
    success_message: str,
) -> HttpResponse:
    """Take an action and redirect, or show the page again with the reasons."""
    if not form.is_valid():
        return _release_page(request, version, form)
    try:
        action(logged_in_user(request), form.cleaned_data)
    except Refusal as refused:
        return _release_page(request, version, form, refused.reasons)
    messages.success(request, success_message)
    return redirect("responses:version_release", version.document.code, version.pk)


def _release_page(
    request: HttpRequest,
    version: DocumentVersion,
    form: forms.Form | None = None,
    reasons: list[str] | None = None,
) -> HttpResponse:
    user = logged_in_user(request)
    rows = version.releases.select_related("requested_by", "decided_by")
    history = list(rows.order_by("-pk"))
    pending = next((row for row in history if row.state == "requested"), None)
    same = DocumentVersion.objects.filter(pk=version.pk)
    is_request = isinstance(form, ReleaseRequestForm)
    context = {
        "version": version,
        "document": version.document,
        "public_version": next(iter(public_versions(same)), None),
        "differs_from_public": differs_from_public(version),
        "releases": history,
        "words": check_words(
            _words_to_release(version, pending),
            reverse(
                "responses:confirm_release_words",
                args=[version.document.code, version.pk],
            ),
        ),
        "pending_release": pending,
        "reasons": reasons or [],
        "may_request": user_may(user, Action.SUBMIT) and pending is None,
        "request_blockers": releases.request_blockers(version, by=user),
        **_decision_blockers(pending, user),
        "request_form": form if is_request else ReleaseRequestForm(),
        "decision_form": (
            form
            if form and not is_request
            else ReleaseDecisionForm(
                initial={"sha256": pending.sha256 if pending else ""}
            )
        ),
    }
    return render(request, "desk/regulated_documents/release.html", context)


def _decision_blockers(
    pending: VersionRelease | None, user: User
) -> dict[str, list[str]]:
    """Return what keeps a user from each decision, by the names in the template."""
    return {
        name: (
            releases.release_decision_blockers(pending, by=user, decision=state)
            if pending
            else []
        )
        for name, state in (
            ("approval_blockers", releases.ReleaseState.APPROVED),
            ("refusal_blockers", releases.ReleaseState.REFUSED),
        )
    }
