"""Routes: ways to rewrite the record with SQL, and what must come of each.

A route is a function that returns its statements. The last one is refused, or `verify`
names what was done. `refused` and `named` are words of the message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.tampering.world import World

Statements = list[str]
WriteStatements = Callable[[World], Statements]


@dataclass(frozen=True)
class Route:
    """A way to rewrite the record; `leaves` is what verify names of its other steps."""

    name: str
    statements: WriteStatements
    refused: str = ""
    named: str = ""
    leaves: str = ""


class Routes(list[Route]):
    """A table of routes, filled by its decorators."""

    def refused(
        self, words: str, *, leaves: str = ""
    ) -> Callable[[WriteStatements], WriteStatements]:
        """Declare a route whose last statement the database refuses in these words."""

        def declare(function: WriteStatements) -> WriteStatements:
            route = Route(function.__name__, function, refused=words, leaves=leaves)
            self.append(route)
            return function

        return declare

    def named(self, words: str) -> Callable[[WriteStatements], WriteStatements]:
        """Declare a route that verify names in these words."""

        def declare(function: WriteStatements) -> WriteStatements:
            self.append(Route(function.__name__, function, named=words))
            return function

        return declare


def update(table: str, change: str, row: int | str, key: str = "id") -> Statements:
    """Return the UPDATE of one row of a table of the public record."""
    return [f"UPDATE consultations_{table} SET {change} WHERE {key} = '{row}'"]


def delete(table: str, row: int | str, key: str = "id") -> Statements:
    """Return the DELETE of one row of a table of the public record."""
    return [f"DELETE FROM consultations_{table} WHERE {key} = '{row}'"]


def event(
    world: World, kind: str, subject: str, *, at: str = "", by: int | None = None
) -> str:
    """Return the INSERT of a next event, whose checksum is made up."""
    writer = world.outsider if by is None else by
    return (
        "INSERT INTO consultations_event (consultation_id, number, at, by_id, kind,"
        " summary, subject, facts, sha256) SELECT c.consultation_id, 1 + max(v.number),"
        f" '{at or world.now}', {writer}, '{kind}', 'Made up.', '{subject}', '', 'x'"
        " FROM consultations_edition e"
        " JOIN consultations_conclusion c ON c.id = e.conclusion_id"
        " JOIN consultations_event v ON v.consultation_id = c.consultation_id"
        f" WHERE e.id = {subject.rpartition(':')[2]} GROUP BY c.consultation_id"
    )


def sign_off(world: World, edition: int, by: int, decision: str = "approve") -> str:
    """Return the INSERT of a decision on the submitted or approved edition."""
    return (
        "INSERT INTO consultations_signoff (edition_id, by_id, at, decision, sha256,"
        f" remarks) SELECT id, {by}, '{world.now}', '{decision}', sha256, '' FROM"
        f" consultations_edition WHERE id = {edition}"
    )
