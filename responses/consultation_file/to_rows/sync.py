"""Bringing the rows of a table in line with what a file says, history written.

Rows are told apart by a key. New ones are made, those that differ saved, those left
over deleted at the end, when nothing refers to them any more.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import models

from consultations.audit import history
from consultations.models.base import Editable

K = TypeVar("K", bound=Hashable)
E = TypeVar("E", bound=Editable)

REASON = "Loaded from a consultation file"

Values = dict[str, Any]
"""Fields of a row by the name of their column's attribute, so `question_id`."""


def _no_group(_key: Hashable) -> Hashable:
    return None


def lock_rows(rows: models.QuerySet[E]) -> models.QuerySet[E]:
    """Lock rows until the end of the transaction, so that no editor's save is lost."""
    return rows.select_for_update(of=("self",))


@dataclass
class Sync:
    """One loading: who does it, what was altered, and what is to go at its end."""

    by: User | None = None
    gone: list[Editable] = field(default_factory=list)
    altered: int = 0

    def rows(
        self,
        model: type[E],
        stored: Mapping[K, E],
        wanted: Mapping[K, Values],
        *,
        group: Callable[[K], Hashable] = _no_group,
    ) -> dict[K, E]:
        """Make the rows of a table those wanted; return them by key.

        Positions follow the order of `wanted`, counted in each group on its own.
        """
        self.gone += [row for key, row in stored.items() if key not in wanted]
        return self._saved(model, stored, _placed(model, stored, wanted, group))

    def tree(
        self,
        model: type[E],
        stored: Mapping[K, E],
        wanted: Mapping[K, Values],
        parents: Mapping[K, K | None],
        *,
        group: Callable[[K], Hashable] = _no_group,
    ) -> dict[K, E]:
        """Do the same for rows with a `parent` in the table, those above first."""
        waves = _waves(parents)
        gone = [key for key in stored if key not in wanted]
        self.gone += _roots_first(gone, stored)
        placed = _placed(model, stored, wanted, group)
        done: dict[K, E] = {}
        for wave in waves:
            values = {}
            for key in wave:
                above = parents[key]
                parent = done[above].pk if above is not None else None
                values[key] = {**placed[key], "parent_id": parent}
            done |= self._saved(model, stored, values)
        return {key: done[key] for key in wanted}

    def finish(self) -> None:
        """Delete what is left over, the latest table first and leaves before roots."""
        self.altered += len(self.gone)
        history.delete_all(reversed(self.gone), by=self.by, reason=REASON)
        self.gone = []

    def _saved(
        self, model: type[E], stored: Mapping[K, E], wanted: Mapping[K, Values]
    ) -> dict[K, E]:
        new = {k: model(**values) for k, values in wanted.items() if k not in stored}
        kept = {k: stored[k] for k in wanted if k in stored}
        changed: list[E] = []
        fields: dict[str, None] = {}
        for key, row in kept.items():
            differing = [n for n, v in wanted[key].items() if not _same(row, n, v)]
            for name in differing:
                setattr(row, name, wanted[key][name])
            if differing:
                changed.append(row)
                fields |= dict.fromkeys(differing)
        self.altered += len(new) + len(changed)
        if new:
            rows = history.create_all(model, new.values(), by=self.by, reason=REASON)
            new = dict(zip(new, rows, strict=True))
        if changed:
            names = [_field_of(model, name) for name in fields]
            history.save_all(model, changed, names, by=self.by, reason=REASON)
        return {k: new.get(k) or kept[k] for k in wanted}


def _same(row: models.Model, name: str, value: Any) -> bool:
    """True when a field has a value; of times the file tells only the minute."""
    stored = getattr(row, name)
    if isinstance(stored, dt.datetime | dt.time) and value is not None:
        stored = stored.replace(second=0, microsecond=0)
    return bool(stored == value)


def _field_of(model: type[models.Model], attribute: str) -> str:
    return next(f.name for f in model._meta.fields if f.attname == attribute)


def _placed(
    model: type[models.Model],
    stored: Mapping[K, Any],
    wanted: Mapping[K, Values],
    group: Callable[[K], Hashable],
) -> Mapping[K, Values]:
    """Give the wanted rows positions, those stored already their own if it fits."""
    if not any(f.name == "position" for f in model._meta.fields):
        return wanted
    last: dict[Hashable, tuple[int, float]] = {}
    placed: dict[K, Values] = {}
    for key, values in wanted.items():
        before = last.get(group(key), (-1, 0))
        row = stored.get(key)
        here = (row.position, row.pk) if row else before
        if here <= before:
            here = (before[0] + 1, row.pk if row else float("inf"))
        last[group(key)] = here
        placed[key] = {**values, "position": here[0]}
    return placed


def _roots_first(keys: list[K], stored: Mapping[K, Any]) -> list[Any]:
    """Return rows so that, from the end, each is deleted before the one above it."""
    parents = {stored[key].pk: stored[key].parent_id for key in keys}

    def depth(pk: int | None) -> int:
        steps = 0
        while pk in parents:
            pk, steps = parents[pk], steps + 1
        return steps

    return sorted((stored[key] for key in keys), key=lambda row: depth(row.pk))


def _waves(parents: Mapping[K, K | None]) -> list[list[K]]:
    """Return the keys level by level, parents before children."""
    below: dict[K | None, list[K]] = defaultdict(list)
    for key, parent in parents.items():
        below[parent].append(key)
    waves: list[list[K]] = []
    wave = below[None]
    while wave:
        waves.append(wave)
        wave = [key for above in wave for key in below[above]]
    return waves


def pair_with_stored(
    stored: Sequence[tuple[Hashable, ...]],
    wanted: Sequence[tuple[Hashable, ...]],
    *,
    least: int = 0,
) -> list[int]:
    """Return for each wanted item which stored one it is, in a table without keys.

    Items are told by their features, the most telling first: those alike in all pair
    off in order, then those alike in all but the last, down to the first `least`. New
    items get numbers after the last stored one.
    """
    free = dict.fromkeys(range(len(stored)))
    chosen: dict[int, int] = {}
    longest = max((len(each) for each in wanted), default=0)
    for length in range(longest, least - 1, -1):
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for number in reversed(free):
            waiting[stored[number][:length]].append(number)
        for place, features in enumerate(wanted):
            if place not in chosen and waiting[features[:length]]:
                chosen[place] = waiting[features[:length]].pop()
                del free[chosen[place]]
    fresh = itertools.count(len(stored))
    return [
        chosen[place] if place in chosen else next(fresh)
        for place in range(len(wanted))
    ]
