"""Freezing a conclusion's content: as JSON, as files, and as rows of an edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from consultations.audit.keys import reserve_key
from consultations.documents.conclusion.content import ConclusionContent
from consultations.documents.formats import (
    RenderedFile,
    attachment_media_type,
    canonical_json,
    render_files,
)
from consultations.documents.version_text import VersionText, write_version_text
from consultations.editions.authorship import Authorship, author_rows
from consultations.editions.facts import edition_facts
from consultations.editions.hashes import manifest, sha256
from consultations.editions.naming import document_codes, versions_named_by
from consultations.models import (
    Conclusion,
    Edition,
    EditionAuthor,
    EditionDocument,
    EditionFile,
    EditionText,
    RegulatedDocument,
    StoredFile,
)


@dataclass(frozen=True)
class FrozenAttachment:
    """An attachment of an edition; its file is stored already."""

    name: str
    filename: str
    sha256: str


@dataclass(frozen=True)
class DraftText:
    """The text of a version that an edition names, and its canonical JSON."""

    version: int
    text: VersionText
    content: bytes


@dataclass(frozen=True)
class EditionDraft:
    """An edition before it is stored."""

    title: str
    subtitle: str
    first_published: dt.date | None
    content: str
    number: int | None
    rendered_files: tuple[RenderedFile, ...]
    attachments: tuple[FrozenAttachment, ...]
    texts: tuple[DraftText, ...] = ()

    @property
    def text_hashes(self) -> dict[str, str]:
        """The hash of each text, by the name of its version."""
        return {each.text.name: sha256(each.content) for each in self.texts}

    @property
    def hashes_by_version(self) -> dict[int, str]:
        """The hash of each text, by the key of its version."""
        return {each.version: sha256(each.content) for each in self.texts}

    @property
    def sha256(self) -> str:
        """The hash that sign-off refers to."""
        files = {file.name: sha256(file.content) for file in self.rendered_files}
        files |= {file.name: file.sha256 for file in self.attachments}
        return sha256(manifest(sha256(self.content), files, self.text_hashes))


def freeze(
    conclusion: Conclusion, content: ConclusionContent, formats: Sequence[str]
) -> EditionDraft:
    """Return the content as JSON and as files made from that JSON.

    The JSON file is always among them, as later comparisons read the document in it.
    Raises what formats.render_files raises, and ValueError for another consultation's.
    """
    if content.consultation != conclusion.consultation.slug:
        raise ValueError(
            f"The conclusion {conclusion.slug} does not belong to the consultation "
            f"{content.consultation}."
        )
    data, decoded = canonical_json(content)
    return EditionDraft(
        title=decoded.title,
        subtitle=decoded.subtitle,
        first_published=decoded.first_published,
        content=data.decode(),
        number=decoded.publication.edition if decoded.publication else None,
        rendered_files=render_files(
            decoded, conclusion.slug, tuple(dict.fromkeys([*formats, "json"]))
        ),
        attachments=tuple(
            FrozenAttachment(f"attachments/{position}", each.filename, each.sha256)
            for position, each in enumerate(decoded.attachments, 1)
            if each.sha256
        ),
        texts=freeze_texts(conclusion),
    )


def freeze_texts(conclusion: Conclusion) -> tuple[DraftText, ...]:
    """Return the texts of the versions that a conclusion names, as they are stored."""
    versions = versions_named_by(conclusion).prefetch_related("clauses")
    texts = [(version.pk, version.as_text()) for version in versions]
    return tuple(DraftText(pk, text, write_version_text(text)) for pk, text in texts)


@dataclass(frozen=True)
class EditionRows:
    """The rows of a submitted edition; they have their keys, and are not stored yet."""

    edition: Edition
    authors: tuple[EditionAuthor, ...]
    files: tuple[EditionFile, ...]
    texts: tuple[EditionText, ...]
    documents: tuple[EditionDocument, ...]

    def facts(self) -> dict[str, str]:
        """Return the facts of the edition as submitted."""
        return edition_facts(self.edition, files=self.files, documents=self.documents)

    def store(self) -> None:
        """Store the rows; the database demands the event of the submission first."""
        self.edition.save(force_insert=True)
        for row in (*self.authors, *self.files, *self.texts, *self.documents):
            row.save(force_insert=True)


def submitted_edition(
    draft: EditionDraft,
    *,
    conclusion: Conclusion,
    submitted_by: User,
    submitted_at: dt.datetime,
    note: str,
    correction: str,
) -> Edition:
    """Return the row of a submitted edition, with its key."""
    return Edition(
        pk=reserve_key(Edition),
        conclusion=conclusion,
        number=draft.number,
        title=draft.title,
        subtitle=draft.subtitle,
        first_published=draft.first_published,
        content=draft.content,
        content_sha256=sha256(draft.content),
        sha256=draft.sha256,
        submitted_by=submitted_by,
        submitted_at=submitted_at,
        note=note,
        correction=correction,
    )


def edition_rows(
    edition: Edition, draft: EditionDraft, authorship: Authorship
) -> EditionRows:
    """Return the rows of a submitted edition, and store the bytes that they name."""
    edition.draft_began_at = authorship.began_at
    edition.draft_read_at = authorship.read_at
    named = document_codes(edition.conclusion_content())
    return EditionRows(
        edition=edition,
        authors=author_rows(edition, authorship),
        files=tuple(_file_rows(edition, draft)),
        texts=tuple(
            EditionText(
                edition=edition,
                document_version_id=each.version,
                file=StoredFile.objects.store(each.content),
                **EditionText.columns_of(each.text),
            )
            for each in draft.texts
        ),
        documents=tuple(
            EditionDocument(edition=edition, document=document, code=document.code)
            for document in RegulatedDocument.objects.filter(code__in=named)
        ),
    )


def _file_rows(edition: Edition, draft: EditionDraft) -> Iterator[EditionFile]:
    for file in draft.rendered_files:
        yield EditionFile(
            edition=edition,
            name=file.name,
            filename=file.filename,
            media_type=file.media_type,
            file=StoredFile.objects.store(file.content),
        )
    for attached in draft.attachments:
        yield EditionFile(
            edition=edition,
            name=attached.name,
            filename=attached.filename,
            media_type=attachment_media_type(attached.filename),
            file_id=attached.sha256,
        )


def lost_attachments(content: ConclusionContent) -> list[str]:
    """Return a sentence for each attachment whose file is not stored."""
    named = {each.sha256 for each in content.attachments if each.sha256}
    stored = StoredFile.objects.filter(pk__in=named).values_list("pk", flat=True)
    lost = named - set(stored)
    return [
        f"The file of attachment {position}, {each.title}, is missing. Add the file "
        "again."
        for position, each in enumerate(content.attachments, 1)
        if each.sha256 in lost
    ]
