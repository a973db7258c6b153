"""When conclusions were published and corrected, read from their editions."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Min, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from consultations.models import Edition
from consultations.public.statements import PublicationFacts


@dataclass(frozen=True)
class EditionDates:
    """What the dates of a conclusion are made of, for one of its public editions."""

    conclusion: int
    number: int
    state: str
    published_at: dt.datetime
    first_published: dt.date | None = None


def dates_of_edition(edition: Edition) -> EditionDates:
    """Return the dates of a public edition; raise ValueError for another."""
    if edition.number is None or edition.published_at is None:
        raise ValueError(f"{edition} has not been published.")
    return EditionDates(
        edition.conclusion_id,
        edition.number,
        edition.state,
        edition.published_at,
        edition.first_published,
    )


def publication_of_edition(edition: Edition) -> PublicationFacts:
    """Return when one edition was published.

    A first edition may have been published before it was entered here.
    """
    facts = publication_facts([dates_of_edition(edition)])
    if edition.number == 1:
        return facts
    return PublicationFacts(published=facts.entered, entered=facts.entered)


def publication_facts(editions: Iterable[EditionDates]) -> PublicationFacts:
    """Return when a conclusion was published, from all its public editions."""
    ordered = sorted(editions, key=lambda edition: edition.number)
    days = [timezone.localdate(edition.published_at) for edition in ordered]
    elsewhere = [e.first_published for e in ordered if e.first_published]
    return PublicationFacts(
        published=min([days[0], *elsewhere]),
        entered=days[0],
        corrected=days[-1] if ordered[-1].number > 1 else None,
    )


def facts_by_conclusion(editions: Iterable[Edition]) -> dict[int, PublicationFacts]:
    """Return when each conclusion was published; `editions` are all public ones."""
    by_conclusion: dict[int, list[EditionDates]] = defaultdict(list)
    for edition in editions:
        by_conclusion[edition.conclusion_id].append(dates_of_edition(edition))
    return {pk: publication_facts(each) for pk, each in by_conclusion.items()}


def concluded_facts(editions: Iterable[EditionDates]) -> PublicationFacts | None:
    """Return when a consultation was concluded; None where no conclusion stands."""
    by_conclusion: dict[int, list[EditionDates]] = defaultdict(list)
    for edition in editions:
        by_conclusion[edition.conclusion].append(edition)
    standing = [
        publication_facts(each)
        for each in by_conclusion.values()
        if any(edition.state == Edition.State.PUBLISHED for edition in each)
    ]
    if not standing:
        return None
    corrected = [facts.corrected for facts in standing if facts.corrected]
    return PublicationFacts(
        published=min(facts.published for facts in standing),
        entered=min(facts.entered for facts in standing),
        corrected=max(corrected, default=None),
    )


@dataclass(frozen=True)
class ShownConclusion:
    """The current edition of a conclusion, and when the conclusion was published."""

    edition: Edition
    publication: PublicationFacts


def latest_conclusions(limit: int) -> list[ShownConclusion]:
    """Return the conclusions that were first published last, newest first.

    A correction does not make a conclusion new.
    """
    public = Edition.objects.ever_published()
    first = (
        public.order_by()
        .annotate(day=Coalesce("first_published", TruncDate("published_at")))
        .values("conclusion")
        .annotate(first=Min("day"))
    )
    days: dict[int, dt.date] = dict(first.values_list("conclusion", "first"))
    standing = dict(
        Edition.objects.current().order_by().values_list("conclusion", "pk")
    )
    newest = sorted(standing, key=lambda pk: (days[pk], standing[pk]), reverse=True)
    chosen = newest[:limit]
    facts = facts_by_conclusion(_dates_of(public.filter(conclusion__in=chosen)))
    editions = Edition.objects.current().filter(conclusion__in=chosen)
    shown = {
        edition.conclusion_id: ShownConclusion(edition, facts[edition.conclusion_id])
        for edition in editions.select_related("conclusion__consultation").defer(
            "content"
        )
    }
    return [shown[pk] for pk in chosen if pk in shown]


def _dates_of(editions: QuerySet[Edition]) -> QuerySet[Edition]:
    return editions.only(
        *("conclusion", "number", "state", "published_at", "first_published")
    )
