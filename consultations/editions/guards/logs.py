"""Guards of activity logs and of the account log."""

from __future__ import annotations

from consultations.editions.guards.rules import Guard, GuardRule, forbid


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
