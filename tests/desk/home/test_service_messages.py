"""Messages in the workspace about a stopped worker and failed emails."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from consultations.background.workers import record_heartbeat
from responses.desk.home.service_messages import WORKER_MESSAGE
from tests.support.clocks import MovableClock
from tests.support.factories import make_notice, make_user
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
HEADING = "Problems with this site"


def home(client: Client, role: str) -> str:
    client.force_login(make_user(role=role))
    return text_of(client.get("/desk/"))


@pytest.mark.parametrize("role", ["Drafter", "Administrator"])
def test_stopped_worker_is_reported_while_something_waits(
    role: str, client: Client, clock: MovableClock
) -> None:
    notice = make_notice()
    clock.advance(seconds=61)
    assert WORKER_MESSAGE in home(client, role)
    notice.delete()
    assert HEADING not in home(client, role)


def test_stopped_worker_is_not_reported_to_approver(
    client: Client, clock: MovableClock
) -> None:
    make_notice()
    clock.advance(seconds=61)
    assert HEADING not in home(client, "Approver")


def test_running_worker_is_not_reported(client: Client, clock: MovableClock) -> None:
    make_notice()
    clock.advance(seconds=61)
    record_heartbeat("w")
    assert HEADING not in home(client, "Drafter")


def test_failed_emails_are_listed_for_two_weeks(
    client: Client, clock: MovableClock
) -> None:
    make_notice(failed_at=clock.now, subject="Published: Gas", to="bob@example.org")
    page = home(client, "Drafter")
    assert "1 email could not be sent within 24 hours:" in page
    assert "“Published: Gas” to bob@example.org, queued at " in page
    assert "send_waiting_notices --given-up" in page
    clock.advance(days=14, seconds=1)
    assert HEADING not in home(client, "Drafter")


def test_all_failed_emails_are_counted_and_ten_are_listed(
    client: Client, clock: MovableClock
) -> None:
    for number in range(12):
        failed_at = clock.now - dt.timedelta(minutes=number)
        make_notice(failed_at=failed_at, subject=f"Subject {number}.")
    page = home(client, "Administrator")
    assert "12 emails could not be sent" in page
    assert "Subject 9." in page
    assert "Subject 10." not in page
