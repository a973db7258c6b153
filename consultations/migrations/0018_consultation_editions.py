"""Editions of consultations, and their notices.

Every consultation that has opened, or whose opening is set, is frozen as it stands: the
edition is recorded as made by the upgrade, with its checksum in the activity log.
"""

import datetime as dt
import gzip
import hashlib
from collections import defaultdict
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

import consultations.fields.model_fields
from consultations.documents import codec
from consultations.documents.consultation_text import (
    AttachmentFile,
    ConsultationText,
    ConsultedText,
    DocumentName,
    ExtensionText,
    QuestionText,
    write_consultation_text,
)
from consultations.documents.version_text import (
    ClauseText,
    VersionText,
    read_version_text,
    write_version_text,
)
from consultations.editions import triggers

EVENT = "consultation-frozen"

EVENTS = (
    *(EVENT, "edition-discarded", "extension-published", "extension-confirmed"),
    *("notice-requested", "notice-approved", "notice-refused"),
)
"""The kinds of the events of editions and notices, which the earlier site lacks."""


def freeze_consultations(apps: Any, editor: Any) -> None:
    _Upgrade(apps, timezone.now()).run()
    _check_constraints(editor)


def forget_editions(apps: Any, editor: Any) -> None:
    """Delete the editions and notices, their files, and their events.

    Raise RuntimeError if another event was recorded after one of those: the chain of
    events would be broken.
    """
    _forget_events(apps)
    rows = {
        name: apps.get_model("consultations", name).objects
        for name in (
            "ConsultationNotice",
            "ConsultationEditionText",
            "ConsultationEditionFile",
            "ConsultationEditionDocument",
            "ConsultationEdition",
        )
    }
    texts = rows["ConsultationEditionText"].values_list("file", flat=True)
    contents = rows["ConsultationEdition"].values_list("content", flat=True)
    files = {*texts, *contents}
    for each in rows.values():
        each.all().delete()
    for each in ("EditionText", "VersionRelease"):
        model = apps.get_model("consultations", each)
        files -= set(
            model.objects.filter(file__in=files).values_list("file", flat=True)
        )
    apps.get_model("consultations", "StoredFile").objects.filter(pk__in=files).delete()
    _check_constraints(editor)


def _forget_events(apps: Any) -> None:
    events = apps.get_model("consultations", "Event").objects
    for event in events.filter(kind__in=EVENTS).order_by("-number"):
        later = events.filter(
            consultation=event.consultation_id, number__gt=event.number
        ).first()
        if later:
            raise RuntimeError(
                f"This migration cannot be reversed after “{later.summary}”. Restore a "
                "backup from before the upgrade instead."
            )
        event.delete()


def _check_constraints(editor: Any) -> None:
    """PostgreSQL creates no trigger on a table with deferred checks pending."""
    if editor.connection.vendor == "postgresql":
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute("SET CONSTRAINTS ALL DEFERRED")


class _Upgrade:
    """Freezes consultations as record/freezing.py did when editions began."""

    def __init__(self, apps: Any, at: dt.datetime) -> None:
        def rows(name: str) -> Any:
            return apps.get_model("consultations", name).objects

        self.rows, self.at = rows, at

    def run(self) -> None:
        found = self.rows("Consultation").select_related("organisation")
        for row in found.filter(opens_on__isnull=False).order_by("pk"):
            self.freeze(row)

    def freeze(self, row: Any) -> None:
        links = self.rows("ConsultationDocument").filter(consultation=row)
        documents = [
            each.document
            for each in links.select_related("document").order_by("position", "pk")
        ]
        versions = self.rows("DocumentVersion").filter(public_from_opening_of=row)
        texts = [
            (each.pk, self.public_text(each) or self.version_text(each))
            for each in versions.select_related("document").order_by(
                "document__code", "position", "pk"
            )
        ]
        files = [self.store(write_version_text(text)) for _, text in texts]
        opens = timezone.make_aware(
            dt.datetime.combine(row.opens_on, row.opens_at_time or dt.time())
        )
        text = self.consultation_text(row, documents, opens, texts, files)
        edition = self.rows("ConsultationEdition").create(
            consultation=row,
            number=1,
            title=text.title,
            follows=text.follows,
            words=text.words,
            content_id=self.store(write_consultation_text(text)),
            origin="upgrade",
            frozen_at=self.at,
            public_from=opens,
        )
        for each in documents:
            self.rows("ConsultationEditionDocument").create(
                edition=edition, document=each, code=each.code
            )
        for number, file in enumerate(text.attachments, 1):
            self.rows("ConsultationEditionFile").create(
                edition=edition,
                number=number,
                filename=file.filename,
                file_id=file.sha256,
            )
        for (pk, version), sha256 in zip(texts, files, strict=True):
            self.rows("ConsultationEditionText").create(
                edition=edition,
                document_version_id=pk,
                name=version.name,
                label=version.label,
                status=version.status,
                in_force=version.in_force,
                clause_count=sum(1 for _ in version.every_clause()),
                file_id=sha256,
            )
        self.record(row, edition)

    def consultation_text(
        self,
        row: Any,
        documents: list[Any],
        opens: dt.datetime,
        texts: list[tuple[int, VersionText]],
        files: list[str],
    ) -> ConsultationText:
        return ConsultationText(
            title=row.title,
            organisation=row.organisation.name,
            organisation_short=row.organisation.short,
            anonymity=row.anonymity,
            summary=row.summary,
            documents=tuple(
                DocumentName(each.code, each.title, each.reference, each.route)
                for each in documents
            ),
            opens=opens.astimezone(dt.UTC),
            closes=row.closes and row.closes.astimezone(dt.UTC),
            target_conclusion=row.target_conclusion,
            classification=row.classification,
            mailbox=row.mailbox,
            follows=row.follows,
            relation=row.relation,
            questions=self.questions(row),
            attachments=tuple(
                AttachmentFile(*each)
                for each in self.rows("ConsultationAttachment")
                .filter(consultation=row)
                .order_by("position", "pk")
                .values_list("title", "filename", "file", "file__size")
            ),
            extensions=self.extensions(row),
            texts=tuple(
                ConsultedText(text.name, sha256)
                for (_, text), sha256 in zip(texts, files, strict=True)
            ),
        )

    def questions(self, row: Any) -> tuple[QuestionText, ...]:
        children: dict[int | None, list[Any]] = defaultdict(list)
        found = self.rows("Question").filter(consultation=row)
        for each in found.order_by("position", "pk"):
            children[each.parent_id].append(each)

        def texts(parent: int | None) -> tuple[QuestionText, ...]:
            return tuple(
                QuestionText(
                    key=each.key,
                    label=each.label,
                    text=each.text,
                    kind=each.kind,
                    options=tuple(each.options),
                    refers_to=tuple(each.refers_to),
                    children=texts(each.pk),
                )
                for each in children[parent]
            )

        return texts(None)

    def extensions(self, row: Any) -> tuple[ExtensionText, ...]:
        links = self.rows("ExtensionQuestion").filter(extension__consultation=row)
        keys: dict[int, list[str]] = defaultdict(list)
        for extension, key in links.order_by(
            "question__position", "question"
        ).values_list("extension", "question__key"):
            keys[extension].append(key)
        found = self.rows("Extension").filter(consultation=row)
        return tuple(
            ExtensionText(
                was=each.was.astimezone(dt.UTC),
                until=each.until.astimezone(dt.UTC),
                reason=each.reason,
                questions=tuple(keys[each.pk]),
            )
            for each in found.order_by("position", "pk")
        )

    def public_text(self, version: Any) -> VersionText | None:
        """Return the text of a version that readers saw already, if there is one."""
        releases = self.rows("VersionRelease").filter(
            document_version=version, state="approved"
        )
        texts = self.rows("EditionText").filter(
            document_version=version, edition__number__isnull=False
        )
        found = [(each.decided_at, each.file) for each in releases]
        found += [(each.edition.published_at, each.file) for each in texts]
        if not found:
            return None
        _, file = max(found, key=lambda each: each[0])
        return read_version_text(bytes(file.content))

    def version_text(self, version: Any) -> VersionText:
        children: dict[int | None, list[Any]] = defaultdict(list)
        clauses = self.rows("Clause").filter(document_version=version.pk)
        for each in clauses.order_by("position", "pk"):
            children[each.parent_id].append(each)

        def texts(parent: int | None) -> tuple[ClauseText, ...]:
            return tuple(
                ClauseText(c.identity, c.number, c.heading, c.text, texts(c.pk))
                for c in children[parent]
            )

        return VersionText(
            document=version.document.code,
            key=version.key,
            label=version.label,
            status=version.status,
            in_force=version.in_force,
            clauses=texts(None),
        )

    def store(self, content: bytes) -> str:
        packed = gzip.compress(content, 9, mtime=0)
        stored, _ = self.rows("StoredFile").get_or_create(
            sha256=hashlib.sha256(content).hexdigest(),
            defaults={
                "content": content,
                "size": len(content),
                "packed": packed if len(packed) < 0.9 * len(content) else None,
            },
        )
        return str(stored.pk)

    def record(self, row: Any, edition: Any) -> None:
        """Append an event to the consultation's trail, as audit/trail.py does."""
        events = self.rows("Event").filter(consultation=row)
        last = events.order_by("number").last()
        facts = {
            "previous": last.sha256 if last else "",
            "consultation": row.pk,
            "number": last.number + 1 if last else 1,
            "at": self.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "by": None,
            "kind": EVENT,
            "summary": "Edition 1 of the consultation was frozen by the upgrade "
            f"(checksum {edition.content_id})",
        }
        self.rows("Event").create(
            consultation=row,
            number=facts["number"],
            at=self.at,
            kind=EVENT,
            summary=facts["summary"],
            sha256=hashlib.sha256(codec.dumps(facts)).hexdigest(),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0017_permanent_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        triggers.LIFT,
        migrations.CreateModel(
            name="ConsultationEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.PositiveIntegerField(null=True)),
                ("title", consultations.fields.model_fields.LineField(max_length=300)),
                (
                    "follows",
                    consultations.fields.model_fields.LineField(
                        blank=True, default="", max_length=120
                    ),
                ),
                ("words", models.TextField()),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("workspace", "Made in the workspace"),
                            ("command", "Loaded from a consultation file"),
                            ("upgrade", "Public before editions were recorded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("frozen_at", models.DateTimeField()),
                ("public_from", models.DateTimeField(null=True)),
                ("discarded_at", models.DateTimeField(null=True)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="text_editions",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.storedfile",
                    ),
                ),
                (
                    "frozen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ConsultationEditionDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("code", consultations.fields.model_fields.LineField(max_length=40)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultation_edition_documents",
                        to="consultations.regulateddocument",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="consultations.consultationedition",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ConsultationEditionFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "filename",
                    consultations.fields.model_fields.LineField(max_length=200),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="consultations.consultationedition",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="ConsultationEditionText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", consultations.fields.model_fields.LineField(max_length=120)),
                (
                    "label",
                    consultations.fields.model_fields.LineField(
                        blank=True, default="", max_length=60
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("designated", "Designated"),
                            ("consulted", "Consulted on"),
                            ("concluded", "Concluded"),
                        ],
                        max_length=12,
                    ),
                ),
                ("in_force", models.DateField(blank=True, null=True)),
                ("clause_count", models.PositiveIntegerField()),
                (
                    "document_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultation_edition_texts",
                        to="consultations.documentversion",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="texts",
                        to="consultations.consultationedition",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ConsultationNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.PositiveIntegerField(null=True)),
                ("effective_at", models.DateTimeField(null=True)),
                ("dated", models.DateTimeField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("amended", "Amended"),
                            ("corrected", "Corrected"),
                            ("updated", "Updated"),
                            ("extended", "Extended"),
                            ("briefing", "Briefing"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "subject",
                    consultations.fields.model_fields.LineField(
                        blank=True, default="", max_length=500
                    ),
                ),
                ("text", consultations.fields.model_fields.RichTextField()),
                (
                    "filename",
                    consultations.fields.model_fields.LineField(
                        blank=True, default="", max_length=200
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("workspace", "Made in the workspace"),
                            ("command", "Loaded from a consultation file"),
                            ("upgrade", "Public before editions were recorded"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for approval"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("unconfirmed", "In effect, waiting for confirmation"),
                            ("confirmed", "Confirmed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "remarks",
                    consultations.fields.model_fields.RichTextField(
                        blank=True, default=""
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                (
                    "based_on",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.consultationedition",
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_notices",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edition",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice",
                        to="consultations.consultationedition",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.storedfile",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="consultationedition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("discarded_at", None)),
                fields=("consultation", "number"),
                name="unique_number_per_consultation_edition",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationedition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number__isnull", True), ("public_from__isnull", True)),
                    models.Q(("number__isnull", False), ("public_from__isnull", False)),
                    _connector="OR",
                ),
                name="public_consultation_edition_has_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationedition",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["workspace", "command", "upgrade"])),
                name="consultation_edition_origin_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationeditiondocument",
            constraint=models.UniqueConstraint(
                fields=("edition", "document"),
                name="unique_document_per_consultation_edition",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationeditionfile",
            constraint=models.UniqueConstraint(
                fields=("edition", "number"),
                name="unique_file_number_per_consultation_edition",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationeditiontext",
            constraint=models.UniqueConstraint(
                fields=("edition", "document_version"),
                name="unique_version_per_consultation_edition",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationnotice",
            constraint=models.UniqueConstraint(
                fields=("consultation", "number"),
                name="unique_notice_number_per_consultation",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationnotice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("consultation",),
                name="unique_waiting_notice_per_consultation",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "amended",
                            "corrected",
                            "updated",
                            "extended",
                            "briefing",
                            "withdrawn",
                        ],
                    )
                ),
                name="notice_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("effective_at__isnull", True),
                        ("number__isnull", True),
                        ("state__in", ["waiting", "refused"]),
                    ),
                    models.Q(
                        ("effective_at__isnull", False),
                        ("number__isnull", False),
                        ("state__in", ["approved", "unconfirmed", "confirmed"]),
                    ),
                    _connector="OR",
                ),
                name="notice_in_effect_has_number_and_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origin", "command"), ("requested_by__isnull", True)),
                    models.Q(("origin", "workspace"), ("requested_by__isnull", False)),
                    _connector="OR",
                ),
                name="workspace_notice_has_a_requester",
            ),
        ),
        migrations.RunPython(freeze_consultations, forget_editions),
        triggers.INSTALL,
    ]
