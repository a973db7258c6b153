"""E-mails: queued with what they tell of, sent after it, once."""

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
    """Do at the end of a block what waits for the commit."""
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
    """Return whom the notices go to, and forget them."""
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


# --- who is told what ---------------------------------------------------------------


def test_a_submission_goes_to_the_other_approvers() -> None:
    submitter = drafter(email="dan@example.org")
    submitter.groups.add(approver(email="ann@example.org").groups.get())
    approver(email="bob@example.org")
    approver(email="")
    make_user(role="Drafter", email="eve@example.org")
    make_submitted(by=submitter)
    assert addresses() == ["ann@example.org", "bob@example.org"]


def test_a_submission_goes_to_administrators_where_there_is_no_approver() -> None:
    make_user(role="Administrator", email="ada@example.org")
    make_submitted()
    assert addresses() == ["ada@example.org"]


def test_a_decision_goes_to_the_submitter() -> None:
    edition = make_submitted(by=drafter(email="dan@example.org"))
    workflow.approve_edition(edition, by=approver(), sha256=edition.sha256)
    workflow.reject_edition(
        edition, by=approver(), sha256=edition.sha256, remarks="No."
    )
    subjects = [notice.subject for notice in Notice.objects.all()]
    assert subjects == [f"{did}: {edition.conclusion.title}" for did in DECISIONS]
    assert addresses() == ["dan@example.org"] * 2


DECISIONS = ("Approved", "Sent back")


def test_a_publication_goes_to_the_mailbox_and_the_submitter() -> None:
    consultation = make_consultation(mailbox="team@example.org")
    edition = make_approved(
        make_conclusion(consultation), by=drafter(email="dan@example.org")
    )
    addresses()
    workflow.publish_edition(edition, by=approver())
    assert addresses() == ["dan@example.org", "team@example.org"]


def test_without_a_mailbox_the_organisations_is_told(settings: Settings) -> None:
    make_published()
    assert addresses() == [settings.ORGANISATION["mailbox"]]


def test_a_time_that_is_set_or_taken_back_is_told_to_the_same_people() -> None:
    consultation = make_consultation(mailbox="team@example.org")
    edition = make_approved(
        make_conclusion(consultation), by=drafter(email="dan@example.org")
    )
    addresses()
    by = approver()
    scheduling.schedule_publication(edition, when=london("2040-01-02 09:30"), by=by)
    told = Notice.objects.values_list("body", flat=True)
    assert all("at 09:30 on 2 January 2040" in body for body in told)
    assert addresses() == ["dan@example.org", "team@example.org"]
    scheduling.cancel_schedule(edition, by=by)
    assert addresses() == ["dan@example.org", "team@example.org"]


def test_a_withdrawal_is_told_without_its_reason() -> None:
    edition = make_published()
    Notice.objects.all().delete()
    workflow.withdraw_edition(edition, by=approver(), reason="Quotes Acme by name.")
    (notice,) = Notice.objects.all()
    assert "Acme" not in notice.body
    assert notice.subject.startswith("Withdrawn: ")


def test_a_notice_links_to_the_edition(settings: Settings) -> None:
    settings.SITE_URL = "https://consult.example.org"
    edition = make_published(make_conclusion(make_consultation(slug="remote-2026")))
    assert edition.number == 1
    (notice,) = Notice.objects.all()
    link = "https://consult.example.org/conclusions/remote-2026/editions/1/"
    assert link in notice.body


def test_a_notice_holds_no_word_of_the_conclusion() -> None:
    approver(email="ann@example.org")
    make_published(by=drafter(email="dan@example.org"), words="Zebra.", note="Zebra.")
    assert Notice.objects.count() == 4
    assert not Notice.objects.filter(body__contains="Zebra").exists()


def test_an_address_is_written_to_once() -> None:
    notices.queue_notices(
        make_consultation(), to=["a@b.org", "A@b.org", ""], subject="x", body="y"
    )
    assert Notice.objects.count() == 1


def test_a_long_title_is_cut_short_in_the_subject() -> None:
    (notice,) = notices.queue_notices(
        make_consultation(), to=["a@b.org"], subject="x" * 500, body="y"
    )
    assert notice.subject == "x" * 199 + "…"


# --- sending ------------------------------------------------------------------------


def test_nothing_is_sent_before_the_commit() -> None:
    make_published()
    assert mail.outbox == []


def test_a_notice_is_sent_after_the_commit(commit: Commit) -> None:
    with commit():
        edition = make_published()
    (message,) = mail.outbox
    assert message.subject == f"Published: {edition.conclusion.title}"
    notice = Notice.objects.get()
    assert (notice.attempts, notice.error) == (1, "")
    assert notice.sent_at


def test_a_queue_that_fails_stops_nobody(
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


def test_what_is_refused_sends_nothing(commit: Commit) -> None:
    edition = make_submitted()
    with commit(), pytest.raises(workflow.Refusal):
        workflow.publish_edition(edition, by=approver())
    assert mail.outbox == []


def test_a_notice_is_sent_once() -> None:
    notice = make_notice()
    assert notices.deliver(notice.pk)
    assert notices.deliver(notice.pk) is None
    assert len(mail.outbox) == 1


def test_a_notice_in_somebodys_hand_is_left_alone() -> None:
    notice = make_notice(sending_since=timezone.now() - dt.timedelta(minutes=5))
    assert notices.deliver(notice.pk) is None
    assert mail.outbox == []


def test_a_notice_in_a_dead_workers_hand_is_sent() -> None:
    notice = make_notice(sending_since=timezone.now() - dt.timedelta(minutes=11))
    assert notices.deliver(notice.pk)
    assert len(mail.outbox) == 1


def test_a_message_keeps_its_id_at_every_attempt() -> None:
    notice = make_notice()
    notices.deliver(notice.pk)
    (message,) = mail.outbox
    assert message.message()["Message-ID"] == f"<notice-{notice.pk}@127.0.0.1>"


@pytest.mark.usefixtures("no_mail_server")
def test_a_failure_is_noted() -> None:
    notice = notices.deliver(make_notice().pk)
    assert notice
    notice.refresh_from_db()
    assert notice.error == "SMTPServerDisconnected: nobody there"
    assert (notice.attempts, notice.sent_at, notice.sending_since) == (1, None, None)


@pytest.mark.usefixtures("no_mail_server", "database_queue")
def test_after_a_failure_it_is_tried_again_later() -> None:
    notices.send_notice.func(make_notice().pk)
    soon, later = DBTaskResult.objects.order_by("run_after")
    assert soon.run_after - timezone.now() > dt.timedelta(seconds=50)
    assert later.run_after - timezone.now() > dt.timedelta(minutes=9)


@pytest.mark.usefixtures("database_queue")
def test_another_worker_looks_after_a_notice_whose_worker_died(
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
def test_it_is_not_tried_for_ever() -> None:
    notices.send_notice.func(make_notice(attempts=Notice.MAX_ATTEMPTS - 1).pk)
    (looking,) = DBTaskResult.objects.all()
    assert looking.run_after - timezone.now() > dt.timedelta(minutes=9)
    assert Notice.objects.failed().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_queue")
def test_the_worker_finds_what_is_queued() -> None:
    notices.queue_notices(make_consultation(), to=["a@b.org"], subject="x", body="y")
    call_command("db_worker", "--batch", "--no-startup-delay", "--no-reload")
    assert len(mail.outbox) == 1
    assert Notice.objects.get().sent_at


# --- what is still waiting ------------------------------------------------------------


def test_what_waits_can_be_sent_by_hand() -> None:
    make_notice()
    make_notice(sent_at=timezone.now())
    output = StringIO()
    call_command("send_waiting_notices", stdout=output)
    assert output.getvalue() == "1 sent.\n"
    assert not Notice.objects.pending().exists()


def test_what_was_given_up_is_sent_when_asked_for() -> None:
    make_notice(attempts=Notice.MAX_ATTEMPTS)
    assert notices.send_waiting_notices() == []
    assert len(notices.send_waiting_notices(given_up=True)) == 1


@pytest.mark.usefixtures("no_mail_server")
def test_the_command_says_what_could_not_be_sent() -> None:
    make_notice()
    errors = StringIO()
    with pytest.raises(CommandError, match="1 could not be sent"):
        call_command("send_waiting_notices", stdout=StringIO(), stderr=errors)
    assert "To ann@example.org: SMTPServerDisconnected" in errors.getvalue()
