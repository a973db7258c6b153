"""Guards of the editions of consultations, their parts and their notices."""

from __future__ import annotations

from consultations.editions.guards.rules import (
    FROZEN_CONSULTED_TEXTS,
    Guard,
    GuardRule,
    RecordedSteps,
    Step,
    forbid,
)

CONSULTATION_EDITION_STEPS = RecordedSteps(
    events="consultations_event",
    subject="consultation-edition",
    noun="edition of a consultation",
    article="An",
    inserted=(
        Step(
            "frozen",
            "consultation-frozen",
            at="frozen_at",
            by="frozen_by_id",
            reached="NEW.id IS NOT NULL",
        ),
    ),
    updated=(
        Step(
            "public",
            "consultation-published",
            reached="OLD.public_from IS NULL AND NEW.public_from IS NOT NULL",
        ),
        Step(
            "discarded",
            "edition-discarded",
            at="discarded_at",
            reached="OLD.discarded_at IS NULL AND NEW.discarded_at IS NOT NULL",
        ),
    ),
)

NOTICE_STEPS = RecordedSteps(
    events="consultations_event",
    noun="notice",
    article="A",
    inserted=(
        Step("waiting", "notice-requested", at="requested_at", by="requested_by_id"),
        Step(
            "unconfirmed",
            "extension-published",
            at="requested_at",
            by="requested_by_id",
        ),
        Step("approved", "notice-approved", at="decided_at", by="decided_by_id"),
    ),
    updated=(
        Step("approved", "notice-approved", at="decided_at", by="decided_by_id"),
        Step("refused", "notice-refused", at="decided_at", by="decided_by_id"),
        Step("cancelled", "notice-cancelled", at="decided_at", by="decided_by_id"),
        Step("confirmed", "extension-confirmed", at="decided_at", by="decided_by_id"),
    ),
)

CHANGES_TEXT_OF_ANOTHER = f"""
    EXISTS (SELECT 1 FROM consultations_consultationeditiontext t
            WHERE t.edition_id = NEW.id AND EXISTS (
                SELECT 1 FROM {FROZEN_CONSULTED_TEXTS}
                AND c.consultation_id <> NEW.consultation_id
                AND f.document_version_id = t.document_version_id
                AND f.file_id <> t.file_id))
"""  # noqa: S608 - constants

CONSULTATION_EDITIONS = (
    Guard(
        "consultations_consultationedition",
        "INSERT",
        (
            GuardRule(
                """
    NEW.number IS NOT NULL OR NEW.public_from IS NOT NULL
    OR NEW.discarded_at IS NOT NULL
    OR EXISTS (SELECT 1 FROM consultations_consultationedition e
               WHERE e.id = NEW.id)
                """,
                "A new edition of a consultation is not public: it has no number yet.",
            ),
            *CONSULTATION_EDITION_STEPS.rules_on_insert(),
        ),
    ),
    Guard(
        "consultations_consultationedition",
        "UPDATE",
        (
            GuardRule(
                """
    NEW.id <> OLD.id OR NEW.consultation_id <> OLD.consultation_id
    OR NEW.title <> OLD.title OR NEW.follows <> OLD.follows
    OR NEW.words <> OLD.words OR NEW.content_id <> OLD.content_id
    OR NEW.origin <> OLD.origin OR NEW.frozen_at <> OLD.frozen_at
    OR NEW.frozen_by_id <differs> OLD.frozen_by_id
                """,
                "An edition of a consultation is frozen: its content never changes. "
                "Publish a notice.",
            ),
            GuardRule(
                """
    OLD.discarded_at IS NOT NULL
    OR (OLD.public_from IS NOT NULL AND (NEW.public_from <differs> OLD.public_from
        OR NEW.number <differs> OLD.number))
    OR (NEW.discarded_at IS NOT NULL AND (NEW.public_from <differs> OLD.public_from
        OR NEW.discarded_at >= OLD.public_from))
                """,
                "An edition of a consultation becomes public once. It can be discarded "
                "only before it is public.",
            ),
            GuardRule(
                """
    OLD.public_from IS NULL AND NEW.public_from IS NOT NULL
    AND NEW.number <> 1 + (
        SELECT coalesce(max(e.number), 0) FROM consultations_consultationedition e
        WHERE e.consultation_id = NEW.consultation_id AND e.discarded_at IS NULL)
                """,
                "The editions of a consultation are numbered 1, 2, 3, without gaps.",
            ),
            GuardRule(
                """
    OLD.public_from IS NULL AND NEW.number > 1 AND NOT EXISTS (
        SELECT 1 FROM consultations_consultationnotice n
        WHERE n.edition_id = NEW.id AND n.state IN ('approved', 'unconfirmed')
        AND n.consultation_id = NEW.consultation_id
        AND n.effective_at = NEW.public_from
        AND (n.state = 'approved' OR n.kind = 'extended'))
                """,
                "A later edition of a consultation becomes public only by a notice "
                "that another person approved, or by an extension.",
            ),
            GuardRule(
                f"OLD.public_from IS NULL AND NEW.public_from IS NOT NULL"
                f" AND {CHANGES_TEXT_OF_ANOTHER}",
                "A text that another consultation has frozen changes only by a notice "
                "of that consultation.",
            ),
            *CONSULTATION_EDITION_STEPS.rules_on_update(),
        ),
    ),
    forbid(
        "consultations_consultationedition",
        "DELETE",
        "An edition of a consultation is never deleted: it is part of the record.",
    ),
)


def consultation_edition_parts(table: str, key: str, things: str) -> tuple[Guard, ...]:
    """Return the guards of a table of parts of editions, unique by one column."""
    return (
        Guard(
            table,
            "INSERT",
            (
                GuardRule(
                    f"""
    EXISTS (SELECT 1 FROM consultations_consultationedition e
            WHERE e.id = NEW.edition_id
            AND (e.public_from IS NOT NULL OR e.discarded_at IS NOT NULL))
    OR EXISTS (SELECT 1 FROM consultations_consultationnotice n
               WHERE n.edition_id = NEW.edition_id)
    OR EXISTS (SELECT 1 FROM {table} p WHERE p.id = NEW.id
               OR (p.edition_id = NEW.edition_id AND p.{key} = NEW.{key}))
                """,  # noqa: S608 - the names are constants below
                    f"The {things} of an edition of a consultation are frozen. None "
                    "can be added.",
                ),
            ),
        ),
        forbid(
            table,
            "UPDATE",
            f"The {things} of an edition of a consultation are frozen: publish a "
            "notice.",
        ),
        forbid(
            table,
            "DELETE",
            f"The {things} of an edition of a consultation are frozen and cannot be "
            "deleted.",
        ),
    )


CONSULTATION_EDITION_PARTS = (
    *consultation_edition_parts(
        "consultations_consultationeditiontext", "document_version_id", "texts"
    ),
    *consultation_edition_parts(
        "consultations_consultationeditiondocument", "document_id", "documents"
    ),
    *consultation_edition_parts(
        "consultations_consultationeditionfile", "number", "files"
    ),
)

CONSULTATION_NOTICES = (
    Guard(
        "consultations_consultationnotice",
        "INSERT",
        (
            GuardRule(
                """
    NOT (NEW.state = 'waiting'
         OR (NEW.state = 'unconfirmed' AND NEW.kind = 'extended')
         OR (NEW.state = 'approved' AND NEW.origin = 'command'
             AND NEW.edition_id IS NULL))
    OR NEW.decided_by_id IS NOT NULL
                """,
                "A notice is requested first, and approved by another person.",
            ),
            GuardRule(
                """
    EXISTS (SELECT 1 FROM consultations_consultationnotice n WHERE n.id = NEW.id
            OR (n.consultation_id = NEW.consultation_id
                AND ((n.state = 'waiting' AND NEW.state = 'waiting')
                     OR n.number = NEW.number))
            OR n.edition_id = NEW.edition_id)
                """,
                "A notice of the consultation is already waiting for approval.",
            ),
            *NOTICE_STEPS.rules_on_insert(),
        ),
    ),
    Guard(
        "consultations_consultationnotice",
        "UPDATE",
        (
            GuardRule(
                """
    NEW.id <> OLD.id OR NEW.consultation_id <> OLD.consultation_id
    OR NEW.kind <> OLD.kind OR NEW.subject <> OLD.subject OR NEW.text <> OLD.text
    OR NEW.dated <differs> OLD.dated OR NEW.file_id <differs> OLD.file_id
    OR NEW.filename <> OLD.filename OR NEW.origin <> OLD.origin
    OR NEW.requested_by_id <differs> OLD.requested_by_id
    OR NEW.requested_at <> OLD.requested_at
    OR NEW.edition_id <differs> OLD.edition_id
    OR NEW.based_on_id <differs> OLD.based_on_id OR NEW.sha256 <> OLD.sha256
                """,
                "A notice is frozen: its words, file and requester never change. "
                "Request a new notice.",
            ),
            GuardRule(
                """
    OLD.state || ' to ' || NEW.state NOT IN (
        'waiting to approved', 'waiting to refused', 'waiting to cancelled',
        'unconfirmed to confirmed')
    OR (OLD.number IS NOT NULL AND (NEW.number <differs> OLD.number
        OR NEW.effective_at <differs> OLD.effective_at))
                """,
                "A notice is decided on once.",
            ),
            GuardRule(
                """
    NEW.decided_by_id IS NULL
    OR (NEW.state <> 'cancelled' AND NEW.decided_by_id = NEW.requested_by_id)
    OR (NEW.state = 'cancelled' AND NEW.decided_by_id <differs> NEW.requested_by_id)
                """,
                "A notice can be approved, refused or confirmed only by someone other "
                "than its requester, and cancelled only by its requester.",
            ),
            *NOTICE_STEPS.rules_on_update(),
        ),
    ),
    forbid(
        "consultations_consultationnotice",
        "DELETE",
        "A notice is never deleted: it is part of the record.",
    ),
)

IS_PUBLIC = """
    EXISTS (SELECT 1 FROM consultations_consultationedition e
            WHERE e.consultation_id = OLD.{column} AND e.discarded_at IS NULL
            AND e.public_from <= CURRENT_TIMESTAMP)
"""

PUBLISHED_DATES = (
    Guard(
        "consultations_consultation",
        "UPDATE",
        (
            GuardRule(
                """
    (NEW.opens_on <differs> OLD.opens_on
     OR NEW.opens_at_time <differs> OLD.opens_at_time)
    AND EXISTS (SELECT 1 FROM consultations_consultationedition e
                WHERE e.consultation_id = OLD.id AND e.discarded_at IS NULL
                AND e.public_from IS NOT NULL)
                """,
                "The opening of a consultation is frozen with its first edition, and "
                "can change only after that edition is discarded.",
            ),
            GuardRule(
                f"NEW.closes <differs> OLD.closes AND {IS_PUBLIC.format(column='id')}",
                "The deadline of a consultation that is public cannot change. Extend "
                "the deadline.",
            ),
        ),
        purpose="dates",
    ),
    Guard(
        "consultations_consultation",
        "DELETE",
        (
            GuardRule(
                """
    EXISTS (SELECT 1 FROM consultations_consultationedition e
            WHERE e.consultation_id = OLD.id)
                """,
                "A consultation with an edition is never deleted: it is part of the "
                "record.",
            ),
        ),
        purpose="dates",
    ),
    Guard(
        "consultations_extension",
        "UPDATE",
        (
            GuardRule(
                f"""
    (NEW.id <> OLD.id OR NEW.consultation_id <> OLD.consultation_id
     OR NEW.was <> OLD.was OR NEW.until <> OLD.until)
    AND {IS_PUBLIC.format(column="consultation_id").strip()}
                """,
                "The dates of a published extension cannot change. Extend the deadline "
                "again.",
            ),
        ),
    ),
    Guard(
        "consultations_extension",
        "DELETE",
        (
            GuardRule(
                IS_PUBLIC.format(column="consultation_id"),
                "A published extension is never deleted: it is part of the record.",
            ),
        ),
    ),
)
"""The dates that readers rely on. Other rows are the draft of the next notice."""
