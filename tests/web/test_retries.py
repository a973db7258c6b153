"""Requests that deadlock are retried; other failures are not."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import psycopg2
import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import OperationalError
from django.test import RequestFactory

from consultations.web import retries
from consultations.web.retries import MAX_DEADLOCK_TRIES, retry_on_deadlock


class Deadlock(psycopg2.OperationalError):
    pgcode = "40P01"


def failure(cause: Exception) -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = cause
    return error


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Replace sleeping and return the requested delays."""
    spent: list[float] = []
    monkeypatch.setattr("consultations.web.retries.time.sleep", spent.append)
    return spent


def request_with_file(content: bytes) -> Any:
    request = RequestFactory().post("/")
    request.FILES["f"] = InMemoryUploadedFile(
        BytesIO(content), "f", "a.txt", None, len(content), None
    )
    return request


def test_deadlocked_request_is_retried(pauses: list[float]) -> None:
    read = []

    def answer() -> str:
        read.append(request.FILES["f"].read())
        if len(read) < MAX_DEADLOCK_TRIES:
            raise failure(Deadlock())
        return "answered"

    request = request_with_file(b"words")
    assert retry_on_deadlock(request, answer) == "answered"
    assert read == [b"words"] * MAX_DEADLOCK_TRIES
    assert len(pauses) == MAX_DEADLOCK_TRIES - 1
    assert max(pauses) <= retries.MAX_RETRY_DELAY


def test_repeated_deadlock_fails_after_max_tries(pauses: list[float]) -> None:
    tries = []

    def answer() -> None:
        tries.append("try")
        raise failure(Deadlock())

    with pytest.raises(OperationalError):
        retry_on_deadlock(RequestFactory().post("/"), answer)
    assert len(tries) == MAX_DEADLOCK_TRIES


def test_other_database_error_is_not_retried(pauses: list[float]) -> None:
    def answer() -> None:
        raise failure(psycopg2.OperationalError("the disk is full"))

    with pytest.raises(OperationalError):
        retry_on_deadlock(RequestFactory().post("/"), answer)
    assert pauses == []
