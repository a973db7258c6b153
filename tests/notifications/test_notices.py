"""E-mail notices: queued in the transaction, sent once after commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from consultations.editions import scheduling, workflow
from consultations.models import Notice
from consultations.notifications import notices
from tests.support.clocks import MovableClock
from tests.support.editions import (
    approver,
    drafter,
    make_approved,
    make_published,
    make_submitted,
)
from tests.support.factories import (
    london,
    make_conclusion,
    make_consultation,
    make_notice,
    make_user,
)

pytestmark = pytest.mark.django_db
Commit = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Commit:
    """Run on_commit callbacks at the end of a block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def no_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def send(self: EmailMessage) -> int:
        raise SMTPServerDisconnected("nobody there")

    monkeypatch.setattr(EmailMessage, "send", send)


@pytest.fixture
def database_queue(settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def addresses() -> list[str]:
    """Return the recipients of the notices, and delete them."""
    found = sorted(Notice.objects.values_list("to", flat=True))
    Notice.objects.all().delete()
    return found


# --- recipients and content ---------------------------------------------------------


def test_submission_notifies_other_approvers() -> None:
    submitter = drafter(email="dan@example.org")
    submitter.groups.add(approver(email="ann@example.org").groups.get())
    approver(email="bob@example.org")
    approver(email="")
    make_user(role="Drafter", email="eve@example.org")
    make_submitted(by=submitter)
    assert addresses() == ["ann@example.org", "bob@example.org"]


def test_submission_notifies_administrators_without_approvers() -> None:
    make_user(role="Administrator", email="ada@example.org")
    make_submitted()
    assert addresses() == ["ada@example.org"]


def test_decision_notifies_submitter() -> None:
    edition = make_submitted(by=drafter(email="dan@example.org"))
    workflow.approve_edition(edition, by=approver(), sha256=edition.sha256)
    workflow.reject_edition(
        edition, by=approver(), sha256=edition.sha256, remarks="No."
    )
    subjects = [notice.subject for notice in Notice.objects.all()]
    assert subjects == [f"{did}: {edition.conclusion.title}" for did in DECISIONS]
    assert addresses() == ["dan@example.org"] * 2


DECISIONS = ("Approved", "Returned")


def test_publication_notifies_mailbox_and_submitter() -> None:
    consultation = make_consultation(mailbox="team@example.org")
    edition = make_approved(
        make_conclusion(consultation), by=drafter(email="dan@example.org")
    )
    addresses()
    workflow.publish_edition(edition, by=approver())
    assert addresses() == ["dan@example.org", "team@example.org"]


def test_publication_notifies_organisation_without_mailbox(settings: Settings) -> None:
    make_published()
    assert addresses() == [settings.ORGANISATION["mailbox"]]


def test_scheduling_notifies_mailbox_and_submitter() -> None:
    consultation = make_consultation(mailbox="team@example.org")
    edition = make_approved(
        make_conclusion(consultation), by=drafter(email="dan@example.org")
    )
    addresses()
    by = approver()
    scheduling.schedule_publication(edition, when=london("2040-01-02 09:30"), by=by)
    told = Notice.objects.values_list("body", flat=True)
    assert all("Scheduled time: 09:30 on 2 January 2040" in body for body in told)
    assert addresses() == ["dan@example.org", "team@example.org"]
    scheduling.cancel_schedule(edition, by=by)
    assert addresses() == ["dan@example.org", "team@example.org"]


def test_withdrawal_notice_omits_its_reason() -> None:
    edition = make_published()
    Notice.objects.all().delete()
    workflow.withdraw_edition(edition, by=approver(), reason="Quotes Acme by name.")
    (notice,) = Notice.objects.all()
    assert "Acme" not in notice.body
    assert notice.subject.startswith("Withdrawn: ")


def test_notice_links_to_the_edition(settings: Settings) -> None:
    settings.SITE_URL = "https://consult.example.org"
    edition = make_published(make_conclusion(make_consultation(slug="remote-2026")))
    assert edition.number == 1
    (notice,) = Notice.objects.all()
    link = "https://consult.example.org/conclusions/remote-2026/editions/1/"
    assert link in notice.body


def test_notice_contains_no_text_of_the_conclusion() -> None:
    approver(email="ann@example.org")
    make_published(by=drafter(email="dan@example.org"), words="Zebra.", note="Zebra.")
    assert Notice.objects.count() == 4
    assert not Notice.objects.filter(body__contains="Zebra").exists()


def test_duplicate_addresses_get_one_notice() -> None:
    notices.queue_notices(
        make_consultation(), to=["a@b.org", "A@b.org", ""], subject="x", body="y"
    )
    assert Notice.objects.count() == 1


def test_long_subject_is_truncated() -> None:
    (notice,) = notices.queue_notices(
        make_consultation(), to=["a@b.org"], subject="x" * 500, body="y"
    )
    assert notice.subject == "x" * 199 + "…"


# --- sending ------------------------------------------------------------------------


def test_notice_is_not_sent_before_commit() -> None:
    make_published()
    assert mail.outbox == []


def test_notice_is_sent_after_commit(commit: Commit) -> None:
    with commit():
        edition = make_published()
    (message,) = mail.outbox
    assert message.subject == f"Published: {edition.conclusion.title}"
    notice = Notice.objects.get()
    assert (notice.attempts, notice.error) == (1, "")
    assert notice.sent_at


def test_failing_queue_leaves_notice_pending(
    commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def enqueue(self, pk: int) -> None:
            raise OSError("no queue")

    monkeypatch.setattr(notices, "send_notice", Broken())
    with commit():
        notices.queue_notices(
            make_consultation(), to=["a@b.org"], subject="x", body="y"
        )
    assert Notice.objects.pending().count() == 1


def test_refused_step_sends_no_notice(commit: Commit) -> None:
    edition = make_submitted()
    with commit(), pytest.raises(workflow.Refusal):
        workflow.publish_edition(edition, by=approver())
    assert mail.outbox == []


def test_sent_notice_is_not_sent_again() -> None:
    notice = make_notice()
    assert notices.deliver(notice.pk)
    assert notices.deliver(notice.pk) is None
    assert len(mail.outbox) == 1


def test_notice_of_working_worker_is_left_alone() -> None:
    notice = make_notice(sending_since=timezone.now() - dt.timedelta(minutes=5))
    assert notices.deliver(notice.pk) is None
    assert mail.outbox == []


def test_notice_of_crashed_worker_is_sent() -> None:
    notice = make_notice(sending_since=timezone.now() - dt.timedelta(minutes=11))
    assert notices.deliver(notice.pk)
    assert len(mail.outbox) == 1


def test_message_id_is_derived_from_notice() -> None:
    notice = make_notice()
    notices.deliver(notice.pk)
    (message,) = mail.outbox
    assert message.message()["Message-ID"] == f"<notice-{notice.pk}@127.0.0.1>"


@pytest.mark.usefixtures("no_mail_server")
def test_failed_delivery_is_recorded() -> None:
    notice = notices.deliver(make_notice().pk)
    assert notice
    notice.refresh_from_db()
    assert notice.error == "SMTPServerDisconnected: nobody there"
    assert (notice.attempts, notice.sent_at, notice.sending_since) == (1, None, None)


@pytest.mark.usefixtures("no_mail_server")
def test_failed_delivery_is_due_later_each_time(clock: MovableClock) -> None:
    notice = make_notice()
    pauses = []
    for _ in range(8):
        notices.deliver(notice.pk)
        notice.refresh_from_db()
        pauses.append((notice.due_at - clock.now).total_seconds() / 60)
        clock.now = notice.due_at
    assert pauses == [1, 2, 5, 10, 20, 30, 30, 30]


@pytest.mark.usefixtures("no_mail_server")
def test_notice_fails_after_24_hours_and_not_before(
    clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    notice = make_notice()
    began_at = clock.now
    for _ in range(100):
        if not Notice.objects.pending().exists():
            break
        clock.now = Notice.objects.get().due_at
        notices.send_due_notices()
    notice.refresh_from_db()
    assert notice.failed_at == began_at + dt.timedelta(hours=24)
    warnings = [each for each in caplog.records if each.levelname == "WARNING"]
    (error,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert len(warnings) == notice.attempts - 1 == 52
    assert "SMTPServerDisconnected: nobody there" in warnings[0].getMessage()
    assert "send_waiting_notices --given-up" in error.getMessage()


@pytest.mark.usefixtures("no_mail_server")
def test_notice_queued_long_ago_is_tried_for_24_hours(clock: MovableClock) -> None:
    notice = make_notice()
    clock.advance(days=3)
    notices.deliver(notice.pk)
    assert Notice.objects.pending().count() == 1


def test_log_has_no_address_of_a_recipient(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(self: EmailMessage) -> int:
        raise SMTPRecipientsRefused({"ann@example.org": (550, b"<ann@example.org>?")})

    monkeypatch.setattr(EmailMessage, "send", refuse)
    notices.deliver(make_notice().pk)
    assert "550" in caplog.text
    assert "ann" not in caplog.text


def test_only_due_notices_are_sent_by_worker(clock: MovableClock) -> None:
    make_notice(to="now@example.org")
    later = make_notice(to="later@example.org")
    later.due_at = clock.now + dt.timedelta(seconds=1)
    later.save()
    notices.send_due_notices()
    assert [message.to for message in mail.outbox] == [["now@example.org"]]


def test_slow_mail_server_leaves_time_for_other_tasks(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def time_out(self: EmailMessage) -> int:
        clock.advance(seconds=6)
        raise TimeoutError

    monkeypatch.setattr(EmailMessage, "send", time_out)
    for _ in range(5):
        make_notice()
    notices.send_due_notices()
    assert list(Notice.objects.values_list("attempts", flat=True)) == [1, 1, 0, 0, 0]


def test_unexpected_error_is_a_failed_attempt(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: EmailMessage) -> int:
        raise KeyError("fault")

    monkeypatch.setattr(EmailMessage, "send", fail)
    notice = notices.deliver(make_notice().pk)
    assert notice
    assert (notice.error, notice.sending_since) == ("KeyError: 'fault'", None)
    assert "KeyError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_sent_notice_is_recorded_when_database_responds_again(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = make_notice()
    back_at = clock.now + dt.timedelta(minutes=5)
    save = Notice.save

    def save_when_back(self: Notice, *args: Any, **kwargs: Any) -> None:
        if self.sent_at and clock.now < back_at:
            raise OperationalError("away")
        save(self, *args, **kwargs)

    monkeypatch.setattr(Notice, "save", save_when_back)
    assert notices.deliver(notice.pk)
    notice.refresh_from_db()
    assert notice.sent_at
    assert back_at <= clock.now < back_at + dt.timedelta(seconds=11)
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_database_that_never_responds_again_raises_its_error(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = make_notice()
    save = Notice.save

    def fail_after_sending(self: Notice, *args: Any, **kwargs: Any) -> None:
        if self.sent_at:
            raise OperationalError("away")
        save(self, *args, **kwargs)

    monkeypatch.setattr(Notice, "save", fail_after_sending)
    with pytest.raises(OperationalError):
        notices.deliver(notice.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_queue")
def test_worker_sends_queued_notice() -> None:
    notices.queue_notices(make_consultation(), to=["a@b.org"], subject="x", body="y")
    call_command("worker", "--until-idle")
    assert len(mail.outbox) == 1
    assert Notice.objects.get().sent_at


# --- pending notices ------------------------------------------------------------------


def test_command_sends_pending_notices() -> None:
    make_notice()
    make_notice(sent_at=timezone.now())
    output = StringIO()
    call_command("send_waiting_notices", stdout=output)
    assert output.getvalue() == "Emails sent: 1.\n"
    assert not Notice.objects.pending().exists()


def test_failed_notices_are_sent_only_on_request() -> None:
    make_notice(failed_at=timezone.now())
    assert notices.send_waiting_notices() == []
    assert len(notices.send_waiting_notices(given_up=True)) == 1


@pytest.mark.usefixtures("no_mail_server")
def test_command_reports_undelivered_notices() -> None:
    make_notice()
    errors = StringIO()
    with pytest.raises(CommandError, match="could not be sent: 1"):
        call_command("send_waiting_notices", stdout=StringIO(), stderr=errors)
    assert "To ann@example.org: SMTPServerDisconnected" in errors.getvalue()
