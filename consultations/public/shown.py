"""Consultations as readers see them: the text of an edition, never the stored rows.

Staff see a consultation before its opening in the same form: what is frozen for the
opening, or its rows where no opening is set.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from consultations.deadlines import MovedDeadline, deadline_of, last_deadline_of
from consultations.documents.consultation_text import (
    ConsultationText,
    DocumentName,
    QuestionText,
)
from consultations.models import (
    Consultation,
    ConsultationEdition,
    ConsultationEditionDocument,
    DocumentVersion,
)
from consultations.models.consultation_edition import with_public_edition
from consultations.public.statements import (
    conclusion_due_statement,
    opening_statement,
)
from consultations.public.status import (
    Deadline,
    Timing,
    read_outcomes,
    timing_fields,
)
from consultations.public.versions import (
    ShownVersion,
    public_versions,
    stored_version,
    versions_for_staff,
)
from consultations.record.freezing import public_edition, standing_edition
from consultations.record.rows import read_stored_rows


@dataclass(frozen=True)
class ShownExtension:
    """An extension, with the labels of the questions that it is for."""

    was: dt.datetime
    until: dt.datetime
    reason: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class OrganisationName:
    """The organisation that consults, as it was called."""

    name: str
    short: str


@dataclass(frozen=True)
class ShownConsultation:
    """A consultation in the wording of an edition; `edition` is None for stored rows.

    Of its row only the address is read, and the designation, which has its own page.
    """

    row: Consultation
    text: ConsultationText
    edition: ConsultationEdition | None = None
    is_previewed: bool = False

    @property
    def title(self) -> str:
        """The title."""
        return self.text.title

    @property
    def mailbox(self) -> str:
        """The email address for responses, which the footer of a page has too."""
        return self.text.mailbox

    @property
    def pk(self) -> int:
        """The key of the consultation."""
        return self.row.pk

    @property
    def slug(self) -> str:
        """The last part of the web address."""
        return self.row.slug

    def get_absolute_url(self) -> str:
        """Return the address of the page."""
        return self.row.get_absolute_url()

    @property
    def organisation(self) -> OrganisationName:
        """The organisation that consults."""
        return OrganisationName(self.text.organisation, self.text.organisation_short)

    @property
    def opens_on(self) -> dt.date | None:
        """The London day of the opening."""
        return self.text.opens and timezone.localdate(self.text.opens)

    @property
    def opens_at_time(self) -> dt.time | None:
        """The London time of the opening; None for midnight."""
        if self.text.opens is None:
            return None
        time = timezone.localtime(self.text.opens).time()
        return time if time != dt.time() else None

    def is_public(self, at: dt.datetime | None = None) -> bool:
        """True from the opening of the edition on, and in a preview."""
        if self.is_previewed:
            return True
        public_from = self.edition.public_from if self.edition else None
        return public_from is not None and public_from <= (at or timezone.now())

    @cached_property
    def document_keys(self) -> dict[str, int]:
        """The keys of the documents, by the codes that the text has."""
        links = (
            self.edition.documents.values_list("code", "document")
            if self.edition
            else self.row.document_links.values_list("document__code", "document")
        )
        return dict(links)

    @cached_property
    def _moved(self) -> list[MovedDeadline]:
        return [
            MovedDeadline(each.until, frozenset[int | str](each.questions))
            for each in self.text.extensions
        ]

    @property
    def latest_deadline(self) -> dt.datetime | None:
        """When the last question stops taking responses; None for never."""
        return last_deadline_of(self.text.closes, self._moved)

    def deadlines(self) -> list[Deadline]:
        """Return the general deadline, then those of questions that differ from it."""
        general = deadline_of(self.text.closes, self._moved)
        own: dict[dt.datetime, list[str]] = {}
        for question in self.text.every_question():
            until = deadline_of(self.text.closes, self._moved, question.key)
            if until and until != general:
                own.setdefault(until, []).append(question.label)
        first = [Deadline(general)] if general else []
        return first + [Deadline(until, tuple(own[until])) for until in sorted(own)]

    @property
    def extensions(self) -> list[ShownExtension]:
        """The extensions, each with the labels of its questions."""
        labels = {each.key: each.label for each in self.text.every_question()}
        return [
            ShownExtension(
                each.was,
                each.until,
                each.reason,
                tuple(labels.get(key, key) for key in each.questions),
            )
            for each in self.text.extensions
        ]

    @property
    def questions(self) -> tuple[QuestionText, ...]:
        """The questions as a tree."""
        return self.text.questions

    def opening_sentence(self, at: dt.datetime | None = None) -> str:
        """Return when it opens, as it is not public yet."""
        opens = self.text.opens and timezone.localtime(self.text.opens)
        return opening_statement(opens, at or timezone.now())


@dataclass(frozen=True)
class PublicStatus(Timing):
    """A consultation as readers see it, and its status."""

    shown: ShownConsultation

    @property
    def conclusion_due(self) -> str:
        """By when the conclusion is, or was, due."""
        target = self.shown.text.target_conclusion
        return conclusion_due_statement(target, self.on) if target else ""


def public_consultations(
    consultations: QuerySet[Consultation] | None = None, at: dt.datetime | None = None
) -> QuerySet[Consultation]:
    """Return the consultations, of those given or of all, that anyone may read."""
    if consultations is None:
        consultations = Consultation.objects.public(at)
    return with_public_edition(consultations, at)


def consultations_about(document: int) -> QuerySet[Consultation]:
    """Return the public consultations whose public edition names a document."""
    naming = ConsultationEditionDocument.objects.filter(
        edition=OuterRef("public_edition"), document=document
    )
    return public_consultations().filter(Exists(naming))


def public_statuses(
    consultations: Iterable[Consultation], at: dt.datetime | None = None
) -> list[PublicStatus]:
    """Return public consultations as readers see them, in three queries.

    The consultations come from `public_consultations`.
    """
    rows = list(consultations)
    keys = [row.public_edition for row in rows]  # type: ignore[attr-defined]
    found = ConsultationEdition.objects.filter(pk__in=keys).select_related("content")
    editions = {edition.consultation_id: edition for edition in found}
    shown = [
        ShownConsultation(row, editions[row.pk].text(), editions[row.pk])
        for row in rows
    ]
    return statuses_of(shown, at)


def statuses_of(
    consultations: Sequence[ShownConsultation], at: dt.datetime | None = None
) -> list[PublicStatus]:
    """Return the status of each consultation, in two queries."""
    at = at or timezone.now()
    outcomes = read_outcomes([each.pk for each in consultations])
    return [
        PublicStatus(
            **timing_fields(
                outcomes[each.pk],
                is_public=each.is_public(at),
                last_deadline=each.latest_deadline,
                at=at,
            ),
            shown=each,
        )
        for each in consultations
    ]


def shown_to_public(
    row: Consultation, at: dt.datetime | None = None
) -> ShownConsultation | None:
    """Return a consultation as the public sees it; None where it does not."""
    edition = public_edition(row, at)
    return ShownConsultation(row, edition.text(), edition) if edition else None


def shown_to_staff(row: Consultation) -> ShownConsultation:
    """Return a consultation as it is public or will be; its rows where unknown."""
    edition = shown_edition(row)
    if edition is None:
        return ShownConsultation(row, read_stored_rows(row).text)
    return ShownConsultation(row, edition.text(), edition)


def shown_edition(row: Consultation) -> ConsultationEdition | None:
    """Return the public edition, or the one of an opening that has not come."""
    return public_edition(row) or standing_edition(row)


# --- documents consulted on -----------------------------------------------------------


@dataclass(frozen=True)
class ConsultedDocument:
    """A document of a consultation, with the texts consulted on."""

    name: DocumentName
    versions: tuple[ShownVersion, ...]


def documents_with_texts(
    shown: ShownConsultation, versions: Iterable[ShownVersion]
) -> list[ConsultedDocument]:
    """Return the documents of a consultation, each with its texts consulted on.

    Texts that other consultations on the same document ask about are not among them.
    """
    own = _own_versions(shown)
    texts = [each for each in versions if each.status == "consulted" and each.pk in own]
    keys = shown.document_keys
    return [
        ConsultedDocument(
            name,
            tuple(each for each in texts if each.document_id == keys.get(name.code)),
        )
        for name in shown.text.documents
    ]


def _own_versions(shown: ShownConsultation) -> set[int]:
    """Return the keys of the versions that a consultation asks about."""
    rows = DocumentVersion.objects.filter(consultation=shown.pk)
    own = set(rows.values_list("pk", flat=True))
    if shown.edition is not None:
        own |= set(shown.edition.texts.values_list("document_version", flat=True))
    return own


def consultation_versions(
    shown: ShownConsultation, *, staff: bool
) -> list[ShownVersion]:
    """Return the versions of a consultation's documents that the reader may see."""
    documents = shown.document_keys.values()
    versions = DocumentVersion.objects.filter(document__in=list(documents))
    return versions_for_staff(versions) if staff else public_versions(versions)


def previewed_versions(shown: ShownConsultation) -> list[ShownVersion]:
    """Return the versions public now, with those the opening makes public."""
    seen = consultation_versions(shown, staff=False)
    known = {version.pk for version in seen}
    names = {each.version for each in shown.text.texts}
    rows = DocumentVersion.objects.filter(consultation=shown.pk, status="consulted")
    return seen + [
        stored_version(row)
        for row in rows.select_related("document")
        if row.pk not in known and f"{row.document.code}/{row.key}" in names
    ]
