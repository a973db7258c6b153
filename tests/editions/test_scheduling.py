"""Publishing at a set time: planned, carried out, refused, taken back."""

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


# When the time comes


def test_it_is_published_when_the_time_has_come(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    assert publish_if_due(edition.pk, at=NOON)
    assert (state(edition), edition.published_at) == ("published", NOON)


def test_it_is_published_in_the_name_of_who_planned_it(
    edition: Edition, adam: User
) -> None:
    plan(edition, adam)
    publish_if_due(edition.pk, at=NOON)
    edition.refresh_from_db()
    assert edition.published_by == adam


def test_another_worker_publishes_where_one_died(
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


def test_it_is_not_published_before(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    assert not publish_if_due(edition.pk, at=NOON - dt.timedelta(seconds=1))
    assert state(edition) == "approved"


def test_it_is_published_once(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    done = [publish_if_due(edition.pk, at=NOON) for _ in range(3)]
    assert done == [True, False, False]


def test_a_task_for_a_time_that_was_put_off_does_nothing(
    edition: Edition, adam: User
) -> None:
    plan(edition, adam)
    plan(edition, adam, NOON + dt.timedelta(days=1))
    assert not publish_if_due(edition.pk, at=NOON)


def test_a_plan_taken_back_does_nothing(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    cancel_schedule(edition, by=adam, at=NOW)
    assert not publish_if_due(edition.pk, at=NOON)


def test_what_was_sent_back_is_not_published(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    workflow.reject_edition(edition, by=adam, sha256=edition.sha256, remarks="No.")
    assert not publish_if_due(edition.pk, at=NOON)
    assert state(edition) == "rejected"


def test_an_edition_that_was_never_planned_is_left_alone(edition: Edition) -> None:
    assert not publish_if_due(edition.pk, at=NOON)


# When it cannot be done


def test_who_may_publish_no_more_publishes_nothing(
    edition: Edition, adam: User
) -> None:
    plan(edition, adam)
    adam.groups.clear()
    assert not publish_if_due(edition.pk, at=NOON)
    assert state(edition) == "approved"


def test_the_reason_is_kept_with_the_plan(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    adam.is_active = False
    adam.save()
    publish_if_due(edition.pk, at=NOON)
    assert "you need the role Approver" in ScheduledPublication.objects.get().failure


def test_who_planned_it_is_told(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    adam.groups.clear()
    publish_if_due(edition.pk, at=NOON)
    notice = Notice.objects.get(subject__startswith="Not published")
    assert notice.to == "adam@example.org"
    assert f"/desk/conclusions/{edition.conclusion.slug}/sign-off/" in notice.body


def test_a_failure_is_told_once(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    adam.groups.clear()
    for _ in range(3):
        publish_due(at=NOON)
    assert Notice.objects.filter(subject__startswith="Not published").count() == 1


def test_after_a_failure_another_time_can_be_set(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    adam.groups.clear()
    publish_if_due(edition.pk, at=NOON)
    plan(edition, approver(), NOON + dt.timedelta(hours=1))
    assert publish_if_due(edition.pk, at=NOON + dt.timedelta(hours=1))


# What is refused


def test_only_an_approved_edition_is_planned(adam: User) -> None:
    edition = make_submitted()
    assert "has approved this edition yet" in refusal(lambda: plan(edition, adam))


def test_a_drafter_plans_nothing(edition: Edition) -> None:
    dora = make_user(role="Drafter")
    assert "you need the role" in refusal(lambda: plan(edition, dora))


@pytest.mark.parametrize("minutes", [0, 1, 60])
def test_a_time_that_is_not_to_come_is_refused(
    edition: Edition, adam: User, minutes: int
) -> None:
    when = NOW - dt.timedelta(minutes=minutes)
    assert "is past" in refusal(lambda: plan(edition, adam, when))


def test_no_plan_is_no_plan_to_take_back(edition: Edition, adam: User) -> None:
    assert "No time is set" in refusal(lambda: cancel_schedule(edition, by=adam))


def test_a_drafter_takes_no_plan_back(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    dora = make_user(role="Drafter")
    assert "you need the role" in refusal(lambda: cancel_schedule(edition, by=dora))


# When no worker was there


def test_what_is_overdue_is_published_by_the_command(
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


def test_the_command_leaves_what_is_still_to_come(edition: Edition, adam: User) -> None:
    schedule_publication(edition, when=timezone.now() + dt.timedelta(hours=1), by=adam)
    call_command("publish_due", stdout=io.StringIO())
    assert state(edition) == "approved"


def test_one_that_fails_does_not_hold_up_the_others(adam: User) -> None:
    first, second = make_approved(), make_approved()
    gone = approver()
    plan(first, gone)
    plan(second, adam)
    gone.groups.clear()
    assert publish_due(at=NOON) == [second]


def test_the_plan_is_in_the_trail(edition: Edition, adam: User) -> None:
    plan(edition, adam)
    event = edition.conclusion.consultation.events.get(kind="planned")
    assert "12:00 on 2 March 2026" in event.summary
