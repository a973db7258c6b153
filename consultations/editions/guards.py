"""Guards: rules that the database itself enforces on frozen rows.

Before a row is inserted, updated or deleted, the rules of its guard are checked in
order; the message of the first violated rule becomes an IntegrityError. Rules are SQL
that both databases read, except for `<differs>`: a comparison that treats NULL as a
value. triggers.py turns the guards into triggers.

Rules on INSERT repeat the unique constraints: INSERT OR REPLACE of SQLite would first
delete the existing row, without calling its DELETE trigger.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GuardRule:
    """A condition under which a row is refused, and the message."""

    violation: str
    message: str


@dataclass(frozen=True)
class Guard:
    """The rules before one operation on the rows of one table."""

    table: str
    operation: str
    rules: tuple[GuardRule, ...]

    @property
    def name(self) -> str:
        """The trigger's name, such as `guard_edition_update`."""
        return f"guard_{self.table.partition('_')[2]}_{self.operation.lower()}"


def forbid(table: str, operation: str, message: str) -> Guard:
    """Return a guard that refuses every row."""
    return Guard(table, operation, (GuardRule("1 = 1", message),))


STORED_FILES = (
    Guard(
        "consultations_storedfile",
        "INSERT",
        (
            GuardRule(
                "EXISTS (SELECT 1 FROM consultations_storedfile f"
                " WHERE f.sha256 = NEW.sha256)",
                "A file with this hash is stored already.",
            ),
        ),
    ),
    forbid(
        "consultations_storedfile",
        "UPDATE",
        "A stored file never changes: it is known by the hash of its bytes.",
    ),
)

EDITION_INSERT = Guard(
    "consultations_edition",
    "INSERT",
    (
        GuardRule(
            "NEW.state <> 'submitted' OR NEW.number IS NOT NULL",
            "A new edition is submitted and has no number. It is published only "
            "after approval.",
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
            "An edition goes from submitted to approved or rejected, from approved to "
            "published or rejected, from published to superseded or withdrawn, and no "
            "other way.",
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
            "The dates, the number and the withdrawal of an edition are given once, on "
            "the step they belong to.",
        ),
        GuardRule(
            f"NEW.state <> OLD.state AND NEW.state IN ('approved', 'published')"
            f" AND (NOT {APPROVED_BY_ANOTHER} OR {SENT_BACK_BY_ANOTHER})",
            "An edition is approved and published only if another person than its "
            "submitter approved its checksum.",
        ),
        GuardRule(
            f"NEW.state <> OLD.state AND NEW.state IN ('approved', 'published')"
            f" AND {APPROVED_BY_AUTHOR}",
            "An edition is approved and published only if its approver wrote no text "
            "in it.",
        ),
        GuardRule(
            f"NEW.state <> OLD.state AND NEW.state = 'rejected'"
            f" AND NOT {SENT_BACK_BY_ANOTHER}",
            "An edition is returned only by another person than its submitter, on "
            "its checksum.",
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
            "The editions of a conclusion are numbered 1, 2, 3, leaving none out.",
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
        "An edition is never deleted: it is the record.",
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
                "The files of an edition are frozen. None can be added.",
            ),
        ),
    ),
    forbid(
        "consultations_editionfile",
        "UPDATE",
        "The files of an edition are frozen: submit a new edition.",
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
                "The edition is not waiting for this decision.",
            ),
        ),
    ),
    forbid(
        "consultations_signoff",
        "UPDATE",
        "A decision never changes: it records who read which checksum, and when.",
    ),
    forbid(
        "consultations_signoff",
        "DELETE",
        "A decision is never deleted: it is part of the record.",
    ),
)

EVENTS = (
    Guard(
        "consultations_event",
        "INSERT",
        (
            GuardRule(
                """
    EXISTS (SELECT 1 FROM consultations_event e WHERE e.id = NEW.id)
    OR NEW.number <> 1 + (
        SELECT coalesce(max(e.number), 0) FROM consultations_event e
        WHERE e.consultation_id = NEW.consultation_id)
                """,
                "An event can be added only at the end of the activity log.",
            ),
        ),
    ),
    forbid(
        "consultations_event",
        "UPDATE",
        "An event never changes: it is part of the activity log.",
    ),
    forbid(
        "consultations_event",
        "DELETE",
        "An event is never deleted: it is part of the activity log.",
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
    *EDITION_AUTHORS,
    *SIGN_OFFS,
    *EVENTS,
    *TEXT_TAKEOVERS,
    *ACCOUNT_EVENTS,
)
