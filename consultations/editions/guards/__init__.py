"""Guards: rules that the database itself enforces on frozen rows.

Before a row is inserted, updated or deleted, the rules of its guard are checked in
order; the message of the first violated rule becomes an IntegrityError. Rules are SQL
that both databases read, except for `<differs>`: a comparison that treats NULL as a
value. Every table in a rule that is not NEW or OLD has an alias, so that an earlier
migration can leave out the rules that read what does not exist yet.

Rules on INSERT repeat the unique constraints: INSERT OR REPLACE of SQLite would first
delete the existing row, without calling its DELETE trigger.

To guard another table, add its guards to GUARDS; a guard against TRUNCATE follows. To
have an event required for each step of its rows, declare `rules.RecordedSteps`.
Tables of history rows are found in the models.
"""

from __future__ import annotations

from consultations.editions.guards.consultations import (
    CONSULTATION_EDITION_PARTS,
    CONSULTATION_EDITIONS,
    CONSULTATION_NOTICES,
    PUBLISHED_DATES,
)
from consultations.editions.guards.editions import (
    EDITION_AUTHORS,
    EDITIONS,
    SIGN_OFFS,
    TEXT_TAKEOVERS,
)
from consultations.editions.guards.files import (
    EDITION_DOCUMENTS,
    EDITION_FILES,
    EDITION_TEXTS,
    STORED_FILES,
    stored_file_deletion,
)
from consultations.editions.guards.history import history_guards, history_tables
from consultations.editions.guards.logs import ACCOUNT_EVENTS, EVENTS
from consultations.editions.guards.releases import VERSION_RELEASES
from consultations.editions.guards.rules import Guard, forbid_emptying
from consultations.editions.guards.slugs import PUBLIC_SLUGS

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
    *PUBLIC_SLUGS,
    *CONSULTATION_EDITIONS,
    *CONSULTATION_EDITION_PARTS,
    *CONSULTATION_NOTICES,
    *PUBLISHED_DATES,
)
"""The guards that do not depend on the models of other apps."""


def every_guard(vendor: str) -> tuple[Guard, ...]:
    """Return the guards of a kind of database, those of history rows included."""
    histories = [guard for name in history_tables() for guard in history_guards(name)]
    rows = (*GUARDS, stored_file_deletion(), *histories)
    tables = dict.fromkeys(guard.table for guard in rows)
    guards = (*rows, *map(forbid_emptying, tables))
    return tuple(guard for guard in guards if guard.only in ("", vendor))


def guarded_tables() -> tuple[str, ...]:
    """Return every table that has guards."""
    return tuple(
        sorted({*(guard.table for guard in GUARDS), *history_tables()}),
    )
