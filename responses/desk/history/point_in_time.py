"""A conclusion at a chosen point in time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action
from consultations.documents.conclusion.compose import compose
from consultations.documents.conclusion.content import ConclusionContent
from consultations.documents.diff.texts import compare_documents
from consultations.documents.html import render_article
from consultations.documents.tree import Document
from consultations.fields.form_fields import LondonDateTimeField
from consultations.models import Conclusion
from consultations.web.requires import requires
from responses.analysis.conclusion_content import conclusion_content
from responses.history.point_in_time import DidNotExistYet, content_at, moments

MOMENTS_PER_PAGE = 20


class MomentForm(forms.Form):
    """The point in time to show."""

    at = LondonDateTimeField(label="Date and time")


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def conclusion_at_point_in_time(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the whole conclusion at a point in time, or the form to choose one.

    `?moment=` is an instant from a link in the list of changes; `?at_date=&at_time=`
    comes from the form.
    """
    rows = Conclusion.objects.select_related("consultation__organisation")
    conclusion = get_object_or_404(rows, slug=slug)
    typed = MomentForm(request.GET) if "at_date" in request.GET else None
    moment = _requested_moment(request, typed)
    before = _parse_instant_or_404(request.GET.get("before", ""))
    changes = moments(conclusion, before=before, limit=MOMENTS_PER_PAGE)
    context = {
        "conclusion": conclusion,
        "consultation": conclusion.consultation,
        "current_page": "trail",
        "form": typed or MomentForm(),
        "moment": moment,
        "changes": changes,
        "next_cursor": changes[-1].since.isoformat()
        if len(changes) == MOMENTS_PER_PAGE
        else "",
        **_article_context(conclusion, moment),
    }
    return render(request, "desk/history/point_in_time.html", context)


def _article_context(
    conclusion: Conclusion, moment: dt.datetime | None
) -> dict[str, object]:
    """Return the article at a moment and the changes since, or why there is none."""
    if moment is None:
        return {}
    try:
        then = _compose_without_links(content_at(conclusion, moment))
    except DidNotExistYet as error:
        return {"missing_message": str(error)}
    return {
        "article": mark_safe(render_article(then)),  # noqa: S308 - escaped by html.py
        "changed_sections": _changed_sections(
            then, _compose_without_links(conclusion_content(conclusion))
        ),
    }


def _compose_without_links(content: ConclusionContent) -> Document:
    """Return the document without links to attachments, which are those of today."""
    return compose(replace(content, publication=None))


def _changed_sections(then: Document, now: Document) -> list[object]:
    return [each for each in compare_documents(then, now) if each.state != "kept"]


def _requested_moment(
    request: HttpRequest, typed: MomentForm | None
) -> dt.datetime | None:
    if typed is not None:
        at: dt.datetime | None = typed.cleaned_data["at"] if typed.is_valid() else None
        # A minute is meant as a whole: what was saved within it has been saved.
        return at + dt.timedelta(seconds=59, microseconds=999_999) if at else None
    return _parse_instant_or_404(request.GET.get("moment", ""))


def _parse_instant_or_404(text: str) -> dt.datetime | None:
    """Return an instant from a query; 404 for a malformed one."""
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    is_near = moment is not None and 1900 <= moment.year <= 2200
    if moment is None or not is_near or timezone.is_naive(moment):
        raise Http404(f"{text!r} is not a date and time.")
    return moment.astimezone(dt.UTC)
