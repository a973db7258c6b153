"""Reading the words of attached files, once for each stored file.

The worker reads a file after it was attached. Commands read what has not been read,
without the worker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from consultations.attached_files.inspection import READER_VERSION, read_words
from consultations.models import (
    Conclusion,
    ConclusionAttachment,
    Consultation,
    ConsultationAttachment,
    ConsultationNotice,
    StoredFile,
)
from responses.models import FileWords

RETRY_AFTER = dt.timedelta(minutes=20)
"""When a file is read again whose worker died; longer than any reading takes."""


def enqueue_reading(files: Iterable[StoredFile | str | None]) -> None:
    """Have the worker read files once the transaction is committed."""
    for digest in {str(getattr(file, "pk", file)) for file in files if file}:
        transaction.on_commit(
            lambda digest=digest: read_file_words.enqueue(digest),  # type: ignore[misc]
            robust=True,
        )


@task()
def read_file_words(digest: str) -> None:
    """Read one file; enqueue another task in case this worker dies."""
    if not unread_digests([digest]):
        return
    if read_file_words.get_backend().supports_defer:
        later = timezone.now() + RETRY_AFTER
        read_file_words.using(run_after=later).enqueue(digest)
    read_stored_file(digest)


def read_stored_file(digest: str) -> FileWords:
    """Read a stored file and save its words; raise StoredFile.DoesNotExist."""
    content = bytes(StoredFile.objects.values_list("content", flat=True).get(pk=digest))
    reading = read_words("attachment", content)
    words, _ = FileWords.objects.update_or_create(
        file_id=digest,
        defaults={
            "texts": [[text.place, text.words] for text in reading.texts],
            "unread": list(reading.unread),
            "reader_version": READER_VERSION,
            "read_at": timezone.now(),
        },
    )
    return words


def attached_digests(
    consultation: Consultation | None = None, conclusion: Conclusion | None = None
) -> set[str]:
    """Return the hashes of attached files: all, or those of a consultation.

    With a conclusion, those of its consultation and of the conclusion.
    """
    own = ConsultationAttachment.objects.all()
    others = ConclusionAttachment.objects.filter(file__isnull=False)
    notices = ConsultationNotice.objects.filter(file__isnull=False)
    if conclusion is not None:
        own = own.filter(consultation=conclusion.consultation_id)
        notices = notices.filter(consultation=conclusion.consultation_id)
        others = others.filter(conclusion=conclusion)
    elif consultation is not None:
        own = own.filter(consultation=consultation)
        notices = notices.filter(consultation=consultation)
        others = others.filter(conclusion__consultation=consultation)
    return {
        str(digest)
        for rows in (own, others, notices)
        for digest in rows.order_by().values_list("file_id", flat=True)
    }


def unread_digests(digests: Collection[str]) -> list[str]:
    """Return those of the files whose words have not been read, in a fixed order."""
    is_current = Q(file__in=digests, reader_version=READER_VERSION)
    read = FileWords.objects.filter(is_current).values_list("file_id", flat=True)
    return sorted(set(digests) - set(read))


def read_waiting_files(digests: Collection[str] | None = None) -> list[FileWords]:
    """Read attached files that have not been read, in this process; return the words.

    All attached files, unless hashes are given.
    """
    waiting = unread_digests(attached_digests() if digests is None else digests)
    return [read_stored_file(digest) for digest in waiting]
