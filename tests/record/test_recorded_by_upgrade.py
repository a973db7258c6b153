"""The upgrade to recorded steps: events of what was there, and the way back."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from consultations.audit import trail
from consultations.editions.triggers import without_guards
from consultations.editions.verification import verify_everything
from consultations.models import Consultation, ConsultationEdition, Event
from consultations.record.notices import request_notice
from tests.support.editions import drafter
from tests.support.factories import freeze, make_consultation
from tests.support.pages import at, day
from tests.support.sql import run

pytestmark = pytest.mark.django_db

FROZEN = import_module("consultations.migrations.0018_consultation_editions")
RECORDED = import_module("consultations.migrations.0021_recorded_notices")


@pytest.fixture
def earlier() -> Consultation:
    """Return a consultation with an edition and a waiting notice, both unrecorded."""
    row = make_consultation("asked", opens_on=day(-10), closes=at(10))
    freeze(row)
    row.title = "Another title"
    row.save()
    request_notice(row, kind="corrected", text="An error.", by=drafter())
    with without_guards(connection):
        Event.objects.all()._raw_delete("default")
    return row


def migrate(function: Any) -> None:
    with without_guards(connection):
        function(apps, SimpleNamespace(connection=connection, execute=run))


def test_what_was_there_is_recorded_and_can_be_forgotten(earlier: Consultation) -> None:
    frozen = list(ConsultationEdition.objects.values("pk", "content", "title"))
    assert len(verify_everything().faults) == 3
    migrate(RECORDED.record_found_rows)
    assert verify_everything().faults == []
    kinds = list(earlier.events.values_list("kind", flat=True))
    assert kinds == [*(["consultation-edition-recorded"] * 2), "notice-recorded"]
    assert list(ConsultationEdition.objects.values("pk", "content", "title")) == frozen
    migrate(RECORDED.forget_found_rows)
    assert not earlier.events.exists()


def test_recorded_rows_are_not_forgotten_under_later_events(
    earlier: Consultation,
) -> None:
    migrate(RECORDED.record_found_rows)
    trail.record_event(earlier, kind="noted", summary="A later event.", by=None)
    with pytest.raises(RuntimeError, match=r"reversed after “A later event\.”"):
        migrate(RECORDED.forget_found_rows)


def test_reversal_forgets_events_of_notices_too(earlier: Consultation) -> None:
    trail.record_event(earlier, kind="noted", summary="First.", by=None)
    for kind in ("consultation-frozen", "notice-requested", "notice-refused"):
        trail.record_event(earlier, kind=kind, summary="Told.", by=None)
    with without_guards(connection):
        FROZEN._forget_events(apps)
    assert list(earlier.events.values_list("kind", flat=True)) == ["noted"]
    trail.record_event(earlier, kind="notice-requested", summary="Told.", by=None)
    trail.record_event(earlier, kind="noted", summary="Last.", by=None)
    with pytest.raises(RuntimeError, match="cannot be reversed"):
        FROZEN._forget_events(apps)
