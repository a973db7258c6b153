"""What the owner of a PostgreSQL database can do about the guards: verify names it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from consultations.editions import triggers
from consultations.editions.verification import verify_everything
from tests.support.editions import make_published
from tests.support.sql import refused, run

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has none of these"
    ),
]

ADDITIONS = {
    "has the trigger a_first": (
        "CREATE TRIGGER a_first BEFORE UPDATE ON consultations_edition FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ),
    "has the rule quiet": (
        "CREATE RULE quiet AS ON INSERT TO consultations_event DO INSTEAD NOTHING"
    ),
    "has the row security policy few": (
        "CREATE POLICY few ON consultations_signoff USING (FALSE)"
    ),
    "includes the rows of another table": (
        "CREATE TABLE more () INHERITS (consultations_accountevent)"
    ),
    "does not check its foreign key": (
        "ALTER TABLE consultations_editionfile DISABLE TRIGGER ALL"
    ),
    "guard_edition_update is missing or has been changed": (
        "ALTER TABLE consultations_edition DISABLE TRIGGER guard_edition_update"
    ),
    "guard_event_insert is missing or has been changed": (
        "ALTER FUNCTION guard_event_insert() RESET search_path"
    ),
    "guard_historicalanswer_delete is missing or has been changed": (
        "CREATE OR REPLACE TRIGGER guard_historicalanswer_delete BEFORE DELETE ON"
        " responses_historicalanswer FOR EACH ROW WHEN (FALSE)"
        " EXECUTE FUNCTION guard_forbid('x')"
    ),
    "session_replication_role replica, no database trigger acts": (
        "SET LOCAL session_replication_role = replica"
    ),
}
"""What verify says, and the statement of the owner."""


@pytest.mark.parametrize("words", ADDITIONS)
def test_addition_beside_the_guards_is_named(words: str) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(ADDITIONS[words])
    assert words in " ".join(verify_everything().faults)


@pytest.mark.parametrize(
    "tables",
    [
        "consultations_edition",
        "consultations_edition, consultations_event",
        "auth_user",
        "responses_historicalanswer",
    ],
)
def test_owner_cannot_truncate_a_guarded_table(tables: str) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")
    assert "cannot be emptied" in refused(f"TRUNCATE {tables} CASCADE")


def test_temporary_table_does_not_stand_in_for_the_activity_log() -> None:
    edition = make_published()
    run(
        "CREATE TEMPORARY TABLE consultations_event AS"
        " SELECT * FROM public.consultations_event"
    )
    run(
        "UPDATE pg_temp.consultations_event SET kind = 'withdrawn', at = now(),"
        f" subject = 'edition:{edition.pk}'"
    )
    with pytest.raises(IntegrityError, match="only after"), transaction.atomic():
        run(
            "UPDATE public.consultations_edition SET state = 'withdrawn',"
            " withdrawn_at = now(), withdrawal = '<p>x</p>'"
        )


def test_guards_are_suspended_for_the_named_tables_only() -> None:
    edition = make_published()
    with triggers.without_guards(connection, ["consultations_signoff"]):
        run("UPDATE consultations_signoff SET remarks = 'x'")
        assert "frozen" in refused(
            "UPDATE consultations_edition SET note = 'x' WHERE id = %s", edition.pk
        )
    assert triggers.missing_guards(connection) == []
