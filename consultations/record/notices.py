"""Notices of changes to opened consultations: requested, then approved by another.

A notice freezes what it publishes when it is requested, and another person decides on
its hash. An extension is in effect at once, on one person's act, and another person
confirms it afterwards. Every step is recorded in the trail of the consultation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from consultations.access import Action
from consultations.audit import trail
from consultations.documents.consultation_changes import subject_of
from consultations.editions.consultation_faults import (
    NOTICE_EVENT_KINDS,
    notice_manifest,
)
from consultations.editions.hashes import sha256
from consultations.editions.new_words import NewWords, new_words_reasons
from consultations.editions.workflow import Refusal, role_blockers
from consultations.fields.cleaning import clean_markup
from consultations.models import (
    Consultation,
    ConsultationEdition,
    ConsultationNotice,
    StoredFile,
)
from consultations.models.consultation_edition import Origin
from consultations.record.content import content_blockers
from consultations.record.freezing import (
    changes_from,
    discard,
    freeze_rows,
    make_public,
    public_edition,
    record_frozen,
    rows_of_edition,
)
from consultations.record.new_words import notice_words, text_of_notice
from consultations.record.notice_blockers import (
    checksum_reasons,
    confirmation_blockers,
    notice_approval_blockers,
    notice_decision_blockers,
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
    consultation = _lock(consultation)
    text = _clean_or_refuse(text)
    reasons = [] if by is None else role_blockers(by, Action.REQUEST_NOTICE)
    reasons += notice_request_blockers(consultation, kind=Kind(kind), at=at)
    if not text:
        reasons.append("Enter the reason. Readers will see the reason.")
    if reasons:
        raise Refusal(reasons)
    edition, subject = None, ""
    based_on = public_edition(consultation, at)
    if based_on is not None and Kind(kind).makes_an_edition:
        subject = subject_of(changes_from(based_on, read_stored_rows(consultation)))
        edition = _freeze_stored(consultation, origin=origin, by=by, at=at)
    notice = _create(
        consultation,
        kind=kind,
        subject=subject,
        text=text,
        file=file,
        filename=filename,
        edition=edition,
        based_on=based_on,
        origin=origin,
        state=State.WAITING,
        requested_by=by,
        requested_at=at,
        dated=dated,
    )
    if told := new_words_reasons(notice_words(notice), is_last_act=False):
        raise Refusal(told)
    _record(notice, "was requested", by=by, at=at)
    return notice


def _freeze_stored(
    consultation: Consultation, *, origin: str, by: User | None, at: dt.datetime
) -> ConsultationEdition:
    """Freeze the consultation as it is stored, and record it."""
    rows = read_stored_rows(consultation)
    edition = freeze_rows(consultation, rows, origin=origin, by=by, at=at)
    record_frozen(edition, by=by, at=at)
    return edition


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
def approve_notice(
    notice: ConsultationNotice,
    *,
    by: User,
    sha256: str,
    at: dt.datetime | None = None,
) -> ConsultationNotice:
    """Put a notice into effect; raise Refusal with every reason against it."""
    at = at or timezone.now()
    _lock(notice.consultation)
    notice.refresh_from_db()
    reasons = [
        *notice_decision_blockers(notice, by=by),
        *notice_approval_blockers(notice, by=by),
        *new_words_reasons(notice_words(notice)),
    ]
    if reasons or sha256 != notice.sha256:
        raise Refusal([*reasons, *checksum_reasons(notice, sha256)])
    notice.state, notice.decided_by, notice.decided_at = State.APPROVED, by, at
    notice.number, notice.effective_at = _next_number(notice.consultation), at
    notice.save(
        update_fields=["state", "decided_by", "decided_at", "number", "effective_at"]
    )
    if notice.edition is not None:
        make_public(notice.edition, public_from=at)
    _record(notice, "was approved and is in effect", by=by, at=at)
    return notice


@transaction.atomic
def refuse_notice(
    notice: ConsultationNotice,
    *,
    by: User,
    sha256: str,
    remarks: str,
    at: dt.datetime | None = None,
) -> ConsultationNotice:
    """Refuse a notice, with remarks for its requester.

    Raise Refusal with every reason against it.
    """
    at = at or timezone.now()
    _lock(notice.consultation)
    notice.refresh_from_db()
    remarks = _clean_or_refuse(remarks)
    reasons = [
        *notice_decision_blockers(notice, by=by),
        *checksum_reasons(notice, sha256),
    ]
    if not remarks:
        reasons.append("Enter a reason for refusing the notice.")
    if reasons:
        raise Refusal(reasons)
    notice.state, notice.decided_by, notice.decided_at = State.REFUSED, by, at
    notice.remarks = remarks
    notice.save(update_fields=["state", "decided_by", "decided_at", "remarks"])
    if notice.edition is not None:
        discard(notice.edition, by=by, at=at)
    _record(notice, "was refused", by=by, at=at)
    return notice


@transaction.atomic
def confirm_extension(
    notice: ConsultationNotice,
    *,
    by: User,
    sha256: str,
    at: dt.datetime | None = None,
) -> ConsultationNotice:
    """Confirm an extension that is in effect; raise Refusal with every reason."""
    at = at or timezone.now()
    _lock(notice.consultation)
    notice.refresh_from_db()
    reasons = confirmation_blockers(notice, by=by)
    reasons += checksum_reasons(notice, sha256)
    if reasons:
        raise Refusal(reasons)
    notice.state, notice.decided_by, notice.decided_at = State.CONFIRMED, by, at
    notice.save(update_fields=["state", "decided_by", "decided_at"])
    _record(notice, "was confirmed", by=by, at=at)
    return notice


# --- extensions, and notices of consultation files -----------------------------------


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
    rows = standing and _with_new_extensions(consultation, standing)
    if not standing or not rows:
        return None
    words = NewWords(consultation, texts=(text_of_notice(text),))
    if told := new_words_reasons(words, is_last_act=False):
        raise Refusal(told)
    edition = freeze_rows(consultation, rows, origin=origin, by=by, at=at)
    record_frozen(edition, by=by, at=at)
    notice = _create(
        consultation,
        kind=Kind.EXTENDED,
        subject="Deadline",
        text=text,
        edition=edition,
        based_on=standing,
        origin=origin,
        state=State.UNCONFIRMED,
        number=_next_number(consultation),
        effective_at=at,
        requested_by=by,
        requested_at=at,
        dated=dated,
    )
    make_public(edition, public_from=at)
    _record(notice, "is in effect", by=by, at=at)
    return notice


def _with_new_extensions(
    consultation: Consultation, standing: ConsultationEdition
) -> StoredRows | None:
    """Return an edition's rows with the extensions added since; None for none."""
    stored = read_stored_rows(consultation).text.extensions
    rows = rows_of_edition(standing)
    published = rows.text.extensions
    new = stored[len(published) :]
    if not new:
        return None
    return replace(rows, text=replace(rows.text, extensions=(*published, *new)))


def record_loaded_notice(
    consultation: Consultation,
    *,
    kind: str,
    text: str,
    dated: dt.datetime,
    file: StoredFile | None = None,
    filename: str = "",
    at: dt.datetime | None = None,
) -> ConsultationNotice:
    """Record a notice of the past that a consultation file lists.

    Only for load_consultation, which judges its words; the file has no earlier wording.
    """
    at = at or timezone.now()
    notice = _create(
        consultation,
        kind=kind,
        text=text,
        file=file,
        filename=filename,
        origin=Origin.COMMAND,
        state=State.APPROVED,
        number=_next_number(consultation),
        effective_at=dated,
        requested_at=at,
        decided_at=at,
        dated=dated,
    )
    _record(notice, "was loaded from a consultation file", by=None, at=at)
    return notice


def _create(consultation: Consultation, **values: object) -> ConsultationNotice:
    notice = ConsultationNotice(consultation=consultation, **values)
    notice.sha256 = sha256(notice_manifest(notice))
    notice.save(force_insert=True)
    return notice


def _next_number(consultation: Consultation) -> int:
    last: int | None = consultation.public_notices.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _lock(consultation: Consultation) -> Consultation:
    """Lock a consultation's row until the transaction ends; return it as stored."""
    rows = Consultation.objects.select_for_update(of=("self",))
    return rows.select_related("organisation").get(pk=consultation.pk)


def _clean_or_refuse(text: str) -> str:
    try:
        return clean_markup(text)
    except ValidationError as error:
        raise Refusal(error.messages) from error


def _record(
    notice: ConsultationNotice, what: str, *, by: User | None, at: dt.datetime
) -> None:
    number = f"Notice {notice.number}" if notice.number else "A notice"
    about = f", {notice.subject}" if notice.subject else ""
    trail.record_event(
        notice.consultation,
        kind=NOTICE_EVENT_KINDS[State(notice.state)],
        summary=f"{number} ({notice.get_kind_display().lower()}{about}) {what} "
        f"(checksum {notice.sha256})",
        by=by,
        at=at,
    )
