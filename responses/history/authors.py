"""Who wrote the text of a draft since the last public edition, from the histories.

A user wrote a text who changed its wording, unless the wording was changed back. Rows
that a command loaded, and changes that no history tells of, are by nobody. Somebody who
takes over a text in its present wording answers for it, in place of its authors.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Min, Model, Q, QuerySet
from django.utils import timezone

from consultations.access import Action
from consultations.audit import trail
from consultations.documents import codec
from consultations.editions.authorship import Authorship, TextAuthor
from consultations.editions.naming import versions_named_by
from consultations.editions.workflow import Refusal, role_blockers
from consultations.fields.model_fields import RichTextField
from consultations.models import (
    Clause,
    Conclusion,
    DocumentVersion,
    Edition,
    TextTakeover,
)
from consultations.user_names import exact_names
from responses.history.field_labels import field_label
from responses.history.sources import history_filters, history_rows
from responses.row_names import RowNames
from responses.row_types import ROW_TYPES, ROW_TYPES_BY_MODEL, RowType, rows_of

WRITTEN_ROW_TYPES = tuple(each for each in ROW_TYPES if each.written_fields)

Wording = str | list[str]
"""The value of a text: plain text, restricted HTML, or a list of lines."""


@dataclass(frozen=True)
class WrittenText:
    """A text of a draft that users wrote since the last public edition.

    `row` is `comment:12`. `printed` is the wording for people: the label of an outcome.
    `authors` answer for the text: those who wrote it, or
    `taken_over_by` who took over what `written_by` wrote, and those who changed that.
    """

    row: str
    field: str
    label: str
    wording: Wording
    printed: Wording
    is_rich: bool
    authors: frozenset[int]
    written_by: frozenset[int]
    taken_over_by: int | None

    @property
    def sha256(self) -> str:
        """The hash of the wording, which taking over refers to."""
        return wording_sha256(self.wording)


def wording_sha256(wording: Wording) -> str:
    """Return the hash of a wording."""
    return hashlib.sha256(codec.dumps(wording)).hexdigest()


def written_texts(conclusion: Conclusion) -> list[WrittenText]:
    """Return the texts of the draft that users wrote since the last public edition."""
    since = last_edition_read_at(conclusion)
    taken: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for each in TextTakeover.objects.filter(conclusion=conclusion).order_by("pk"):
        taken[each.row, each.field][each.sha256] = each.by_id
    names = RowNames()
    return [
        text
        for row_type in WRITTEN_ROW_TYPES
        for text in _written_texts(row_type, conclusion, since, taken, names)
    ]


def draft_authorship(
    conclusion: Conclusion, *, read_at: dt.datetime | None = None
) -> Authorship:
    """Return who wrote the draft, to be frozen with the edition made of it."""
    read_at = read_at or timezone.now()
    texts: dict[int, list[str]] = defaultdict(list)
    taken_over: dict[int, list[str]] = defaultdict(list)
    found = written_texts(conclusion)
    names = exact_names(pk for text in found for pk in text.written_by)
    for text in found:
        for author in text.authors:
            texts[author].append(text.label)
            if author == text.taken_over_by:
                others = ", ".join(
                    names[pk] for pk in sorted(text.written_by - {author})
                )
                taken_over[author].append(f"{text.label}, written by {others}")
    return Authorship(
        began_at=draft_began_at(conclusion) or read_at,
        read_at=read_at,
        authors=tuple(
            TextAuthor(pk, tuple(texts[pk]), tuple(taken_over[pk]))
            for pk in sorted(texts)
        ),
    )


def last_edition_read_at(conclusion: Conclusion) -> dt.datetime | None:
    """Return the moment up to which the last public edition has the changes."""
    editions = Edition.objects.ever_published().filter(conclusion=conclusion)
    last = editions.defer("content").order_by("number").last()
    return (last.draft_read_at or last.submitted_at) if last else None


def draft_began_at(conclusion: Conclusion) -> dt.datetime | None:
    """Return the moment of the first change after the last public edition."""
    since = last_edition_read_at(conclusion)
    first_changes = []
    for model, where in history_filters(conclusion).items():
        if ROW_TYPES_BY_MODEL[model].consultation_path is not None:
            rows = history_rows(model).filter(where)
            rows = rows.filter(history_date__gt=since) if since else rows
            first_changes.append(rows.aggregate(at=Min("history_date"))["at"])
    for rows in _legal_text_history(conclusion) if since else ():
        later = rows.filter(history_date__gt=since)
        first_changes.append(later.aggregate(at=Min("history_date"))["at"])
    return min(filter(None, first_changes), default=None)


def count_changes(conclusion: Conclusion) -> int:
    """Return the number of history rows; any change of the draft increases it."""
    filters = history_filters(conclusion)
    saves = [history_rows(model).filter(where) for model, where in filters.items()]
    return sum(rows.count() for rows in [*saves, *_legal_text_history(conclusion)])


# --- legal texts ----------------------------------------------------------------------

_VERSION_LOOKUPS: Mapping[type[Model], str] = {
    DocumentVersion: "id__in",
    Clause: "document_version__in",
}
"""The lookups of versions from the rows that legal texts are made of."""


def _legal_text_filter(model: type[Model], conclusion: Conclusion) -> Q:
    """Return the filter for rows of the versions that a conclusion names."""
    versions = versions_named_by(conclusion).order_by().values("pk")
    return Q(**{_VERSION_LOOKUPS[model]: versions})


def _legal_text_history(conclusion: Conclusion) -> list[QuerySet[Any]]:
    return [
        history_rows(model).filter(_legal_text_filter(model, conclusion))
        for model in _VERSION_LOOKUPS
    ]


# --- from the histories ---------------------------------------------------------------


@dataclass(frozen=True)
class _Version:
    """A wording that a text had, and who changed it to that; None for nobody."""

    wording: Wording
    by: int | None


def _written_texts(
    row_type: RowType,
    conclusion: Conclusion,
    since: dt.datetime | None,
    taken: Mapping[tuple[str, str], Mapping[str, int]],
    names: RowNames,
) -> Iterator[WrittenText]:
    rows = {row.pk: row for row in _rows_changed(row_type, conclusion, since)}
    lines: dict[int, list[Any]] = defaultdict(list)
    history = history_rows(row_type.model).filter(id__in=list(rows))
    for line in history.order_by("history_id").values(
        *("id", "history_date", "history_user_id", "history_type"),
        *row_type.written_fields,
    ):
        lines[line["id"]].append(line)
    for pk, row in sorted(rows.items()):
        ref = f"{row_type.name}:{pk}"
        for field in row_type.written_fields:
            wording = getattr(row, field)
            versions = _versions(field, lines[pk], wording, since)
            authors = _authors(versions, taken.get((ref, field), {}))
            if wording and authors.users:
                described: Any = row_type.model._meta.get_field(field)
                choices = dict(described.choices or ())
                yield WrittenText(
                    row=ref,
                    field=field,
                    label=f"{names.name(row)}: {field_label(described)}",
                    wording=wording,
                    printed=str(choices[wording]) if choices else wording,
                    is_rich=isinstance(described, RichTextField),
                    authors=authors.users,
                    written_by=_authors(versions, {}).users,
                    taken_over_by=authors.taken_over_by,
                )


def _rows_changed(
    row_type: RowType, conclusion: Conclusion, since: dt.datetime | None
) -> QuerySet[Any]:
    """Return the rows of the draft that a user saved since a moment."""
    saves = history_rows(row_type.model).filter(history_user__isnull=False)
    saves = saves.filter(history_date__gt=since) if since else saves
    rows: QuerySet[Any] = row_type.model._default_manager.all()
    if row_type.model in _VERSION_LOOKUPS:
        rows = rows.filter(_legal_text_filter(row_type.model, conclusion))
    elif row_type.consultation_path is None:
        shared = history_filters(conclusion)[row_type.model]
        saves = saves.filter(shared)
    elif row_type.conclusion_path is None:
        rows = rows_of(row_type, conclusion.consultation)
    else:
        rows = rows_of(row_type, conclusion)
    referred = [
        field.name
        for field in row_type.model._meta.concrete_fields
        if field.related_model in ROW_TYPES_BY_MODEL
    ]
    rows = rows.filter(pk__in=saves.values("id"))
    return rows.select_related(*referred) if referred else rows


def _versions(
    field: str, lines: Sequence[Any], wording: Wording, since: dt.datetime | None
) -> list[_Version]:
    """Return the wordings that a text had: that of the last edition, then all later.

    The last one is the present wording, which a change without history may have made.
    """
    old = [line for line in lines if since and line["history_date"] <= since]
    begin = lines.index(old[-1]) + 1 if old else 0
    return [
        _Version(lines[begin - 1][field] if begin else "", None),
        *(
            _Version(line[field], line["history_user_id"])
            for line in lines[begin:]
            if line["history_type"] != "-"
        ),
        _Version(wording, None),
    ]


@dataclass(frozen=True)
class _Authors:
    """Who answers for a wording, and who of them took the wording over."""

    users: frozenset[int] = frozenset()
    taken_over_by: int | None = None


def _authors(versions: Sequence[_Version], taken: Mapping[str, int]) -> _Authors:
    """Return who answers for the last of a text's versions; the first is published.

    A wording that the text had before keeps its authors, whoever put it back. `taken`
    are the users who took over wordings, by the hash of the wording.
    """
    known = {wording_sha256(versions[0].wording): _Authors()}
    authors = _Authors()
    for version in versions[1:]:
        sha256 = wording_sha256(version.wording)
        if not version.wording:
            authors = _Authors()
        elif sha256 in known:
            authors = known[sha256]
        else:
            by = () if version.by is None else (version.by,)
            authors = _Authors(authors.users.union(by), authors.taken_over_by)
            if authors.users and sha256 in taken:
                authors = _Authors(frozenset({taken[sha256]}), taken[sha256])
            known[sha256] = authors
    return authors


# --- taking over ----------------------------------------------------------------------


@transaction.atomic
def take_over_text(
    conclusion: Conclusion,
    *,
    row: str,
    field: str,
    sha256: str,
    by: User,
    at: dt.datetime | None = None,
) -> WrittenText:
    """Record that a user takes over a text that others wrote, in the wording read.

    Raise Refusal with every reason against it.
    """
    Conclusion.objects.select_for_update().get(pk=conclusion.pk)
    reasons = role_blockers(by, Action.DRAFT)
    texts = {(text.row, text.field): text for text in written_texts(conclusion)}
    text = texts.get((row, field))
    if text is None:
        reasons.append(
            "No one has changed this text since the last published edition. Reload the "
            "page."
        )
    elif text.sha256 != sha256:
        reasons.append(
            f"“{text.label}” was changed after you opened this page. Read the text "
            "again before you take it over."
        )
    elif not text.authors - {by.pk}:
        reasons.append(f"You have already written or taken over “{text.label}”.")
    if reasons or text is None:
        raise Refusal(reasons)
    at = at or timezone.now()
    TextTakeover.objects.create(
        conclusion=conclusion, row=row, field=field, sha256=sha256, by=by, at=at
    )
    names = exact_names(text.authors - {by.pk})
    others = ", ".join(names[pk] for pk in sorted(text.authors - {by.pk}))
    trail.record_event(
        conclusion.consultation,
        kind="taken-over",
        summary=f"{text.label}, written by {others}, was taken over for "
        f"“{conclusion.title}” (checksum {sha256})",
        by=by,
        at=at,
    )
    return text
