"""Public pages of a conclusion's editions."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from consultations.documents.html import extract_article
from consultations.models import Edition, EditionFile
from consultations.public.editions import current_edition, public_editions, public_files
from consultations.public.shown import shown_to_public


@require_safe
def conclusion(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the published edition, or the last one where all are withdrawn."""
    editions = public_editions(slug)
    return edition_page(request, current_edition(editions), editions)


@require_safe
def edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one public edition.

    Raise Http404 where there is none.
    """
    editions = public_editions(slug)
    for each in editions:
        if each.number == number:
            return edition_page(request, each, editions)
    raise Http404(f"{slug} has no edition {number}.")


def edition_page(
    request: HttpRequest, shown: Edition, editions: Sequence[Edition]
) -> HttpResponse:
    """Render an edition with its banners, its files and the other editions."""
    files = EditionFile.objects.filter(edition=shown).select_related("file")
    context = {
        "organisation": shown.conclusion.consultation.organisation,
        "edition": shown,
        "conclusion": shown.conclusion,
        "consultation": shown_to_public(shown.conclusion.consultation),
        "editions": editions,
        "replacement": replacing_edition(shown, editions),
        "article": published_article(shown),
        "files": files.defer("file__content", "file__packed"),
    }
    return render(request, "consultations/conclusion.html", context)


def replacing_edition(shown: Edition, editions: Sequence[Edition]) -> Edition | None:
    """Return the current edition if it is not the one shown."""
    now = current_edition(editions)
    return now if now.number != shown.number else None


def published_article(shown: Edition) -> SafeString:
    """Return the article of an edition's stored page, unchanged."""
    stored = get_object_or_404(
        public_files(shown.conclusion.slug, "html").select_related("file"),
        edition=shown,
    )
    page = bytes(stored.file.content).decode()
    return mark_safe(extract_article(page))  # noqa: S308 - written by documents/html.py
