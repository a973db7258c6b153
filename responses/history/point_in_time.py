"""A conclusion at a point in time, read from the histories of its rows.

Every save and deletion adds a history row. The last history row up to a moment tells
what a row was then, or that it was deleted. `conclusion_content` makes the content of
these rows as it does of the present ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db.models import F, IntegerField, Max, Min, Model, Q, QuerySet, Value
from django.utils import timezone

from consultations.documents.conclusion.content import (
    ConclusionContent,
    strip_unprinted,
)
from consultations.documents.wording import printed_date
from consultations.models import (
    Conclusion,
    ConclusionAttachment,
    Consultation,
    Edition,
    Organisation,
    RegulatedDocument,
)
from responses.analysis.conclusion_content import content_from_rows
from responses.analysis.document_control import published_editions
from responses.analysis.snapshot import (
    BY_ID,
    IN_ORDER,
    ConclusionRows,
    received_rows_from,
    rows_from,
    stored_files,
    versions_with_text,
)
from responses.history.sources import MODEL_LABELS, history_filters, history_rows

M = TypeVar("M", bound=Model)

SAME_CHANGE_WITHIN = dt.timedelta(seconds=1)
"""Saves by one user with shorter pauses than this are one change."""


class DidNotExistYet(LookupError):
    """A row did not exist at the moment; the message says when it did."""


def content_at(
    conclusion: Conclusion, moment: dt.datetime, correction: str = ""
) -> ConclusionContent:
    """Return the content of the conclusion at a moment, ready to compose."""
    return strip_unprinted(content_from_rows(rows_at(conclusion, moment), correction))


def rows_at(conclusion: Conclusion, moment: dt.datetime) -> ConclusionRows:
    """Read the rows as they were at a moment; raise DidNotExistYet."""
    reader = _HistoricalRows(conclusion, moment)
    consultation = reader.row(Consultation, reader.conclusion.consultation_id)
    rows = rows_from(
        reader,
        reader.conclusion,
        received_rows_from(reader, consultation),
        organisation=reader.row(Organisation, consultation.organisation_id),
        editions=published_editions(conclusion, moment),
        today=timezone.localdate(moment),
    )
    attached = reader.ids_ever_recorded(ConclusionAttachment, "file_id")
    return replace(
        rows,
        documents={row.pk: row for row in reader.rows(RegulatedDocument, BY_ID)},
        files=stored_files(Q(pk__in=attached)),
        versions=versions_with_text(
            reader.ids_ever_recorded(ConclusionAttachment, "document_version_id")
        ),
    )


class _HistoricalRows:
    """Reads the rows of a conclusion as they were at a moment."""

    def __init__(self, conclusion: Conclusion, moment: dt.datetime) -> None:
        self.moment = moment
        self.filters = history_filters(conclusion)
        self.conclusion = self.row(Conclusion, conclusion.pk)
        if self.conclusion.consultation_id != conclusion.consultation_id:
            self.filters = history_filters(self.conclusion)

    def row(self, model: type[M], pk: int) -> M:
        """Return one row as it was, or raise DidNotExistYet."""
        for row in self.rows(model, BY_ID):
            if row.pk == pk:
                return row
        raise DidNotExistYet(_absence_message(model, pk, self.moment))

    def rows(self, model: type[M], order: Sequence[str] = IN_ORDER) -> tuple[M, ...]:
        """Return the rows of a table as they were, in one query."""
        # The history row with the highest id, not the latest date: clocks may go back.
        last = (
            history_rows(model)
            .filter(id__in=self.ids_ever_recorded(model), history_date__lte=self.moment)
            .values("id")
            .annotate(last=Max("history_id"))
            .values("last")
        )
        present = history_rows(model).filter(self.filters[model], history_id__in=last)
        names = [field.attname for field in model._meta.concrete_fields]
        found = present.exclude(history_type="-").values_list(*names)
        rows = [model.from_db(found.db, names, values) for values in found]
        return tuple(sorted(rows, key=lambda r: [getattr(r, name) for name in order]))

    def ids_ever_recorded(
        self, model: type[Model], column: str = "id"
    ) -> QuerySet[Any]:
        """Return the ids in history rows of any time."""
        return history_rows(model).filter(self.filters[model]).values(column)


def _absence_message(model: type[Model], pk: int, moment: dt.datetime) -> str:
    """Return a sentence that a row did not exist, and since or until when it did."""
    label, history = MODEL_LABELS[model], history_rows(model).filter(id=pk)
    first_save = history.aggregate(Min("history_date"))["history_date__min"]
    if first_save is None:
        return f"The {label} has no history, so it cannot be viewed at a past date."
    named = f"The {label} “{history.latest().instance}”"
    absent = f"{named} did not exist at {_printed_instant(moment)}"
    if moment < first_save:
        return f"{absent}. The {label} was created at {_printed_instant(first_save)}."
    deletion = history.filter(history_type="-", history_date__lte=moment).latest()
    when = _printed_instant(deletion.history_date)
    return f"{absent}. The {label} was deleted at {when}."


def _printed_instant(moment: dt.datetime) -> str:
    """Return an instant to the second: several saves may happen in a minute."""
    local = timezone.localtime(moment)
    return f"{local:%H:%M:%S} on {printed_date(local.date())}"


# --- moments of changes -----------------------------------------------------------


@dataclass(frozen=True)
class Moment:
    """A series of saves by one user; `by` is None for saves by the program.

    `at` is the last save and `since` the first: `content_at(conclusion, moment.at)`
    includes all of them. `changes` is the number of saves, `labels` are the labels
    of the saved rows.
    """

    at: dt.datetime
    since: dt.datetime
    by: User | None
    changes: int
    labels: tuple[str, ...]


@dataclass(frozen=True)
class _Save:
    at: dt.datetime
    by: int | None
    noun: str


def moments(
    conclusion: Conclusion, *, before: dt.datetime | None = None, limit: int = 20
) -> tuple[Moment, ...]:
    """Return the latest moments at which a conclusion changed.

    They come newest first; the next page is `before` the last one's `since`.
    """
    bursts: list[list[_Save]] = []
    with closing(_saves(conclusion, before)) as saves:
        for save in saves:
            if bursts and _is_same_change(bursts[-1][-1], save):
                bursts[-1].append(save)
            elif len(bursts) < limit:
                bursts.append([save])
            else:
                break
    people = User.objects.in_bulk({b[0].by for b in bursts if b[0].by is not None})
    return tuple(_moment(burst, people) for burst in bursts)


def _is_same_change(later: _Save, save: _Save) -> bool:
    return save.by == later.by and later.at - save.at < SAME_CHANGE_WITHIN


def _moment(saves: Sequence[_Save], people: dict[int, User]) -> Moment:
    last = saves[0]
    return Moment(
        at=last.at,
        since=saves[-1].at,
        by=people.get(last.by) if last.by is not None else None,
        changes=len(saves),
        labels=tuple(dict.fromkeys(save.noun for save in saves)),
    )


def _saves(
    conclusion: Conclusion, before: dt.datetime | None
) -> Generator[_Save, None, None]:
    """Yield the saves since the conclusion was created, newest first, lazily."""
    own = history_rows(Conclusion).filter(id=conclusion.pk)
    first_save = own.aggregate(Min("history_date"))["history_date__min"]
    if first_save is None:
        return
    period = Q(at__gte=first_save, at__lt=before) if before else Q(at__gte=first_save)
    first, *others = [
        rows.filter(period).values_list("at", "by", "noun")
        for rows in _dated_saves(conclusion)
    ]
    for row in first.union(*others, all=True).order_by("-at").iterator():
        yield _Save(*row)


def _dated_saves(conclusion: Conclusion) -> Iterator[QuerySet[Any]]:
    """Yield querysets of the saves of a conclusion, with `at`, `by` and `noun`."""
    for model, where in history_filters(conclusion).items():
        yield (
            history_rows(model)
            .filter(where)
            .annotate(
                at=F("history_date"),
                by=F("history_user_id"),
                noun=Value(MODEL_LABELS[model]),
            )
        )
    editions = Edition.objects.filter(conclusion_id=conclusion.pk).order_by()
    noun = Value("edition")
    nobody = Value(None, output_field=IntegerField())  # the row does not say who
    yield editions.annotate(at=F("published_at"), by=F("published_by_id"), noun=noun)
    yield editions.annotate(at=F("withdrawn_at"), by=nobody, noun=noun)
