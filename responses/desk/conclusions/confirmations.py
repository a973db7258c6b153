"""Confirming findings of the checks that only a person can judge."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from consultations.access import Action
from consultations.models import Conclusion
from consultations.web.requires import requires
from responses.checks.cached_findings import current_findings
from responses.checks.confirmations import (
    UnknownFindingError,
    confirm_finding,
    find_finding,
    remove_confirmation,
)
from responses.desk.confirming import CONFIRMED, NO_LONGER_FOUND, ConfirmationForm
from responses.desk.editing.lookups import get_conclusion_or_404
from responses.desk.editing.saving import logged_in_user
from responses.models import ConfirmedFinding


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask why a finding is no fault, and record the confirmation."""
    conclusion = get_conclusion_or_404(slug)
    key = request.GET.get("finding", "")
    blockers, warnings = current_findings(conclusion)
    try:
        finding = find_finding([*blockers, *warnings], key)
    except UnknownFindingError:
        messages.info(request, NO_LONGER_FOUND)
        return redirect("responses:checks", conclusion.slug)
    form = ConfirmationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        confirm_finding(
            conclusion,
            finding,
            reason=form.cleaned_data["reason"],
            by=logged_in_user(request),
        )
        messages.success(request, CONFIRMED)
        return redirect("responses:checks", conclusion.slug)
    context = {
        **_page_context(conclusion),
        "finding": finding,
        "form": form,
        "forms": [form],
    }
    return render(request, "desk/conclusions/confirm.html", context)


@require_POST
@never_cache
@requires(Action.DRAFT)
def remove_confirmation_view(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Withdraw a confirmation."""
    conclusion = get_conclusion_or_404(slug)
    rows = ConfirmedFinding.objects.select_related("conclusion__consultation")
    confirmed = get_object_or_404(rows, conclusion=conclusion, pk=pk)
    remove_confirmation(confirmed, by=logged_in_user(request))
    messages.success(request, "Confirmation removed.")
    return redirect("responses:checks", conclusion.slug)


def _page_context(conclusion: Conclusion) -> dict[str, object]:
    return {
        "conclusion": conclusion,
        "consultation": conclusion.consultation,
        "current_page": "conclusions",
    }
