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
from django.db.models import Q
from django.utils import timezone

from consultations.models import (
    Conclusion,
    ConclusionAttachment,
    Consultation,
    ConsultationAttachment,
    ConsultationEdition,
    Edition,
)
from responses.checks import Finding, findings
from responses.models import Comment, FileWords
from responses.row_types import ROW_TYPES

Findings = tuple[list[Finding], list[Finding]]
"""Blockers and warnings."""

CACHE_SECONDS = 24 * 60 * 60
"""How long findings are cached; they are outdated at midnight in any case."""


def current_findings(conclusion: Conclusion) -> Findings:
    """Return the findings; run the checks only if the cached ones are outdated."""
    key = cache_key(conclusion)
    cached: Findings | None = cache.get(key)
    if cached is None:
        cached = findings(conclusion)
        cache.set(key, cached, CACHE_SECONDS)
    return cached


def findings_if_cached(conclusion: Conclusion) -> Findings | None:
    """Return the findings if they are cached and current; run no check."""
    cached: Findings | None = cache.get(cache_key(conclusion))
    return cached


def cache_key(conclusion: Conclusion) -> str:
    return f"findings:{conclusion.pk}:{fingerprint(conclusion)}"


def fingerprint(conclusion: Conclusion) -> str:
    """Return a hash that changes with anything the checks read.

    It is a hash of the histories: a plain save does not increment a row's `version`,
    but every save, delete and bulk write adds a history row. The number of present
    rows is hashed as well, for a row that was moved to another consultation.
    """
    state: list[object] = [
        *_history_states(conclusion.consultation_id),
        *_replied_comment_states(conclusion.consultation_id),
        *_file_states(conclusion.consultation_id),
    ]
    state += Edition.objects.filter(conclusion=conclusion).values_list(
        "pk", "state", "number", "decided_at", "published_at", "withdrawn_at"
    )
    state += ConsultationEdition.objects.filter(
        consultation=conclusion.consultation_id
    ).values_list("pk", "public_from", "discarded_at")
    state += [timezone.localdate(), settings.PUBLIC_CLASSIFICATIONS, _program_hash()]
    public_rows = Consultation.objects.filter(pk=conclusion.consultation_id)
    state += [public_rows.public().exists(), public_rows.closed().exists()]
    return hashlib.sha256(repr(state).encode()).hexdigest()


def _history_states(consultation: int) -> Iterator[tuple[object, ...]]:
    """Yield the state of each table and of its history, in two queries.

    On PostgreSQL a history row may be committed after one with a higher id: hence the
    counts and sums. SQLite reuses the id of a history row that was rolled back: hence
    the dates of the last rows.
    """
    query = _history_query()
    with connection.cursor() as cursor:
        cursor.execute(query, [consultation] * query.count("%s"))
        counted = sorted(cursor.fetchall())
        yield from counted
        last_ids = {table: last for table, _, _, last in counted if last}
        if last_ids:
            cursor.execute(_date_query(tuple(last_ids)), list(last_ids.values()))
            yield from cursor.fetchall()


@functools.cache
def _history_query() -> str:
    """Return the query for every table: name, and count, sum and maximum of ids.

    It is written in SQL, because combining thirty querysets takes longer than the
    query. All names in it are the program's own.
    """
    parts = []
    for row_type in ROW_TYPES:
        model, path = row_type.model, row_type.consultation_path
        if not row_type.in_checks:
            continue
        if path is None:
            parts.append(_count_query(model))
            continue
        rows = f" WHERE {_consultation_condition(model, path or 'id')}"
        table = model._meta.db_table
        parts.append(_count_query(model, rows))
        parts.append(f"SELECT '{table}', COUNT(*), 0, 0 FROM {table}{rows}")  # noqa: S608
    return " UNION ALL ".join(parts)


def _count_query(model: Any, rows: str = "") -> str:
    table = model.history.model._meta.db_table
    return (
        f"SELECT '{table}', COUNT(*), SUM(history_id), MAX(history_id) "  # noqa: S608
        f"FROM {table}{rows}"
    )


def _date_query(tables: Iterable[str]) -> str:
    return " UNION ALL ".join(
        f"SELECT '{table}', history_date FROM {table} WHERE history_id = %s"  # noqa: S608
        for table in tables
    )


def _consultation_condition(model: Any, path: str) -> str:
    """Return the SQL condition that a row, or a history row, is of a consultation."""
    name, _, rest = path.partition("__")
    field = model._meta.get_field(name)
    if not rest:
        return f"{field.column} = %s"
    parent = field.related_model
    table, condition = parent._meta.db_table, _consultation_condition(parent, rest)
    rows = f"(SELECT id FROM {table} WHERE {condition})"  # noqa: S608
    if connection.vendor == "postgresql":  # a join would read every consultation's
        return f"{field.column} = ANY(ARRAY{rows})"
    return f"{field.column} IN {rows}"


def _replied_comment_states(consultation: int) -> list[tuple[object, ...]]:
    """Return the state of the comments in other consultations that are replied to."""
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


def _file_states(consultation: int) -> list[tuple[object, ...]]:
    """Return when the words of the attached files were read, in one query."""
    own = ConsultationAttachment.objects.filter(consultation=consultation)
    others = ConclusionAttachment.objects.filter(
        conclusion__consultation=consultation, file__isnull=False
    )
    attached = Q(file__in=own.order_by().values("file")) | Q(
        file__in=others.order_by().values("file")
    )
    rows = FileWords.objects.filter(attached).order_by("pk")
    return list(rows.values_list("pk", "reader_version", "read_at"))


@functools.cache
def _program_hash() -> str:
    """Return a hash of the source: a cache may outlive the checks that filled it."""
    root = Path(settings.BASE_DIR)
    files = sorted(
        file
        for folder in ("consultations", "responses")
        for file in (root / folder).rglob("*.py")
    )
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
