"""Database triggers: frozen rows stay frozen even against direct SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import PROTECT
from simple_history.models import HistoricalChanges

from consultations.editions import triggers, workflow
from consultations.editions.guards import every_guard
from consultations.editions.trigger_sql import installable
from consultations.models import Edition, StoredFile
from tests.support.editions import (
    approver,
    make_approved,
    make_correction,
    make_published,
    make_submitted,
)
from tests.support.sql import NOW, every_row_of, refused, run, sign_off_row

pytestmark = pytest.mark.django_db


def set_state(edition: Edition, state: str, more: str = "") -> str:
    """Return what the database says to a step of an edition."""
    return refused(
        f"UPDATE consultations_edition SET state = %s {more} WHERE id = %s",
        state,
        edition.pk,
    )


def make_approved_without_number() -> Edition:
    """Return an edition as a release stored it that gave numbers at publication."""
    edition = make_approved()
    with triggers.without_guards(connection):
        run("UPDATE consultations_edition SET number = NULL WHERE id = %s", edition.pk)
    edition.refresh_from_db()
    return edition


# --- installation -----------------------------------------------------------------


def test_migrations_install_every_guard() -> None:
    assert triggers.missing_guards(connection) == []


def test_dropped_guard_is_reported_missing() -> None:
    target = " ON consultations_signoff" if connection.vendor == "postgresql" else ""
    run(f"DROP TRIGGER guard_signoff_insert{target}")
    assert triggers.missing_guards(connection) == ["guard_signoff_insert"]
    triggers.install_guards(connection)
    assert triggers.missing_guards(connection) == []


def test_weakened_guard_is_reported_missing() -> None:
    if connection.vendor == "postgresql":
        run(
            "CREATE OR REPLACE FUNCTION guard_event_insert() RETURNS trigger "
            "LANGUAGE plpgsql SET search_path = public, pg_temp "
            "AS 'BEGIN RETURN NEW; END'"
        )
    else:
        run("DROP TRIGGER guard_event_insert")
        run(
            "CREATE TRIGGER guard_event_insert BEFORE INSERT ON consultations_event "
            "BEGIN SELECT 1; END"
        )
    assert triggers.missing_guards(connection) == ["guard_event_insert"]


def test_guards_can_be_lifted_temporarily() -> None:
    edition = make_published()
    with triggers.without_guards(connection):
        run("UPDATE consultations_edition SET note = '<p>x</p>'")
    assert triggers.missing_guards(connection) == []
    edition.refresh_from_db()
    assert edition.note == "<p>x</p>"


def test_guards_migration_is_reversible() -> None:
    editor = connection.schema_editor()
    triggers.INSTALL.database_backwards("consultations", editor, None, None)
    every = every_guard(connection.vendor)
    assert len(triggers.missing_guards(connection)) == len(every)
    triggers.INSTALL.database_forwards("consultations", editor, None, None)
    assert triggers.missing_guards(connection) == []


def test_guards_that_a_migration_dropped_are_installed_when_migrate_ends() -> None:
    triggers.remove_guards(connection)
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert triggers.missing_guards(connection) == []


def test_earlier_migrations_install_the_rules_whose_columns_exist() -> None:
    guards = {guard.name: guard for guard in every_guard(connection.vendor)}
    columns = triggers.existing_columns(connection)
    whole = guards["guard_edition_update"]
    assert installable(whole, columns) == whole
    without_subject = columns["consultations_event"] - {"subject"}
    earlier = installable(whole, {**columns, "consultations_event": without_subject})
    assert earlier is not None
    assert len(whole.rules) - len(earlier.rules) == 5
    assert installable(whole, {}) is None


def test_every_history_table_is_guarded() -> None:
    histories = [
        model for model in apps.get_models() if issubclass(model, HistoricalChanges)
    ]
    assert len(histories) > 20
    guarded = {guard.table for guard in every_guard(connection.vendor)}
    assert {model._meta.db_table for model in histories} <= guarded
    for model in histories:
        user: Any = model._meta.get_field("history_user")
        assert user.remote_field.on_delete is PROTECT, f"{model}: use PermanentHistory"


def test_guards_migration_is_applied() -> None:
    known = MigrationExecutor(connection).loader.applied_migrations
    assert ("consultations", "0002_guards") in known


# --- stored files -------------------------------------------------------------------


def test_stored_file_update_is_refused() -> None:
    StoredFile.objects.store(b"a")
    message = refused("UPDATE consultations_storedfile SET size = 2")
    assert "A stored file cannot be changed" in message


def test_stored_file_replacement_is_refused() -> None:
    stored = StoredFile.objects.store(b"a")
    insert = (
        "INTO consultations_storedfile (sha256, size, content, stored_at) "
        "VALUES (%s, 1, %s, %s)"
    )
    assert "is already stored" in refused(f"INSERT {insert}", stored.sha256, b"b", NOW)
    if connection.vendor == "sqlite":
        assert "is already stored" in refused(
            f"INSERT OR REPLACE {insert}", stored.sha256, b"b", NOW
        )


def test_unused_stored_file_can_be_deleted() -> None:
    StoredFile.objects.store(b"a")
    assert run("DELETE FROM consultations_storedfile") == 1


def test_stored_file_of_edition_cannot_be_deleted() -> None:
    make_submitted()

    def delete() -> None:
        run("DELETE FROM consultations_storedfile")
        connection.check_constraints()

    with pytest.raises(IntegrityError), transaction.atomic():
        delete()


def test_storing_same_bytes_twice_returns_same_file() -> None:
    assert StoredFile.objects.store(b"a") == StoredFile.objects.store(b"a")


# --- editions -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "content = content || ' '",
        "content_sha256 = sha256",
        "sha256 = content_sha256",
        "correction = '<p>x</p>'",
        "note = '<p>x</p>'",
        "submitted_at = '2020-01-01 00:00:00+00:00'",
        "submitted_by_id = submitted_by_id + 1",
        "conclusion_id = conclusion_id + 1",
    ],
)
@pytest.mark.parametrize("make", [make_submitted, make_published])
def test_edition_content_update_is_refused(
    make: Callable[[], Edition], change: str
) -> None:
    make()
    message = refused(f"UPDATE consultations_edition SET {change}")
    assert "An edition is frozen" in message


@pytest.mark.parametrize(
    "change",
    [
        "number = 7",
        "decided_at = '2020-01-01 00:00:00+00:00'",
        "published_at = '2020-01-01 00:00:00+00:00'",
        "published_by_id = submitted_by_id",
        "published_by_id = NULL",
        "withdrawn_at = '2020-01-01 00:00:00+00:00'",
        "withdrawal = '<p>x</p>'",
    ],
)
def test_edition_dates_and_number_update_is_refused(change: str) -> None:
    make_published()
    message = refused(f"UPDATE consultations_edition SET {change}")
    assert "can be set only once" in message


def test_edition_delete_is_refused() -> None:
    make_submitted()
    assert "cannot be deleted" in refused(every_row_of("consultations_edition"))


def test_edition_update_without_change_is_accepted() -> None:
    make_published()
    assert run("UPDATE consultations_edition SET state = state") == 1


@pytest.mark.parametrize("state", ["submitted", "approved", "rejected", "superseded"])
def test_withdrawn_edition_cannot_change_state(state: str) -> None:
    edition = make_published()
    workflow.withdraw_edition(edition, by=approver(), reason="The wrong annex.")
    assert "can change only from submitted" in set_state(edition, state)


@pytest.mark.parametrize("state", ["submitted", "approved", "rejected"])
def test_published_edition_cannot_return_to_earlier_state(state: str) -> None:
    assert "can change only from submitted" in set_state(make_published(), state)


@pytest.mark.parametrize("state", ["published", "superseded", "withdrawn", "invented"])
def test_submitted_edition_cannot_skip_approval(state: str) -> None:
    assert "can change only from submitted" in set_state(make_submitted(), state)


def test_approval_without_sign_off_is_refused() -> None:
    message = set_state(make_submitted(), "approved", f", decided_at = '{NOW}'")
    assert "only if someone other than its submitter approved" in message


def test_rejection_without_sign_off_is_refused() -> None:
    message = set_state(make_submitted(), "rejected", f", decided_at = '{NOW}'")
    assert "can be returned only by someone other" in message


def test_rejection_with_only_an_approval_is_refused() -> None:
    message = set_state(make_approved(), "rejected", f", decided_at = '{NOW}'")
    assert "can be returned only by someone other" in message


PUBLISH = f", published_at = '{NOW}', published_by_id = submitted_by_id, number = "


def test_edition_with_rejection_cannot_be_published() -> None:
    edition = make_approved()
    run(*sign_off_row(edition, approver(), "reject"))
    assert "only if someone other" in set_state(edition, "published", f"{PUBLISH}1")


def test_reserved_number_cannot_change_at_publication() -> None:
    message = set_state(make_approved(), "published", f"{PUBLISH}2")
    assert "The number is reserved at submission" in message


def test_gap_in_edition_numbers_is_refused() -> None:
    edition = make_approved_without_number()
    assert "without gaps" in set_state(edition, "published", f"{PUBLISH}2")
    assert "without gaps" not in set_state(edition, "published", f"{PUBLISH}1")


def test_second_published_edition_is_refused() -> None:
    correction = make_correction(make_published())
    workflow.approve_edition(correction, by=approver(), sha256=correction.sha256)
    assert "superseded first" in set_state(correction, "published", f"{PUBLISH}2")
    if connection.vendor == "sqlite":
        assert "superseded first" in refused(
            "UPDATE OR REPLACE consultations_edition SET state = 'published' "
            f"{PUBLISH}2 WHERE id = %s",
            correction.pk,
        )


def test_publication_without_date_is_refused() -> None:
    edition = make_approved()
    with triggers.without_guards(connection):
        message = set_state(edition, "published", ", number = 1")
    assert "public_edition_has_number_and_date" in message


def test_superseding_without_approved_successor_is_refused() -> None:
    published = make_published()
    assert "only by an approved edition" in set_state(published, "superseded")
    make_correction(published)
    assert "only by an approved edition" in set_state(published, "superseded")


def test_withdrawal_without_reason_is_refused() -> None:
    edition = make_published()
    with triggers.without_guards(connection):
        message = set_state(edition, "withdrawn", f", withdrawn_at = '{NOW}'")
    assert "withdrawn_edition_has_a_reason" in message


COPIED = (
    "conclusion_id, content, content_sha256, sha256, correction, submitted_by_id, "
    "submitted_at, note, withdrawal"
)


def copy_of(edition: Edition, verb: str, state: str, more: str = "") -> str:
    """Return what the database says to a copy of an edition in some state."""
    names = "".join(f", {part.split('=')[0]}" for part in more.split())
    values = "".join(f", {part.split('=')[1]}" for part in more.split())
    return refused(
        f"{verb} INTO consultations_edition (state, {COPIED}{names}) "
        f"SELECT '{state}', {COPIED}{values} FROM consultations_edition WHERE id = %s",
        edition.pk,
    )


@pytest.mark.parametrize("state", ["approved", "published", "withdrawn"])
def test_inserted_edition_must_be_submitted(state: str) -> None:
    assert "A new edition must have the state submitted" in copy_of(
        make_published(), "INSERT", state
    )


@pytest.mark.parametrize("number", ["NULL", "1", "3"])
def test_inserted_edition_must_reserve_next_number(number: str) -> None:
    message = copy_of(make_published(), "INSERT", "submitted", f"number={number}")
    assert "reserves the next number" in message


def test_returned_edition_gives_its_number_back() -> None:
    edition = make_submitted()
    with triggers.without_guards(connection):
        message = set_state(edition, "rejected", f", decided_at = '{NOW}'")
    assert "public_edition_has_number_and_date" in message
    workflow.reject_edition(
        edition, by=approver(), sha256=edition.sha256, remarks="Not yet."
    )
    edition.refresh_from_db()
    assert edition.number is None
    assert make_submitted(edition.conclusion).number == 1


def test_second_pending_edition_is_refused() -> None:
    edition = make_submitted()
    assert "already has an edition in progress" in copy_of(
        edition, "INSERT", "submitted"
    )


def test_edition_replacement_is_refused() -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL has no such statement
    edition = make_submitted()
    replace = "INSERT OR REPLACE"
    assert "already has an edition in progress" in copy_of(
        edition, replace, "submitted"
    )
    published = make_published()
    message = copy_of(published, replace, "submitted", f"id={published.pk}")
    assert "already has an edition in progress" in message
