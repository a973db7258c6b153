"""Draft conclusions as files: asked for, made by the worker, kept for thirty days.

Whoever asks gets a row at once; the worker makes the file between transactions, so no
lock waits for a layout, and writes its steps into the row. A worker that dies is
noticed when its signs of life stop: the row is then taken by another, and `attempts`
tells the two apart, so that the first, should it still live, writes nothing more.
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
from consultations.documents import codec
from consultations.documents.formats import (
    RenderInput,
    compose_for_output,
    render_format,
)
from consultations.documents.pdf.errors import PdfError
from consultations.documents.pdf.progress import PageCallback
from consultations.documents.rich_text.markup import MarkupError
from consultations.documents.wording import printed_date
from consultations.editions.workflow import Refusal
from consultations.models import Conclusion, StoredFile
from responses.analysis.conclusion_content import conclusion_content
from responses.models import DraftFile

log = logging.getLogger(__name__)

DraftFormat, DraftState = DraftFile.Format, DraftFile.State

KEPT = dt.timedelta(days=30)
"""After this a draft file is deleted: what it says has long been overtaken."""

SILENT = dt.timedelta(minutes=5)
"""After this without a sign of life a worker is taken for dead.

The longest silence is the drawing of a PDF that is laid out: a minute for a thousand
pages, and the machine may be busy.
"""

PAUSE = dt.timedelta(seconds=15)
"""How long to wait after an unexpected error before the next attempt."""

READING, COMPOSING, LAYING_OUT, LAID_OUT, STORING = 5, 15, 25, 80, 90
"""Where the bar stands when a step begins, of 100."""

BYTES_A_PAGE = 5_300
"""What a page of a PDF takes of the document's JSON; measured at 300 comments."""

BETWEEN_SIGNS = dt.timedelta(seconds=5)

STOPPED = (
    "The worker stopped each time it made this file ({attempts} times). Try again, or "
    "ask whoever runs the site to look into the worker's log."
)
FAULT = (
    "The file could not be made, by a fault of the site and not of the draft. The "
    "site's log has it as draft file {pk}. Try again, or tell whoever runs the site."
)


class TakenOver(Exception):
    """Another worker has the draft file by now, or it was deleted."""


# --- asking ---------------------------------------------------------------------------


@transaction.atomic
def ask_for(
    conclusion: Conclusion, name: str, *, by: User, at: dt.datetime | None = None
) -> DraftFile:
    """Ask the worker for the draft as a file; what this user has waiting is returned.

    Raises workflow.Refusal for who may not export, and for a format there is not.
    """
    if not user_may(by, Action.EXPORT):
        raise Refusal([required_roles_message(Action.EXPORT)])
    if name not in DraftFormat.values:
        formats = ", ".join(DraftFormat.values)
        raise Refusal([f"A draft is not made as {name!r}: choose one of {formats}."])
    Conclusion.objects.select_for_update().get(pk=conclusion.pk)
    asked = DraftFile.objects.filter(
        conclusion=conclusion, name=name, asked_by=by, state=DraftState.WAITING
    ).first() or DraftFile.objects.create(
        conclusion=conclusion, name=name, asked_by=by, asked_at=at or timezone.now()
    )
    # For one that waits as well: its place in the queue may have been lost.
    transaction.on_commit(lambda: make_draft_file.enqueue(asked.pk), robust=True)
    return asked


# --- the worker -----------------------------------------------------------------------


@task()
def make_draft_file(pk: int) -> None:
    """Make one draft file; should this worker die, another looks after it."""
    _requeue(pk, after=SILENT)
    draft = attempt_draft_file(pk)
    if draft and draft.state == DraftState.WAITING:
        _requeue(pk, after=PAUSE)
    delete_old_draft_files()


def _requeue(pk: int, *, after: dt.timedelta) -> None:
    """Enqueue an unfinished file for later; where no queue can wait, a command does."""
    if not unfinished_draft_files().filter(pk=pk).exists():
        return
    if make_draft_file.get_backend().supports_defer:
        make_draft_file.using(run_after=timezone.now() + after).enqueue(pk)


def unfinished_draft_files() -> QuerySet[DraftFile]:
    """Return the draft files that wait or are being made, in the order of asking."""
    rows = DraftFile.objects.filter(state__in=(DraftState.WAITING, DraftState.WORKING))
    return rows.order_by("pk")


def make_waiting_draft_files() -> list[DraftFile]:
    """Make what waits, and what a dead worker left, here and now; return it all."""
    keys = list(unfinished_draft_files().values_list("pk", flat=True))
    return [draft for draft in map(attempt_draft_file, keys) if draft]


def attempt_draft_file(pk: int, *, at: dt.datetime | None = None) -> DraftFile | None:
    """Try once to make a draft file; None if it is finished or in somebody's hand."""
    draft = _take(pk)
    if draft is None or draft.is_finished:
        return draft
    try:
        _make(draft, at or timezone.now())
    except TakenOver:
        return None
    except MarkupError as error:
        _give_up(draft, " ".join(error.problems))
    except PdfError as error:
        _give_up(draft, str(error))
    except Exception:
        log.exception("Draft file %s was not made.", draft.pk)
        _try_again(draft)
    return draft


@transaction.atomic
def _take(pk: int) -> DraftFile | None:
    """Return a draft file with this attempt counted, unless somebody else has it.

    One that was tried often enough is returned as failed.
    """
    draft = unfinished_draft_files().select_for_update().filter(pk=pk).first()
    now = timezone.now()
    if draft is None or (draft.heartbeat_at and draft.heartbeat_at > now - SILENT):
        return None
    if draft.attempts >= DraftFile.MAX_ATTEMPTS:
        draft.state, draft.finished_at, draft.heartbeat_at = (
            DraftState.FAILED,
            now,
            None,
        )
        draft.error = STOPPED.format(attempts=draft.attempts)
    else:
        draft.state, draft.heartbeat_at = DraftState.WORKING, now
        draft.attempts += 1
        draft.progress, draft.step = READING, "Reading the draft"
    draft.save()
    return draft


def _make(draft: DraftFile, at: dt.datetime) -> None:
    """Go through the steps; raise TakenOver when somebody else has the file by then."""
    local = timezone.localtime(at)
    mark = f"Draft of {printed_date(local.date())}, {local:%H:%M}, not published"
    content = conclusion_content(draft.conclusion)
    _note(draft, progress=COMPOSING, step="Composing")
    source = compose_for_output(content, mark)
    _note(draft, progress=LAYING_OUT, step="Laying out")
    data = render_format(source, draft.name, _pages(draft, source))
    _note(draft, progress=STORING, step="Storing")
    filename = f"DRAFT-{draft.conclusion.slug}-{local:%Y%m%d-%H%M}.{draft.name}"
    _store(draft, data, filename)


def _pages(draft: DraftFile, source: RenderInput) -> PageCallback:
    """Return what notes the pages of a PDF as they are laid out.

    How many there will be is estimated from the size of the document, so the bar
    moves with the pages, and waits below the next step for those not foreseen.
    """
    expected = max(1, len(codec.dumps(source.document)) // BYTES_A_PAGE)

    def note(page: int) -> None:
        share = min(page / expected, 1)
        progress = LAYING_OUT + 5 * int(share * (LAID_OUT - LAYING_OUT) / 5)
        is_due = (
            draft.heartbeat_at and timezone.now() - draft.heartbeat_at > BETWEEN_SIGNS
        )
        if progress > draft.progress or is_due:
            progress = max(progress, draft.progress)
            _note(draft, progress=progress, step=f"Laying out, page {page}")

    return note


@transaction.atomic
def _store(draft: DraftFile, data: bytes, filename: str) -> None:
    """Keep the bytes with the row that names them, or neither."""
    _note(
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


def _give_up(draft: DraftFile, why: str) -> None:
    with suppress(TakenOver):
        _note(
            draft,
            state=DraftState.FAILED,
            step="",
            error=why,
            finished_at=timezone.now(),
            heartbeat_at=None,
        )


def _try_again(draft: DraftFile) -> None:
    """Let the file wait for another attempt, if there is one left."""
    if draft.attempts >= DraftFile.MAX_ATTEMPTS:
        _give_up(draft, FAULT.format(pk=draft.pk))
        return
    with suppress(TakenOver):
        _note(draft, state=DraftState.WAITING, step="", progress=0, heartbeat_at=None)


@transaction.atomic
def _note(draft: DraftFile, **values: Any) -> None:
    """Write how far a draft file is, with a sign of life; raise TakenOver if lost."""
    ours = DraftFile.objects.select_for_update().filter(
        pk=draft.pk, state=DraftState.WORKING, attempts=draft.attempts
    )
    if ours.first() is None:
        raise TakenOver
    for name, value in ({"heartbeat_at": timezone.now()} | values).items():
        setattr(draft, name, value)
    draft.save()


# --- what is no longer kept ---------------------------------------------------------


def delete_old_draft_files(at: dt.datetime | None = None) -> int:
    """Delete draft files older than KEPT with their bytes; return how many."""
    before = (at or timezone.now()) - KEPT
    old = DraftFile.objects.filter(asked_at__lt=before).order_by("pk")
    return sum(map(_delete, old))


def _delete(draft: DraftFile) -> bool:
    """Delete a draft file, and its bytes when nothing else refers to them.

    False when somebody came to refer to the bytes meanwhile: the next time decides.
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
    """True when a row refers to stored bytes, or a history, which nothing guards."""
    relations = StoredFile._meta.get_fields(include_hidden=True)
    return any(
        relation.field.model._base_manager.filter(
            **{relation.field.name: sha256}
        ).exists()
        for relation in relations
        if isinstance(relation, ManyToOneRel)
    )
