"""Guards: rules that the database itself enforces on frozen rows.

Before a row is inserted, updated or deleted, the rules of its guard are checked in
order; the message of the first violated rule becomes an IntegrityError. Rules are SQL
that both databases read, except for `<differs>`: a comparison that treats NULL as a
value. triggers.py turns the guards into triggers.

Rules on INSERT repeat the unique constraints: INSERT OR REPLACE of SQLite would first
delete the existing row, without calling its DELETE trigger.
"""

from __future__ import annotations

from consultations.editions.consultation_guards import (
    CONSULTATION_EDITION_PARTS,
    CONSULTATION_EDITIONS,
    CONSULTATION_NOTICES,
)
from consultations.editions.guard_kinds import Guard, GuardRule, forbid

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

EDITION_INSERT = Guard(
    "consultations_edition",
    "INSERT",
    (
        GuardRule(
            "NEW.state <> 'submitted' OR NEW.number IS NOT NULL",
            "A new edition must have the state submitted and no number. An edition "
            "is published only after approval.",
        ),
        GuardRule(
            "EXISTS (SELECT 1 FROM consultations_edition e WHERE e.id = NEW.id"
            " OR (e.conclusion_id = NEW.conclusion_id"
            " AND e.state IN ('submitted', 'approved')))",
            "The conclusion already has an edition in progress.",
        ),
    ),
)

APPROVED_BY_ANOTHER = """
    EXISTS (SELECT 1 FROM consultations_signoff s
            WHERE s.edition_id = NEW.id AND s.decision = 'approve'
            AND s.sha256 = NEW.sha256 AND s.by_id <> NEW.submitted_by_id)
"""

APPROVED_BY_AUTHOR = """
    EXISTS (SELECT 1 FROM consultations_signoff s
            JOIN consultations_editionauthor a
            ON a.edition_id = s.edition_id AND a.user_id = s.by_id
            WHERE s.edition_id = NEW.id AND s.decision = 'approve')
"""

SENT_BACK_BY_ANOTHER = """
    EXISTS (SELECT 1 FROM consultations_signoff s
            WHERE s.edition_id = NEW.id AND s.decision = 'reject'
            AND s.sha256 = NEW.sha256 AND s.by_id <> NEW.submitted_by_id)
"""

EDITION_UPDATE = Guard(
    "consultations_edition",
    "UPDATE",
    (
        GuardRule(
            """
    NEW.id <> OLD.id OR NEW.conclusion_id <> OLD.conclusion_id
    OR NEW.title <> OLD.title OR NEW.subtitle <> OLD.subtitle
    OR NEW.content <> OLD.content OR NEW.content_sha256 <> OLD.content_sha256
    OR NEW.sha256 <> OLD.sha256 OR NEW.correction <> OLD.correction
    OR NEW.submitted_by_id <> OLD.submitted_by_id
    OR NEW.submitted_at <> OLD.submitted_at OR NEW.note <> OLD.note
    OR NEW.draft_began_at <differs> OLD.draft_began_at
    OR NEW.draft_read_at <differs> OLD.draft_read_at
            """,
            "An edition is frozen: its content, hashes, correction and submitter "
            "never change. Submit a new edition.",
        ),
        GuardRule(
            """
    NEW.state <> OLD.state AND OLD.state || ' to ' || NEW.state NOT IN (
        'submitted to approved', 'submitted to rejected',
        'approved to published', 'approved to rejected',
        'published to superseded', 'published to withdrawn')
            """,
            "The state of an edition can change only from submitted to approved or "
            "rejected, from approved to published or rejected, and from published to "
            "superseded or withdrawn.",
        ),
        GuardRule(
            """
    (NEW.decided_at <differs> OLD.decided_at
     AND (NEW.state = OLD.state OR NEW.state NOT IN ('approved', 'rejected')))
    OR ((NEW.number <differs> OLD.number
         OR NEW.published_at <differs> OLD.published_at
         OR NEW.published_by_id <differs> OLD.published_by_id)
        AND (NEW.state = OLD.state OR NEW.state <> 'published'))
    OR ((NEW.withdrawn_at <differs> OLD.withdrawn_at
         OR NEW.withdrawal <> OLD.withdrawal)
        AND (NEW.state = OLD.state OR NEW.state <> 'withdrawn'))
            """,
            "The dates, number and withdrawal reason of an edition can be set only "
            "once, when the state of the edition changes.",
        ),
        GuardRule(
            f"NEW.state <> OLD.state AND NEW.state IN ('approved', 'published')"
            f" AND (NOT {APPROVED_BY_ANOTHER} OR {SENT_BACK_BY_ANOTHER})",
            "An edition can be approved or published only if someone other than its "
            "submitter approved its checksum.",
        ),
        GuardRule(
            f"NEW.state <> OLD.state AND NEW.state IN ('approved', 'published')"
            f" AND {APPROVED_BY_AUTHOR}",
            "An edition can be approved or published only if its approver wrote no "
            "text in the edition.",
        ),
        GuardRule(
            f"NEW.state <> OLD.state AND NEW.state = 'rejected'"
            f" AND NOT {SENT_BACK_BY_ANOTHER}",
            "An edition can be returned only by someone other than its submitter, "
            "with a decision on its checksum.",
        ),
        GuardRule(
            """
    NEW.state <> OLD.state AND NEW.state = 'published' AND EXISTS (
        SELECT 1 FROM consultations_edition e
        WHERE e.conclusion_id = NEW.conclusion_id AND e.state = 'published')
            """,
            "The current edition must be superseded first.",
        ),
        GuardRule(
            """
    NEW.state <> OLD.state AND NEW.state = 'published' AND NEW.number <> 1 + (
        SELECT coalesce(max(e.number), 0) FROM consultations_edition e
        WHERE e.conclusion_id = NEW.conclusion_id)
            """,
            "The editions of a conclusion are numbered 1, 2, 3, without gaps.",
        ),
        GuardRule(
            """
    NEW.state <> OLD.state AND NEW.state = 'superseded' AND NOT EXISTS (
        SELECT 1 FROM consultations_edition e
        WHERE e.conclusion_id = NEW.conclusion_id AND e.state = 'approved')
            """,
            "An edition can be superseded only by an approved edition.",
        ),
    ),
)

EDITIONS = (
    EDITION_INSERT,
    EDITION_UPDATE,
    forbid(
        "consultations_edition",
        "DELETE",
        "An edition cannot be deleted, because editions are a permanent record.",
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

SIGN_OFFS = (
    Guard(
        "consultations_signoff",
        "INSERT",
        (
            GuardRule(
                "EXISTS (SELECT 1 FROM consultations_edition e"
                " WHERE e.id = NEW.edition_id AND e.submitted_by_id = NEW.by_id)",
                "The submitter of an edition cannot approve or return the edition.",
            ),
            GuardRule(
                "NEW.decision = 'approve' AND EXISTS ("
                "SELECT 1 FROM consultations_editionauthor a"
                " WHERE a.edition_id = NEW.edition_id AND a.user_id = NEW.by_id)",
                "The author of a text in an edition cannot approve the edition.",
            ),
            GuardRule(
                "EXISTS (SELECT 1 FROM consultations_edition e"
                " WHERE e.id = NEW.edition_id AND e.sha256 <> NEW.sha256)",
                "The checksum of a decision must match the checksum of its edition.",
            ),
            GuardRule(
                """
    NOT EXISTS (SELECT 1 FROM consultations_edition e
                WHERE e.id = NEW.edition_id AND (e.state = 'submitted'
                OR (e.state = 'approved' AND NEW.decision = 'reject')))
    OR EXISTS (SELECT 1 FROM consultations_signoff s WHERE s.id = NEW.id
               OR (s.edition_id = NEW.edition_id AND s.decision = NEW.decision))
                """,
                "This decision is not possible in the current state of the edition.",
            ),
        ),
    ),
    forbid(
        "consultations_signoff",
        "UPDATE",
        "A decision cannot be changed, because decisions are a permanent record.",
    ),
    forbid(
        "consultations_signoff",
        "DELETE",
        "A decision cannot be deleted, because decisions are a permanent record.",
    ),
)


def event_guards(table: str, subject: str) -> tuple[Guard, ...]:
    """Return the guards of a table of chained events of a subject, its column."""
    return (
        Guard(
            table,
            "INSERT",
            (
                GuardRule(
                    f"""
    EXISTS (SELECT 1 FROM {table} e WHERE e.id = NEW.id)
    OR NEW.number <> 1 + (
        SELECT coalesce(max(e.number), 0) FROM {table} e
        WHERE e.{subject} = NEW.{subject})
                """,  # noqa: S608 - the table and the column are constants below
                    "An event can be added only at the end of the activity log.",
                ),
            ),
        ),
        forbid(table, "UPDATE", "An event in the activity log cannot be changed."),
        forbid(table, "DELETE", "An event in the activity log cannot be deleted."),
    )


EVENTS = (
    *event_guards("consultations_event", "consultation_id"),
    *event_guards("consultations_documentevent", "document_id"),
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
                "The texts of an edition are frozen. None can be added.",
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
                "The documents that an edition names are frozen. None can be added.",
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

VERSION_RELEASES = (
    Guard(
        "consultations_versionrelease",
        "INSERT",
        (
            GuardRule(
                """
    (NEW.origin = 'request' AND (NEW.state <> 'requested'
     OR NEW.decided_by_id IS NOT NULL OR NEW.requested_by_id IS NULL))
    OR NEW.origin = 'upgrade'
                """,
                "A release is requested first, and approved by another person.",
            ),
            GuardRule(
                """
    EXISTS (SELECT 1 FROM consultations_versionrelease r WHERE r.id = NEW.id
            OR (NEW.state = 'requested' AND r.state = 'requested'
                AND r.document_version_id = NEW.document_version_id))
                """,
                "A release of the version is already waiting for approval.",
            ),
        ),
    ),
    Guard(
        "consultations_versionrelease",
        "UPDATE",
        (
            GuardRule(
                """
    NEW.id <> OLD.id OR NEW.document_version_id <> OLD.document_version_id
    OR NEW.name <> OLD.name OR NEW.label <> OLD.label OR NEW.status <> OLD.status
    OR NEW.in_force <differs> OLD.in_force OR NEW.clause_count <> OLD.clause_count
    OR NEW.file_id <> OLD.file_id OR NEW.sha256 <> OLD.sha256
    OR NEW.origin <> OLD.origin OR NEW.reason <> OLD.reason
    OR NEW.requested_by_id <differs> OLD.requested_by_id
    OR NEW.requested_at <> OLD.requested_at
                """,
                "A release is frozen: its text, reason and requester never change. "
                "Request a new release.",
            ),
            GuardRule(
                "OLD.state <> 'requested' OR NEW.state NOT IN ('approved', 'refused')",
                "A release is decided once.",
            ),
            GuardRule(
                "NEW.decided_by_id IS NULL OR NEW.decided_by_id = NEW.requested_by_id",
                "A release can be approved or refused only by someone other than its "
                "requester.",
            ),
        ),
    ),
    forbid(
        "consultations_versionrelease",
        "DELETE",
        "A release is never deleted: it is part of the record.",
    ),
)

EDITION_AUTHORS = (
    Guard(
        "consultations_editionauthor",
        "INSERT",
        (
            GuardRule(
                """
    NOT EXISTS (SELECT 1 FROM consultations_edition e
                WHERE e.id = NEW.edition_id AND e.state = 'submitted')
    OR EXISTS (SELECT 1 FROM consultations_editionauthor a WHERE a.id = NEW.id
               OR (a.edition_id = NEW.edition_id AND a.user_id = NEW.user_id))
                """,
                "The authors of an edition are recorded once, when it is submitted.",
            ),
        ),
    ),
    forbid(
        "consultations_editionauthor",
        "UPDATE",
        "The authors of an edition are frozen: submit a new edition.",
    ),
    forbid(
        "consultations_editionauthor",
        "DELETE",
        "The authors of an edition are frozen and cannot be deleted.",
    ),
)

TEXT_TAKEOVERS = (
    Guard(
        "consultations_texttakeover",
        "INSERT",
        (
            GuardRule(
                "EXISTS (SELECT 1 FROM consultations_texttakeover t"
                " WHERE t.id = NEW.id)",
                "The record that a text was taken over cannot be replaced.",
            ),
        ),
    ),
    forbid(
        "consultations_texttakeover",
        "UPDATE",
        "The record that a text was taken over never changes.",
    ),
    forbid(
        "consultations_texttakeover",
        "DELETE",
        "The record that a text was taken over is never deleted.",
    ),
)

ACCOUNT_EVENTS = (
    Guard(
        "consultations_accountevent",
        "INSERT",
        (
            GuardRule(
                """
    EXISTS (SELECT 1 FROM consultations_accountevent e WHERE e.id = NEW.id)
    OR NEW.number <> 1 + (
        SELECT coalesce(max(e.number), 0) FROM consultations_accountevent e)
                """,
                "An event can be added only at the end of the account log.",
            ),
        ),
    ),
    forbid(
        "consultations_accountevent",
        "UPDATE",
        "An account event never changes: it is part of the account log.",
    ),
    forbid(
        "consultations_accountevent",
        "DELETE",
        "An account event is never deleted: it is part of the account log.",
    ),
)

GUARDS = (
    *STORED_FILES,
    *EDITIONS,
    *EDITION_FILES,
    *EDITION_TEXTS,
    *EDITION_DOCUMENTS,
    *VERSION_RELEASES,
    *SIGN_OFFS,
    *EVENTS,
    *EDITION_AUTHORS,
    *TEXT_TAKEOVERS,
    *ACCOUNT_EVENTS,
    *CONSULTATION_EDITIONS,
    *CONSULTATION_EDITION_PARTS,
    *CONSULTATION_NOTICES,
)
