"""Walking along a hash chain of events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar


class _Event(Protocol):
    """What each kind of chained event has."""

    number: int
    kind: str
    sha256: str


E = TypeVar("E", bound=_Event)


def chain_faults(
    events: Iterable[E], *, name: str, hash_after: Callable[[E, str], str]
) -> list[str]:
    """Return a sentence for every event that was altered, removed or inserted.

    `events` are in the order of their numbers. `hash_after` returns the hash of an
    event that follows one with the given hash.
    """
    faults = []
    previous, expected = "", 1
    for event in events:
        label = f"{name}: entry {event.number}"
        if event.number != expected:
            faults.append(f"{label} follows entry {expected - 1}: an entry is missing.")
        if event.sha256 != hash_after(event, previous):
            faults.append(f"{label} ({event.kind}) does not match its checksum.")
        previous, expected = event.sha256, event.number + 1
    return faults
