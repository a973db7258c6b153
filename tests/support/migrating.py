"""Migrating in less time: most of it goes into making fields and models again.

`python -m tests.support.migrating` migrates the database of DATABASE_URL as the site
does, and prints its structure as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import get_references
from django.db.models import Field

ModelKey = tuple[str, str]
"""An app and the lower-case name of a model."""

STRUCTURE = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2",
    "postgresql": """
        SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT tablename::text, indexname::text, indexdef
        FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT table_name, column_name,
            concat_ws(' ', data_type, is_nullable, column_default,
                character_maximum_length)
        FROM information_schema.columns WHERE table_schema = 'public'
        ORDER BY 1, 2, 3""",
}
"""A statement that selects the tables, columns, constraints and indexes."""


@contextmanager
def quick_migrating() -> Iterator[None]:
    """Migrate with fewer fields and models made again; what comes of it is the same.

    Every operation renders the models around its own afresh: those related to it, and
    those related to these. A hundred models have each field made some hundred times.
    """
    clone, find = Field.clone, ProjectState._find_reload_model  # type: ignore[attr-defined]
    Field.clone = copied  # type: ignore[assignment, method-assign]
    ProjectState._find_reload_model = models_to_render  # type: ignore[attr-defined]
    try:
        yield
    finally:
        Field.clone = clone  # type: ignore[method-assign]
        ProjectState._find_reload_model = find  # type: ignore[attr-defined]


def copied(field: Field[Any, Any]) -> Field[Any, Any]:
    """Return a copy of a field with the place among the others that a clone has.

    Used in place of deconstructing and making it again.
    """
    copy: Field[Any, Any] = field.__deepcopy__({})
    counter = "auto_creation_counter" if field.auto_created else "creation_counter"
    copy.creation_counter = getattr(Field, counter)
    setattr(Field, counter, copy.creation_counter + (-1 if field.auto_created else 1))
    return copy


def models_to_render(
    state: ProjectState, app_label: str, model_name: str, delay: bool = False
) -> set[ModelKey]:
    """Return a changed model and those that refer to it or inherit from it.

    These are what changing its table looks at. A data migration has every model
    rendered anew, which Django does for a state that is marked as delayed.
    """
    state.is_delayed = True
    key = (app_label, model_name)
    referring = [model_state for model_state, *_ in get_references(state, key)]
    heirs = [each for each in state.models.values() if inherits(each, key)]
    return {key} | {(each.app_label, each.name_lower) for each in referring + heirs}


def inherits(model_state: ModelState, key: ModelKey) -> bool:
    """Return whether a model has another one as a base."""
    bases = [base.lower() for base in model_state.bases if isinstance(base, str)]
    return ".".join(key) in bases


def structure_as_json() -> str:
    """Return the tables, columns, constraints and indexes of the database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(STRUCTURE[connection.vendor])
        return json.dumps(cursor.fetchall())


def main() -> None:
    """Migrate as the site does and print the structure."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    print(structure_as_json())


if __name__ == "__main__":
    main()
