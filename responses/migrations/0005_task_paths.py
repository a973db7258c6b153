"""Draft files that wait in the queue are called by the name their task has now."""

from typing import Any

from django.db import migrations

OLD = "responses.draft_files.make_draft_file"
NEW = "responses.conclusions.draft_files.make_draft_file"


def rename_task(apps: Any, schema_editor: Any) -> None:
    _results(apps).filter(task_path=OLD).update(task_path=NEW)


def rename_back(apps: Any, schema_editor: Any) -> None:
    _results(apps).filter(task_path=NEW).update(task_path=OLD)


def _results(apps: Any) -> Any:
    return apps.get_model("django_tasks_database", "DBTaskResult").objects


class Migration(migrations.Migration):
    dependencies = [
        ("responses", "0004_rename_constraints"),
        ("django_tasks_database", "__first__"),
    ]
    operations = [migrations.RunPython(rename_task, rename_back)]
