"""E-mail notices: queued in the transaction, sent once after commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from consultations.editions import scheduling, workflow
from consultations.models import Consultation, Notice
from consultations.notifications import notices
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


def make_notice(consultation: Consultation | None = None, **values: Any) -> Notice:
    notice = Notice(
        consultation=consultation or make_consultation(),
        to="ann@example.org",
        subject="Published: a title",
        body="Edition 1 is published.",
        queued_at=timezone.now(),
        **values,
    )
    notice.save()
    return notice


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


@pytest.mark.usefixtures("no_mail_server", "database_queue")
def test_failed_delivery_is_scheduled_again() -> None:
    notices.send_notice.func(make_notice().pk)
    soon, later = DBTaskResult.objects.order_by("run_after")
    assert soon.run_after - timezone.now() > dt.timedelta(seconds=50)
    assert later.run_after - timezone.now() > dt.timedelta(minutes=9)


@pytest.mark.usefixtures("database_queue")
def test_crashed_task_leaves_a_scheduled_retry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notice = make_notice()

    def die(pk: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(notices, "deliver", die)
        with pytest.raises(KeyboardInterrupt):
            notices.send_notice.func(notice.pk)
    assert DBTaskResult.objects.get().args_kwargs["args"] == [notice.pk]
    notices.send_notice.func(notice.pk)
    notices.send_notice.func(notice.pk)
    assert len(mail.outbox) == 1
    assert DBTaskResult.objects.count() == 2


@pytest.mark.usefixtures("no_mail_server", "database_queue")
def test_last_attempt_is_not_retried() -> None:
    notices.send_notice.func(make_notice(attempts=Notice.MAX_ATTEMPTS - 1).pk)
    (looking,) = DBTaskResult.objects.all()
    assert looking.run_after - timezone.now() > dt.timedelta(minutes=9)
    assert Notice.objects.failed().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_queue")
def test_db_worker_sends_queued_notice() -> None:
    notices.queue_notices(make_consultation(), to=["a@b.org"], subject="x", body="y")
    call_command("db_worker", "--batch", "--no-startup-delay", "--no-reload")
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
    make_notice(attempts=Notice.MAX_ATTEMPTS)
    assert notices.send_waiting_notices() == []
    assert len(notices.send_waiting_notices(given_up=True)) == 1


@pytest.mark.usefixtures("no_mail_server")
def test_command_reports_undelivered_notices() -> None:
    make_notice()
    errors = StringIO()
    with pytest.raises(CommandError, match="could not be sent: 1"):
        call_command("send_waiting_notices", stdout=StringIO(), stderr=errors)
    assert "To ann@example.org: SMTPServerDisconnected" in errors.getvalue()
