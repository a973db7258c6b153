"""Tasks of one user: sign-off, assigned comments, unsaved input."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from consultations.access import Action, user_may
from consultations.documents.wording import printed_time
from consultations.models import ConsultationNotice, Edition, VersionRelease
from responses.editing import autosave
from responses.models import AutosavedForm, Comment
from responses.row_types import ROW_TYPES_BY_NAME

MAX_AUTOSAVED_SHOWN = 10
"""Most autosaved inputs that are listed."""


@dataclass(frozen=True)
class MyTask:
    """A task of the user, and the address of its page."""

    text: str
    address: str
    subject: str


def tasks_for_user(user: User, at: dt.datetime | None = None) -> list[MyTask]:
    """Return the tasks of a user, in a fixed number of queries."""
    return [
        *_sign_off_tasks(user),
        *_release_tasks(user),
        *_notice_tasks(user),
        *_comment_tasks(user),
        *_autosave_tasks(user, at),
    ]


def _sign_off_tasks(user: User) -> Iterator[MyTask]:
    last = Edition.objects.filter(conclusion=OuterRef("conclusion")).order_by("-pk")
    latest = Edition.objects.filter(pk=Subquery(last.values("pk")[:1]))
    states = (
        Edition.State.SUBMITTED,
        Edition.State.APPROVED,
        Edition.State.REJECTED,
    )
    rows = latest.filter(state__in=states).defer("content")
    rows = rows.select_related("conclusion", "scheduled_publication")
    for edition in rows.order_by("submitted_at"):
        if text := _sign_off_text(user, edition):
            page = reverse("responses:sign_off", args=[edition.conclusion.slug])
            yield MyTask(text, page, edition.title)


def _sign_off_text(user: User, edition: Edition) -> str:
    """Return what a user has to do with an edition; empty if nothing."""
    own = edition.submitted_by_id == user.pk
    if edition.state == Edition.State.REJECTED:
        return "Returned to you with review remarks" if own else ""
    if edition.state == Edition.State.APPROVED:
        return _publication_text(edition) if user_may(user, Action.PUBLISH) else ""
    decides = not own and user_may(user, Action.APPROVE)
    return "Waiting for your approval" if decides else ""


def _publication_text(edition: Edition) -> str:
    planned = getattr(edition, "scheduled_publication", None)
    if planned is None:
        return "Approved, ready to publish"
    return "Scheduled publication failed" if planned.failure else ""


def _release_tasks(user: User) -> Iterator[MyTask]:
    """Yield the releases of texts that the user can decide on."""
    if not user_may(user, Action.APPROVE):
        return
    rows = VersionRelease.objects.pending().exclude(requested_by=user)
    for row in rows.select_related("document_version__document"):
        version = row.document_version
        page = reverse(
            "responses:version_release", args=[version.document.code, version.pk]
        )
        yield MyTask("Release waiting for your approval", page, str(version))


def _notice_tasks(user: User) -> Iterator[MyTask]:
    """Yield the notices that the user can decide on or confirm."""
    if not user_may(user, Action.APPROVE_NOTICE):
        return
    rows = ConsultationNotice.objects.waiting().exclude(requested_by=user)
    for row in rows.select_related("consultation"):
        page = reverse("responses:notice", args=[row.consultation.slug, row.pk])
        is_waiting = row.state == ConsultationNotice.State.WAITING
        text = "Notice waiting for your approval"
        if not is_waiting:
            text = "Extension waiting for your confirmation"
        yield MyTask(text, page, row.consultation.title)


def _comment_tasks(user: User) -> Iterator[MyTask]:
    unanswered = Q(dcc_response=None) | Q(dcc_response__text="")
    rows = (
        Comment.objects.filter(unanswered, assigned_to=user)
        .order_by("consultation__title", "consultation")
        .values_list("consultation__slug", "consultation__title")
        .annotate(Count("pk"))
    )
    for slug, title, count in rows:
        page = reverse("responses:comments", args=[slug])
        need = "comment needs" if count == 1 else "comments need"
        text = f"{count:,} {need} your response"
        yield MyTask(text, f"{page}?assigned=me&state=unanswered", title)


def _autosave_tasks(user: User, at: dt.datetime | None) -> Iterator[MyTask]:
    since = (at or timezone.now()) - autosave.DRAFT_LIFETIME
    rows = AutosavedForm.objects.filter(user=user, saved_at__gt=since).exclude(page="")
    for kept in rows.order_by("-saved_at")[:MAX_AUTOSAVED_SHOWN]:
        row_type = ROW_TYPES_BY_NAME.get(kept.about.partition(":")[0])
        if row_type:
            address = reverse("responses:recover", args=[kept.about])
            when = printed_time(timezone.localtime(kept.saved_at))
            what = f"{row_type.label.capitalize()}, {when}"
            yield MyTask("Unsaved draft", address, what)
