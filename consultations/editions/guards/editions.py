"""Guards of editions, of the decisions on them, and of their authors."""

from __future__ import annotations

from consultations.editions.guards.rules import (
    FROZEN_CONSULTED_TEXTS,
    Guard,
    GuardRule,
    RecordedSteps,
    Step,
    forbid,
)

EDITION_STEPS = RecordedSteps(
    events="consultations_event",
    noun="edition",
    article="An",
    inserted=(Step("submitted", "submitted", at="submitted_at", by="submitted_by_id"),),
    updated=(
        Step("approved", "approved", at="decided_at"),
        Step("rejected", "sent-back", at="decided_at"),
        Step("published", "published", at="published_at", by="published_by_id"),
        Step("superseded", "superseded"),
        Step("withdrawn", "withdrawn", at="withdrawn_at"),
    ),
)

EDITION_INSERT = Guard(
    "consultations_edition",
    "INSERT",
    (
        GuardRule(
            "NEW.state <> 'submitted'",
            "A new edition must have the state submitted. An edition is published only "
            "after approval.",
        ),
        GuardRule(
            "EXISTS (SELECT 1 FROM consultations_edition e WHERE e.id = NEW.id"
            " OR (e.conclusion_id = NEW.conclusion_id"
            " AND e.state IN ('submitted', 'approved')))",
            "The conclusion already has an edition in progress.",
        ),
        GuardRule(
            """
    NEW.number IS NULL OR NEW.number <> 1 + (
        SELECT coalesce(max(e.number), 0) FROM consultations_edition e
        WHERE e.conclusion_id = NEW.conclusion_id)
            """,
            "A new edition reserves the next number: the editions of a conclusion are "
            "numbered 1, 2, 3, without gaps.",
        ),
        *EDITION_STEPS.rules_on_insert(),
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

CHANGES_CONSULTED_TEXT = f"""
    EXISTS (SELECT 1 FROM consultations_editiontext t
            WHERE t.edition_id = NEW.id AND EXISTS (
                SELECT 1 FROM {FROZEN_CONSULTED_TEXTS}
                AND f.document_version_id = t.document_version_id
                AND f.file_id <> t.file_id))
"""  # noqa: S608 - constants

EDITION_UPDATE = Guard(
    "consultations_edition",
    "UPDATE",
    (
        GuardRule(
            """
    NEW.id <> OLD.id OR NEW.conclusion_id <> OLD.conclusion_id
    OR NEW.title <> OLD.title OR NEW.subtitle <> OLD.subtitle
    OR NEW.first_published <differs> OLD.first_published
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
    OR (NEW.number <differs> OLD.number AND NOT (NEW.state <> OLD.state AND (
        (NEW.state = 'rejected' AND NEW.number IS NULL)
        OR (NEW.state = 'published' AND OLD.number IS NULL))))
    OR ((NEW.published_at <differs> OLD.published_at
         OR NEW.published_by_id <differs> OLD.published_by_id)
        AND (NEW.state = OLD.state OR NEW.state <> 'published'))
    OR ((NEW.withdrawn_at <differs> OLD.withdrawn_at
         OR NEW.withdrawal <> OLD.withdrawal)
        AND (NEW.state = OLD.state OR NEW.state <> 'withdrawn'))
            """,
            "The dates and the withdrawal reason of an edition can be set only once, "
            "when the state of the edition changes. The number is reserved at "
            "submission, and can be removed only when the edition is returned.",
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
        WHERE e.conclusion_id = NEW.conclusion_id AND e.id <> NEW.id)
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
        GuardRule(
            f"NEW.state <> OLD.state AND NEW.state = 'published'"
            f" AND {CHANGES_CONSULTED_TEXT}",
            "An edition cannot publish a wording of a text that differs from the "
            "wording that a consultation has frozen.",
        ),
        *EDITION_STEPS.rules_on_update(),
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
                "A takeover is part of the record and cannot be replaced.",
            ),
        ),
    ),
    forbid(
        "consultations_texttakeover",
        "UPDATE",
        "A takeover is part of the record and cannot be changed.",
    ),
    forbid(
        "consultations_texttakeover",
        "DELETE",
        "A takeover is part of the record and cannot be deleted.",
    ),
)
