"""Emails: queued in the transaction they report, sent by the worker.

Those about editions hold a title, an action, a user and an address; remarks, reasons
and the text of the conclusion stay on the site, where access is checked. Those about
accounts may have a secret, such as a link to reset a password: they are composed when
they are sent, and the secret is not stored.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from consultations.access import Role, users_with_role
from consultations.background.outages import OUTAGE_ERRORS, store_despite_outage
from consultations.documents.wording import printed_time
from consultations.models import (
    Consultation,
    Edition,
    Notice,
    ScheduledPublication,
    SignOff,
)
from consultations.user_names import user_label

logger = logging.getLogger(__name__)

SENDING_TIMEOUT = dt.timedelta(minutes=10)
"""After this a worker that claimed a notice is considered crashed."""

RETRY_DELAYS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30))
"""How long to wait after each attempt that failed; the last is repeated."""

RETRY_PERIOD = dt.timedelta(hours=24)
"""How long after its first attempt a notice is tried; then it has failed."""

BATCH_SIZE = 20
BATCH_TIME = dt.timedelta(seconds=10)
"""After so many notices, or so much time, the worker looks at other tasks."""

Composer = Callable[[Notice], EmailMessage | None]

# --- texts and recipients ---------------------------------------------------------


def notify_of_submission(edition: Edition) -> None:
    """Ask those who may approve an edition to read it."""
    user = user_label(edition.submitted_by)
    _queue_about_edition(
        edition,
        to=[user.email for user in approvers() if user != edition.submitted_by],
        subject="For approval",
        paragraphs=[
            f"{user} has submitted a conclusion for approval:",
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
        "An approver can now publish the conclusion, or schedule its publication"
        if approved
        else "Read the review remarks, then submit the conclusion again"
    )
    _queue_about_edition(
        edition,
        to=[edition.submitted_by.email],
        subject="Approved" if approved else "Returned",
        paragraphs=[
            f"{user_label(sign_off.by)} has {did} the conclusion that you submitted:",
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
    user = user_label(planned.by)
    _queue_about_edition(
        edition,
        to=[_mailbox(edition), edition.submitted_by.email],
        subject="Publication scheduled",
        paragraphs=[
            f"{user} has scheduled the publication of this conclusion:",
            edition.conclusion.title,
            f"Scheduled time: {when}",
            f"An approver can cancel the schedule before then: {_desk_url(edition)}",
        ],
    )


def notify_of_cancelled_schedule(edition: Edition, *, by: User) -> None:
    """Tell the mailbox and the submitter that a schedule was cancelled."""
    user = user_label(by)
    _queue_about_edition(
        edition,
        to=[_mailbox(edition), edition.submitted_by.email],
        subject="Schedule cancelled",
        paragraphs=[
            f"{user} has cancelled the scheduled publication of this conclusion:",
            edition.conclusion.title,
            f"An approver can publish or reschedule the edition: {_desk_url(edition)}",
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


def approvers() -> list[User]:
    """Return the Approvers, or the Administrators where there is none."""
    return list(users_with_role(Role.APPROVER)) or list(
        users_with_role(Role.ADMINISTRATOR)
    )


def _mailbox(edition: Edition) -> str:
    own = edition.conclusion.consultation.mailbox
    return own or str(settings.ORGANISATION["mailbox"])


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


# --- queueing -----------------------------------------------------------------------


def queue_notices(
    consultation: Consultation | None, *, to: Iterable[str], subject: str, body: str
) -> list[Notice]:
    """Create one notice per distinct address, to be sent after the commit.

    A notice about a regulated document belongs to no consultation.
    """
    addresses = {address.casefold(): address for address in to if address}
    now = timezone.now()
    notices = [
        Notice.objects.create(
            consultation=consultation,
            to=address,
            subject=subject if len(subject) <= 200 else f"{subject[:199]}…",
            body=body,
            queued_at=now,
            due_at=now,
        )
        for address in addresses.values()
    ]
    for notice in notices:
        _send_after_commit(notice.pk)
    return notices


def queue_account_email(
    user: User,
    *,
    subject: str,
    body: str = "",
    kind: str = "",
    idempotency_key: str | None = None,
) -> Notice:
    """Create a notice to a user about their account, to be sent after the commit.

    With a `kind`, its composer writes the email when it is sent. A repeated call with
    the same idempotency key returns the first notice.
    """
    now = timezone.now()
    values = {
        "user": user,
        "to": user.email,
        "subject": subject,
        "body": body,
        "kind": kind,
        "queued_at": now,
        "due_at": now,
    }
    if idempotency_key is None:
        notice = Notice.objects.create(**values)
    else:
        notice, _ = Notice.objects.get_or_create(
            idempotency_key=idempotency_key, defaults=values
        )
    _send_after_commit(notice.pk)
    return notice


_composers: dict[str, Composer] = {}


def register_composer(kind: str, composer: Composer) -> None:
    """Have a function compose the notices of a kind; None is for one not to be sent."""
    _composers[kind] = composer


def _send_after_commit(pk: int) -> None:
    """Enqueue the sending; a failure is logged, and the notice stays due."""
    transaction.on_commit(lambda: send_notice.enqueue(pk), robust=True)


# --- sending ------------------------------------------------------------------------


@task()
def send_notice(pk: int) -> None:
    """Send one notice. When that fails, the worker tries again once it is due."""
    if Notice.objects.due(timezone.now()).filter(pk=pk).exists():
        deliver(pk)


def send_due_notices() -> None:
    """Send notices that are due: those to be retried, and those the queue lost."""
    give_way_at = timezone.now() + BATCH_TIME
    due = Notice.objects.due(timezone.now()).exclude(
        sending_since__gt=timezone.now() - SENDING_TIMEOUT
    )
    for pk in list(due.values_list("pk", flat=True)[:BATCH_SIZE]):
        deliver(pk)
        if timezone.now() >= give_way_at:
            break


def send_waiting_notices(*, given_up: bool = False) -> list[Notice]:
    """Try pending notices now, with `given_up` also failed ones; return them."""
    notices = Notice.objects.pending()
    if given_up:
        notices |= Notice.objects.failed()
    keys = list(notices.order_by("pk").values_list("pk", flat=True))
    return [notice for notice in map(deliver, keys) if notice]


def deliver(pk: int) -> Notice | None:
    """Try once to send a notice; None if it is sent or claimed by another worker.

    The mail goes out between two transactions, so that no lock waits for a mail
    server. A worker that dies in between leaves a notice that is sent again, under
    the same Message-ID. A worker that loses the database in between waits for it.
    """
    notice = _claim_notice(pk)
    if notice is None:
        return None
    failure: Exception | None = None
    try:
        message = _message(notice)
        if message:
            message.send()
    except OUTAGE_ERRORS:
        raise
    except Exception as error:  # noqa: BLE001 - stored, logged, and tried again
        failure = error
    else:
        if message is None:
            notice.delete()
            return None
    _set_result(notice, failure)
    store_despite_outage(
        lambda: notice.save(
            update_fields=["sent_at", "failed_at", "due_at", "error", "sending_since"]
        ),
        what=f"The result of sending email {pk}",
    )
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
    notice.first_attempt_at = notice.first_attempt_at or now
    notice.save(update_fields=["attempts", "sending_since", "first_attempt_at"])
    return notice


def _set_result(notice: Notice, failure: Exception | None) -> None:
    """Set what became of an attempt, and log a failure."""
    now = timezone.now()
    notice.sending_since = None
    if failure is None:
        notice.sent_at, notice.failed_at, notice.error = now, None, ""
        return
    notice.error = f"{type(failure).__name__}: {failure}"
    last_attempt_at = (notice.first_attempt_at or now) + RETRY_PERIOD
    if now >= last_attempt_at:
        notice.failed_at = now
        logger.error(
            "Email %s failed: it was not sent in %d attempts. The last error was %s. "
            "Check the mail server, then run: "
            "python manage.py send_waiting_notices --given-up",
            notice.pk,
            notice.attempts,
            _without_addresses(notice.error),
        )
        return
    delay = RETRY_DELAYS[min(notice.attempts, len(RETRY_DELAYS)) - 1]
    notice.due_at = min(now + delay, last_attempt_at)
    logger.warning(
        "Email %s was not sent at attempt %d: %s. The next attempt is at %s.",
        notice.pk,
        notice.attempts,
        _without_addresses(notice.error),
        timezone.localtime(notice.due_at).strftime("%H:%M:%S"),
    )


def _without_addresses(text: str) -> str:
    """Return an error of a mail server without the addresses it quotes."""
    return re.sub(r"[^\s<>'\"(){}]+@[^\s<>'\"(){}]+", "[address]", text)


def _message(notice: Notice) -> EmailMessage | None:
    """Return the email of a notice; None if it is not to be sent any more."""
    message: EmailMessage | None
    if notice.kind:
        message = _composers[notice.kind](notice)
    else:
        message = EmailMessage(notice.subject, notice.body, to=[notice.to])
    if message:
        host = urlsplit(settings.SITE_URL).hostname
        message.extra_headers["Message-ID"] = f"<notice-{notice.pk}@{host}>"
    return message
