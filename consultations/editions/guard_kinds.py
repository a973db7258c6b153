"""What a guard is: rules before one operation on the rows of one table."""

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
