"""The public editions of a conclusion."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Case, QuerySet, Value, When
from django.http import Http404

from consultations.models import Edition, EditionFile
from consultations.public.publications import (
    ShownConclusion,
    dates_of_edition,
    publication_facts,
)


def public_editions(slug: str) -> list[Edition]:
    """Return the public editions of a conclusion, newest first, or 404."""
    editions = list(
        order_newest_first(
            Edition.objects.ever_published().filter(conclusion__slug=slug)
        )
    )
    if not editions:
        raise Http404(f"No conclusion {slug!r}.")
    return editions


def order_newest_first(editions: QuerySet[Edition]) -> QuerySet[Edition]:
    """Return editions, newest first, with their relations, without their content."""
    return (
        editions.select_related("conclusion__consultation__organisation")
        .defer("content")
        .order_by("conclusion__position", "conclusion", "-number")
    )


def current_edition(editions: Iterable[Edition]) -> Edition:
    """Return the published edition, or the last one where all are withdrawn."""
    ordered = list(editions)
    standing = (e for e in ordered if e.state == Edition.State.PUBLISHED)
    return next(standing, ordered[0])


def shown_conclusions(editions: QuerySet[Edition]) -> list[ShownConclusion]:
    """Return the current edition of each conclusion; `editions` are all public ones."""
    by_conclusion: dict[int, list[Edition]] = {}
    for edition in order_newest_first(editions).prefetch_related("files"):
        by_conclusion.setdefault(edition.conclusion_id, []).append(edition)
    return [
        ShownConclusion(
            current_edition(each), publication_facts(map(dates_of_edition, each))
        )
        for each in by_conclusion.values()
    ]


def current_files(slug: str, name: str) -> QuerySet[EditionFile]:
    """Return a file of a conclusion's editions, that of the current one first."""
    standing = When(edition__state=Edition.State.PUBLISHED, then=Value(0))
    return public_files(slug, name).order_by(
        Case(standing, default=Value(1)), "-edition__number"
    )


def public_files(slug: str, name: str) -> QuerySet[EditionFile]:
    """Return a conclusion's files of one name in the editions anyone may read."""
    return EditionFile.objects.filter(
        edition__in=Edition.objects.ever_published().filter(conclusion__slug=slug),
        name=name,
    )


def pending_files(slug: str, name: str) -> QuerySet[EditionFile]:
    """Return a conclusion's file of one name in the edition that awaits publication."""
    return EditionFile.objects.filter(
        edition__in=Edition.objects.pending().filter(conclusion__slug=slug), name=name
    )
