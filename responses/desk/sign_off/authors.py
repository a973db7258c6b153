"""Authors of a draft at the desk: who wrote which text, and taking over a text."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.access import Action, user_may
from consultations.editions.workflow import Refusal
from consultations.models import Conclusion
from consultations.user_names import exact_names
from consultations.web.requires import requires
from responses.desk.editing.lookups import get_conclusion_or_404
from responses.desk.editing.saving import logged_in_user
from responses.history.authors import (
    WrittenText,
    draft_began_at,
    take_over_text,
    written_texts,
)


@dataclass(frozen=True)
class TextToTakeOver:
    """A text of a draft with the names of its authors.

    `is_offered`: the user may take over the text.
    """

    text: WrittenText
    written_by: str
    taken_over_by: str
    is_offered: bool

    @property
    def lines(self) -> list[str]:
        """The wording of a list, a line each; empty for other texts."""
        return self.text.printed if isinstance(self.text.printed, list) else []


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def draft_authors(request: HttpRequest, slug: str) -> HttpResponse:
    """List the texts written since the last edition, with their authors."""
    return authors_page(request, get_conclusion_or_404(slug))


@require_POST
@never_cache
@requires(Action.DRAFT)
def take_over(request: HttpRequest, slug: str) -> HttpResponse:
    """Take over one text in the wording that the user read."""
    conclusion = get_conclusion_or_404(slug)
    try:
        text = take_over_text(
            conclusion,
            row=request.POST.get("row", ""),
            field=request.POST.get("field", ""),
            sha256=request.POST.get("sha256", ""),
            by=logged_in_user(request),
        )
    except Refusal as refused:
        return authors_page(request, conclusion, refused.reasons)
    messages.success(request, f"{text.label} taken over.")
    return redirect("responses:draft_authors", slug)


def authors_page(
    request: HttpRequest, conclusion: Conclusion, reasons: list[str] | None = None
) -> HttpResponse:
    """Render the page, with the reasons of a refusal."""
    user = logged_in_user(request)
    texts = written_texts(conclusion)
    names = exact_names(pk for text in texts for pk in text.authors | text.written_by)
    drafts = user_may(user, Action.DRAFT)

    def names_of(pks: frozenset[int]) -> str:
        return ", ".join(names[pk] for pk in sorted(pks))

    rows = [
        TextToTakeOver(
            text,
            written_by=names_of(text.written_by),
            taken_over_by=names[text.taken_over_by] if text.taken_over_by else "",
            is_offered=drafts and bool(text.authors - {user.pk}),
        )
        for text in texts
    ]
    context = {
        "conclusion": conclusion,
        "consultation": conclusion.consultation,
        "current_page": "conclusions",
        "draft_began_at": draft_began_at(conclusion),
        "offered": [row for row in rows if row.is_offered],
        "others": [row for row in rows if not row.is_offered],
        "reasons": reasons or [],
    }
    return render(request, "desk/sign_off/authors.html", context)
