"""Emails about notices of changes to consultations that are public.

They hold the title of the consultation and what the notice is about; the reason and
the wording stay on the site, where access is checked.
"""

from __future__ import annotations

from django.conf import settings

from consultations.models import ConsultationNotice
from consultations.notifications.notices import (
    approvers,
    queue_notices,
)
from consultations.user_names import user_label

DECISIONS = {
    ConsultationNotice.State.APPROVED: ("approved", "The notice is now public"),
    ConsultationNotice.State.REFUSED: (
        "refused",
        "Read the reason, then request a new notice",
    ),
    ConsultationNotice.State.CONFIRMED: (
        "confirmed",
        "The extension needs no further decision",
    ),
}
"""The word for each decision, and what follows from it."""


def notify_of_notice_request(notice: ConsultationNotice) -> None:
    """Ask those who may approve a notice to read it."""
    _queue_about_notice(
        notice,
        to=_approvers_of(notice),
        subject="Notice for approval",
        paragraphs=[
            f"{_requester(notice)} has requested this notice about a consultation:",
            notice.headline,
            f"Read the notice, then approve or refuse it: {_notice_url(notice)}",
            f"Checksum (SHA-256) of the notice: {notice.sha256}",
        ],
    )


def notify_of_extension(notice: ConsultationNotice) -> None:
    """Ask those who may confirm an extension to check it."""
    _queue_about_notice(
        notice,
        to=_approvers_of(notice),
        subject="Extension to be confirmed",
        paragraphs=[
            f"{_requester(notice)} has extended the deadline of a consultation.",
            "The extension is already public.",
            f"Check the extension, then confirm it: {_notice_url(notice)}",
            f"Checksum (SHA-256) of the notice: {notice.sha256}",
        ],
    )


def notify_of_cancelled_notice(notice: ConsultationNotice) -> None:
    """Tell those who were asked to approve a notice that its request was cancelled."""
    _queue_about_notice(
        notice,
        to=_approvers_of(notice),
        subject="Notice request cancelled",
        paragraphs=[
            f"{_requester(notice)} has cancelled the request for this notice:",
            notice.headline,
            f"You do not need to decide on the notice: {_notice_url(notice)}",
        ],
    )


def notify_of_notice_decision(notice: ConsultationNotice) -> None:
    """Tell the requester what was decided, and the mailbox of a public notice.

    The mailbox is told of the notice, and not who approved it.
    """
    if notice.decided_by is None:
        return
    did, next_step = DECISIONS[ConsultationNotice.State(notice.state)]
    user = user_label(notice.decided_by)
    if notice.state == ConsultationNotice.State.APPROVED:
        own = notice.consultation.mailbox
        _queue_about_notice(
            notice,
            to=[own or str(settings.ORGANISATION["mailbox"])],
            subject="Notice published",
            paragraphs=[
                "This notice about a consultation has been published:",
                notice.headline,
                f"Read the notice: {_public_url(notice)}",
            ],
        )
    _queue_about_notice(
        notice,
        to=[notice.requested_by.email] if notice.requested_by else [],
        subject=f"Notice {did}",
        paragraphs=[
            f"{user} has {did} this notice about a consultation:",
            notice.headline,
            f"{next_step}: {_notice_url(notice)}",
        ],
    )


def _approvers_of(notice: ConsultationNotice) -> list[str]:
    return [each.email for each in approvers() if each.pk != notice.requested_by_id]


def _requester(notice: ConsultationNotice) -> str:
    """Return who requested a notice; load_consultation names no user."""
    user = notice.requested_by
    return user_label(user) if user else "The command load_consultation"


def _public_url(notice: ConsultationNotice) -> str:
    return settings.SITE_URL + notice.consultation.get_absolute_url()


def _notice_url(notice: ConsultationNotice) -> str:
    slug = notice.consultation.slug
    return f"{settings.SITE_URL}/desk/consultations/{slug}/notices/{notice.pk}/"


def _queue_about_notice(
    notice: ConsultationNotice, *, to: list[str], subject: str, paragraphs: list[str]
) -> None:
    queue_notices(
        notice.consultation,
        to=to,
        subject=f"{subject}: {_published_title(notice)}",
        body="\n\n".join([_published_title(notice), *paragraphs]) + "\n",
    )


def _published_title(notice: ConsultationNotice) -> str:
    """Return the title that readers see, never one that the notice would publish."""
    return notice.based_on.title if notice.based_on else notice.consultation.title
