"""The attached files of a conclusion and its consultation, as the checks see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consultations.attached_files.inspection import READER_VERSION
from consultations.documents.conclusion.content import ConclusionContent
from consultations.editions.new_words import NewFile
from consultations.models import Conclusion
from responses.models import FileWords


@dataclass(frozen=True)
class CheckedFile:
    """An attached file; `words` is None until the file has been read.

    `label` is what findings call it: `attachment “Plan”`.
    """

    label: str
    target: str
    title: str
    filename: str
    sha256: str
    words: FileWords | None

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """The words of the file, its name and its title, each with its place."""
        yield f"the file name of {self.label}", self.filename
        yield self.label, self.title
        if self.words:
            for place, words in self.words.texts:
                where = f"{place} in " if place else ""
                yield f"{where}the file of {self.label}", words


def read_checked_files(conclusion: Conclusion) -> tuple[CheckedFile, ...]:
    """Read the attached files in three queries, without their bytes."""
    fields = ("title", "filename", "file_id")
    enclosures = conclusion.attachments.filter(file__isnull=False).values_list(*fields)
    attachments = conclusion.consultation.attachments.values_list(*fields)
    rows = [
        *(("attachment", f"enclosure:{row[0]}", row) for row in enclosures),
        *(("consultation attachment", "attachment", row) for row in attachments),
    ]
    read = _words_of(str(digest) for _, _, (_, _, digest) in rows)
    return tuple(
        CheckedFile(
            f"{noun} “{title}”", target, title, filename, str(digest), read.get(digest)
        )
        for noun, target, (title, filename, digest) in rows
    )


def read_frozen_files(content: ConclusionContent) -> tuple[CheckedFile, ...]:
    """Read the attached files that frozen content names, in one query."""
    files = [each for each in content.attachments if each.sha256]
    read = _words_of(each.sha256 for each in files)
    return tuple(
        CheckedFile(
            f"attachment “{each.title}”",
            f"enclosure:{each.title}",
            each.title,
            each.filename,
            each.sha256,
            read.get(each.sha256),
        )
        for each in files
    )


def read_new_files(files: Iterable[NewFile]) -> tuple[CheckedFile, ...]:
    """Read the files that an act makes public, in one query."""
    given = list(files)
    read = _words_of(each.sha256 for each in given)
    return tuple(
        CheckedFile(
            each.label,
            each.target,
            each.title,
            each.filename,
            each.sha256,
            read.get(each.sha256),
        )
        for each in given
    )


def _words_of(digests: Iterable[str]) -> dict[str, FileWords]:
    """Return the words of files that were read, by the hash of the file."""
    read = FileWords.objects.filter(reader_version=READER_VERSION)
    return read.in_bulk(set(digests))
