"""Notices of changes to opened consultations: requested, then approved by another.

A notice freezes what it publishes when it is requested, and another person decides on
its hash (notice_decisions.py); until then its requester can cancel it. An extension is
in effect at once, on one person's act, and another person confirms it afterwards. Every
step is recorded in the trail of the consultation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.access import Action
from consultations.documents.consultation_changes import subject_of
from consultations.editions.new_words import NewWords, new_words_reasons
from consultations.editions.steps import (
    Refusal,
    clean_or_refuse,
    refuse,
    role_blockers,
)
from consultations.models import (
    Consultation,
    ConsultationEdition,
    ConsultationNotice,
    StoredFile,
)
from consultations.models.consultation_edition import Origin
from consultations.notifications.public_notices import (
    notify_of_cancelled_notice,
    notify_of_extension,
    notify_of_notice_request,
)
from consultations.record.content import content_blockers
from consultations.record.freezing import (
    changes_from,
    discard,
    freeze_rows,
    make_public,
    public_edition,
    rows_of_edition,
)
from consultations.record.new_words import notice_words, text_of_notice
from consultations.record.notice_steps import (
    checksum_reasons,
    decide,
    lock_consultation_row,
    lock_notice,
    next_notice_number,
    store_notice,
)
from consultations.record.rows import StoredRows, read_stored_rows

Kind, State = ConsultationNotice.Kind, ConsultationNotice.State


@transaction.atomic
def request_notice(
    consultation: Consultation,
    *,
    kind: str,
    text: str,
    by: User | None,
    file: StoredFile | None = None,
    filename: str = "",
    origin: str = Origin.WORKSPACE,
    dated: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> ConsultationNotice:
    """Freeze what a notice publishes, and ask for its approval.

    Only load_consultation, which an administrator of the server runs, names no user.
    Raise Refusal with every reason against it.
    """
    at = at or timezone.now()
    consultation = lock_consultation_row(consultation)
    text = clean_or_refuse(text)
    reasons = [] if by is None else role_blockers(by, Action.REQUEST_NOTICE)
    reasons += notice_request_blockers(consultation, kind=Kind(kind), at=at)
    if not text:
        reasons.append("Enter the reason. Readers will see the reason.")
    if reasons:
        raise Refusal(reasons)
    notice = store_notice(
        consultation,
        what="was requested",
        at=at,
        kind=kind,
        text=text,
        file=file,
        filename=filename,
        origin=origin,
        state=State.WAITING,
        requested_by=by,
        dated=dated,
        **_frozen_change(consultation, Kind(kind), origin=origin, by=by, at=at),
    )
    refuse(new_words_reasons(notice_words(notice), is_last_act=False))
    notify_of_notice_request(notice)
    return notice


def _frozen_change(
    consultation: Consultation,
    kind: ConsultationNotice.Kind,
    *,
    origin: str,
    by: User | None,
    at: dt.datetime,
) -> dict[str, Any]:
    """Freeze the wording that a notice publishes; return what the notice says of it."""
    based_on = public_edition(consultation, at)
    if based_on is None or not kind.makes_an_edition:
        return {"based_on": based_on}
    rows = read_stored_rows(consultation)
    return {
        "based_on": based_on,
        "subject": subject_of(changes_from(based_on, rows)),
        "edition": freeze_rows(consultation, rows, origin=origin, by=by, at=at),
    }


@transaction.atomic
def cancel_notice(
    notice: ConsultationNotice,
    *,
    by: User,
    sha256: str,
    at: dt.datetime | None = None,
) -> ConsultationNotice:
    """Cancel one's own request; raise Refusal with every reason against it."""
    at = at or timezone.now()
    lock_notice(notice)
    reasons = cancellation_blockers(notice, by=by)
    if reasons := [*reasons, *checksum_reasons(notice, sha256)]:
        raise Refusal(reasons)
    decide(notice, State.CANCELLED, what="was cancelled", by=by, at=at)
    if notice.edition is not None:
        discard(notice.edition, by=by, at=at)
    notify_of_cancelled_notice(notice)
    return notice


def cancellation_blockers(notice: ConsultationNotice, *, by: User) -> list[str]:
    """Return why this user cannot cancel the request of this notice."""
    reasons = role_blockers(by, Action.REQUEST_NOTICE)
    if by.pk != notice.requested_by_id:
        reasons.append("Only the person who requested a notice can cancel the request.")
    if notice.state != State.WAITING:
        state = notice.get_state_display().lower()
        reasons.append(f"The request cannot be cancelled: its state is “{state}”.")
    return reasons


def notice_request_blockers(
    consultation: Consultation,
    *,
    kind: ConsultationNotice.Kind,
    at: dt.datetime | None = None,
) -> list[str]:
    """Return what prevents a notice of a kind, whoever asks for it."""
    standing = public_edition(consultation, at)
    if standing is None:
        return ["The consultation is not public yet, so it needs no notice."]
    reasons = []
    if kind == Kind.EXTENDED:
        reasons.append("To extend the deadline, use “Extend deadline”.")
    if consultation.is_withdrawn():
        reasons.append(
            "The consultation was withdrawn, so no further notice can be requested."
        )
    if consultation.public_notices.filter(state=State.WAITING).exists():
        reasons.append(
            "A notice is already waiting for approval. Ask an approver to decide on "
            "that notice first."
        )
    if kind.makes_an_edition:
        reasons += content_blockers(consultation, allow_no_questions=True)
    if kind.makes_an_edition and not changes_from(
        standing, read_stored_rows(consultation)
    ):
        reasons.append(
            "Nothing differs from the published consultation. Change the consultation "
            "first, or choose another kind of notice."
        )
    return reasons


@transaction.atomic
def publish_extensions(
    consultation: Consultation,
    *,
    text: str,
    by: User | None,
    origin: str = Origin.WORKSPACE,
    dated: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> ConsultationNotice | None:
    """Publish the extensions added since the last edition at once, and nothing else.

    The notice waits for another person's confirmation. None is returned where the
    consultation is not public, or no extension is new. Raise Refusal where the text
    names somebody who must not be named.
    """
    at = at or timezone.now()
    standing = public_edition(consultation, at)
    if standing is None:
        return None
    rows = _rows_with_new_extensions(consultation, standing)
    if rows is None:
        return None
    words = NewWords(consultation, texts=(text_of_notice(text),))
    refuse(new_words_reasons(words, is_last_act=False))
    edition = freeze_rows(consultation, rows, origin=origin, by=by, at=at)
    notice = store_notice(
        consultation,
        what="is in effect",
        at=at,
        kind=Kind.EXTENDED,
        subject="Deadline",
        text=text,
        edition=edition,
        based_on=standing,
        origin=origin,
        state=State.UNCONFIRMED,
        number=next_notice_number(consultation),
        effective_at=at,
        requested_by=by,
        dated=dated,
    )
    make_public(edition, public_from=at, by=by, at=at)
    notify_of_extension(notice)
    return notice


def _rows_with_new_extensions(
    consultation: Consultation, standing: ConsultationEdition
) -> StoredRows | None:
    """Return the published wording with the extensions added since; None for none."""
    stored = read_stored_rows(consultation).text.extensions
    rows = rows_of_edition(standing)
    new = stored[len(rows.text.extensions) :]
    if not new:
        return None
    text = replace(rows.text, extensions=(*rows.text.extensions, *new))
    return replace(rows, text=text)


def record_loaded_notice(
    consultation: Consultation,
    *,
    kind: str,
    text: str,
    dated: dt.datetime,
    file: StoredFile | None = None,
    filename: str = "",
    is_confirmed: bool = True,
    at: dt.datetime | None = None,
) -> ConsultationNotice:
    """Record a notice of the past that a consultation file lists.

    Only for load_consultation, which judges its words; the file has no earlier wording.
    An extension that is not confirmed waits for its confirmation here.
    """
    at = at or timezone.now()
    return store_notice(
        consultation,
        what="was loaded from a consultation file",
        at=at,
        kind=kind,
        text=text,
        file=file,
        filename=filename,
        origin=Origin.COMMAND,
        state=State.APPROVED if is_confirmed else State.UNCONFIRMED,
        number=next_notice_number(consultation),
        effective_at=dated,
        decided_at=at if is_confirmed else None,
        dated=dated,
    )
