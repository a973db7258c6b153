"""Freezing a consultation when a file is loaded, and the notices of the file.

A consultation that is public keeps its frozen parts: a file changes one only with a
notice, which then waits for its approval. An extension takes effect at once.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone

from consultations.documents.consultation_changes import TextChange, text_changes
from consultations.documents.rich_text.markup import parse
from consultations.documents.tree import plain_text
from consultations.editions.workflow import Refusal
from consultations.models import Consultation, ConsultationNotice, StoredFile
from consultations.models.consultation_edition import Origin
from consultations.record.freezing import (
    discard_opening,
    freeze_opening,
    pending_changes,
    public_edition,
)
from consultations.record.new_words import notice_words, opening_words, words_of_rows
from consultations.record.notices import (
    publish_extensions,
    record_loaded_notice,
    request_notice,
)
from consultations.record.rows import read_stored_rows
from responses.consultation_file import contents
from responses.consultation_file.files_beside import AccompanyingFiles
from responses.consultation_file.from_rows.read_rows import (
    stored_notices,
    withdrawal_of,
)
from responses.consultation_file.notation.errors import Path, quote_value
from responses.consultation_file.published import published_rows
from responses.consultation_file.tables import truncate_to_minute
from responses.consultation_file.to_rows.consultation import store_file
from responses.consultation_file.to_rows.judging import judge_words, record_findings

Kind, State = ConsultationNotice.Kind, ConsultationNotice.State

FIXED_FIELDS = {
    "opens": ("opened", "The opening of a public consultation cannot change."),
    "closes": ("closes", "To give more time, add an entry to extensions."),
}
"""The frozen dates, their keys, and what to do instead of changing them."""

KEY_NAMES = dict.fromkeys(
    ("follows", "follows_title", "follows_opened", "follows_url", "relation"),
    "follows",
)

NOT_OPEN = (
    "The consultation has not opened, so it has no notices, is not withdrawn and has "
    "no published wording. Remove notices, withdrawn and published from the file."
)

EXTENSION_FIRST = (
    "An update publishes one extension, before the other new notices. Put the new "
    "notice with kind: extended first, and load further extensions one after the other."
)
NO_EXTENSION = (
    "The new notice has kind: extended, but extensions has no new entry. Add the entry "
    "to extensions, or change the kind of the notice."
)

MAX_WORDS_QUOTED = 90


@dataclass(frozen=True)
class RecordBefore:
    """What is public of a stored consultation, and what differs from it already."""

    is_public: bool = False
    changes: frozenset[TextChange] = frozenset()
    notices: tuple[contents.Notice, ...] = ()
    withdrawn: contents.Withdrawn | None = None


@dataclass(frozen=True)
class RecordFault:
    """A place in the file, and why the record does not allow what is there."""

    path: Path
    message: str


def read_record(consultation: Consultation | None) -> RecordBefore:
    """Return the record of a stored consultation; that of a new one is empty."""
    if consultation is None or public_edition(consultation) is None:
        return RecordBefore()
    return RecordBefore(
        is_public=True,
        changes=frozenset(pending_changes(consultation)),
        notices=_without_states(stored_notices(consultation)),
        withdrawn=_without_state(withdrawal_of(consultation)),
    )


def without_states(file: contents.ConsultationFile) -> contents.ConsultationFile:
    """Return a file as it is compared: a load changes no state of a stored notice."""
    own = dataclasses.replace(
        file.consultation,
        notices=_without_states(file.consultation.notices),
        withdrawn=_without_state(file.consultation.withdrawn),
        published=(),
    )
    return dataclasses.replace(file, consultation=own)


def _without_states(
    notices: Iterable[contents.Notice],
) -> tuple[contents.Notice, ...]:
    return tuple(dataclasses.replace(notice, state="") for notice in notices)


def _without_state(
    withdrawn: contents.Withdrawn | None,
) -> contents.Withdrawn | None:
    return dataclasses.replace(withdrawn, state="") if withdrawn else None


def fixed_date_faults(
    consultation: Consultation, file: contents.ConsultationFile, before: RecordBefore
) -> list[RecordFault]:
    """Return why the dates of a public consultation may not change.

    The database refuses to store other dates, so they are compared before that.
    """
    stored, given = read_stored_rows(consultation).text, file.consultation
    opens = Consultation(opens_on=given.opened, opens_at_time=given.opens_at).opens
    if opens == truncate_to_minute(stored.opens):
        opens = stored.opens
    closes = given.closes
    if truncate_to_minute(closes) == truncate_to_minute(stored.closes):
        closes = stored.closes
    dates = {(each.from_, each.to): each for each in given.extensions}
    kept = (
        each
        for each in stored.extensions
        if (truncate_to_minute(each.was), truncate_to_minute(each.until)) in dates
    )
    altered = dataclasses.replace(
        stored,
        opens=opens and opens.astimezone(dt.UTC),
        closes=closes and closes.astimezone(dt.UTC),
        extensions=tuple(kept),
    )
    return list(_change_faults(file, text_changes(stored, altered), before))


def frozen_part_faults(
    consultation: Consultation, file: contents.ConsultationFile, before: RecordBefore
) -> list[RecordFault]:
    """Return why the rows, as loaded, may not differ from what is public."""
    if not before.is_public:
        return []
    changes = [c for c in pending_changes(consultation) if c not in before.changes]
    return [*_notice_faults(file, before), *_change_faults(file, changes, before)]


def _notice_faults(
    file: contents.ConsultationFile, before: RecordBefore
) -> Iterator[RecordFault]:
    """Yield each stored notice that the file alters or leaves out."""
    given = without_states(file).consultation
    for number, notice in enumerate(before.notices):
        path: Path = ("consultation", "notices", number)
        if given.notices[number : number + 1] != (notice,):
            yield RecordFault(
                path if number < len(given.notices) else path[:2],
                f"Notice {number + 1} is part of the record and cannot change. Export "
                "the consultation to get the entry of the notice, and add new entries "
                "below it.",
            )
    if before.withdrawn and given.withdrawn != before.withdrawn:
        yield RecordFault(
            ("consultation", "withdrawn"),
            "The withdrawal is part of the record and cannot change.",
        )


def _change_faults(
    file: contents.ConsultationFile,
    changes: Sequence[TextChange],
    before: RecordBefore,
) -> Iterator[RecordFault]:
    new = file.consultation.notices[len(before.notices) :]
    kinds = {notice.kind for notice in new}
    for change in changes:
        remedy = ""
        if change.field in FIXED_FIELDS:
            remedy = FIXED_FIELDS[change.field][1]
        elif change.field == "extensions" and change.before:
            remedy = "An extension that is published cannot change."
        elif change.field == "extensions":
            if Kind.EXTENDED not in kinds:
                remedy = "Add an entry to notices with kind: extended."
        elif not kinds - {Kind.EXTENDED, Kind.BRIEFING}:
            remedy = "Add an entry to notices with kind: corrected or kind: amended."
        if remedy:
            yield RecordFault(_path_of(file, change), f"{_difference(change)} {remedy}")


def _difference(change: TextChange) -> str:
    published, given = _quoted(change.before), _quoted(change.after)
    if not change.before:
        return f"{change.part} was not published, but the file has {given}."
    return f"{change.part} was published as {published}, but the file has {given}."


def _quoted(markup: str) -> str:
    words = " ".join(plain_text(parse(markup)).split())
    if not words:
        return "nothing"
    if len(words) > MAX_WORDS_QUOTED:
        words = f"{words[:MAX_WORDS_QUOTED].rstrip()}…"
    return quote_value(words)


def _path_of(file: contents.ConsultationFile, change: TextChange) -> Path:
    if change.field == "questions":
        keys = [question.key for question in file.questions]
        number = keys.index(change.key) if change.key in keys else None
        return ("questions",) if number is None else ("questions", number)
    if change.field == "organisation":
        return ("organisation",)
    if change.field in ("texts", "names"):
        return ("documents",)
    key = FIXED_FIELDS[change.field][0] if change.field in FIXED_FIELDS else ""
    return ("consultation", key or KEY_NAMES.get(change.field, change.field))


def sync_record(
    consultation: Consultation,
    file: contents.ConsultationFile,
    before: RecordBefore,
    accompanying_files: AccompanyingFiles,
    by: User | None,
) -> list[str]:
    """Freeze the opening, or publish the new notices of a public consultation.

    Return the findings about what is public now, or waits for approval. Raise
    workflow.Refusal where a notice cannot be requested, the words must not become
    public, or the consultation has not opened.
    """
    if before.is_public:
        return _publish_notices(consultation, file, before, accompanying_files)
    now = timezone.now()
    if consultation.opens is None:
        discard_opening(consultation, by=by, at=now)
        return []
    if consultation.opens > now and has_notices(file):
        raise Refusal([NOT_OPEN])
    rows = published_rows(consultation, file, accompanying_files)
    words = words_of_rows(consultation, rows) if rows else opening_words(consultation)
    found = judge_words(words)
    freeze_opening(consultation, origin=Origin.COMMAND, by=by, at=now, rows=rows)
    for notice in _record_notices(consultation, file, accompanying_files, at=now):
        found += judge_words(notice_words(notice))
    record_findings(consultation, found)
    return found


def has_notices(file: contents.ConsultationFile) -> bool:
    """True for a file with notices, a withdrawal or a published wording."""
    own = file.consultation
    return bool(own.notices or own.withdrawn or own.published)


def _record_notices(
    consultation: Consultation,
    file: contents.ConsultationFile,
    accompanying_files: AccompanyingFiles,
    at: dt.datetime,
) -> Iterator[ConsultationNotice]:
    """Record the notices of a file that creates a consultation, and yield them.

    Those that waited for approval or confirmation wait for it here.
    """
    stored = stored_notices(consultation)
    for notice in file.consultation.notices[len(stored) :]:
        if notice.state == State.WAITING:
            yield _request(consultation, notice, accompanying_files)
        else:
            named = _stored(notice, accompanying_files)
            yield record_loaded_notice(
                consultation,
                kind=notice.kind,
                text=notice.text,
                dated=notice.on,
                file=named[0],
                filename=named[1],
                is_confirmed=notice.state != State.UNCONFIRMED,
                at=at,
            )
    withdrawn = file.consultation.withdrawn
    if withdrawn is None or withdrawal_of(consultation) is not None:
        return
    if withdrawn.state == State.WAITING:
        yield _request_withdrawal(consultation, withdrawn)
    else:
        yield record_loaded_notice(
            consultation,
            kind=Kind.WITHDRAWN,
            text=withdrawn.reason,
            dated=withdrawn.at,
            at=at,
        )


def _publish_notices(
    consultation: Consultation,
    file: contents.ConsultationFile,
    before: RecordBefore,
    accompanying_files: AccompanyingFiles,
) -> list[str]:
    """Publish the extensions of new notices, and ask for approval of the others.

    Return the findings about the words that wait for approval.
    """
    new = file.consultation.notices[len(before.notices) :]
    if [notice.kind for notice in new[1:]].count(Kind.EXTENDED):
        raise Refusal([EXTENSION_FIRST])
    requested = []
    for notice in new:
        if notice.kind != Kind.EXTENDED:
            requested.append(_request(consultation, notice, accompanying_files))
        elif not publish_extensions(
            consultation,
            text=notice.text,
            by=None,
            origin=Origin.COMMAND,
            dated=notice.on,
        ):
            raise Refusal([NO_EXTENSION])
    withdrawn = file.consultation.withdrawn
    if withdrawn and before.withdrawn is None:
        requested.append(_request_withdrawal(consultation, withdrawn))
    return [found for each in requested for found in judge_words(notice_words(each))]


def _request(
    consultation: Consultation,
    notice: contents.Notice,
    accompanying_files: AccompanyingFiles,
) -> ConsultationNotice:
    named = _stored(notice, accompanying_files)
    return request_notice(
        consultation,
        kind=notice.kind,
        text=notice.text,
        by=None,
        file=named[0],
        filename=named[1],
        origin=Origin.COMMAND,
        dated=notice.on,
    )


def _request_withdrawal(
    consultation: Consultation, withdrawn: contents.Withdrawn
) -> ConsultationNotice:
    return request_notice(
        consultation,
        kind=Kind.WITHDRAWN,
        text=withdrawn.reason,
        by=None,
        origin=Origin.COMMAND,
        dated=withdrawn.at,
    )


def _stored(
    notice: contents.Notice, accompanying_files: AccompanyingFiles
) -> tuple[StoredFile | None, str]:
    if not notice.file:
        return None, ""
    digest, filename = store_file(notice.file, accompanying_files)
    return StoredFile.objects.get(pk=digest), filename
