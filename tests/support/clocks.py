"""A clock that tests move, for code that waits for hours."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from consultations.background import outages


class MovableClock:
    """The time that `timezone.now` returns; a pause of our own code moves it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)
        monkeypatch.setattr(timezone, "now", lambda: self.now)
        monkeypatch.setattr(outages, "pause", self.pause)

    def advance(self, **duration: float) -> None:
        """Move on."""
        self.now += dt.timedelta(**duration)

    def pause(self, seconds: float) -> None:
        """Move on in place of waiting."""
        self.advance(seconds=seconds)
