"""Routes of somebody who may write rows, on both databases."""

from __future__ import annotations

from tests.tampering.routes import (
    Routes,
    Statements,
    delete,
    event,
    sign_off,
    update,
)
from tests.tampering.world import World

ROUTES = Routes()
FROZEN = "An edition is frozen"
ONCE = "can be set only once"
UNRECORDED = "only after the activity log records the step"

# --- editions -------------------------------------------------------------------------


@ROUTES.refused(FROZEN)
def edition_content_changed(world: World) -> Statements:
    return update("edition", "content = content || ' '", world.published)


@ROUTES.refused(FROZEN)
def edition_title_changed(world: World) -> Statements:
    return update("edition", "title = 'Another'", world.published)


@ROUTES.refused(FROZEN)
def edition_submitter_changed(world: World) -> Statements:
    return update("edition", f"submitted_by_id = {world.outsider}", world.published)


@ROUTES.refused(ONCE)
def edition_number_changed(world: World) -> Statements:
    return update("edition", "number = 7", world.published)


@ROUTES.refused("can be removed only when the edition is returned")
def reserved_number_changed(world: World) -> Statements:
    return update("edition", "number = 7", world.submitted)


@ROUTES.refused("can be removed only when the edition is returned")
def reserved_number_given_back_at_approval(world: World) -> Statements:
    return update("edition", "state = 'published', number = NULL", world.approved)


@ROUTES.refused(ONCE)
def edition_publication_moved_to_another_day(world: World) -> Statements:
    return update("edition", f"published_at = '{world.now}'", world.published)


@ROUTES.refused(ONCE)
def withdrawal_reason_changed(world: World) -> Statements:
    return update("edition", "withdrawal = '<p>Another.</p>'", world.withdrawn)


@ROUTES.refused("cannot be deleted")
def edition_deleted(world: World) -> Statements:
    return delete("edition", world.published)


@ROUTES.refused(UNRECORDED)
def edition_withdrawn_by_plain_update(world: World) -> Statements:
    change = (
        f"state = 'withdrawn', withdrawn_at = '{world.now}', withdrawal = '<p>x</p>'"
    )
    return update("edition", change, world.published)


@ROUTES.refused(UNRECORDED)
def edition_published_without_event(world: World) -> Statements:
    change = (
        f"state = 'published', number = 1, published_at = '{world.now}',"
        f" published_by_id = {world.approver}"
    )
    return update("edition", change, world.approved)


@ROUTES.refused(UNRECORDED, leaves="the list of decisions is “approve”")
def edition_approved_with_decision_and_without_event(world: World) -> Statements:
    change = f"state = 'approved', decided_at = '{world.now}'"
    return [
        sign_off(world, world.submitted, world.outsider),
        *update("edition", change, world.submitted),
    ]


@ROUTES.refused(UNRECORDED, leaves="the list of decisions is “approve, reject”")
def edition_returned_with_decision_and_without_event(world: World) -> Statements:
    change = f"state = 'rejected', decided_at = '{world.now}'"
    return [
        sign_off(world, world.approved, world.outsider, "reject"),
        *update("edition", change, world.approved),
    ]


@ROUTES.refused(UNRECORDED, leaves="does not match its checksum")
def edition_withdrawn_at_another_time_than_its_event(world: World) -> Statements:
    change = (
        "state = 'withdrawn', withdrawn_at = '2020-01-01 00:00:00',"
        " withdrawal = '<p>x</p>'"
    )
    return [
        event(world, "withdrawn", f"edition:{world.published}"),
        *update("edition", change, world.published),
    ]


@ROUTES.refused(UNRECORDED, leaves="does not match its checksum")
def edition_withdrawn_with_event_of_another_edition(world: World) -> Statements:
    change = (
        f"state = 'withdrawn', withdrawn_at = '{world.now}', withdrawal = '<p>x</p>'"
    )
    return [
        event(world, "withdrawn", f"edition:{world.approved}"),
        *update("edition", change, world.published),
    ]


@ROUTES.named("does not match its checksum")
def edition_withdrawn_with_made_up_event(world: World) -> Statements:
    change = (
        f"state = 'withdrawn', withdrawn_at = '{world.now}', withdrawal = '<p>x</p>'"
    )
    return [
        event(world, "withdrawn", f"edition:{world.published}"),
        *update("edition", change, world.published),
    ]


@ROUTES.refused(UNRECORDED)
def edition_submitted_without_event(world: World) -> Statements:
    return [
        "INSERT INTO consultations_edition (conclusion_id, state, title, subtitle,"
        " content, content_sha256, sha256, correction, submitted_by_id, submitted_at,"
        " note, withdrawal, number) SELECT conclusion_id, 'submitted', title, subtitle,"
        " content, content_sha256, sha256, correction, submitted_by_id, submitted_at,"
        " note, '', 1 + number FROM consultations_edition"
        f" WHERE id = {world.withdrawn}"
    ]


# --- decisions and authors ------------------------------------------------------------


@ROUTES.refused("cannot be changed")
def approver_replaced(world: World) -> Statements:
    change = f"by_id = {world.outsider}"
    return update("signoff", change, world.published, "edition_id")


@ROUTES.refused("cannot be deleted")
def decision_deleted(world: World) -> Statements:
    return delete("signoff", world.published, "edition_id")


@ROUTES.refused("submitter of an edition cannot approve")
def decision_by_the_submitter(world: World) -> Statements:
    return [sign_off(world, world.submitted, world.submitter)]


@ROUTES.refused("recorded once, when it is submitted")
def author_added(world: World) -> Statements:
    return [
        "INSERT INTO consultations_editionauthor (edition_id, user_id, texts,"
        f" taken_over) VALUES ({world.published}, {world.outsider}, '[]', '[]')"
    ]


# --- files ----------------------------------------------------------------------------


@ROUTES.refused("cannot be changed")
def file_of_edition_replaced(world: World) -> Statements:
    return update("editionfile", f"file_id = '{world.spare}'", world.stored, "file_id")


@ROUTES.refused("cannot be changed")
def file_of_edition_renamed(world: World) -> Statements:
    change = "filename = 'other.txt', media_type = 'text/html'"
    return update("editionfile", change, world.published, "edition_id")


@ROUTES.refused("cannot be deleted")
def file_of_edition_deleted(world: World) -> Statements:
    return delete("editionfile", world.published, "edition_id")


@ROUTES.named("the list of files is")
def file_added_to_submitted_edition(world: World) -> Statements:
    return [
        "INSERT INTO consultations_editionfile (edition_id, name, filename, media_type,"
        f" file_id) VALUES ({world.submitted}, 'attachments/1', 'x.pdf',"
        f" 'application/pdf', '{world.spare}')"
    ]


@ROUTES.refused("A stored file cannot be changed")
def stored_bytes_changed(world: World) -> Statements:
    return update("storedfile", "size = 1", world.stored, "sha256")


@ROUTES.refused("A stored file cannot be deleted")
def stored_bytes_of_edition_deleted(world: World) -> Statements:
    return delete("storedfile", world.stored, "sha256")


@ROUTES.refused("A stored file cannot be deleted")
def stored_bytes_of_paper_deleted(world: World) -> Statements:
    return delete("storedfile", world.attached, "sha256")


# --- logs -----------------------------------------------------------------------------


@ROUTES.refused("cannot be changed")
def event_reworded(world: World) -> Statements:
    return update(
        "event", "summary = 'Nothing.'", world.consultation, "consultation_id"
    )


@ROUTES.refused("cannot be deleted")
def last_event_deleted(world: World) -> Statements:
    return [
        "DELETE FROM consultations_event WHERE id ="
        " (SELECT max(id) FROM consultations_event)"
    ]


@ROUTES.refused("only at the end of the activity log")
def event_inserted_between_others(world: World) -> Statements:
    sql = event(world, "noted", f"edition:{world.published}")
    return [sql.replace("1 + max(v.number)", "min(v.number)")]


@ROUTES.named("does not match its checksum")
def event_made_up(world: World) -> Statements:
    return [event(world, "noted", f"edition:{world.published}")]


@ROUTES.refused("never changes")
def account_event_changed(world: World) -> Statements:
    return update("accountevent", f"by_id = {world.outsider}", 1, "number")


@ROUTES.named("in the account log")
def role_given_by_plain_insert(world: World) -> Statements:
    return [
        f"INSERT INTO auth_user_groups (user_id, group_id) SELECT {world.submitter}, id"
        " FROM auth_group WHERE name = 'Administrator'"
    ]


# --- releases -------------------------------------------------------------------------


@ROUTES.refused("A release becomes approved only after the activity log")
def release_approved_by_plain_update(world: World) -> Statements:
    change = (
        f"state = 'approved', decided_at = '{world.now}',"
        f" decided_by_id = {world.outsider}"
    )
    return update("versionrelease", change, world.requested)


@ROUTES.refused("A release becomes approved only after the activity log")
def release_made_up(world: World) -> Statements:
    return [
        "INSERT INTO consultations_versionrelease (document_version_id, name, label,"
        " status, in_force, clause_count, file_id, sha256, origin, state, reason,"
        " requested_at, decided_at, remarks) SELECT document_version_id, name, label,"
        " status, in_force, clause_count, file_id, sha256, 'command', 'approved',"
        " reason, requested_at, requested_at, '' FROM consultations_versionrelease"
        f" WHERE id = {world.released}"
    ]


@ROUTES.refused("A release is frozen")
def text_of_release_replaced(world: World) -> Statements:
    change = f"file_id = '{world.spare}', label = '9.9'"
    return update("versionrelease", change, world.released)


@ROUTES.refused("never deleted")
def release_deleted(world: World) -> Statements:
    return delete("versionrelease", world.released)


# --- histories ------------------------------------------------------------------------


@ROUTES.refused("A history row cannot be changed")
def history_reworded(world: World) -> Statements:
    return [
        "UPDATE responses_historicalrespondent SET name = 'Nobody'"
        f" WHERE id = {world.respondent}"
    ]


@ROUTES.refused("A history row cannot be deleted")
def history_of_answer_deleted(world: World) -> Statements:
    return ["DELETE FROM responses_historicalanswer"]


@ROUTES.refused("A history row cannot be changed")
def history_given_another_author(world: World) -> Statements:
    return [
        "UPDATE consultations_historicalconclusion"
        f" SET history_user_id = {world.outsider}"
    ]


# --- rows that the record hangs on ----------------------------------------------------


@ROUTES.named("the activity log records")
def conclusion_moved_to_another_consultation(world: World) -> Statements:
    change = (
        "consultation_id = (SELECT max(id) FROM consultations_consultation"
        f" WHERE id <> {world.consultation})"
    )
    return update("conclusion", change, world.conclusion)
