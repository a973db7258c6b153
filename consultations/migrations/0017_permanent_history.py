"""Events with the facts of a step, and history rows that nobody can change.

Each edition and each release of an earlier version of this site gets an event with
its facts as they are, so that later changes of them can be found.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from consultations.audit.facts import write_facts
from consultations.audit.trail import chained_hash
from consultations.editions import triggers
from consultations.editions.facts import release_facts, stored_edition_facts

FOUND_EDITION, FOUND_RELEASE = "edition-recorded", "release-recorded"

HISTORIES = (
    "historicalclause",
    "historicalclausechange",
    "historicalcommitment",
    "historicalconclusion",
    "historicalconclusionattachment",
    "historicalconclusionsection",
    "historicalconsultation",
    "historicalconsultationattachment",
    "historicalconsultationdocument",
    "historicaldesignation",
    "historicaldocumentversion",
    "historicalextension",
    "historicalextensionquestion",
    "historicalglossaryterm",
    "historicalorganisation",
    "historicalpassage",
    "historicalquestion",
    "historicalregulateddocument",
    "historicalremark",
)


def record_found_rows(apps: Any, editor: Any) -> None:
    editions = apps.get_model("consultations", "Edition").objects.order_by("pk")
    for edition in editions.select_related("conclusion").iterator(chunk_size=1):
        name = f"Edition {edition.number}" if edition.number else "An edition"
        _append(
            apps.get_model("consultations", "Event"),
            {"consultation": edition.conclusion.consultation_id},
            kind=FOUND_EDITION,
            summary=f"{name} of “{edition.title}” was recorded as found by the upgrade "
            f"(checksum {edition.sha256})",
            subject=f"edition:{edition.pk}",
            facts=write_facts(stored_edition_facts(edition)),
        )
    releases = apps.get_model("consultations", "VersionRelease").objects.order_by("pk")
    for release in releases.select_related("document_version"):
        _append(
            apps.get_model("consultations", "DocumentEvent"),
            {"document": release.document_version.document_id},
            kind=FOUND_RELEASE,
            summary=f"The release of the text of {release.name} was recorded as found "
            f"by the upgrade (checksum {release.sha256})",
            subject=f"release:{release.pk}",
            facts=write_facts(release_facts(release)),
        )
    _check_constraints(editor)


def _append(model: Any, holder: dict[str, int], **values: Any) -> None:
    ((name, key),) = holder.items()
    last = model.objects.filter(**holder).order_by("number").last()
    event = model(
        **{f"{name}_id": key},
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        **values,
    )
    event.sha256 = chained_hash(event, holder, previous=last.sha256 if last else "")
    event.save(force_insert=True)


def forget_found_rows(apps: Any, editor: Any) -> None:
    """Delete the events that the upgrade added.

    Raise RuntimeError if a step has been recorded since: the release before this one
    cannot verify that event.
    """
    for name, kind in (("Event", FOUND_EDITION), ("DocumentEvent", FOUND_RELEASE)):
        model = apps.get_model("consultations", name)
        step = model.objects.exclude(subject="").exclude(kind=kind).first()
        if step:
            raise RuntimeError(
                f"This migration cannot be reversed after “{step.summary}”. Restore a "
                "backup from before the upgrade instead."
            )
        model.objects.filter(kind=kind).delete()
        if editor.connection.vendor == "sqlite":
            table = model._meta.db_table
            last = f"(SELECT coalesce(max(id), 0) FROM {table})"  # noqa: S608 - a model's
            editor.execute(
                f"UPDATE sqlite_sequence SET seq = {last} WHERE name = '{table}'"  # noqa: S608
            )
    _check_constraints(editor)


def _check_constraints(editor: Any) -> None:
    """PostgreSQL alters no table and creates no trigger with deferred checks pending."""
    if editor.connection.vendor == "postgresql":
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0016_public_slugs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        triggers.LIFT,
        migrations.AddField(
            model_name="event",
            name="facts",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="event",
            name="subject",
            field=models.CharField(
                blank=True, db_index=True, default="", max_length=60
            ),
        ),
        migrations.AddField(
            model_name="documentevent",
            name="facts",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="documentevent",
            name="subject",
            field=models.CharField(
                blank=True, db_index=True, default="", max_length=60
            ),
        ),
        *(
            migrations.AlterField(
                model_name=name,
                name="history_user",
                field=models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            )
            for name in HISTORIES
        ),
        migrations.RunPython(record_found_rows, forget_found_rows),
        triggers.INSTALL,
    ]
