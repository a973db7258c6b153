"""Regulated documents, their versions and clauses."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models

from consultations.documents.version_text import ClauseText, VersionText
from consultations.fields.model_fields import LineField, RichTextField
from consultations.models.base import Editable, PermanentHistory

__all__ = [
    "Clause",
    "DocumentVersion",
    "RegulatedDocument",
]


class RegulatedDocument(Editable):
    """A document whose text may change only after a consultation."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        MATRIX = "matrix", "Matrix"

    class Route(models.TextChoices):
        """The procedure by which a concluded version comes into force."""

        SECRETARY_OF_STATE = (
            "secretary-of-state",
            "Designation by the Secretary of State",
        )
        NO_OBJECTION = "no-objection", "Non-objection by the Secretary of State"
        OWN_PUBLICATION = "own-publication", "Publication with a referral period"
        PANEL = "panel", "Approval by the SEC Panel"
        AUTHORITY = "authority", "Decision by the Authority (Ofgem)"

    code = LineField(max_length=40, unique=True)
    title = LineField()
    reference = LineField(blank=True, default="")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TEXT)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="annexes"
    )
    route = models.CharField(
        max_length=20, choices=Route, default=Route.SECRETARY_OF_STATE
    )
    history = PermanentHistory()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="document_kind_known",
                condition=models.Q(kind__in=["text", "matrix"]),
            ),
            models.CheckConstraint(
                name="document_is_not_its_own_annex",
                condition=~models.Q(parent=models.F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class DocumentVersion(Editable):
    """A document's text at one point: in force, consulted on or concluded.

    `consultation` is the one that the version belongs to: that asks about a text
    consulted on, or decides a concluded one. Whether the text is public is stated
    elsewhere (consultations/public/versions.py).

    `public_from_opening_of` is the same consultation if its opening makes the text
    public: the version was consulted on before the opening, or is so in a file that
    load_consultation loaded. The database refuses any other value.
    """

    class Status(models.TextChoices):
        DESIGNATED = "designated", "Designated"
        CONSULTED = "consulted", "Consulted on"
        CONCLUDED = "concluded", "Concluded"

    document = models.ForeignKey(
        RegulatedDocument, models.PROTECT, related_name="versions"
    )
    key = LineField(max_length=60)
    label = LineField(max_length=60, blank=True, default="")
    status = models.CharField(max_length=12, choices=Status)
    in_force = models.DateField(null=True, blank=True)
    consultation = models.ForeignKey(
        "consultations.Consultation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="versions",
    )
    public_from_opening_of = models.ForeignKey(
        "consultations.Consultation",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="versions_public_from_opening",
    )
    position = models.PositiveIntegerField(default=0)
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_version_key_per_document", fields=["document", "key"]
            ),
            models.CheckConstraint(
                name="public_from_opening_is_consulted_on",
                condition=models.Q(public_from_opening_of=None)
                | models.Q(
                    status="consulted",
                    consultation__isnull=False,
                    consultation=models.F("public_from_opening_of"),
                ),
            ),
            models.CheckConstraint(
                name="version_status_known",
                condition=models.Q(status__in=["designated", "consulted", "concluded"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.label or self.key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the version; state whether an opening makes the text public."""
        named = kwargs.get("update_fields")
        if named is None:
            self.set_public_from_opening()
        elif {"status", "consultation", "consultation_id"} & set(named):
            self.set_public_from_opening()
            kwargs["update_fields"] = {*named, "public_from_opening_of"}
        super().save(*args, **kwargs)

    def set_public_from_opening(self, at: dt.datetime | None = None) -> None:
        """Set `public_from_opening_of` for the status and consultation of the row.

        A version that becomes consulted on after the opening is not public by it,
        unless the opening or a notice has frozen its text.
        `save` calls this; bulk writes of these fields have to.
        """
        is_consulted = self.status == self.Status.CONSULTED
        consultation = self.consultation if is_consulted else None
        if consultation is not None and consultation.is_public(at):
            frozen = models.Q(
                consultation_edition_texts__edition__consultation=consultation,
                consultation_edition_texts__edition__number__isnull=False,
                consultation_edition_texts__edition__discarded_at=None,
            )
            stated = models.Q(public_from_opening_of=consultation) | frozen
            stored = DocumentVersion.objects.filter(stated, pk=self.pk)
            consultation = consultation if stored.exists() else None
        self.public_from_opening_of = consultation

    def needs_release(self, at: dt.datetime | None = None) -> bool:
        """True when the version became consulted on after the opening.

        It is not public until a release of it is approved.
        """
        return (
            self.status == self.Status.CONSULTED
            and self.public_from_opening_of_id is None
            and self.consultation is not None
            and self.consultation.is_public(at)
            and not self.releases.approved().exists()
        )

    def as_text(self) -> VersionText:
        """Return the version and its clauses, as they are stored now, as a value."""
        children: dict[int | None, list[Clause]] = {}
        for clause in self.clauses.all():
            children.setdefault(clause.parent_id, []).append(clause)

        def texts(parent: int | None) -> tuple[ClauseText, ...]:
            return tuple(
                ClauseText(c.identity, c.number, c.heading, c.text, texts(c.pk))
                for c in children.get(parent, ())
            )

        return VersionText(
            document=self.document.code,
            key=self.key,
            label=self.label,
            status=self.status,
            in_force=self.in_force,
            clauses=texts(None),
        )


class Clause(Editable):
    """A clause of one version; the same `identity` in two is the same clause."""

    document_version = models.ForeignKey(
        DocumentVersion, models.CASCADE, related_name="clauses"
    )
    identity = LineField(max_length=60)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="clauses"
    )
    position = models.PositiveIntegerField(default=0)
    number = LineField(max_length=40)
    heading = LineField(blank=True, default="")
    text = RichTextField(blank=True, default="")
    history = PermanentHistory()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unique_clause_identity_per_version",
                fields=["document_version", "identity"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.heading}".strip()
