"""A conclusion as it stood at any moment, read from the histories of its rows.

Every save and deletion wrote a line into the history of its table; of each row the
last line up to the moment tells what it was, or that it was gone. What is worked out
of the rows is what `digest` works out of those of today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
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
    ClauseChange,
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    ConsultationDocument,
    Edition,
    Extension,
    ExtensionQuestion,
    GlossaryTerm,
    Organisation,
    Question,
    RegulatedDocument,
)
from responses.analysis.conclusion_content import content_of
from responses.analysis.document_control import published_editions
from responses.analysis.snapshot import (
    ConclusionRows,
    ReceivedRows,
    stored_files,
    without_orphans,
)
from responses.history.sources import MODEL_LABELS, history_filters, history_rows
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    CommentSource,
    DCCResponse,
    Respondent,
    Submission,
)

M = TypeVar("M", bound=Model)

IN_ORDER = ("position", "pk")

SAME_CHANGE_WITHIN = dt.timedelta(seconds=1)
"""What one person saved with shorter pauses than this is one moment."""


class DidNotExistYet(LookupError):
    """Nothing stood at the moment asked for: the sentence says from when it did."""


def content_at(
    conclusion: Conclusion, moment: dt.datetime, correction: str = ""
) -> ConclusionContent:
    """Return what the conclusion would have said at a moment, ready to compose."""
    return strip_unprinted(content_of(rows_at(conclusion, moment), correction))


def rows_at(conclusion: Conclusion, moment: dt.datetime) -> ConclusionRows:
    """Read the rows as they stood at a moment; raise NotThere where there was none."""
    past = _Past(conclusion, moment)
    heard = past.heard()
    return ConclusionRows(
        conclusion=past.conclusion,
        heard=heard,
        organisation=past.row(Organisation, heard.consultation.organisation_id),
        document_links=past.rows(ConsultationDocument),
        changes=past.rows(ClauseChange),
        causes=past.rows(ChangeCause),
        sections=past.rows(ConclusionSection),
        attachments=past.rows(ConclusionAttachment),
        commitments=past.rows(Commitment),
        glossary=past.rows(GlossaryTerm),
        documents={row.pk: row for row in past.rows(RegulatedDocument, ("pk",))},
        files=stored_files(Q(pk__in=past.told(ConclusionAttachment, "file_id"))),
        editions=published_editions(conclusion, moment),
        today=timezone.localdate(moment),
    )


class _Past:
    """The histories of everything one conclusion is made of, up to a moment."""

    def __init__(self, conclusion: Conclusion, moment: dt.datetime) -> None:
        self.moment = moment
        self.filters = history_filters(conclusion)
        self.conclusion = self.row(Conclusion, conclusion.pk)
        if self.conclusion.consultation_id != conclusion.consultation_id:
            self.filters = history_filters(self.conclusion)

    def heard(self) -> ReceivedRows:
        """Return what was asked, had come in and was said back."""
        heard = ReceivedRows(
            consultation=self.row(Consultation, self.conclusion.consultation_id),
            questions=self.rows(Question),
            extensions=self.rows(Extension),
            extension_questions=self.rows(ExtensionQuestion, ("pk",)),
            respondents=self.rows(Respondent),
            submissions=self.rows(Submission, ("received", "pk")),
            answers=self.rows(Answer),
            comments=self.rows(Comment),
            sources=self.rows(CommentSource),
            responses=self.rows(DCCResponse, ("pk",)),
        )
        return without_orphans(heard)

    def row(self, model: type[M], pk: int) -> M:
        """Return one row as it was, or raise NotThere."""
        for row in self.rows(model, ("pk",)):
            if row.pk == pk:
                return row
        raise DidNotExistYet(_absence(model, pk, self.moment))

    def rows(self, model: type[M], order: Sequence[str] = IN_ORDER) -> tuple[M, ...]:
        """Return the rows there were of a table, in one query."""
        # The line written last, not the one dated last: clocks are put back.
        last = (
            history_rows(model)
            .filter(id__in=self.told(model), history_date__lte=self.moment)
            .values("id")
            .annotate(last=Max("history_id"))
            .values("last")
        )
        standing = history_rows(model).filter(self.filters[model], history_id__in=last)
        names = [field.attname for field in model._meta.concrete_fields]
        found = standing.exclude(history_type="-").values_list(*names)
        rows = [model.from_db(found.db, names, values) for values in found]
        return tuple(sorted(rows, key=lambda r: [getattr(r, name) for name in order]))

    def told(self, model: type[Model], column: str = "id") -> QuerySet[Any]:
        """Return the ids that any line, of any time, tells of."""
        return history_rows(model).filter(self.filters[model]).values(column)


def _absence(model: type[Model], pk: int, moment: dt.datetime) -> str:
    """Say that a row was not there, and since or until when it was."""
    label, lines = MODEL_LABELS[model], history_rows(model).filter(id=pk)
    began = lines.aggregate(Min("history_date"))["history_date__min"]
    if began is None:
        return f"The {label} {pk} has no history: how it stood cannot be told."
    named = f"The {label} “{lines.latest().instance}”"
    absent = f"{named} was not there at {_printed(moment)}"
    if moment < began:
        return f"{absent}: it was begun at {_printed(began)}."
    gone = lines.filter(history_type="-", history_date__lte=moment).latest()
    return f"{absent}: it was deleted at {_printed(gone.history_date)}."


def _printed(moment: dt.datetime) -> str:
    """Return an instant to the second: more than one thing happens in a minute."""
    local = timezone.localtime(moment)
    return f"{local:%H:%M:%S} on {printed_date(local.date())}"


# --- moments to choose from ---------------------------------------------------------


@dataclass(frozen=True)
class Moment:
    """What one person, or the machine where `by` is None, saved at one go.

    `at` is the last save and `since` the first: `content_at(conclusion, moment.at)`
    has all of them in it. `changes` counts the saves, `about` names what was saved.
    """

    at: dt.datetime
    since: dt.datetime
    by: User | None
    changes: int
    about: tuple[str, ...]


@dataclass(frozen=True)
class _Save:
    at: dt.datetime
    by: int | None
    noun: str


def moments(
    conclusion: Conclusion, *, before: dt.datetime | None = None, limit: int = 20
) -> tuple[Moment, ...]:
    """Return the latest moments at which something in a conclusion changed.

    They come newest first; the next page is `before` the last one's `since`.
    """
    bursts: list[list[_Save]] = []
    with closing(_saves(conclusion, before)) as saves:
        for save in saves:
            if bursts and _continues(bursts[-1][-1], save):
                bursts[-1].append(save)
            elif len(bursts) < limit:
                bursts.append([save])
            else:
                break
    people = User.objects.in_bulk({b[0].by for b in bursts if b[0].by is not None})
    return tuple(_moment(burst, people) for burst in bursts)


def _continues(later: _Save, save: _Save) -> bool:
    return save.by == later.by and later.at - save.at < SAME_CHANGE_WITHIN


def _moment(burst: Sequence[_Save], people: dict[int, User]) -> Moment:
    last = burst[0]
    return Moment(
        at=last.at,
        since=burst[-1].at,
        by=people.get(last.by) if last.by is not None else None,
        changes=len(burst),
        about=tuple(dict.fromkeys(save.noun for save in burst)),
    )


def _saves(
    conclusion: Conclusion, before: dt.datetime | None
) -> Generator[_Save, None, None]:
    """Yield what was saved since the conclusion was begun, newest first, lazily."""
    own = history_rows(Conclusion).filter(id=conclusion.pk)
    began = own.aggregate(Min("history_date"))["history_date__min"]
    if began is None:
        return
    when = Q(at__gte=began, at__lt=before) if before else Q(at__gte=began)
    first, *others = [
        rows.filter(when).values_list("at", "by", "noun") for rows in _dated(conclusion)
    ]
    for row in first.union(*others, all=True).order_by("-at").iterator():
        yield _Save(*row)


def _dated(conclusion: Conclusion) -> Iterator[QuerySet[Any]]:
    """Yield all that happened to a conclusion, with `at`, `by` and `noun`."""
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
