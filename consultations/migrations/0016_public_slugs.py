"""Everything that is or was public, or has an opening set, claims its slug."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

from consultations.editions import triggers

EVER_PUBLISHED = ("published", "superseded", "withdrawn")


def claim_slugs(apps: Any, editor: Any) -> None:
    get = apps.get_model
    consultations = get("consultations", "Consultation").objects.filter(
        opens_on__isnull=False
    )
    editions = get("consultations", "Edition").objects.filter(state__in=EVER_PUBLISHED)
    conclusions = get("consultations", "Conclusion").objects.filter(
        pk__in=editions.values("conclusion")
    )
    releases = get("consultations", "VersionRelease").objects.filter(state="approved")
    documents = get("consultations", "RegulatedDocument").objects.filter(
        Q(pk__in=consultations.values("document_links__document"))
        | Q(pk__in=consultations.values("versions_public_from_opening__document"))
        | Q(pk__in=editions.values("documents__document"))
        | Q(pk__in=editions.values("texts__document_version__document"))
        | Q(pk__in=releases.values("document_version__document"))
    )
    claim = get("consultations", "PublicSlug")
    now = timezone.now()
    claim.objects.bulk_create([
        *(
            claim(kind="consultation", slug=row.slug, consultation=row, claimed_at=now)
            for row in consultations.order_by("pk")
        ),
        *(
            claim(kind="conclusion", slug=row.slug, conclusion=row, claimed_at=now)
            for row in conclusions.order_by("pk")
        ),
        *(
            claim(kind="document", slug=row.code, document=row, claimed_at=now)
            for row in documents.order_by("pk")
        ),
    ])  # fmt: skip
    if editor.connection.vendor == "postgresql":
        # PostgreSQL creates no trigger on a table with deferred checks pending.
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [("consultations", "0015_names_on_screens")]

    operations = [
        triggers.LIFT,
        migrations.CreateModel(
            name="PublicSlug",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("consultation", "Consultation"),
                            ("conclusion", "Conclusion"),
                            ("document", "Regulated document"),
                        ],
                        max_length=12,
                    ),
                ),
                ("slug", models.CharField(max_length=120)),
                ("claimed_at", models.DateTimeField()),
                (
                    "conclusion",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_slugs",
                        to="consultations.conclusion",
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_slugs",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_slugs",
                        to="consultations.regulateddocument",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "slug"), name="unique_public_slug_per_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("conclusion", None),
                                ("consultation__isnull", False),
                                ("document", None),
                                ("kind", "consultation"),
                            ),
                            models.Q(
                                ("conclusion__isnull", False),
                                ("consultation", None),
                                ("document", None),
                                ("kind", "conclusion"),
                            ),
                            models.Q(
                                ("conclusion", None),
                                ("consultation", None),
                                ("document__isnull", False),
                                ("kind", "document"),
                            ),
                            _connector="OR",
                        ),
                        name="public_slug_has_the_owner_of_its_kind",
                    ),
                ],
            },
        ),
        migrations.RunPython(claim_slugs, migrations.RunPython.noop),
        triggers.INSTALL,
    ]
