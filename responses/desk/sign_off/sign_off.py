"""Sign-off of a conclusion: submission, editions and open remarks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.access import Action, user_may
from consultations.editions.remarks import mark_remark_settled, open_remarks
from consultations.editions.workflow import Refusal
from consultations.models import Conclusion, Edition, Remark
from consultations.user_names import exact_names
from consultations.web.requires import requires
from responses.conclusions.submission import submit_draft
from responses.desk.check_results import check_conclusion
from responses.desk.editing.lookups import get_conclusion_or_404
from responses.desk.editing.saving import logged_in_user
from responses.desk.sign_off.forms import SubmitForm, entered_texts
from responses.history.authors import written_texts


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def sign_off(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a conclusion's editions, and the form to submit it."""
    conclusion = get_conclusion_or_404(slug)
    form = SubmitForm(is_correction=is_correction(conclusion))
    return sign_off_page(request, conclusion, form)


@require_POST
@never_cache
@requires(Action.SUBMIT)
def submit_conclusion(request: HttpRequest, slug: str) -> HttpResponse:
    """Submit the conclusion: freeze its content as an edition for sign-off."""
    conclusion = get_conclusion_or_404(slug)
    form = SubmitForm(request.POST, is_correction=is_correction(conclusion))
    if not form.is_valid():
        return sign_off_page(request, conclusion, form)
    try:
        edition = submit_draft(
            conclusion, by=logged_in_user(request), **form.cleaned_data
        )
    except Refusal as refused:
        return sign_off_page(request, conclusion, form, refused.reasons)
    messages.success(request, "Submitted. Approvers have been notified by email.")
    return redirect("responses:edition", edition.pk)


@require_POST
@never_cache
@requires(Action.DRAFT)
def settle_remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a remark on a section as settled."""
    rows = Remark.objects.select_related("edition__conclusion")
    remark = get_object_or_404(rows, pk=pk)
    try:
        mark_remark_settled(remark, by=logged_in_user(request))
    except Refusal as refused:
        messages.error(request, " ".join(refused.reasons))
    else:
        messages.success(request, f"Review remark on {remark.heading} resolved.")
    slug = remark.edition.conclusion.slug
    return redirect(f"{reverse('responses:sign_off', args=[slug])}#remarks")


def sign_off_page(
    request: HttpRequest,
    conclusion: Conclusion,
    form: SubmitForm,
    reasons: list[str] | None = None,
) -> HttpResponse:
    """Render the page, with the reasons of a refusal."""
    editions = editions_of(conclusion)
    in_hand = [e for e in editions if e.state in ("submitted", "approved")]
    context = {
        "conclusion": conclusion,
        "consultation": conclusion.consultation,
        "current_page": "conclusions",
        "editions": editions,
        "pending_edition": in_hand[0] if in_hand else None,
        "form": form,
        "forms": [form],
        "reasons": reasons or [],
        "submitted_fields": entered_texts(form) if reasons else [],
        "remarks": open_remarks(conclusion),
        "may_submit": user_may(request.user, Action.SUBMIT),
        "author_names": [] if in_hand else author_names(conclusion),
        "check_results": None if in_hand else check_conclusion(conclusion),
    }
    return render(request, "desk/sign_off/conclusion.html", context)


def author_names(conclusion: Conclusion) -> list[str]:
    """Return the names of the users who answer for text of the draft."""
    authors = {pk for text in written_texts(conclusion) for pk in text.authors}
    names = exact_names(authors)
    return [names[pk] for pk in sorted(authors)]


def editions_of(conclusion: Conclusion) -> list[Edition]:
    """Return a conclusion's editions, newest first, without their content."""
    rows = Edition.objects.filter(conclusion=conclusion).defer("content")
    rows = rows.select_related("submitted_by", "published_by", "scheduled_publication")
    return list(rows.prefetch_related("sign_offs__by").order_by("-pk"))


def is_correction(conclusion: Conclusion) -> bool:
    """Return whether an edition was published before, so that the next corrects it."""
    return Edition.objects.ever_published().filter(conclusion=conclusion).exists()
