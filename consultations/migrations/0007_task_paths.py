"""Tasks that wait in the queue are called by the names they have now."""

from typing import Any

from django.db import migrations

NEW_PATHS = {
    "consultations.notices.send_notice": (
        "consultations.notifications.notices.send_notice"
    ),
    "consultations.planning.publish_planned": (
        "consultations.editions.scheduling.publish_scheduled"
    ),
}


def rename_tasks(apps: Any, schema_editor: Any) -> None:
    _rename(apps, NEW_PATHS)


def rename_back(apps: Any, schema_editor: Any) -> None:
    _rename(apps, {new: old for old, new in NEW_PATHS.items()})


def _rename(apps: Any, paths: dict[str, str]) -> None:
    results = apps.get_model("django_tasks_database", "DBTaskResult").objects
    for old, new in paths.items():
        results.filter(task_path=old).update(task_path=new)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0006_rename_constraints"),
        ("django_tasks_database", "__first__"),
    ]
    operations = [migrations.RunPython(rename_tasks, rename_back)]
