"""SQL as somebody writes it who has the database, and not the application."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from consultations.models import Edition

Value = str | int | bytes

NOW = "2026-02-16 09:00:00+00:00"


def run(sql: str, *values: Value) -> int:
    """Run one statement as somebody at the database's own prompt would."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def refused(sql: str, *values: Value) -> str:
    """Return what the database says to a statement that it refuses."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        run(sql, *values)
    return str(error.value)


def sign_off_row(
    edition: Edition, by: User, decision: str = "approve", sha: str = ""
) -> tuple[str, *tuple[Value, ...]]:
    return (
        "INSERT INTO consultations_signoff "
        "(edition_id, by_id, at, decision, sha256, remarks) "
        "VALUES (%s, %s, %s, %s, %s, 'x')",
        edition.pk,
        by.pk,
        NOW,
        decision,
        sha or edition.sha256,
    )


def every_row_of(table: str) -> str:
    return f"DELETE FROM {table}"
