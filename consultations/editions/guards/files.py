"""Guards of stored files, and of what an edition consists of."""

from __future__ import annotations

from django.apps import apps
from django.db.models import ManyToOneRel

from consultations.editions.guards.rules import Guard, GuardRule, forbid

STORED_FILES = (
    Guard(
        "consultations_storedfile",
        "INSERT",
        (
            GuardRule(
                "EXISTS (SELECT 1 FROM consultations_storedfile f"
                " WHERE f.sha256 = NEW.sha256)",
                "A file with this hash is already stored.",
            ),
        ),
    ),
    forbid(
        "consultations_storedfile",
        "UPDATE",
        "A stored file cannot be changed, because its hash identifies the file.",
    ),
)


def stored_file_deletion() -> Guard:
    """Return the guard of stored files that a row of the record names, or its history.

    PostgreSQL checks the foreign keys of rows, and no history row has one. SQLite
    checks foreign keys only for a client that asks.
    """
    relations = apps.get_model("consultations", "StoredFile")._meta.get_fields(
        include_hidden=True
    )
    named = sorted(
        (relation.field.model._meta.db_table, relation.field.column)
        for relation in relations
        if isinstance(relation, ManyToOneRel)
        and relation.field.model._meta.app_label == "consultations"
    )
    return Guard(
        "consultations_storedfile",
        "DELETE",
        tuple(
            GuardRule(
                f"EXISTS (SELECT 1 FROM {table} r"  # noqa: S608 - names of the models
                f" WHERE r.{column} = OLD.sha256)",
                "A stored file cannot be deleted while an edition, a release, an "
                "attachment or an earlier version of one names the file.",
            )
            for table, column in named
        ),
    )


EDITION_FILES = (
    Guard(
        "consultations_editionfile",
        "INSERT",
        (
            GuardRule(
                """
    EXISTS (SELECT 1 FROM consultations_edition e
            WHERE e.id = NEW.edition_id AND e.state <> 'submitted')
    OR EXISTS (SELECT 1 FROM consultations_editionfile f WHERE f.id = NEW.id
               OR (f.edition_id = NEW.edition_id AND f.name = NEW.name))
                """,
                "The files of an edition are frozen, so no file can be added.",
            ),
        ),
    ),
    forbid(
        "consultations_editionfile",
        "UPDATE",
        "The files of an edition are frozen and cannot be changed. Submit a new "
        "edition.",
    ),
    forbid(
        "consultations_editionfile",
        "DELETE",
        "The files of an edition are frozen and cannot be deleted.",
    ),
)

EDITION_TEXTS = (
    Guard(
        "consultations_editiontext",
        "INSERT",
        (
            GuardRule(
                """
    NOT NEW.is_in_manifest
    OR EXISTS (SELECT 1 FROM consultations_edition e
            WHERE e.id = NEW.edition_id AND e.state <> 'submitted')
    OR EXISTS (SELECT 1 FROM consultations_editiontext t WHERE t.id = NEW.id
               OR (t.edition_id = NEW.edition_id
                   AND t.document_version_id = NEW.document_version_id))
                """,
                "The texts of an edition are frozen, so no text can be added.",
            ),
        ),
    ),
    forbid(
        "consultations_editiontext",
        "UPDATE",
        "The texts of an edition are frozen: submit a new edition.",
    ),
    forbid(
        "consultations_editiontext",
        "DELETE",
        "The texts of an edition are frozen and cannot be deleted.",
    ),
)

EDITION_DOCUMENTS = (
    Guard(
        "consultations_editiondocument",
        "INSERT",
        (
            GuardRule(
                """
    EXISTS (SELECT 1 FROM consultations_edition e
            WHERE e.id = NEW.edition_id AND e.state <> 'submitted')
    OR EXISTS (SELECT 1 FROM consultations_editiondocument d WHERE d.id = NEW.id
               OR (d.edition_id = NEW.edition_id
                   AND d.document_id = NEW.document_id))
                """,
                "The documents that an edition names are frozen, so no document can be "
                "added.",
            ),
        ),
    ),
    forbid(
        "consultations_editiondocument",
        "UPDATE",
        "The documents that an edition names are frozen: submit a new edition.",
    ),
    forbid(
        "consultations_editiondocument",
        "DELETE",
        "The documents that an edition names are frozen and cannot be deleted.",
    ),
)
