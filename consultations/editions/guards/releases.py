"""Guards of releases of document versions."""

from __future__ import annotations

from consultations.editions.guards.rules import (
    FROZEN_CONSULTED_TEXTS,
    Guard,
    GuardRule,
    RecordedSteps,
    Step,
    forbid,
)

RELEASE_STEPS = RecordedSteps(
    events="consultations_documentevent",
    noun="release",
    article="A",
    inserted=(
        Step("requested", "release-requested", at="requested_at", by="requested_by_id"),
        Step("approved", "released", at="decided_at", by="decided_by_id"),
    ),
    updated=(
        Step("approved", "released", at="decided_at", by="decided_by_id"),
        Step("refused", "release-refused", at="decided_at", by="decided_by_id"),
    ),
)

FROZEN_BY_A_CONSULTATION = GuardRule(
    f"""
    NEW.state <> 'refused' AND EXISTS (
        SELECT 1 FROM {FROZEN_CONSULTED_TEXTS}
        AND f.document_version_id = NEW.document_version_id)
    """,  # noqa: S608 - constants
    "A text that a consultation has frozen changes only by a notice of the "
    "consultation, never by a release.",
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
                "A release must be requested first, and approved by another person.",
            ),
            GuardRule(
                """
    EXISTS (SELECT 1 FROM consultations_versionrelease r WHERE r.id = NEW.id
            OR (NEW.state = 'requested' AND r.state = 'requested'
                AND r.document_version_id = NEW.document_version_id))
                """,
                "A release of the version is already waiting for approval.",
            ),
            FROZEN_BY_A_CONSULTATION,
            *RELEASE_STEPS.rules_on_insert(),
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
                "A release can be decided only once.",
            ),
            GuardRule(
                "NEW.decided_by_id IS NULL OR NEW.decided_by_id = NEW.requested_by_id",
                "A release can be approved or refused only by someone other than its "
                "requester.",
            ),
            FROZEN_BY_A_CONSULTATION,
            *RELEASE_STEPS.rules_on_update(),
        ),
    ),
    forbid(
        "consultations_versionrelease",
        "DELETE",
        "A release is never deleted: it is part of the record.",
    ),
)
