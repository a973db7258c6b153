"""What is public is stated: versions name consultations, editions and releases texts.

What the rule of earlier releases made public stays public, with the same text. A
designated version gets a release, recorded as made by the upgrade; a version consulted
on the consultation that asks about it; a concluded version is frozen for the published
editions that name it. Published editions keep their hashes: these texts are in no
manifest, so the trail of the document records the checksum of each.
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
from consultations.documents.conclusion.stored import read_content
from consultations.documents.version_text import (
    ClauseText,
    VersionText,
    write_version_text,
)
from consultations.editions import triggers
from consultations.editions.naming import document_codes

EVER_PUBLISHED = ("published", "superseded", "withdrawn")
REASON = "<p>Public before releases were recorded.</p>"


def state_what_is_public(apps: Any, editor: Any) -> None:
    _Upgrade(apps, timezone.now()).run()
    _check_constraints(editor)


def forget_statements(apps: Any, editor: Any) -> None:
    """Delete the frozen texts, with their files."""
    tables = [
        apps.get_model("consultations", name)
        for name in ("EditionText", "VersionRelease")
    ]
    files = {
        pk for table in tables for pk in table.objects.values_list("file", flat=True)
    }
    for table in tables:
        table.objects.all().delete()
    apps.get_model("consultations", "StoredFile").objects.filter(pk__in=files).delete()
    _check_constraints(editor)


def _check_constraints(editor: Any) -> None:
    """PostgreSQL alters no table and creates no trigger with deferred checks pending."""
    if editor.connection.vendor == "postgresql":
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute("SET CONSTRAINTS ALL DEFERRED")


class _Upgrade:
    """States what is public at a moment by the rule of earlier releases."""

    def __init__(self, apps: Any, at: dt.datetime) -> None:
        def rows(name: str) -> Any:
            return apps.get_model("consultations", name).objects

        self.rows, self.at = rows, at
        consultations = {row.pk: row for row in rows("Consultation").order_by("pk")}
        self.opened = [
            pk
            for pk in sorted(
                consultations,
                key=lambda pk: (consultations[pk].opens_on or dt.date.min, pk),
            )
            if _is_opened(consultations[pk], at)
        ]
        self.about: dict[int, set[int]] = defaultdict(set)
        for link in rows("ConsultationDocument").all():
            self.about[link.document_id].add(link.consultation_id)
        self.editions: dict[int, list[Any]] = defaultdict(list)
        found = rows("Edition").filter(state__in=EVER_PUBLISHED).defer("content")
        for edition in found.order_by("published_at", "pk"):
            self.editions[edition.conclusion_id].append(edition)
        self.consultation_of = dict(
            rows("Conclusion").values_list("pk", "consultation")
        )
        self.concluded = {self.consultation_of[pk] for pk in self.editions}
        self.attaching: dict[int, set[int]] = defaultdict(set)
        for row in rows("ConclusionAttachment").order_by("pk"):
            for version in {row.document_version_id, row.against_id} - {None}:
                self.attaching[version].add(row.conclusion_id)
        self.last_event: dict[int, tuple[int, str]] = {}

    def run(self) -> None:
        self.name_documents()
        versions = self.rows("DocumentVersion").select_related("document")
        for version in versions.order_by("document__code", "position", "pk"):
            if version.status == "designated":
                self.release(version)
            else:
                self.assign_consultation(version)
            for edition in self.naming_editions(version):
                self.freeze(version, edition)

    def name_documents(self) -> None:
        ids = dict(self.rows("RegulatedDocument").values_list("code", "pk"))
        for edition in self.rows("Edition").order_by("pk").iterator(chunk_size=1):
            for code in sorted(
                document_codes(read_content(edition.content)) & set(ids)
            ):
                self.rows("EditionDocument").create(
                    edition=edition, document_id=ids[code], code=code
                )

    def is_public(self, version: Any) -> bool:
        """Return what the rule of earlier releases said of a version."""
        about = self.about[version.document_id]
        if version.status == "designated" or self.attaching[version.pk] & set(
            self.editions
        ):
            return True
        needed = set(self.opened) if version.status == "consulted" else self.concluded
        return bool(about) and about <= needed

    def assign_consultation(self, version: Any) -> None:
        """Set the consultation of a version where it is beyond doubt."""
        about = self.about[version.document_id]
        attaching = {
            self.consultation_of[pk]
            for pk in self.attaching[version.pk]
            if version.status == "concluded" or pk in self.editions
        }
        if version.status == "consulted" and self.is_public(version):
            opened = [pk for pk in self.opened if pk in (about or attaching)]
            candidates = opened[-1:]
        elif version.status == "consulted":
            candidates = list(about)
        elif attaching:
            candidates = list(attaching)
        elif self.is_public(version):
            candidates = [self.latest_edition_consultation(about)]
        else:
            candidates = list(about - self.concluded)
        if len(candidates) == 1:
            self.rows("DocumentVersion").filter(pk=version.pk).update(
                consultation=candidates[0]
            )

    def latest_edition_consultation(self, about: set[int]) -> int:
        edition = self.latest_edition(about)
        return int(self.consultation_of[edition.conclusion_id])

    def latest_edition(self, about: set[int]) -> Any:
        editions = [
            each
            for conclusion, rows in self.editions.items()
            if self.consultation_of[conclusion] in about
            for each in rows
        ]
        return max(editions, key=lambda each: (each.published_at, each.pk))

    def naming_editions(self, version: Any) -> list[Any]:
        """Return the published editions that made a version public."""
        named = [
            edition
            for conclusion in sorted(self.attaching[version.pk])
            for edition in self.editions.get(conclusion, ())
        ]
        if version.status == "concluded" and not named and self.is_public(version):
            named = [self.latest_edition(self.about[version.document_id])]
        return named

    def release(self, version: Any) -> None:
        columns, file = self.frozen(version)
        manifest = {"version": columns["name"], "text": file, "reason": REASON}
        checksum = hashlib.sha256(codec.dumps(manifest)).hexdigest()
        self.rows("VersionRelease").create(
            document_version=version,
            file_id=file,
            sha256=checksum,
            origin="upgrade",
            state="approved",
            reason=REASON,
            requested_at=self.at,
            decided_at=self.at,
            **columns,
        )
        self.record(
            version,
            "released",
            f"The release of the text of {columns['name']} was recorded by the upgrade "
            f"(checksum {checksum})",
        )

    def freeze(self, version: Any, edition: Any) -> None:
        columns, file = self.frozen(version)
        self.rows("EditionText").create(
            edition=edition,
            document_version=version,
            file_id=file,
            is_in_manifest=False,
            **columns,
        )
        self.record(
            version,
            "text-frozen",
            f"The text of {columns['name']} was frozen by the upgrade for edition "
            f"{edition.number} of “{edition.title}” (checksum {file})",
        )

    def frozen(self, version: Any) -> tuple[dict[str, Any], str]:
        """Store a version's text; return the columns of its row, and its hash."""
        text = self.text(version)
        content = write_version_text(text)
        packed = gzip.compress(content, 9, mtime=0)
        stored, _ = self.rows("StoredFile").get_or_create(
            sha256=hashlib.sha256(content).hexdigest(),
            defaults={
                "content": content,
                "size": len(content),
                "packed": packed if len(packed) < 0.9 * len(content) else None,
            },
        )
        columns = {
            "name": text.name,
            "label": text.label,
            "status": text.status,
            "in_force": text.in_force,
            "clause_count": sum(1 for _ in text.every_clause()),
        }
        return columns, stored.pk

    def text(self, version: Any) -> VersionText:
        children: dict[int | None, list[Any]] = defaultdict(list)
        clauses = self.rows("Clause").filter(document_version=version.pk)
        for clause in clauses.order_by("position", "pk"):
            children[clause.parent_id].append(clause)

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

    def record(self, version: Any, kind: str, summary: str) -> None:
        """Append an event to the document's trail, as audit/trail.py does."""
        document = version.document_id
        number, previous = self.last_event.get(document, (0, ""))
        facts = {
            "previous": previous,
            "document": document,
            "number": number + 1,
            "at": self.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "by": None,
            "kind": kind,
            "summary": summary,
        }
        checksum = hashlib.sha256(codec.dumps(facts)).hexdigest()
        self.rows("DocumentEvent").create(
            document_id=document,
            number=number + 1,
            at=self.at,
            kind=kind,
            summary=summary,
            sha256=checksum,
        )
        self.last_event[document] = (number + 1, checksum)


def _is_opened(consultation: Any, at: dt.datetime) -> bool:
    if consultation.opens_on is None:
        return False
    time = consultation.opens_at_time or dt.time()
    return timezone.make_aware(dt.datetime.combine(consultation.opens_on, time)) <= at


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0010_guard_messages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        triggers.LIFT,
        migrations.AddField(
            model_name="documentversion",
            name="consultation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="consultations.consultation",
            ),
        ),
        migrations.AddField(
            model_name="historicaldocumentversion",
            name="consultation",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="consultations.consultation",
            ),
        ),
        migrations.CreateModel(
            name="DocumentEvent",
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
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=30)),
                ("summary", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="consultations.regulateddocument",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "number"),
                        name="unique_event_number_per_document",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EditionDocument",
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
                        related_name="edition_documents",
                        to="consultations.regulateddocument",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="consultations.edition",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "document"),
                        name="unique_document_per_edition",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EditionText",
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
                ("is_in_manifest", models.BooleanField(default=True)),
                (
                    "document_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="edition_texts",
                        to="consultations.documentversion",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="texts",
                        to="consultations.edition",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "document_version"),
                        name="unique_version_per_edition",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VersionRelease",
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
                ("sha256", models.CharField(max_length=64)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("request", "Requested in the workspace"),
                            ("command", "Loaded from a consultation file"),
                            ("upgrade", "Public before releases were recorded"),
                        ],
                        default="request",
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Waiting for approval"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                        ],
                        default="requested",
                        max_length=10,
                    ),
                ),
                ("reason", consultations.fields.model_fields.RichTextField()),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "remarks",
                    consultations.fields.model_fields.RichTextField(
                        blank=True, default=""
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
                    "document_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="consultations.documentversion",
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "requested")),
                        fields=("document_version",),
                        name="unique_pending_release_per_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["requested", "approved", "refused"])
                        ),
                        name="release_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("origin", "request"), ("requested_by__isnull", False)
                            ),
                            models.Q(
                                ("decided_by__isnull", True),
                                ("origin__in", ["command", "upgrade"]),
                                ("requested_by__isnull", True),
                                ("state", "approved"),
                            ),
                            _connector="OR",
                        ),
                        name="release_origin_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True), ("state", "requested")
                            ),
                            models.Q(
                                models.Q(("state", "requested"), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="decided_release_has_a_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_by__isnull", True), ("state", "requested")
                            ),
                            models.Q(("origin", "request"), _negated=True),
                            models.Q(
                                models.Q(("state", "requested"), _negated=True),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="requested_release_is_decided_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunPython(state_what_is_public, forget_statements),
        triggers.INSTALL,
    ]
