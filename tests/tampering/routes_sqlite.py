"""Routes of somebody who has the file of a SQLite database, with all its powers.

`LIFT` stands for dropping every trigger, and `REINSTATE` for creating the same again.
"""

from __future__ import annotations

from tests.tampering.routes import Routes, Statements, delete, update
from tests.tampering.world import World

ROUTES = Routes()
LIFT, REINSTATE = "LIFT", "REINSTATE"


def unguarded(statements: Statements) -> Statements:
    """Return statements between the dropping and the creating of the triggers."""
    return [LIFT, *statements, REINSTATE]


@ROUTES.refused("A history row cannot be replaced")
def history_row_replaced(world: World) -> Statements:
    return [
        "INSERT OR REPLACE INTO responses_historicalrespondent"
        f" SELECT * FROM responses_historicalrespondent WHERE id = {world.respondent}"
    ]


@ROUTES.refused("is already stored")
def stored_bytes_replaced(world: World) -> Statements:
    return [
        "INSERT OR REPLACE INTO consultations_storedfile (sha256, size, content,"
        f" stored_at) VALUES ('{world.stored}', 1, 'x', '{world.now}')"
    ]


@ROUTES.refused("cannot be changed")
def decision_updated_or_replaced(world: World) -> Statements:
    return [
        f"UPDATE OR REPLACE consultations_signoff SET edition_id = {world.published}"
    ]


@ROUTES.named("guard_edition_update is missing")
def trigger_dropped(world: World) -> Statements:
    return ["DROP TRIGGER guard_edition_update"]


@ROUTES.named("has the trigger quiet, which does not belong to this site")
def trigger_added_that_does_nothing(world: World) -> Statements:
    return [
        "CREATE TRIGGER quiet BEFORE INSERT ON consultations_event"
        " BEGIN SELECT RAISE(IGNORE); END"
    ]


@ROUTES.named("The table consultations_signoff is missing")
def table_dropped(world: World) -> Statements:
    return ["DROP TABLE consultations_signoff"]


@ROUTES.named("The column remarks of the table consultations_signoff is missing")
def column_dropped(world: World) -> Statements:
    return unguarded(["ALTER TABLE consultations_signoff DROP COLUMN remarks"])


@ROUTES.named("The table consultations_event is missing")
def table_replaced_by_view(world: World) -> Statements:
    return [
        LIFT,
        "ALTER TABLE consultations_event RENAME TO old_events",
        "CREATE VIEW consultations_event AS SELECT * FROM old_events",
    ]


@ROUTES.named("the title is “Another”")
def title_changed_past_the_guards(world: World) -> Statements:
    return unguarded(update("edition", "title = 'Another'", world.published))


@ROUTES.named("the number is “7”, but “2” in the activity log")
def number_changed_past_the_guards(world: World) -> Statements:
    return unguarded(update("edition", "number = 7", world.published))


@ROUTES.named("the time of publication is")
def publication_moved_past_the_guards(world: World) -> Statements:
    change = f"published_at = '{world.now}'"
    return unguarded(update("edition", change, world.published))


@ROUTES.named("the key of the publisher is")
def publisher_changed_past_the_guards(world: World) -> Statements:
    change = f"published_by_id = {world.outsider}"
    return unguarded(update("edition", change, world.published))


@ROUTES.named("the key of the submitter is")
def submitter_changed_past_the_guards(world: World) -> Statements:
    change = f"submitted_by_id = {world.outsider}"
    return unguarded(update("edition", change, world.published))


@ROUTES.named("the key of the user of the decision “approve” is")
def approver_changed_past_the_guards(world: World) -> Statements:
    change = f"by_id = {world.outsider}"
    return unguarded(update("signoff", change, world.published, "edition_id"))


@ROUTES.named("the checksum of the remarks of the decision “approve” is")
def remarks_changed_past_the_guards(world: World) -> Statements:
    change = "remarks = '<p>Well done.</p>'"
    return unguarded(update("signoff", change, world.published, "edition_id"))


@ROUTES.named("the state is “withdrawn”")
def edition_withdrawn_past_the_guards(world: World) -> Statements:
    change = (
        f"state = 'withdrawn', withdrawn_at = '{world.now}', withdrawal = '<p>x</p>'"
    )
    return unguarded(update("edition", change, world.published))


@ROUTES.named("the checksum of the withdrawal reason is")
def withdrawal_reason_changed_past_the_guards(world: World) -> Statements:
    change = "withdrawal = '<p>Another.</p>'"
    return unguarded(update("edition", change, world.withdrawn))


@ROUTES.named("the name of the file txt is “other.txt”")
def file_renamed_past_the_guards(world: World) -> Statements:
    change = "filename = 'other.txt'"
    return unguarded(update("editionfile", change, world.stored, "file_id"))


@ROUTES.named("the type of the file txt is “text/html”")
def file_type_changed_past_the_guards(world: World) -> Statements:
    change = "media_type = 'text/html'"
    return unguarded(update("editionfile", change, world.stored, "file_id"))


@ROUTES.named("is missing: no file with the checksum")
def stored_bytes_of_edition_deleted_past_the_guards(world: World) -> Statements:
    return unguarded(delete("storedfile", world.stored, "sha256"))


@ROUTES.named("which is not stored")
def stored_bytes_of_paper_deleted_past_the_guards(world: World) -> Statements:
    return unguarded(delete("storedfile", world.attached, "sha256"))


@ROUTES.named("does not match its checksum")
def stored_bytes_changed_past_the_guards(world: World) -> Statements:
    change = "content = x'00'"
    return unguarded(update("storedfile", change, world.stored, "sha256"))


@ROUTES.named("the content does not match its checksum")
def content_changed_past_the_guards(world: World) -> Statements:
    return unguarded(update("edition", "content = content || ' '", world.published))


@ROUTES.named("The last rows of the table consultations_event are missing")
def last_event_cut_off_past_the_guards(world: World) -> Statements:
    last = "id = (SELECT max(id) FROM consultations_event)"
    return unguarded([f"DELETE FROM consultations_event WHERE {last}"])


@ROUTES.named("The last rows of the table responses_historicalrespondent are missing")
def last_version_cut_off_past_the_guards(world: World) -> Statements:
    table = "responses_historicalrespondent"
    last = f"history_id = (SELECT max(history_id) FROM {table})"
    return unguarded([f"DELETE FROM {table} WHERE {last}"])


@ROUTES.named("the activity log records")
def edition_deleted_past_the_guards(world: World) -> Statements:
    return unguarded(
        [
            *delete("signoff", world.withdrawn, "edition_id"),
            *delete("editionfile", world.withdrawn, "edition_id"),
            *delete("edition", world.withdrawn),
        ]
    )


@ROUTES.named("the list of documents is")
def named_document_removed_past_the_guards(world: World) -> Statements:
    return unguarded(delete("editiondocument", world.published, "edition_id"))


@ROUTES.named("refers to a row of the table consultations_conclusion")
def conclusion_deleted_below_its_editions(world: World) -> Statements:
    return delete("conclusion", world.conclusion)


@ROUTES.named("cannot be verified: ")
def conclusions_all_deleted(world: World) -> Statements:
    return ["DELETE FROM consultations_conclusion"]


@ROUTES.named("refers to a row of the table auth_user")
def approver_deleted(world: World) -> Statements:
    return [f"DELETE FROM auth_user WHERE id = {world.approver}"]


@ROUTES.named("the time of submission is empty")
def time_made_unreadable_past_the_guards(world: World) -> Statements:
    return unguarded(update("edition", "submitted_at = 'never'", world.published))
