"""Scheduled publication: carried out, failed, refused and cancelled."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from consultations.editions import scheduling, workflow
from consultations.editions.scheduling import (
    cancel_schedule,
    publish_due,
    publish_if_due,
    schedule_publication,
)
from consultations.models import Edition, Notice, ScheduledPublication
from tests.support.editions import approver, make_approved, make_submitted, refusal
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def adam() -> User:
    return approver(username="adam", email="adam@example.org")


@pytest.fixture
def edition() -> Edition:
    return make_approved()


def plan(edition: Edition, by: User, when: dt.datetime = NOON) -> ScheduledPublication:
    return schedule_publication(edition, when=when, by=by, at=NOW)


def state(edition: Edition) -> str:
    edition.refresh_from_db()
    return edition.state


# Publication when due


def test_scheduled_edition_is_published_when_due(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    assert publish_if_due(edition.pk, at=NOON)
    assert (state(edition), edition.published_at) == ("published", NOON)


def test_scheduled_edition_is_published_by_its_scheduler(
    edition: Edition, adam: User
) -> None:
    plan(edition, adam)
    publish_if_due(edition.pk, at=NOON)
    edition.refresh_from_db()
    assert edition.published_by == adam


def test_another_worker_publishes_after_worker_crash(
    edition: Edition, adam: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    now = timezone.now()
    schedule_publication(edition, when=now, by=adam, at=now - dt.timedelta(minutes=1))

    def die(edition: int) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(scheduling, "publish_if_due", die)
        with pytest.raises(KeyboardInterrupt):
            scheduling.publish_scheduled.func(edition.pk)
    (later,) = DBTaskResult.objects.all()
    assert later.run_after - now > dt.timedelta(minutes=2)
    scheduling.publish_scheduled.func(edition.pk)
    assert state(edition) == "published"
    before = DBTaskResult.objects.filter(task_path__endswith="publish_planned").count()
    scheduling.publish_scheduled.func(edition.pk)
    tasks = DBTaskResult.objects.filter(task_path__endswith="publish_planned")
    assert tasks.count() == before


def test_scheduled_edition_is_not_published_early(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    assert not publish_if_due(edition.pk, at=NOON - dt.timedelta(seconds=1))
    assert state(edition) == "approved"


def test_due_edition_is_published_once(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    done = [publish_if_due(edition.pk, at=NOON) for _ in range(3)]
    assert done == [True, False, False]


def test_task_for_postponed_time_does_nothing(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    plan(edition, adam, NOON + dt.timedelta(days=1))
    assert not publish_if_due(edition.pk, at=NOON)


def test_task_for_cancelled_schedule_does_nothing(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    cancel_schedule(edition, by=adam, at=NOW)
    assert not publish_if_due(edition.pk, at=NOON)


def test_rejected_edition_is_not_published_when_due(
    edition: Edition, adam: User
) -> None:
    plan(edition, adam)
    workflow.reject_edition(edition, by=adam, sha256=edition.sha256, remarks="No.")
    assert not publish_if_due(edition.pk, at=NOON)
    assert state(edition) == "rejected"


def test_unscheduled_edition_is_not_published(edition: Edition) -> None:
    assert not publish_if_due(edition.pk, at=NOON)


# Failed publication


def test_scheduler_without_role_publishes_nothing(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    adam.groups.clear()
    assert not publish_if_due(edition.pk, at=NOON)
    assert state(edition) == "approved"


def test_failure_reason_is_stored_with_schedule(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    adam.is_active = False
    adam.save()
    publish_if_due(edition.pk, at=NOON)
    assert "You need the role Approver" in ScheduledPublication.objects.get().failure


def test_scheduler_is_notified_of_failed_publication(
    edition: Edition, adam: User
) -> None:
    plan(edition, adam)
    adam.groups.clear()
    publish_if_due(edition.pk, at=NOON)
    notice = Notice.objects.get(subject__startswith="Not published")
    assert notice.to == "adam@example.org"
    assert f"/desk/conclusions/{edition.conclusion.slug}/sign-off/" in notice.body


def test_failed_publication_is_notified_once(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    adam.groups.clear()
    for _ in range(3):
        publish_due(at=NOON)
    assert Notice.objects.filter(subject__startswith="Not published").count() == 1


def test_failed_publication_can_be_rescheduled(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    adam.groups.clear()
    publish_if_due(edition.pk, at=NOON)
    plan(edition, approver(), NOON + dt.timedelta(hours=1))
    assert publish_if_due(edition.pk, at=NOON + dt.timedelta(hours=1))


# Refused schedules


def test_unapproved_edition_cannot_be_scheduled(adam: User) -> None:
    edition = make_submitted()
    assert "This edition has not been approved yet." in refusal(
        lambda: plan(edition, adam)
    )


def test_drafter_cannot_schedule_publication(edition: Edition) -> None:
    dora = make_user(role="Drafter")
    assert "You need the role" in refusal(lambda: plan(edition, dora))


@pytest.mark.parametrize("minutes", [0, 1, 60])
def test_past_publication_time_is_refused(
    edition: Edition, adam: User, minutes: int
) -> None:
    when = NOW - dt.timedelta(minutes=minutes)
    assert "is in the past" in refusal(lambda: plan(edition, adam, when))


def test_cancelling_without_schedule_is_refused(edition: Edition, adam: User) -> None:
    assert "is not scheduled" in refusal(lambda: cancel_schedule(edition, by=adam))


def test_drafter_cannot_cancel_schedule(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    dora = make_user(role="Drafter")
    assert "You need the role" in refusal(lambda: cancel_schedule(edition, by=dora))


# Overdue publication by command


def test_publish_due_command_publishes_overdue_edition(
    edition: Edition, adam: User
) -> None:
    soon = timezone.now() + dt.timedelta(hours=1)
    planned = schedule_publication(edition, when=soon, by=adam)
    planned.at = timezone.now() - dt.timedelta(minutes=5)
    planned.save()
    printed = io.StringIO()
    call_command("publish_due", stdout=printed)
    assert state(edition) == "published"
    assert "edition 1: published." in printed.getvalue()


def test_publish_due_command_skips_future_edition(edition: Edition, adam: User) -> None:
    schedule_publication(edition, when=timezone.now() + dt.timedelta(hours=1), by=adam)
    call_command("publish_due", stdout=io.StringIO())
    assert state(edition) == "approved"


def test_failed_publication_does_not_block_others(adam: User) -> None:
    first, second = make_approved(), make_approved()
    gone = approver()
    plan(first, gone)
    plan(second, adam)
    gone.groups.clear()
    assert publish_due(at=NOON) == [second]


def test_schedule_is_recorded_in_trail(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    event = edition.conclusion.consultation.events.get(kind="planned")
    assert "12:00 on 2 March 2026" in event.summary
