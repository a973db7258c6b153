"""The groups that are the roles of access.py."""

from typing import Any

from django.db import migrations

ROLES = ("Drafter", "Approver", "Administrator")


def make_roles(apps: Any, schema_editor: object) -> None:
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


def remove_unused_roles(apps: Any, schema_editor: object) -> None:
    """Groups with members stay: who had which role is not to be lost."""
    group = apps.get_model("auth", "Group")
    group.objects.filter(name__in=ROLES, user=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0002_guards"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(make_roles, remove_unused_roles)]
