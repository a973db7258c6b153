"""Emails about editions: queued in the transaction they report, sent by the worker.

They hold a title, an action, a user and an address; remarks, reasons and the text of
the conclusion stay on the site, where access is checked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from consultations.access import Role, users_with_role
from consultations.documents.wording import printed_time
from consultations.models import (
    Consultation,
    Edition,
    Notice,
    ScheduledPublication,
    SignOff,
)

SENDING_TIMEOUT = dt.timedelta(minutes=10)
"""After this a worker that claimed a notice is considered crashed."""

RETRY_DELAYS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))
"""How long to wait after each attempt that failed."""


# --- texts and recipients ---------------------------------------------------------


def notify_of_submission(edition: Edition) -> None:
    """Ask those who may approve an edition to read it."""
    _queue_about_edition(
        edition,
        to=[user.email for user in _approvers() if user != edition.submitted_by],
        subject="For approval",
        paragraphs=[
            f"{_name(edition.submitted_by)} has submitted a conclusion for approval:",
            edition.conclusion.title,
            f"Review the conclusion, then approve or return it: {_desk_url(edition)}",
            f"Checksum (SHA-256) of the edition: {edition.sha256}",
        ],
    )


def notify_of_decision(sign_off: SignOff) -> None:
    """Tell the submitter how somebody decided on an edition."""
    edition = sign_off.edition
    approved = sign_off.decision == SignOff.Decision.APPROVE
    did = "approved" if approved else "returned"
    next_step = (
        "Publish the conclusion, or schedule its publication"
        if approved
        else "Read the review remarks, then submit the conclusion again"
    )
    _queue_about_edition(
        edition,
        to=[edition.submitted_by.email],
        subject="Approved" if approved else "Returned",
        paragraphs=[
            f"{_name(sign_off.by)} has {did} the conclusion that you submitted:",
            edition.conclusion.title,
            f"{next_step}: {_desk_url(edition)}",
        ],
    )


def notify_of_publication(edition: Edition) -> None:
    """Tell the mailbox and the submitter that an edition is published."""
    _queue_about_edition(
        edition,
        to=[_mailbox(edition), edition.submitted_by.email],
        subject="Published",
        paragraphs=[
            f"Edition {edition.number} of this conclusion has been published:",
            edition.conclusion.title,
            f"Read the edition: {_page_url(edition)}",
        ],
    )


def notify_of_withdrawal(edition: Edition) -> None:
    """Tell the mailbox and the submitter that an edition is withdrawn."""
    _queue_about_edition(
        edition,
        to=[_mailbox(edition), edition.submitted_by.email],
        subject="Withdrawn",
        paragraphs=[
            f"Edition {edition.number} of this conclusion has been withdrawn:",
            edition.conclusion.title,
            f"Read the edition and the reason: {_page_url(edition)}",
        ],
    )


def notify_of_schedule(planned: ScheduledPublication) -> None:
    """Tell the mailbox and the submitter when an edition is to be published."""
    edition = planned.edition
    when = printed_time(timezone.localtime(planned.at))
    _queue_about_edition(
        edition,
        to=[_mailbox(edition), edition.submitted_by.email],
        subject="Publication scheduled",
        paragraphs=[
            f"{_name(planned.by)} has scheduled the publication of this conclusion:",
            edition.conclusion.title,
            f"Scheduled time: {when}",
            f"Cancel or change the schedule before then: {_desk_url(edition)}",
        ],
    )


def notify_of_cancelled_schedule(edition: Edition, *, by: User) -> None:
    """Tell the mailbox and the submitter that a schedule was cancelled."""
    _queue_about_edition(
        edition,
        to=[_mailbox(edition), edition.submitted_by.email],
        subject="Schedule cancelled",
        paragraphs=[
            f"{_name(by)} has cancelled the scheduled publication of this conclusion:",
            edition.conclusion.title,
            f"Publish the conclusion, or schedule it again: {_desk_url(edition)}",
        ],
    )


def notify_of_failed_schedule(planned: ScheduledPublication) -> None:
    """Tell the user who scheduled a publication that it failed."""
    edition = planned.edition
    next_step = "Read the reason, then publish the conclusion, or schedule it again"
    _queue_about_edition(
        edition,
        to=[planned.by.email, edition.submitted_by.email],
        subject="Not published",
        paragraphs=[
            "The scheduled publication of this conclusion failed:",
            edition.conclusion.title,
            f"{next_step}: {_desk_url(edition)}",
        ],
    )


def _approvers() -> list[User]:
    """Return the Approvers, or the Administrators where there is none."""
    return list(users_with_role(Role.APPROVER)) or list(
        users_with_role(Role.ADMINISTRATOR)
    )


def _mailbox(edition: Edition) -> str:
    own = edition.conclusion.consultation.mailbox
    return own or str(settings.ORGANISATION["mailbox"])


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()


def _desk_url(edition: Edition) -> str:
    slug = edition.conclusion.slug
    return f"{settings.SITE_URL}/desk/conclusions/{slug}/sign-off/"


def _page_url(edition: Edition) -> str:
    slug = edition.conclusion.slug
    return f"{settings.SITE_URL}/conclusions/{slug}/editions/{edition.number}/"


def _queue_about_edition(
    edition: Edition, *, to: Iterable[str], subject: str, paragraphs: list[str]
) -> None:
    queue_notices(
        edition.conclusion.consultation,
        to=to,
        subject=f"{subject}: {edition.conclusion.title}",
        body="\n\n".join(paragraphs) + "\n",
    )


# --- queueing and sending -----------------------------------------------------------


def queue_notices(
    consultation: Consultation, *, to: Iterable[str], subject: str, body: str
) -> list[Notice]:
    """Create one notice per distinct address, to be sent after the commit."""
    addresses = {address.casefold(): address for address in to if address}
    notices = [
        Notice.objects.create(
            consultation=consultation,
            to=address,
            subject=subject if len(subject) <= 200 else f"{subject[:199]}…",
            body=body,
            queued_at=timezone.now(),
        )
        for address in addresses.values()
    ]
    for notice in notices:
        _send_after_commit(notice.pk)
    return notices


def _send_after_commit(pk: int) -> None:
    """Enqueue the sending; a failure is logged, and the notice stays pending."""
    transaction.on_commit(lambda: send_notice.enqueue(pk), robust=True)


@task()
def send_notice(pk: int) -> None:
    """Send one notice; when that fails, try again later, up to a bound.

    Should this worker die, another looks after it.
    """
    if not Notice.objects.pending().filter(pk=pk).exists():
        return
    if send_notice.get_backend().supports_defer:
        send_notice.using(run_after=timezone.now() + SENDING_TIMEOUT).enqueue(pk)
    notice = deliver(pk)
    if notice is None or notice.sent_at or notice.attempts >= Notice.MAX_ATTEMPTS:
        return
    if send_notice.get_backend().supports_defer:
        pause = RETRY_DELAYS[min(notice.attempts, len(RETRY_DELAYS)) - 1]
        send_notice.using(run_after=timezone.now() + pause).enqueue(pk)


def deliver(pk: int) -> Notice | None:
    """Try once to send a notice; None if it is sent or claimed by another worker.

    The mail goes out between two transactions, so that no lock waits for a mail
    server. A worker that dies in between leaves a notice that is sent again, under
    the same Message-ID.
    """
    notice = _claim_notice(pk)
    if notice is None:
        return None
    try:
        _message(notice).send()
    except (OSError, ValueError) as error:  # SMTPException is an OSError
        notice.error = f"{type(error).__name__}: {error}"
    else:
        notice.sent_at = timezone.now()
        notice.error = ""
    notice.sending_since = None
    notice.save(update_fields=["sent_at", "error", "sending_since"])
    return notice


@transaction.atomic
def _claim_notice(pk: int) -> Notice | None:
    """Claim a notice and count the attempt; None if another worker has claimed it."""
    notice = Notice.objects.select_for_update().filter(pk=pk, sent_at=None).first()
    now = timezone.now()
    if notice is None:
        return None
    if notice.sending_since and notice.sending_since > now - SENDING_TIMEOUT:
        return None
    notice.attempts += 1
    notice.sending_since = now
    notice.save(update_fields=["attempts", "sending_since"])
    return notice


def _message(notice: Notice) -> EmailMessage:
    host = urlsplit(settings.SITE_URL).hostname
    return EmailMessage(
        notice.subject,
        notice.body,
        to=[notice.to],
        headers={"Message-ID": f"<notice-{notice.pk}@{host}>"},
    )


def send_waiting_notices(*, given_up: bool = False) -> list[Notice]:
    """Retry pending notices, with `given_up` also failed ones; return them."""
    notices = Notice.objects.pending()
    if given_up:
        notices |= Notice.objects.failed()
    keys = list(notices.order_by("pk").values_list("pk", flat=True))
    return [notice for notice in map(deliver, keys) if notice]
