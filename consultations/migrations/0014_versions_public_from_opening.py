"""Which consultation's opening makes the text of a version public.

Versions consulted on that have a consultation by now are stated, so that what is
public stays public.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def state_consulted_versions(apps: Any, editor: Any) -> None:
    versions = apps.get_model("consultations", "DocumentVersion").objects
    consulted = versions.filter(status="consulted", consultation__isnull=False)
    consulted.update(public_from_opening_of=models.F("consultation"))
    if editor.connection.vendor == "postgresql":
        # PostgreSQL creates no index on a table with deferred checks pending.
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [("consultations", "0013_authors_and_accounts")]

    operations = [
        migrations.AddField(
            model_name="documentversion",
            name="public_from_opening_of",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions_public_from_opening",
                to="consultations.consultation",
            ),
        ),
        migrations.AddField(
            model_name="historicaldocumentversion",
            name="public_from_opening_of",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="consultations.consultation",
            ),
        ),
        migrations.RunPython(state_consulted_versions, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="documentversion",
            constraint=models.CheckConstraint(
                condition=models.Q(public_from_opening_of=None)
                | models.Q(
                    status="consulted",
                    consultation__isnull=False,
                    consultation=models.F("public_from_opening_of"),
                ),
                name="public_from_opening_is_consulted_on",
            ),
        ),
    ]
