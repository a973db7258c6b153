"""Every step of an edition of a consultation and of a notice needs its event.

Each of them from before gets an event with its facts as they are, so that later
changes of them can be found. A requester can cancel a notice.
"""

from typing import Any

from django.db import migrations, models
from django.utils import timezone

from consultations.audit.facts import write_facts
from consultations.audit.trail import chained_hash
from consultations.editions import triggers
from consultations.editions.facts import consultation_edition_facts, notice_facts

FOUND_EDITION, FOUND_NOTICE = "consultation-edition-recorded", "notice-recorded"


def record_found_rows(apps: Any, editor: Any) -> None:
    def rows(name: str) -> Any:
        return apps.get_model("consultations", name).objects.order_by("pk")

    for edition in rows("ConsultationEdition"):
        name = f"Edition {edition.number}" if edition.number else "An edition"
        _append(
            apps,
            edition.consultation_id,
            kind=FOUND_EDITION,
            summary=f"{name} of the consultation was recorded as found by the upgrade "
            f"(checksum {edition.content_id})",
            subject=f"consultation-edition:{edition.pk}",
            facts=write_facts(consultation_edition_facts(edition)),
        )
    for notice in rows("ConsultationNotice"):
        name = f"Notice {notice.number}" if notice.number else "A notice"
        _append(
            apps,
            notice.consultation_id,
            kind=FOUND_NOTICE,
            summary=f"{name} was recorded as found by the upgrade "
            f"(checksum {notice.sha256})",
            subject=f"notice:{notice.pk}",
            facts=write_facts(notice_facts(notice)),
        )
    _check_constraints(editor)


def _append(apps: Any, consultation: int, **values: Any) -> None:
    model = apps.get_model("consultations", "Event")
    last = model.objects.filter(consultation=consultation).order_by("number").last()
    event = model(
        consultation_id=consultation,
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        **values,
    )
    event.sha256 = chained_hash(
        event, {"consultation": consultation}, previous=last.sha256 if last else ""
    )
    event.save(force_insert=True)


def forget_found_rows(apps: Any, editor: Any) -> None:
    """Delete the events that the upgrade added.

    Raise RuntimeError if an event was recorded after one of them: the chain of events
    would be broken.
    """
    events = apps.get_model("consultations", "Event").objects
    found = events.filter(kind__in=[FOUND_EDITION, FOUND_NOTICE])
    for event in found.order_by("-number"):
        later = events.filter(
            consultation=event.consultation_id, number__gt=event.number
        ).first()
        if later:
            raise RuntimeError(
                f"This migration cannot be reversed after “{later.summary}”. Restore a "
                "backup from before the upgrade instead."
            )
        event.delete()
    _check_constraints(editor)


def _check_constraints(editor: Any) -> None:
    """PostgreSQL alters no table and creates no trigger with deferred checks pending."""
    if editor.connection.vendor == "postgresql":
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute("SET CONSTRAINTS ALL DEFERRED")


def in_effect_condition(*others: str) -> models.Q:
    return models.Q(
        ("effective_at__isnull", True),
        ("number__isnull", True),
        ("state__in", list(others)),
    ) | models.Q(
        ("effective_at__isnull", False),
        ("number__isnull", False),
        ("state__in", ["approved", "unconfirmed", "confirmed"]),
    )


class Migration(migrations.Migration):
    dependencies = [("consultations", "0020_earlier_rounds_elsewhere")]

    operations = [
        triggers.LIFT,
        migrations.RemoveConstraint(
            model_name="consultationnotice",
            name="notice_in_effect_has_number_and_date",
        ),
        migrations.AlterField(
            model_name="consultationnotice",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting for approval"),
                    ("approved", "Approved"),
                    ("refused", "Refused"),
                    ("cancelled", "Cancelled by the requester"),
                    ("unconfirmed", "In effect, waiting for confirmation"),
                    ("confirmed", "Confirmed"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationnotice",
            constraint=models.CheckConstraint(
                condition=in_effect_condition("waiting", "refused", "cancelled"),
                name="notice_in_effect_has_number_and_date",
            ),
        ),
        migrations.RunPython(record_found_rows, forget_found_rows),
        triggers.INSTALL,
    ]
