"""Freezing a conclusion's content: as JSON, as files, and as rows of an edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from consultations.documents.conclusion.content import ConclusionContent
from consultations.documents.formats import (
    RenderedFile,
    attachment_media_type,
    canonical_json,
    render_files,
)
from consultations.editions.authorship import Authorship, store_authors
from consultations.editions.verification import manifest, sha256
from consultations.models import Conclusion, Edition, StoredFile


@dataclass(frozen=True)
class FrozenAttachment:
    """An attachment of an edition; its file is stored already."""

    name: str
    filename: str
    sha256: str


@dataclass(frozen=True)
class EditionDraft:
    """An edition before it is stored."""

    title: str
    subtitle: str
    content: str
    rendered_files: tuple[RenderedFile, ...]
    attachments: tuple[FrozenAttachment, ...]

    @property
    def sha256(self) -> str:
        """The hash that sign-off refers to."""
        files = {file.name: sha256(file.content) for file in self.rendered_files}
        files |= {file.name: file.sha256 for file in self.attachments}
        return sha256(manifest(sha256(self.content), files))


def freeze(
    conclusion: Conclusion, content: ConclusionContent, formats: Sequence[str]
) -> EditionDraft:
    """Return the content as JSON and as files made from that JSON.

    The JSON file is always among them, as later comparisons read the document in it.
    Raises what formats.render_files raises, and ValueError for another consultation's.
    """
    if content.consultation != conclusion.consultation.slug:
        raise ValueError(f"{conclusion} is not about {content.consultation}.")
    data, decoded = canonical_json(content)
    return EditionDraft(
        title=decoded.title,
        subtitle=decoded.subtitle,
        content=data.decode(),
        rendered_files=render_files(
            decoded, conclusion.slug, tuple(dict.fromkeys([*formats, "json"]))
        ),
        attachments=tuple(
            FrozenAttachment(f"attachments/{position}", each.filename, each.sha256)
            for position, each in enumerate(decoded.attachments, 1)
            if each.sha256
        ),
    )


def store_edition(
    draft: EditionDraft,
    *,
    conclusion: Conclusion,
    submitted_by: User,
    submitted_at: dt.datetime,
    note: str,
    correction: str,
    authorship: Authorship,
) -> Edition:
    """Create the rows of a submitted edition, within the caller's transaction."""
    edition = Edition.objects.create(
        conclusion=conclusion,
        title=draft.title,
        subtitle=draft.subtitle,
        content=draft.content,
        content_sha256=sha256(draft.content),
        sha256=draft.sha256,
        submitted_by=submitted_by,
        submitted_at=submitted_at,
        note=note,
        correction=correction,
        draft_began_at=authorship.began_at,
        draft_read_at=authorship.read_at,
    )
    store_authors(edition, authorship)
    for file in draft.rendered_files:
        edition.files.create(
            name=file.name,
            filename=file.filename,
            media_type=file.media_type,
            file=StoredFile.objects.store(file.content),
        )
    for attached in draft.attachments:
        edition.files.create(
            name=attached.name,
            filename=attached.filename,
            media_type=attachment_media_type(attached.filename),
            file_id=attached.sha256,
        )
    return edition


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
