"""The parts of guards: rules, and steps that need an event."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GuardRule:
    """A condition under which a row is refused, and the message."""

    violation: str
    message: str


@dataclass(frozen=True)
class Guard:
    """The rules before one operation on the rows of one table.

    `only` is the kind of database that needs the guard, empty for both. A table has
    several guards of one operation where they have different purposes.
    """

    table: str
    operation: str
    rules: tuple[GuardRule, ...]
    only: str = ""
    purpose: str = ""

    @property
    def name(self) -> str:
        """The trigger's name: `guard_`, the table, the operation and the purpose."""
        ending = f"_{self.purpose}" if self.purpose else ""
        return f"guard_{self.table.partition('_')[2]}_{self.operation.lower()}{ending}"

    @property
    def forbids_always(self) -> bool:
        """True for a guard that refuses every row."""
        return self.rules[0].violation == ALWAYS


ALWAYS = "1 = 1"

FROZEN_CONSULTED_TEXTS = """
    consultations_consultationeditiontext f
    JOIN consultations_consultationedition c ON c.id = f.edition_id
    WHERE c.public_from IS NOT NULL AND c.discarded_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM consultations_consultationedition l
        WHERE l.consultation_id = c.consultation_id AND l.number > c.number
        AND l.discarded_at IS NULL)
"""
"""The texts `f` in the latest edition `c` of each consultation, to follow FROM."""


def forbid(table: str, operation: str, message: str, *, only: str = "") -> Guard:
    """Return a guard that refuses every row."""
    return Guard(table, operation, (GuardRule(ALWAYS, message),), only)


def forbid_emptying(table: str) -> Guard:
    """Return the guard against TRUNCATE, which SQLite does not have."""
    message = f"The table {table} is part of the record and cannot be emptied."
    return forbid(table, "TRUNCATE", message, only="postgresql")


@dataclass(frozen=True)
class Step:
    """A state of a row that needs an event of a kind.

    `at` and `by` are the columns of the row that the event's time and user must
    equal; empty where the row has no such column. `reached` is the condition of a step
    of rows that have no column `state`.
    """

    state: str
    kind: str
    at: str = ""
    by: str = ""
    reached: str = ""


@dataclass(frozen=True)
class RecordedSteps:
    """The steps of the rows of a table, which an activity log must record first.

    The subject of an event is the `subject`, by default the `noun`, and the key of its
    row: `edition:12`.
    `inserted` are the states of new rows, `updated` those that rows change to.
    """

    events: str
    noun: str
    article: str
    inserted: tuple[Step, ...]
    updated: tuple[Step, ...]
    subject: str = ""

    def rules_on_insert(self) -> tuple[GuardRule, ...]:
        """Return a rule for each state in which a row is inserted."""
        return tuple(
            self._rule(step, step.reached or f"NEW.state = '{step.state}'")
            for step in self.inserted
        )

    def rules_on_update(self) -> tuple[GuardRule, ...]:
        """Return a rule for each state that a row changes to."""
        return tuple(
            self._rule(
                step,
                step.reached
                or f"NEW.state <> OLD.state AND NEW.state = '{step.state}'",
            )
            for step in self.updated
        )

    def _rule(self, step: Step, reached: str) -> GuardRule:
        matches = [
            f"v.subject = '{self.subject or self.noun}:' || NEW.id",
            f"v.kind = '{step.kind}'",
            *([f"v.at = NEW.{step.at}"] if step.at else []),
            *([f"NOT (v.by_id <differs> NEW.{step.by})"] if step.by else []),
        ]
        conditions = " AND ".join(matches)
        event = f"SELECT 1 FROM {self.events} v WHERE {conditions}"  # noqa: S608 - constants
        return GuardRule(
            f"{reached} AND NOT EXISTS ({event})",
            f"{self.article} {self.noun} becomes {step.state} only after the activity "
            "log records the step, with the same time and user.",
        )
