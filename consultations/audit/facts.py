"""Facts: the values of a frozen row, as the event of each of its steps records them.

A fact has a name, which is also the words on the screen, and a text. The names are
stored with the events, so a name is never changed; a new one can be added.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from consultations.documents import codec

Facts = Mapping[str, str]

_SHOWN_LENGTH = 60


def fact(value: object) -> str:
    """Return a value as the text of a fact; empty for None."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def fingerprint(text: str) -> str:
    """Return the hash of a long text as a fact; empty for none."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def column_facts(row: Any, columns: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a fact for each column; `columns` are pairs of a name and a column.

    The rows of an earlier migration do not have the columns that were added since.
    """
    return {
        name: fact(getattr(row, column))
        for name, column in columns
        if hasattr(row, column)
    }


def write_facts(facts: Facts | None) -> str:
    """Return facts as canonical JSON; empty for none."""
    return codec.dumps(dict(facts)).decode() if facts else ""


def read_facts(text: str) -> dict[str, str]:
    """Return the facts that `write_facts` wrote."""
    found: dict[str, str] = json.loads(text) if text else {}
    return found


def fact_differences(recorded: Facts, stored: Facts) -> list[str]:
    """Return half a sentence for each recorded fact that the row has otherwise."""
    return [
        f"the {name} is {_shown(stored.get(name, ''))}, but {_shown(value)} in the "
        "activity log"
        for name, value in recorded.items()
        if stored.get(name, "") != value
    ]


def _shown(value: str) -> str:
    if not value:
        return "empty"
    if len(value) <= _SHOWN_LENGTH:
        return f"“{value}”"
    return f"“{value[: _SHOWN_LENGTH - 1]}…”"
