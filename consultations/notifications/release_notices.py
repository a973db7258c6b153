"""Emails about releases of the text of document versions."""

from __future__ import annotations

from django.conf import settings

from consultations.models import VersionRelease
from consultations.notifications.notices import (
    approvers,
    queue_notices,
)
from consultations.user_names import user_label


def notify_of_release_request(release: VersionRelease) -> None:
    """Ask those who may approve a release to read its text."""
    requester = release.requested_by
    if requester is None:
        return
    user, page = user_label(requester), _release_url(release)
    _queue_about_release(
        release,
        to=[each.email for each in approvers() if each != requester],
        subject="Release for approval",
        paragraphs=[
            f"{user} has requested the release of the text of this version:",
            release.name,
            f"Read the text, then approve or refuse the release: {page}",
            f"Checksum (SHA-256) of the release: {release.sha256}",
        ],
    )


def notify_of_release_decision(release: VersionRelease) -> None:
    """Tell the requester how somebody decided on a release."""
    if release.requested_by is None or release.decided_by is None:
        return
    approved = release.state == VersionRelease.State.APPROVED
    did = "approved" if approved else "refused"
    next_step = (
        "The text is now public"
        if approved
        else "Read the reason, then request the release again"
    )
    user = user_label(release.decided_by)
    _queue_about_release(
        release,
        to=[release.requested_by.email],
        subject=f"Release {did}",
        paragraphs=[
            f"{user} has {did} the release of the text of this version:",
            release.name,
            f"{next_step}: {_release_url(release)}",
        ],
    )


def _queue_about_release(
    release: VersionRelease, *, to: list[str], subject: str, paragraphs: list[str]
) -> None:
    queue_notices(
        None,
        to=to,
        subject=f"{subject}: {release.name}",
        body="\n\n".join(paragraphs) + "\n",
    )


def _release_url(release: VersionRelease) -> str:
    version = release.document_version
    return (
        f"{settings.SITE_URL}/desk/documents/{version.document.code}"
        f"/versions/{version.pk}/release/"
    )
