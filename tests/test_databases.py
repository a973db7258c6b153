"""The databases of a test run: migrated once, copied, and filled again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.state import ProjectState
from django.db.models import Field

from tests import databases
from tests.support.migrating import copied, models_to_render, quick_migrating

EVERY_FIELD = [
    field
    for model in apps.get_models(include_auto_created=True)
    for field in model._meta.local_fields
]


def empty_tables() -> None:
    """Empty every table, as between tests that commit."""
    options = {"reset_sequences": False, "inhibit_post_migrate": True}
    call_command("flush", interactive=False, verbosity=0, **options)


def contents() -> dict[str, list[Any]]:
    """Return the rows of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            found[table] = cursor.fetchall()
    return found


@pytest.mark.django_db(transaction=True)
def test_rows_of_migrations_are_restored_to_empty_tables() -> None:
    before = contents()
    assert len(before["auth_group"]) == 3
    empty_tables()
    assert not any(contents().values())
    databases.restore_rows()
    assert contents() == before


@pytest.mark.django_db(transaction=True)
def test_rows_that_are_there_are_left_alone() -> None:
    before = contents()
    databases.restore_rows()
    assert contents() == before


@pytest.mark.django_db
def test_statements_hold_every_row_with_awkward_values() -> None:
    value = "O'Quill \\ %s\n" + '"ü"'
    with connection.cursor() as cursor:
        cursor.execute("UPDATE auth_group SET name = %s WHERE id = 1", [value])
        before = contents()["auth_group"]
        (insert,) = [s for s in databases.insert_statements() if '"auth_group"' in s]
        cursor.execute("DELETE FROM auth_group")
        cursor.execute(insert)
    assert contents()["auth_group"] == before
    assert json.loads(json.dumps(insert)) == insert


def test_quick_migrating_are_equal_to_clones() -> None:
    for field in EVERY_FIELD:
        copy, clone = copied(field), field.clone()
        assert type(copy) is type(clone)
        assert copy.deconstruct()[1:] == clone.deconstruct()[1:]
        step = clone.creation_counter - copy.creation_counter
        assert step == (-1 if field.auto_created else 1)


def test_changed_model_is_made_again_with_those_that_refer_to_it() -> None:
    state = ProjectState.from_apps(apps)
    made = models_to_render(state, "responses", "comment")
    assert made >= {("responses", "comment"), ("responses", "commentsource")}
    assert ("consultations", "consultation") not in made
    assert state.is_delayed


def test_fields_are_copied_only_within_the_block() -> None:
    original = Field.clone
    with quick_migrating():
        assert Field.clone is copied
    assert Field.clone is original
