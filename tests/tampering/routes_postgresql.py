"""Routes of the role of the site on PostgreSQL, which owns nothing."""

from __future__ import annotations

from tests.tampering.routes import Routes, Statements
from tests.tampering.routes_everywhere import UNRECORDED
from tests.tampering.world import World

ROUTES = Routes()
NOT_OWNER = "must be owner of"
NOT_PERMITTED = "permission denied"

WITHDRAW = (
    "UPDATE consultations_edition SET state = 'withdrawn', withdrawn_at = now(),"
    " withdrawal = '<p>x</p>' WHERE id = "
)


@ROUTES.refused(NOT_PERMITTED)
def edition_truncated(world: World) -> Statements:
    return ["TRUNCATE consultations_edition CASCADE"]


@ROUTES.refused(NOT_PERMITTED)
def edition_and_event_truncated_together(world: World) -> Statements:
    return ["TRUNCATE consultations_edition, consultations_event CASCADE"]


@ROUTES.refused(NOT_PERMITTED)
def everything_truncated_through_users(world: World) -> Statements:
    return ["TRUNCATE auth_user CASCADE"]


@ROUTES.refused(NOT_PERMITTED)
def history_truncated(world: World) -> Statements:
    return ["TRUNCATE responses_historicalanswer"]


@ROUTES.refused(NOT_OWNER)
def trigger_dropped(world: World) -> Statements:
    return ["DROP TRIGGER guard_edition_update ON consultations_edition"]


@ROUTES.refused(NOT_OWNER)
def trigger_disabled(world: World) -> Statements:
    return ["ALTER TABLE consultations_signoff DISABLE TRIGGER USER"]


@ROUTES.refused(NOT_OWNER)
def trigger_function_replaced(world: World) -> Statements:
    return ["ALTER FUNCTION guard_edition_update() SECURITY DEFINER"]


@ROUTES.refused(NOT_PERMITTED)
def trigger_function_written(world: World) -> Statements:
    return [
        "CREATE OR REPLACE FUNCTION guard_forbid() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'"
    ]


@ROUTES.refused(NOT_OWNER)
def trigger_function_dropped(world: World) -> Statements:
    return ["DROP FUNCTION guard_forbid() CASCADE"]


@ROUTES.refused(NOT_PERMITTED)
def trigger_added_that_fires_first(world: World) -> Statements:
    return [
        "CREATE TRIGGER a_first BEFORE UPDATE ON consultations_edition FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ]


@ROUTES.refused(NOT_OWNER)
def rule_added_that_does_nothing(world: World) -> Statements:
    return ["CREATE RULE quiet AS ON INSERT TO consultations_event DO INSTEAD NOTHING"]


@ROUTES.refused(NOT_PERMITTED)
def replica_role_set(world: World) -> Statements:
    return ["SET session_replication_role = replica"]


@ROUTES.refused(NOT_OWNER)
def row_security_switched_on(world: World) -> Statements:
    return ["ALTER TABLE consultations_edition ENABLE ROW LEVEL SECURITY"]


@ROUTES.refused(NOT_OWNER)
def table_dropped(world: World) -> Statements:
    return ["DROP TABLE consultations_signoff CASCADE"]


@ROUTES.refused(NOT_OWNER)
def table_renamed(world: World) -> Statements:
    return ["ALTER TABLE consultations_event RENAME TO old_events"]


@ROUTES.refused(NOT_OWNER)
def constraint_dropped(world: World) -> Statements:
    return [
        "ALTER TABLE consultations_edition DROP CONSTRAINT edition_state_known CASCADE"
    ]


@ROUTES.refused(NOT_PERMITTED)
def temporary_activity_log(world: World) -> Statements:
    return [
        "CREATE TEMPORARY TABLE consultations_event AS SELECT *"
        " FROM consultations_event"
    ]


@ROUTES.refused(NOT_PERMITTED)
def schema_with_another_activity_log(world: World) -> Statements:
    return ["CREATE SCHEMA other"]


@ROUTES.refused(UNRECORDED)
def search_path_changed_before_the_update(world: World) -> Statements:
    return ["SET LOCAL search_path = pg_temp, public", f"{WITHDRAW}{world.published}"]


@ROUTES.refused("A history row cannot be changed")
def insert_that_updates_on_conflict(world: World) -> Statements:
    return [
        "INSERT INTO responses_historicalrespondent"
        " SELECT * FROM responses_historicalrespondent"
        " ON CONFLICT (history_id) DO UPDATE SET name = 'Nobody'"
    ]


@ROUTES.refused("cannot be deleted")
def delete_inside_a_query(world: World) -> Statements:
    return [
        "WITH gone AS (DELETE FROM consultations_event RETURNING id)"
        " SELECT count(*) FROM gone"
    ]


@ROUTES.refused("cannot be changed")
def update_through_merge(world: World) -> Statements:
    return [
        "MERGE INTO consultations_event e USING consultations_edition d ON"
        f" d.id = {world.published} WHEN MATCHED THEN UPDATE SET summary = 'x'"
    ]


@ROUTES.refused(NOT_PERMITTED)
def catalogue_changed(world: World) -> Statements:
    return ["UPDATE pg_trigger SET tgenabled = 'D'"]


@ROUTES.refused(NOT_PERMITTED)
def sequence_set_back(world: World) -> Statements:
    return ["SELECT setval(pg_get_serial_sequence('consultations_event', 'id'), 1)"]


@ROUTES.refused(NOT_PERMITTED)
def migration_unrecorded(world: World) -> Statements:
    return ["DELETE FROM django_migrations WHERE app = 'consultations'"]


@ROUTES.refused("violates foreign key constraint")
def conclusion_deleted_below_its_editions(world: World) -> Statements:
    return [
        "SET CONSTRAINTS ALL IMMEDIATE",
        f"DELETE FROM consultations_conclusion WHERE id = {world.conclusion}",
    ]
