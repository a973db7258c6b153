"""When the texts that were decided take effect, as far as this site records it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from consultations.models import (
    Designation,
    DocumentVersion,
    Edition,
    EditionText,
    RegulatedDocument,
)
from consultations.public.publications import facts_by_conclusion
from consultations.public.shown import ShownConsultation
from consultations.public.statements import PlannedEffect
from consultations.public.versions import ShownVersion, public_versions

_CONSULTED = DocumentVersion.Status.CONSULTED
_CONCLUDED = DocumentVersion.Status.CONCLUDED


@dataclass(frozen=True)
class DecidedTexts:
    """What the conclusions of a consultation decided.

    `effects` has, for the code of each document that changes, the recorded date on
    which its text takes effect, or None.
    """

    conclusions: int
    effects: dict[str, dt.date | None]

    @property
    def pending(self) -> list[str]:
        """The documents of whose text no date is recorded."""
        return [code for code, day in self.effects.items() if day is None]


def decided_texts(shown: ShownConsultation, *, since: dt.date | None) -> DecidedTexts:
    """Return what the published conclusions of a consultation decided.

    `since` is the day of the first of them: a text that was in force before is none
    of theirs.
    """
    editions = list(Edition.objects.current().filter(conclusion__consultation=shown.pk))
    texts = EditionText.objects.filter(edition__in=editions, status=_CONCLUDED)
    codes = set(texts.values_list("document_version__document__code", flat=True))
    for edition in editions:
        renamed = dict(edition.documents.values_list("code", "document__code"))
        changes = edition.conclusion_content().changes
        codes |= {renamed.get(each.document, each.document) for each in changes}
    return DecidedTexts(len(editions), _recorded_effects(sorted(codes), since))


def _recorded_effects(
    codes: Iterable[str], since: dt.date | None
) -> dict[str, dt.date | None]:
    """Return the first date on which a later text of each document took effect."""
    effects: dict[str, dt.date | None] = dict.fromkeys(codes)
    documents = RegulatedDocument.objects.filter(code__in=list(effects))
    codes_by_id = dict(documents.values_list("pk", "code"))
    versions = DocumentVersion.objects.filter(document__in=list(codes_by_id))
    for version in public_versions(versions):
        day, code = version.in_force, codes_by_id[version.document_id]
        if day is None or version.status == _CONSULTED or (since and day < since):
            continue
        earlier = effects[code]
        effects[code] = min(day, earlier) if earlier else day
    return effects


def planned_effects(versions: Iterable[ShownVersion]) -> dict[int, PlannedEffect]:
    """Return by when concluded versions were to take effect, by their keys."""
    keys = [version.pk for version in versions if version.status == _CONCLUDED]
    if not keys:
        return {}
    texts = EditionText.objects.filter(
        document_version__in=keys, edition__in=Edition.objects.current()
    )
    texts = texts.select_related("edition__conclusion").defer("edition__content")
    rows = [(text.document_version_id, text.edition) for text in texts.order_by("pk")]
    consultations = {edition.conclusion.consultation_id for _, edition in rows}
    designations = {
        each.consultation_id: each
        for each in Designation.objects.filter(consultation__in=consultations)
    }
    conclusions = {edition.conclusion_id for _, edition in rows}
    public = Edition.objects.ever_published().filter(conclusion__in=conclusions)
    facts = facts_by_conclusion(public.defer("content"))
    planned: dict[int, PlannedEffect] = {}
    for version, edition in rows:
        designation = designations.get(edition.conclusion.consultation_id)
        last = designation and _last_day(designation)
        if last:
            day = facts[edition.conclusion_id].published
            planned[version] = PlannedEffect(day, last)
    return planned


def _last_day(designation: Designation) -> dt.date | None:
    """Return the recorded day, or the last planned one."""
    return designation.designated or designation.long_stop or designation.target
