"""The number of an edition is reserved at its submission.

Editions that are submitted or approved now have no number in their content; they get
one when they are published. To reverse this migration, first publish or return the
editions that were submitted since.
"""

from django.conf import settings
from django.db import migrations, models

from consultations.editions import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0021_recorded_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        triggers.LIFT,
        migrations.RemoveConstraint(
            model_name="edition",
            name="public_edition_has_number_and_date",
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("published_at__isnull", True),
                        ("published_by__isnull", True),
                        ("state__in", ["submitted", "approved"]),
                    ),
                    models.Q(
                        ("number__isnull", True),
                        ("published_at__isnull", True),
                        ("published_by__isnull", True),
                        ("state", "rejected"),
                    ),
                    models.Q(
                        ("number__isnull", False),
                        ("published_at__isnull", False),
                        ("published_by__isnull", False),
                        ("state__in", ["published", "superseded", "withdrawn"]),
                    ),
                    _connector="OR",
                ),
                name="public_edition_has_number_and_date",
            ),
        ),
        triggers.INSTALL,
    ]
