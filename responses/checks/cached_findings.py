"""Cached findings of the checks, used until a row that the checks read has changed.

A page shows the findings again and again between two edits, and reading a large
consultation takes seconds. Publishing never uses cached findings: it runs the checks.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from consultations.models import Conclusion, Consultation, Edition
from responses.checks import Finding, findings
from responses.models import Comment
from responses.row_types import ROW_TYPES

Findings = tuple[list[Finding], list[Finding]]
"""Blockers and warnings."""

SECONDS = 24 * 60 * 60
"""How long findings are cached; they are outdated at midnight in any case."""


def findings_now(conclusion: Conclusion) -> Findings:
    """Return the findings; run the checks only if the cached ones are outdated."""
    key = key_of(conclusion)
    known: Findings | None = cache.get(key)
    if known is None:
        known = findings(conclusion)
        cache.set(key, known, SECONDS)
    return known


def findings_if_known(conclusion: Conclusion) -> Findings | None:
    """Return the findings if they are cached and current; run no check."""
    known: Findings | None = cache.get(key_of(conclusion))
    return known


def key_of(conclusion: Conclusion) -> str:
    return f"findings:{conclusion.pk}:{fingerprint(conclusion)}"


def fingerprint(conclusion: Conclusion) -> str:
    """Return a hash that is another one once anything the checks read has changed.

    It is of the histories, because a row's `version` does not go up with a plain
    save, while every save, delete and bulk write leaves a line there. A row that was
    moved to another consultation is missed among those that are here now.
    """
    state: list[object] = [
        *_histories(conclusion.consultation_id),
        *_replied_to(conclusion.consultation_id),
    ]
    state += Edition.objects.filter(conclusion=conclusion).values_list(
        "pk", "state", "number", "decided_at", "published_at", "withdrawn_at"
    )
    state += [timezone.localdate(), settings.PUBLIC_CLASSIFICATIONS, _program()]
    own = Consultation.objects.filter(pk=conclusion.consultation_id)
    state += [own.public().exists(), own.closed().exists()]
    return hashlib.sha256(repr(state).encode()).hexdigest()


def _histories(consultation: int) -> Iterator[tuple[object, ...]]:
    """Yield the state of each table and of its history, in two queries.

    On PostgreSQL a line may come to light after one with a higher number: hence the
    counts and sums. On SQLite a number that was rolled back is given again: hence the
    dates of the last lines.
    """
    query = _query()
    with connection.cursor() as cursor:
        cursor.execute(query, [consultation] * query.count("%s"))
        counted = sorted(cursor.fetchall())
        yield from counted
        lasts = {table: last for table, _, _, last in counted if last}
        if lasts:
            cursor.execute(_dates(tuple(lasts)), list(lasts.values()))
            yield from cursor.fetchall()


@functools.cache
def _query() -> str:
    """Return the query for every table: name, rows, sum and last line of its history.

    In SQL, because the names are the program's own and putting thirty querysets
    together takes longer than the database does.
    """
    parts = []
    for row_type in ROW_TYPES:
        model, path = row_type.model, row_type.consultation_path
        if not row_type.in_checks:
            continue
        if path is None:
            parts.append(_counted(model))
            continue
        rows = f" WHERE {_is_of(model, path or 'id')}"
        table = model._meta.db_table
        parts.append(_counted(model, rows))
        parts.append(f"SELECT '{table}', COUNT(*), 0, 0 FROM {table}{rows}")  # noqa: S608
    return " UNION ALL ".join(parts)


def _counted(model: Any, rows: str = "") -> str:
    table = model.history.model._meta.db_table
    return (
        f"SELECT '{table}', COUNT(*), SUM(history_id), MAX(history_id) "  # noqa: S608
        f"FROM {table}{rows}"
    )


def _dates(tables: Iterable[str]) -> str:
    return " UNION ALL ".join(
        f"SELECT '{table}', history_date FROM {table} WHERE history_id = %s"  # noqa: S608
        for table in tables
    )


def _is_of(model: Any, path: str) -> str:
    """Return the condition that a row, or a line of its history, is of one."""
    name, _, further = path.partition("__")
    field = model._meta.get_field(name)
    if not further:
        return f"{field.column} = %s"
    above = field.related_model
    table, condition = above._meta.db_table, _is_of(above, further)
    rows = f"(SELECT id FROM {table} WHERE {condition})"  # noqa: S608
    if connection.vendor == "postgresql":  # a join would read every consultation's
        return f"{field.column} = ANY(ARRAY{rows})"
    return f"{field.column} IN {rows}"


def _replied_to(consultation: int) -> list[tuple[object, ...]]:
    """Return the state of the comments of other conclusions that are replied to."""
    replies = Comment.objects.filter(consultation=consultation).exclude(replies_to="")
    slugs = {
        reply.partition("#")[0]
        for reply in replies.order_by().values_list("replies_to", flat=True)
    }
    if not slugs:
        return []
    others = Conclusion.objects.filter(slug__in=slugs).order_by("pk")
    return [
        *others.values_list("slug", "consultation"),
        *Comment.objects.filter(consultation__in=others.values("consultation"))
        .order_by("pk")
        .values_list("consultation", "key"),
    ]


@functools.cache
def _program() -> str:
    """Return a hash of the program: a cache may outlive the checks that filled it."""
    root = Path(settings.BASE_DIR)
    files = sorted(
        file
        for folder in ("consultations", "responses")
        for file in (root / folder).rglob("*.py")
    )
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
