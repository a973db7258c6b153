"""Freezing a consultation when a file is loaded, and the notices of the file.

A consultation that is public keeps its frozen parts: a file changes one only with a
notice, which then waits for its approval. An extension takes effect at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone

from consultations.documents.consultation_changes import TextChange
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
from consultations.record.new_words import notice_words, opening_words
from consultations.record.notices import (
    publish_extensions,
    record_loaded_notice,
    request_notice,
)
from responses.consultation_file import contents
from responses.consultation_file.files_beside import AccompanyingFiles
from responses.consultation_file.from_rows.read_rows import (
    stored_notices,
    withdrawal_of,
)
from responses.consultation_file.notation.errors import Path, quote_value
from responses.consultation_file.to_rows.consultation import store_file
from responses.consultation_file.to_rows.judging import judge_words, record_findings

Kind = ConsultationNotice.Kind

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
    "The consultation has not opened, so it has no notices and is not withdrawn. "
    "Remove notices and withdrawn from the file."
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
        notices=stored_notices(consultation),
        withdrawn=withdrawal_of(consultation),
    )


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
    given = file.consultation.notices
    for number, notice in enumerate(before.notices):
        path: Path = ("consultation", "notices", number)
        if number >= len(given) or given[number] != notice:
            yield RecordFault(
                path if number < len(given) else path[:2],
                f"Notice {number + 1} is part of the record and cannot change. Export "
                "the consultation to get the entry of the notice, and add new entries "
                "below it.",
            )
    if before.withdrawn and file.consultation.withdrawn != before.withdrawn:
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
    if change.field == "texts":
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
    found = judge_words(opening_words(consultation))
    freeze_opening(consultation, origin=Origin.COMMAND, by=by, at=now)
    for notice in _record_notices(consultation, file, accompanying_files, at=now):
        found += judge_words(notice_words(notice))
    record_findings(consultation, found)
    return found


def has_notices(file: contents.ConsultationFile) -> bool:
    """True for a file with notices, or with a withdrawal."""
    return bool(file.consultation.notices or file.consultation.withdrawn)


def _record_notices(
    consultation: Consultation,
    file: contents.ConsultationFile,
    accompanying_files: AccompanyingFiles,
    at: dt.datetime,
) -> Iterator[ConsultationNotice]:
    """Record the notices of a file that are not stored yet, as loaded."""
    stored = stored_notices(consultation)
    for notice in file.consultation.notices[len(stored) :]:
        named = _stored(notice, accompanying_files)
        yield record_loaded_notice(
            consultation,
            kind=notice.kind,
            text=notice.text,
            dated=notice.on,
            file=named[0],
            filename=named[1],
            at=at,
        )
    withdrawn = file.consultation.withdrawn
    if withdrawn and withdrawal_of(consultation) is None:
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
    for notice in new[:1]:
        if notice.kind == Kind.EXTENDED and not publish_extensions(
            consultation,
            text=notice.text,
            by=None,
            origin=Origin.COMMAND,
            dated=notice.on,
        ):
            raise Refusal([NO_EXTENSION])
    found = []
    for notice in new:
        if notice.kind != Kind.EXTENDED:
            named = _stored(notice, accompanying_files)
            found += _request_and_judge(
                consultation,
                kind=notice.kind,
                text=notice.text,
                dated=notice.on,
                file=named[0],
                filename=named[1],
            )
    withdrawn = file.consultation.withdrawn
    if withdrawn and before.withdrawn is None:
        found += _request_and_judge(
            consultation,
            kind=Kind.WITHDRAWN,
            text=withdrawn.reason,
            dated=withdrawn.at,
        )
    return found


def _request_and_judge(
    consultation: Consultation,
    *,
    kind: str,
    text: str,
    dated: dt.datetime,
    file: StoredFile | None = None,
    filename: str = "",
) -> list[str]:
    """Ask for the approval of a notice; return the findings about its words."""
    requested = request_notice(
        consultation,
        kind=kind,
        text=text,
        by=None,
        file=file,
        filename=filename,
        origin=Origin.COMMAND,
        dated=dated,
    )
    return judge_words(notice_words(requested))


def _stored(
    notice: contents.Notice, accompanying_files: AccompanyingFiles
) -> tuple[StoredFile | None, str]:
    if not notice.file:
        return None, ""
    digest, filename = store_file(notice.file, accompanying_files)
    return StoredFile.objects.get(pk=digest), filename
