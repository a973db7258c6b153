"""The public versions of regulated documents, and the public documents.

Being public is stated: by a public edition of the consultation that consults on a
version, by an edition of a conclusion that was published and names it, or by an
approved release. What these state is shown as it was frozen, never as it is stored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from django.db.models import Count, F, Q, QuerySet

from consultations.documents.version_text import VersionText, read_version_text
from consultations.models import (
    ConsultationEdition,
    ConsultationEditionDocument,
    ConsultationEditionText,
    DocumentVersion,
    Edition,
    EditionDocument,
    EditionText,
    RegulatedDocument,
    StoredFile,
    VersionRelease,
)
from consultations.public.statements import (
    PlannedEffect,
    concluded_text_statement,
    in_force_statement,
    later_text_statement,
    version_effect_statement,
)

VersionStatus = DocumentVersion.Status

_UNNUMBERED: dict[str, str] = {
    VersionStatus.DESIGNATED: "designated text",
    VersionStatus.CONSULTED: "text consulted on",
    VersionStatus.CONCLUDED: "text decided after consultation",
}
"""What a version without a label is called, by its status."""

StatedText = ConsultationEditionText | EditionText | VersionRelease
"""What makes the text of a version public."""


@dataclass(frozen=True)
class ShownVersion:
    """A version as a reader sees it.

    `frozen_text` is the hash of its frozen text; where it is empty, the text is read
    from the stored clauses. `is_draft` is true of what only staff can see.
    """

    pk: int
    document_id: int
    position: int
    key: str
    label: str
    status: str
    in_force: dt.date | None
    clause_count: int
    frozen_text: str = ""
    is_draft: bool = False

    @property
    def name(self) -> str:
        """What readers call the version: `version 4.0`, or by what its text is."""
        return f"version {self.label}" if self.label else _UNNUMBERED[self.status]

    def text(self) -> VersionText:
        """Return the text to show."""
        if self.frozen_text:
            file = StoredFile.objects.get(pk=self.frozen_text)
            return read_version_text(bytes(file.content))
        rows = DocumentVersion.objects.select_related("document")
        return rows.get(pk=self.pk).as_text()


def public_versions(
    versions: QuerySet[DocumentVersion] | None = None, *, at: dt.datetime | None = None
) -> list[ShownVersion]:
    """Return the versions, of those given or of all, that anyone may read, in order."""
    if versions is None:
        versions = DocumentVersion.objects.all()
    frozen = _latest_frozen_texts(versions, at)
    rows = versions.filter(pk__in=list(frozen)).order_by("position", "pk")
    return [_as_frozen(version, frozen[version.pk]) for version in rows]


def versions_for_staff(
    versions: QuerySet[DocumentVersion] | None = None,
) -> list[ShownVersion]:
    """Return versions as they are stored; those with other public facts as drafts.

    Only the facts in lists are compared. `differs_from_public` compares the texts.
    """
    if versions is None:
        versions = DocumentVersion.objects.all()
    public = {each.pk: each for each in public_versions(versions)}
    return [
        stored_version(row, is_draft=_facts(row) != _facts(public.get(row.pk)))
        for row in _with_clause_counts(versions)
    ]


def differs_from_public(version: DocumentVersion) -> bool:
    """True when the stored text is not the public one."""
    same = DocumentVersion.objects.filter(pk=version.pk)
    shown = next(iter(public_versions(same)), None)
    return shown is None or shown.text() != version.as_text()


def _facts(version: DocumentVersion | ShownVersion | None) -> tuple[object, ...]:
    if version is None:
        return ()
    return version.key, version.label, version.status, version.in_force


def _with_clause_counts(rows: QuerySet[DocumentVersion]) -> QuerySet[DocumentVersion]:
    return rows.annotate(clause_count=Count("clauses")).order_by("position", "pk")


def stored_version(version: DocumentVersion, *, is_draft: bool = False) -> ShownVersion:
    """Return a version as it is stored."""
    return ShownVersion(
        pk=version.pk,
        document_id=version.document_id,
        position=version.position,
        key=version.key,
        label=version.label,
        status=version.status,
        in_force=version.in_force,
        clause_count=getattr(version, "clause_count", 0),
        is_draft=is_draft,
    )


def _as_frozen(version: DocumentVersion, text: StatedText) -> ShownVersion:
    return ShownVersion(
        pk=version.pk,
        document_id=version.document_id,
        position=version.position,
        key=version.key,
        label=text.label,
        status=text.status,
        in_force=text.in_force,
        clause_count=text.clause_count,
        frozen_text=text.file_id,
    )


def _latest_frozen_texts(
    versions: QuerySet[DocumentVersion], at: dt.datetime | None
) -> dict[int, StatedText]:
    """Return the latest public text of each version, by the moment it was published."""
    named = Q(document_version__in=versions.values("pk"))
    editions = Edition.objects.ever_published()
    texts = EditionText.objects.filter(named, edition__in=editions)
    releases = VersionRelease.objects.approved().filter(named)
    dated: list[tuple[dt.datetime, int, StatedText]] = [
        *((since, -1, row) for since, row in _consulted_texts(named, at)),
        *(
            (row.public_since, 0, row)
            for row in texts.annotate(public_since=F("edition__published_at"))
        ),
        *((row.decided_at, 1, row) for row in releases if row.decided_at),
    ]
    dated.sort(key=lambda each: (*each[:2], each[2].pk))
    return {row.document_version_id: row for _, _, row in dated}


def _consulted_texts(
    named: Q, at: dt.datetime | None
) -> list[tuple[dt.datetime, ConsultationEditionText]]:
    """Return the texts of consultations, each with when its wording became public.

    A later edition often has the same text: only another wording is news.
    """
    editions = ConsultationEdition.objects.public(at)
    rows = ConsultationEditionText.objects.filter(named, edition__in=editions)
    last: dict[tuple[int, int], str] = {}
    found = []
    for row in rows.select_related("edition").order_by("edition__number", "pk"):
        key = (row.edition.consultation_id, row.document_version_id)
        if row.edition.public_from and last.get(key) != row.file_id:
            found.append((row.edition.public_from, row))
        last[key] = row.file_id
    return found


def public_documents(at: dt.datetime | None = None) -> QuerySet[RegulatedDocument]:
    """Return the documents anyone may know of.

    A public consultation, a published edition, or a public version names them.
    """
    editions = Edition.objects.ever_published()
    asking = ConsultationEdition.objects.public(at)
    asked = ConsultationEditionDocument.objects.filter(edition__in=asking)
    consulted = ConsultationEditionText.objects.filter(edition__in=asking)
    named = EditionDocument.objects.filter(edition__in=editions)
    texts = EditionText.objects.filter(edition__in=editions)
    releases = VersionRelease.objects.approved()
    return RegulatedDocument.objects.filter(
        Q(pk__in=asked.values("document"))
        | Q(pk__in=consulted.values("document_version__document"))
        | Q(pk__in=named.values("document"))
        | Q(pk__in=texts.values("document_version__document"))
        | Q(pk__in=releases.values("document_version__document"))
    )


@dataclass(frozen=True)
class TaggedVersion:
    """A version and its tag; a version older than the one in force is not relevant.

    `effect` says when it takes or took effect, `note` what is not recorded of it.
    """

    version: ShownVersion
    tag: str
    tone: str
    is_relevant: bool = True
    effect: str = ""
    note: str = ""

    @property
    def heading(self) -> str:
        """The version as a heading: `Version 4.0`, `Text consulted on`."""
        name = self.version.name
        return f"{name[:1].upper()}{name[1:]}"


def tag_versions(
    versions: Iterable[ShownVersion],
    on: dt.date,
    planned: Mapping[int, PlannedEffect] = MappingProxyType({}),
) -> list[TaggedVersion]:
    """Return a document's versions, newest first, each with its tag.

    `planned` tells by when concluded versions were to take effect, by their keys.
    """
    ordered = list(versions)
    began = [version for version in ordered if _has_taken_effect(version, on)]
    began.sort(key=lambda v: (v.in_force or dt.date.min, v.position, v.pk))
    tagged = [_tag_version(version, began) for version in reversed(ordered)]
    return [_with_statements(each, tagged, on, planned) for each in tagged]


def _with_statements(
    tagged: TaggedVersion,
    siblings: Iterable[TaggedVersion],
    on: dt.date,
    planned: Mapping[int, PlannedEffect],
) -> TaggedVersion:
    """Return a tagged version with what is said of its dates."""
    version, effect = tagged.version, ""
    if version.in_force:
        effect = version_effect_statement(version.status, version.in_force, on)
    if tagged.tone == "concluded":
        note = concluded_text_statement(planned.get(version.pk), on)
        return replace(tagged, effect=effect, note=note)
    if tagged.tone != "in-force":
        return replace(tagged, effect=effect)
    later = next(
        (
            planned[each.version.pk]
            for each in siblings
            if each.tone == "concluded"
            and each.is_relevant
            and each.version.pk in planned
        ),
        None,
    )
    return replace(
        tagged,
        tag=in_force_statement(later, on),
        effect=effect,
        note=later_text_statement(later, on),
    )


def _has_taken_effect(version: ShownVersion, on: dt.date) -> bool:
    """True when a version took effect; a designated one without a date always has."""
    if version.in_force is None:
        return version.status == VersionStatus.DESIGNATED
    return version.status != VersionStatus.CONSULTED and version.in_force <= on


def _tag_version(version: ShownVersion, began: list[ShownVersion]) -> TaggedVersion:
    if began and version == began[-1]:
        return TaggedVersion(version, "In force", "in-force")
    if version in began:
        return TaggedVersion(version, "No longer in force", "past", is_relevant=False)
    is_news = not began or version.position > began[-1].position
    if version.status == VersionStatus.CONSULTED:
        return TaggedVersion(version, "Consulted on", "consulted", is_relevant=is_news)
    if version.status == VersionStatus.CONCLUDED:
        return TaggedVersion(version, "Concluded", "concluded", is_relevant=is_news)
    return TaggedVersion(version, "Not yet in force", "coming")
