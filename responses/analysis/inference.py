"""What follows exactly from printed counts: statistical disclosure control; no ORM.

A reader knows which of some people are in which group (rows of a table), and how many
people are in each group (tallies of one or several documents). `inferable_groups`
tells whose group follows from these alone. Two tallies of overlapping people, such as
those of two editions, tell more than each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

P = TypeVar("P")
"""Who people are: their names, or the ids of rows."""

SEARCH_LIMIT = 2_000
"""Attempts at finding one possible distribution before it is taken to exist."""


@dataclass(frozen=True)
class PrintedCount(Generic[P]):
    """How many of some people are in each group, as printed.

    A group without a number was not counted. The numbers need not sum to the number
    of people: they may be of some groups only.
    """

    people: frozenset[P]
    groups: Mapping[str, int]


def inferable_groups(
    possible: Mapping[P, frozenset[str]], counts: Sequence[PrintedCount[P]]
) -> dict[P, str]:
    """Return the people whose group follows exactly, each with the group.

    `possible` has, for each person, the groups that are not excluded by other
    knowledge: one group where a row prints it. Of counts that contradict each other
    or the rows, the earlier in the sequence are used.
    """
    distribution = _Distribution(possible, ())
    for count in counts:
        larger = _Distribution(possible, (*distribution.counts, count))
        if larger.is_possible():
            distribution = larger
    return distribution.certain_groups()


_Class = tuple[frozenset[int], frozenset[str]]
"""People who cannot be told apart: the counts they are in, their possible groups."""

_Cell = tuple[int, str]
"""The number of people of one class (by its index) in one group."""


class _Distribution(Generic[P]):
    """All ways to distribute people over groups that agree with the counts."""

    def __init__(
        self,
        possible: Mapping[P, frozenset[str]],
        counts: tuple[PrintedCount[P], ...],
    ) -> None:
        self.counts = counts
        members: dict[_Class, list[P]] = defaultdict(list)
        for person, groups in possible.items():
            inside = frozenset(i for i, c in enumerate(counts) if person in c.people)
            members[inside, groups].append(person)
        self.classes = tuple(members)
        self.members = tuple(members.values())
        self.sums = tuple(self._sums())

    def _sums(self) -> Iterable[_Sum]:
        for index, (_, groups) in enumerate(self.classes):
            cells = frozenset((index, group) for group in groups)
            yield _Sum(cells, len(self.members[index]))
        for number, count in enumerate(self.counts):
            for group, total in count.groups.items():
                cells = frozenset(
                    (index, group)
                    for index, (inside, groups) in enumerate(self.classes)
                    if number in inside and group in groups
                )
                yield _Sum(cells, total)

    def is_possible(self, at_least_one: _Cell | None = None) -> bool:
        """True when some distribution agrees, with somebody in the given cell."""
        bounds = {
            (index, group): (0, len(self.members[index]))
            for index, (_, groups) in enumerate(self.classes)
            for group in groups
        }
        if at_least_one:
            bounds[at_least_one] = (1, bounds[at_least_one][1])
        return _Search(self.sums).has_solution(bounds)

    def certain_groups(self) -> dict[P, str]:
        """Return the people who are in the same group in every distribution."""
        certain: dict[P, str] = {}
        for index, (_, groups) in enumerate(self.classes):
            left = [group for group in groups if self.is_possible((index, group))]
            if len(left) == 1:
                certain |= dict.fromkeys(self.members[index], left[0])
        return certain


@dataclass(frozen=True)
class _Sum:
    """The numbers in some cells add up to a total."""

    cells: frozenset[_Cell]
    total: int


_Bounds = dict[_Cell, tuple[int, int]]


@dataclass
class _Search:
    """Looks for whole numbers in cells that fulfil every sum."""

    sums: Sequence[_Sum]
    attempts: int = field(default=0)

    def has_solution(self, bounds: _Bounds) -> bool:
        """Narrow the bounds, then halve the widest open cell until all are fixed.

        After SEARCH_LIMIT attempts a solution is taken to exist.
        """
        self.attempts += 1
        if self.attempts > SEARCH_LIMIT:
            return True
        narrowed = _narrow(bounds, self.sums)
        if narrowed is None:
            return False
        open_cells = [cell for cell, (low, high) in narrowed.items() if low < high]
        if not open_cells:
            return True
        cell = max(open_cells, key=lambda c: (narrowed[c][1] - narrowed[c][0], c))
        low, high = narrowed[cell]
        middle = (low + high) // 2
        return self.has_solution(
            narrowed | {cell: (middle + 1, high)}
        ) or self.has_solution(narrowed | {cell: (low, middle)})


def _narrow(bounds: _Bounds, sums: Iterable[_Sum]) -> _Bounds | None:
    """Return the bounds narrowed by every sum; None where a sum cannot be fulfilled."""
    bounds, sums, changed = dict(bounds), tuple(sums), True
    while changed:
        changed = False
        for each in sums:
            lowest = sum(bounds[cell][0] for cell in each.cells)
            highest = sum(bounds[cell][1] for cell in each.cells)
            if not lowest <= each.total <= highest:
                return None
            for cell in each.cells:
                low, high = bounds[cell]
                narrowed = (
                    max(low, each.total - (highest - high)),
                    min(high, each.total - (lowest - low)),
                )
                if narrowed[0] > narrowed[1]:
                    return None
                if narrowed != (low, high):
                    bounds[cell], changed = narrowed, True
                    lowest += narrowed[0] - low
                    highest += narrowed[1] - high
    return bounds
