"""Synchronising the rows of a table with a file, with history.

Rows are identified by a key. New rows are created, changed rows saved, and left out
rows deleted at the end, when no row refers to them any more.
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

CHANGE_REASON = "Loaded from a consultation file"

Values = dict[str, Any]
"""Values of a row by `attname`, such as `question_id`."""


def _single_group(_key: Hashable) -> Hashable:
    return None


def lock_rows(rows: models.QuerySet[E]) -> models.QuerySet[E]:
    """Lock rows until the end of the transaction, so that no other save is lost."""
    return rows.select_for_update(of=("self",))


@dataclass
class Sync:
    """The state of loading a file: its user, changed rows, and rows to delete."""

    by: User | None = None
    removed: list[Editable] = field(default_factory=list)
    changed_count: int = 0

    def sync_rows(
        self,
        model: type[E],
        stored: Mapping[K, E],
        wanted: Mapping[K, Values],
        *,
        group: Callable[[K], Hashable] = _single_group,
    ) -> dict[K, E]:
        """Synchronise the rows of a table with those wanted; return them by key.

        Positions follow the order of `wanted`, counted in each group on its own.
        """
        self.removed += [row for key, row in stored.items() if key not in wanted]
        return self._save_rows(
            model, stored, _assign_positions(model, stored, wanted, group)
        )

    def sync_tree(
        self,
        model: type[E],
        stored: Mapping[K, E],
        wanted: Mapping[K, Values],
        parents: Mapping[K, K | None],
        *,
        group: Callable[[K], Hashable] = _single_group,
    ) -> dict[K, E]:
        """Synchronise rows that have a `parent` in the table, parents first."""
        levels = _levels(parents)
        removed_keys = [key for key in stored if key not in wanted]
        self.removed += _roots_first(removed_keys, stored)
        positioned = _assign_positions(model, stored, wanted, group)
        saved: dict[K, E] = {}
        for level in levels:
            values = {}
            for key in level:
                parent_key = parents[key]
                parent = saved[parent_key].pk if parent_key is not None else None
                values[key] = {**positioned[key], "parent_id": parent}
            saved |= self._save_rows(model, stored, values)
        return {key: saved[key] for key in wanted}

    def finish(self) -> None:
        """Delete the removed rows, the last table first and children before parents."""
        self.changed_count += len(self.removed)
        history.delete_all(reversed(self.removed), by=self.by, reason=CHANGE_REASON)
        self.removed = []

    def _save_rows(
        self, model: type[E], stored: Mapping[K, E], wanted: Mapping[K, Values]
    ) -> dict[K, E]:
        new = {k: model(**values) for k, values in wanted.items() if k not in stored}
        kept = {k: stored[k] for k in wanted if k in stored}
        changed: list[E] = []
        fields: dict[str, None] = {}
        for key, row in kept.items():
            differing = [n for n, v in wanted[key].items() if not _has_value(row, n, v)]
            for name in differing:
                setattr(row, name, wanted[key][name])
            if differing:
                changed.append(row)
                fields |= dict.fromkeys(differing)
        self.changed_count += len(new) + len(changed)
        if new:
            rows = history.create_all(
                model, new.values(), by=self.by, reason=CHANGE_REASON
            )
            new = dict(zip(new, rows, strict=True))
        if changed:
            names = [_field_name(model, name) for name in fields]
            history.save_all(model, changed, names, by=self.by, reason=CHANGE_REASON)
        return {k: new.get(k) or kept[k] for k in wanted}


def _has_value(row: models.Model, name: str, value: Any) -> bool:
    """True when a field has a value; times are compared to the minute."""
    stored = getattr(row, name)
    if isinstance(stored, dt.datetime | dt.time) and value is not None:
        stored = stored.replace(second=0, microsecond=0)
    return bool(stored == value)


def _field_name(model: type[models.Model], attribute: str) -> str:
    return next(f.name for f in model._meta.fields if f.attname == attribute)


def _assign_positions(
    model: type[models.Model],
    stored: Mapping[K, Any],
    wanted: Mapping[K, Values],
    group: Callable[[K], Hashable],
) -> Mapping[K, Values]:
    """Add positions to the wanted rows; a stored row keeps its own if possible."""
    if not any(f.name == "position" for f in model._meta.fields):
        return wanted
    last: dict[Hashable, tuple[int, float]] = {}
    positioned: dict[K, Values] = {}
    for key, values in wanted.items():
        before = last.get(group(key), (-1, 0))
        row = stored.get(key)
        position = (row.position, row.pk) if row else before
        if position <= before:
            position = (before[0] + 1, row.pk if row else float("inf"))
        last[group(key)] = position
        positioned[key] = {**values, "position": position[0]}
    return positioned


def _roots_first(keys: list[K], stored: Mapping[K, Any]) -> list[Any]:
    """Return rows with parents before children."""
    parents = {stored[key].pk: stored[key].parent_id for key in keys}

    def depth(pk: int | None) -> int:
        steps = 0
        while pk in parents:
            pk, steps = parents[pk], steps + 1
        return steps

    return sorted((stored[key] for key in keys), key=lambda row: depth(row.pk))


def _levels(parents: Mapping[K, K | None]) -> list[list[K]]:
    """Return the keys level by level, parents before children."""
    children: dict[K | None, list[K]] = defaultdict(list)
    for key, parent in parents.items():
        children[parent].append(key)
    levels: list[list[K]] = []
    level = children[None]
    while level:
        levels.append(level)
        level = [key for parent in level for key in children[parent]]
    return levels


def pair_with_stored(
    stored: Sequence[tuple[Hashable, ...]],
    wanted: Sequence[tuple[Hashable, ...]],
    *,
    least: int = 0,
) -> list[int]:
    """Return the index of the stored item for each wanted one, without keys.

    Items are compared by features, the most specific first: items with equal features
    are paired in order, then those that differ in the last one, down to the first
    `least`. New items get indexes after the last stored one.
    """
    free = dict.fromkeys(range(len(stored)))
    chosen: dict[int, int] = {}
    longest = max((len(each) for each in wanted), default=0)
    for length in range(longest, least - 1, -1):
        unpaired: dict[Hashable, list[int]] = defaultdict(list)
        for number in reversed(free):
            unpaired[stored[number][:length]].append(number)
        for place, features in enumerate(wanted):
            if place not in chosen and unpaired[features[:length]]:
                chosen[place] = unpaired[features[:length]].pop()
                del free[chosen[place]]
    new_numbers = itertools.count(len(stored))
    return [
        chosen[place] if place in chosen else next(new_numbers)
        for place in range(len(wanted))
    ]
