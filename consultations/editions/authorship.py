"""The authors of an edition: recorded at submission, frozen, and logged."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from consultations.documents import codec
from consultations.models import Consultation, Edition, EditionAuthor
from consultations.user_names import exact_name

_AUTHORS_CHECKSUM = re.compile(r"\(checksum of the authors ([0-9a-f]{64})\)")


@dataclass(frozen=True)
class TextAuthor:
    """A user who answers for texts of a draft; the texts are labels for people.

    `taken_over` are those of the texts that others wrote, with their names.
    """

    user_id: int
    texts: tuple[str, ...]
    taken_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Authorship:
    """Who wrote the text of a draft since the last public edition.

    The draft began with the first change after that edition, and was read at
    `read_at`: later changes belong to the next draft. Both are None without a history.
    `texts` are the hashes of the legal texts that were read, by version; None for a
    draft whose legal texts were not read.
    """

    began_at: dt.datetime | None
    read_at: dt.datetime | None
    authors: tuple[TextAuthor, ...]
    texts: Mapping[int, str] | None = None


NO_AUTHORS = Authorship(None, None, ())
"""The authorship of a draft that nobody wrote on this site."""


def author_rows(edition: Edition, authorship: Authorship) -> tuple[EditionAuthor, ...]:
    """Return the rows of an edition's authors, not stored yet."""
    return tuple(
        EditionAuthor(
            edition=edition,
            user_id=author.user_id,
            texts=list(author.texts),
            taken_over=list(author.taken_over),
        )
        for author in authorship.authors
    )


def authors_summary(edition: Edition, authors: Sequence[EditionAuthor]) -> str:
    """Return the end of the summary of a submission: its authors, and their hash."""
    names = ", ".join(exact_name(author.user) for author in authors)
    written = f"Text written by {names}" if names else "No text written on this site"
    return f"{written} (checksum of the authors {authors_sha256(edition, authors)})"


def authors_sha256(edition: Edition, authors: Iterable[EditionAuthor]) -> str:
    """Return the hash of everything that is recorded about an edition's authors."""
    rows = sorted(authors, key=lambda author: author.user_id)
    facts = {
        "edition": edition.pk,
        "sha256": edition.sha256,
        "began": _instant(edition.draft_began_at),
        "read": _instant(edition.draft_read_at),
        "authors": [[row.user_id, row.texts, row.taken_over] for row in rows],
    }
    return hashlib.sha256(codec.dumps(facts)).hexdigest()


def _instant(moment: dt.datetime | None) -> str:
    if moment is None:
        return ""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def author_faults(consultation: Consultation) -> list[str]:
    """Return a sentence if the recorded authors differ from the activity log.

    Submissions by earlier releases recorded no authors.
    """
    events = consultation.events.filter(kind="submitted").order_by("number")
    summaries = events.values_list("summary", flat=True)
    logged = Counter(
        checksum
        for summary in summaries
        for checksum in _AUTHORS_CHECKSUM.findall(summary)
    )
    editions = Edition.objects.filter(conclusion__consultation=consultation)
    stored = Counter(
        authors_sha256(edition, edition.authors.all())
        for edition in editions.defer("content").prefetch_related("authors")
    )
    changed = (logged - stored).total()
    if not changed:
        return []
    label = "edition" if changed == 1 else "editions"
    fault = (
        f"{consultation.slug}: the authors of {changed} submitted {label} differ from "
        "the activity log. Restore the authors from a backup."
    )
    return [fault]
