"""Draft conclusions as files: requested, made by the worker, deleted after 30 days.

A request creates a row at once. The worker makes the file outside of transactions, so
that no lock is held during layout, and records its progress in the row. The task of a
crashed worker is queued again (consultations/background), and the worker that takes it
claims the row. `attempts` tells their attempts apart: a worker with a stale attempt
writes nothing more.
"""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import ManyToOneRel, QuerySet
from django.utils import timezone
from django_tasks import task

from consultations.access import Action, required_roles_message, user_may
from consultations.background.workers import current_worker, worker_has_crashed
from consultations.documents import codec
from consultations.documents.formats import (
    RenderInput,
    compose_for_output,
    render_format,
)
from consultations.documents.pdf.errors import PdfError
from consultations.documents.pdf.progress import PageCallback
from consultations.documents.rich_text.markup import MarkupError
from consultations.documents.wording import join_words, printed_date
from consultations.editions.workflow import Refusal
from consultations.models import Conclusion, StoredFile
from responses.analysis.conclusion_content import conclusion_content
from responses.models import DraftFile

logger = logging.getLogger(__name__)

DraftFormat, DraftState = DraftFile.Format, DraftFile.State

DRAFT_FILE_LIFETIME = dt.timedelta(days=30)
"""The age at which a draft file is deleted."""

STEP_TIMEOUT = dt.timedelta(minutes=5)
"""The time without progress after which a command is considered crashed.

Only workers have heartbeats at any time. The longest step without progress is the
drawing of a PDF after its layout: a minute for a thousand pages, and the machine may
be busy.
"""

RETRY_DELAY = dt.timedelta(seconds=15)
"""The time between an unexpected error and the next attempt."""

READING, COMPOSING, LAYING_OUT, LAID_OUT, STORING = 5, 15, 25, 80, 90
"""The progress, in percent, at the start of each step."""

BYTES_PER_PAGE = 5_300
"""Bytes of the document's JSON per page of the PDF; measured at 300 comments."""

HEARTBEAT_INTERVAL = dt.timedelta(seconds=5)

WORKER_STOPPED_MESSAGE = (
    "The export failed {attempts} times. Try again, or ask the person who runs this "
    "site to check the worker’s log."
)
FAULT_MESSAGE = (
    "The export failed because of a fault in the site, not in the draft. Try again, "
    "or report “exported draft {pk}” to the person who runs this site."
)


class StaleAttempt(Exception):
    """Another worker has claimed the draft file, or it was deleted."""


# --- requesting ---------------------------------------------------------------------


@transaction.atomic
def request_draft_file(
    conclusion: Conclusion, name: str, *, by: User, at: dt.datetime | None = None
) -> DraftFile:
    """Request the draft as a file; a waiting request of the user is returned again.

    Raises workflow.Refusal for a user who may not export, and for an unknown format.
    """
    if not user_may(by, Action.EXPORT):
        raise Refusal([required_roles_message(Action.EXPORT)])
    if name not in DraftFormat.values:
        formats = join_words([str(label) for label in DraftFormat.labels], " or ")
        unknown = f"A draft cannot be exported as {name!r}."
        raise Refusal([f"{unknown} Choose {formats}."])
    Conclusion.objects.select_for_update().get(pk=conclusion.pk)
    draft = DraftFile.objects.filter(
        conclusion=conclusion, name=name, asked_by=by, state=DraftState.WAITING
    ).first() or DraftFile.objects.create(
        conclusion=conclusion, name=name, asked_by=by, asked_at=at or timezone.now()
    )
    # Also for a waiting one: its task may have been lost from the queue.
    transaction.on_commit(lambda: make_draft_file.enqueue(draft.pk), robust=True)
    return draft


# --- the worker -----------------------------------------------------------------------


@task()
def make_draft_file(pk: int) -> None:
    """Make one draft file, and look again later if it is unfinished."""
    draft = attempt_draft_file(pk)
    if draft is None:  # finished, or claimed by a process that may crash
        _requeue(pk, after=STEP_TIMEOUT)
    elif draft.state == DraftState.WAITING:
        _requeue(pk, after=RETRY_DELAY)
    delete_old_draft_files()


def _requeue(pk: int, *, after: dt.timedelta) -> None:
    """Enqueue an unfinished file for later, where the queue supports it."""
    if not unfinished_draft_files().filter(pk=pk).exists():
        return
    if make_draft_file.get_backend().supports_defer:
        make_draft_file.using(run_after=timezone.now() + after).enqueue(pk)


def unfinished_draft_files() -> QuerySet[DraftFile]:
    """Return the draft files that wait or are being made, in the order of requests."""
    rows = DraftFile.objects.filter(state__in=(DraftState.WAITING, DraftState.WORKING))
    return rows.order_by("pk")


def make_waiting_draft_files() -> list[DraftFile]:
    """Make files that wait or whose worker crashed, in this process; return them."""
    keys = list(unfinished_draft_files().values_list("pk", flat=True))
    return [draft for draft in map(attempt_draft_file, keys) if draft]


def attempt_draft_file(pk: int, *, at: dt.datetime | None = None) -> DraftFile | None:
    """Try once to make a draft file; None if it is finished or claimed."""
    draft = _claim(pk)
    if draft is None or draft.is_finished:
        return draft
    try:
        _make_file(draft, at or timezone.now())
    except StaleAttempt:
        return None
    except MarkupError as error:
        _mark_failed(draft, " ".join(error.problems))
    except PdfError as error:
        _mark_failed(draft, str(error))
    except Exception:
        logger.exception("Draft %s could not be exported.", draft.pk)
        _retry_or_fail(draft)
    return draft


@transaction.atomic
def _claim(pk: int) -> DraftFile | None:
    """Claim a draft file for a new attempt; None if another worker has it.

    A file without attempts left is returned as failed.
    """
    draft = unfinished_draft_files().select_for_update().filter(pk=pk).first()
    now = timezone.now()
    if draft is None or _is_claimed(draft, now):
        return None
    if draft.attempts >= DraftFile.MAX_ATTEMPTS:
        draft.state, draft.finished_at = DraftState.FAILED, now
        draft.heartbeat_at, draft.worker = None, ""
        draft.error = WORKER_STOPPED_MESSAGE.format(attempts=draft.attempts)
    else:
        draft.state, draft.heartbeat_at = DraftState.WORKING, now
        draft.worker = current_worker()
        draft.attempts += 1
        draft.progress, draft.step = READING, "Reading the draft"
    draft.save()
    return draft


def _is_claimed(draft: DraftFile, now: dt.datetime) -> bool:
    """Return whether another process makes the file now, as far as can be known.

    A worker makes one file at a time, so a claim of its own was interrupted.
    """
    if draft.heartbeat_at is None:
        return False
    if draft.worker:
        return draft.worker != current_worker() and not worker_has_crashed(draft.worker)
    return draft.heartbeat_at > now - STEP_TIMEOUT


def _make_file(draft: DraftFile, at: dt.datetime) -> None:
    """Make the file step by step; raise StaleAttempt if another worker claims it."""
    local = timezone.localtime(at)
    mark = f"Draft of {printed_date(local.date())}, {local:%H:%M}, not published"
    content = conclusion_content(draft.conclusion)
    _record_progress(draft, progress=COMPOSING, step="Composing the document")
    source = compose_for_output(content, mark)
    _record_progress(draft, progress=LAYING_OUT, step="Laying out the pages")
    data = render_format(source, draft.name, _page_progress(draft, source))
    _record_progress(draft, progress=STORING, step="Saving the file")
    filename = f"DRAFT-{draft.conclusion.slug}-{local:%Y%m%d-%H%M}.{draft.name}"
    _store_file(draft, data, filename)


def _page_progress(draft: DraftFile, source: RenderInput) -> PageCallback:
    """Return a callback that records the pages of a PDF as they are laid out.

    The number of pages is estimated from the size of the document. The progress
    stops below the next step if there are more.
    """
    expected = max(1, len(codec.dumps(source.document)) // BYTES_PER_PAGE)

    def record_page(page: int) -> None:
        share = min(page / expected, 1)
        progress = LAYING_OUT + 5 * int(share * (LAID_OUT - LAYING_OUT) / 5)
        is_due = (
            draft.heartbeat_at
            and timezone.now() - draft.heartbeat_at > HEARTBEAT_INTERVAL
        )
        if progress > draft.progress or is_due:
            progress = max(progress, draft.progress)
            _record_progress(draft, progress=progress, step=f"Laying out page {page}")

    return record_page


@transaction.atomic
def _store_file(draft: DraftFile, data: bytes, filename: str) -> None:
    """Store the bytes and the row that names them, in one transaction."""
    _record_progress(
        draft,
        state=DraftState.READY,
        progress=100,
        step="",
        error="",
        filename=filename,
        file=StoredFile.objects.store(data),
        finished_at=timezone.now(),
        heartbeat_at=None,
    )


def _mark_failed(draft: DraftFile, why: str) -> None:
    with suppress(StaleAttempt):
        _record_progress(
            draft,
            state=DraftState.FAILED,
            step="",
            error=why,
            finished_at=timezone.now(),
            heartbeat_at=None,
        )


def _retry_or_fail(draft: DraftFile) -> None:
    """Set the file to wait for another attempt, or fail it if none is left."""
    if draft.attempts >= DraftFile.MAX_ATTEMPTS:
        _mark_failed(draft, FAULT_MESSAGE.format(pk=draft.pk))
        return
    with suppress(StaleAttempt):
        _record_progress(
            draft, state=DraftState.WAITING, step="", progress=0, heartbeat_at=None
        )


@transaction.atomic
def _record_progress(draft: DraftFile, **values: Any) -> None:
    """Write values and a heartbeat to a draft file; raise StaleAttempt."""
    claimed = DraftFile.objects.select_for_update().filter(
        pk=draft.pk, state=DraftState.WORKING, attempts=draft.attempts
    )
    if claimed.first() is None:
        raise StaleAttempt
    for name, value in ({"heartbeat_at": timezone.now()} | values).items():
        setattr(draft, name, value)
    draft.save()


# --- deletion ----------------------------------------------------------------------


def delete_old_draft_files(at: dt.datetime | None = None) -> int:
    """Delete expired draft files with their bytes; return their number."""
    cutoff = (at or timezone.now()) - DRAFT_FILE_LIFETIME
    old = DraftFile.objects.filter(asked_at__lt=cutoff).order_by("pk")
    return sum(map(_delete, old))


def _delete(draft: DraftFile) -> bool:
    """Delete a draft file, and its bytes if nothing else refers to them.

    False if a reference to the bytes was added meanwhile: the next call tries again.
    """
    try:
        with transaction.atomic():
            draft.delete()
            if draft.file_id and not _is_referred_to(draft.file_id):
                StoredFile.defer_bytes().get(pk=draft.file_id).delete()
    except IntegrityError:
        return False
    return True


def _is_referred_to(sha256: str) -> bool:
    """True when a row or a history row, which has no constraint, refers to a file."""
    relations = StoredFile._meta.get_fields(include_hidden=True)
    return any(
        relation.field.model._base_manager.filter(
            **{relation.field.name: sha256}
        ).exists()
        for relation in relations
        if isinstance(relation, ManyToOneRel)
    )
