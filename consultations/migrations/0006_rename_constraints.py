"""Constraints named as readers of PostgreSQL search for them: unique_..._per_..."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from consultations.editions import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0005_rename_fields"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        triggers.LIFT,
        migrations.AlterModelOptions(
            name="consultation",
            options={"ordering": ["-opens_on", "slug"]},
        ),
        migrations.RemoveConstraint(
            model_name="clause",
            name="clause_identity_once_a_version",
        ),
        migrations.RemoveConstraint(
            model_name="clausechange",
            name="change_key_once_a_consultation",
        ),
        migrations.RemoveConstraint(
            model_name="consultationdocument",
            name="document_once_a_consultation",
        ),
        migrations.RemoveConstraint(
            model_name="documentversion",
            name="version_key_once_a_document",
        ),
        migrations.RemoveConstraint(
            model_name="edition",
            name="edition_number_once_a_conclusion",
        ),
        migrations.RemoveConstraint(
            model_name="edition",
            name="one_edition_in_hand_a_conclusion",
        ),
        migrations.RemoveConstraint(
            model_name="edition",
            name="one_published_edition_a_conclusion",
        ),
        migrations.RemoveConstraint(
            model_name="editionfile",
            name="file_name_once_an_edition",
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_number_once_a_consultation",
        ),
        migrations.RemoveConstraint(
            model_name="extensionquestion",
            name="question_once_an_extension",
        ),
        migrations.RemoveConstraint(
            model_name="glossaryterm",
            name="term_once_a_consultation",
        ),
        migrations.RemoveConstraint(
            model_name="organisation",
            name="organisation_once",
        ),
        migrations.RemoveConstraint(
            model_name="passage",
            name="passage_title_once_a_kind",
        ),
        migrations.RemoveConstraint(
            model_name="question",
            name="question_key_once_a_consultation",
        ),
        migrations.RemoveConstraint(
            model_name="signoff",
            name="each_decision_once_an_edition",
        ),
        migrations.AlterField(
            model_name="scheduledpublication",
            name="edition",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="scheduled_publication",
                to="consultations.edition",
            ),
        ),
        migrations.AddConstraint(
            model_name="clause",
            constraint=models.UniqueConstraint(
                fields=("document_version", "identity"),
                name="unique_clause_identity_per_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="clausechange",
            constraint=models.UniqueConstraint(
                fields=("consultation", "key"),
                name="unique_change_key_per_consultation",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens_at_time", None),
                    ("opens_on__isnull", False),
                    _connector="OR",
                ),
                name="consultation_opening_time_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationdocument",
            constraint=models.UniqueConstraint(
                fields=("consultation", "document"),
                name="unique_document_per_consultation",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentversion",
            constraint=models.UniqueConstraint(
                fields=("document", "key"), name="unique_version_key_per_document"
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(
                fields=("conclusion", "number"),
                name="unique_edition_number_per_conclusion",
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["submitted", "approved"])),
                fields=("conclusion",),
                name="unique_pending_edition_per_conclusion",
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "published")),
                fields=("conclusion",),
                name="unique_published_edition_per_conclusion",
            ),
        ),
        migrations.AddConstraint(
            model_name="editionfile",
            constraint=models.UniqueConstraint(
                fields=("edition", "name"), name="unique_file_name_per_edition"
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(
                fields=("consultation", "number"),
                name="unique_event_number_per_consultation",
            ),
        ),
        migrations.AddConstraint(
            model_name="extensionquestion",
            constraint=models.UniqueConstraint(
                fields=("extension", "question"), name="unique_question_per_extension"
            ),
        ),
        migrations.AddConstraint(
            model_name="glossaryterm",
            constraint=models.UniqueConstraint(
                fields=("consultation", "short"), name="unique_term_per_consultation"
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                fields=("name", "short"), name="unique_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="passage",
            constraint=models.UniqueConstraint(
                fields=("kind", "title"), name="unique_passage_title_per_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                fields=("consultation", "key"),
                name="unique_question_key_per_consultation",
            ),
        ),
        migrations.AddConstraint(
            model_name="signoff",
            constraint=models.UniqueConstraint(
                fields=("edition", "decision"), name="unique_decision_per_edition"
            ),
        ),
        triggers.INSTALL,
    ]
