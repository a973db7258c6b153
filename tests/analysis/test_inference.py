"""What follows from printed counts, held against every possible distribution."""

from __future__ import annotations

import itertools
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from responses.analysis.inference import PrintedCount, inferable_groups

GROUPS = ("agree", "disagree", "none")


def counts_of(truth: dict[str, str], people: frozenset[str]) -> PrintedCount[str]:
    found = Counter(truth[person] for person in people)
    return PrintedCount(people, {group: found[group] for group in GROUPS})


def groups_by_trying_everything(
    possible: dict[str, frozenset[str]], counts: list[PrintedCount[str]]
) -> dict[str, str]:
    """Return the certain groups by listing every distribution."""
    left: dict[str, set[str]] = {person: set() for person in possible}
    for groups in itertools.product(*(sorted(g) for g in possible.values())):
        world = dict(zip(possible, groups, strict=True))
        if all(
            sum(world[person] == group for person in count.people) == total
            for count in counts
            for group, total in count.groups.items()
        ):
            for person, group in world.items():
                left[person].add(group)
    return {person: groups.pop() for person, groups in left.items() if len(groups) == 1}


@st.composite
def worlds(
    draw: st.DrawFn,
) -> tuple[dict[str, frozenset[str]], list[PrintedCount[str]]]:
    people = [f"Respondent {letter}" for letter in "ABCDEF"[: draw(st.integers(1, 6))]]
    truth = {person: draw(st.sampled_from(GROUPS)) for person in people}
    possible = {}
    for person in people:
        if draw(st.booleans()):
            possible[person] = frozenset({truth[person]})
        else:
            more = draw(st.sets(st.sampled_from(GROUPS)))
            possible[person] = frozenset({truth[person], *more})
    counts = []
    for _ in range(draw(st.integers(0, 3))):
        about = frozenset(draw(st.sets(st.sampled_from(people))))
        printed = counts_of(truth, about)
        told = draw(st.sets(st.sampled_from(GROUPS), min_size=1))
        counts.append(PrintedCount(about, {g: printed.groups[g] for g in told}))
    return possible, counts


@given(worlds())
def test_inferable_groups_are_those_of_every_distribution(
    world: tuple[dict[str, frozenset[str]], list[PrintedCount[str]]],
) -> None:
    possible, counts = world
    assert inferable_groups(possible, counts) == groups_by_trying_everything(
        possible, counts
    )


def test_last_group_follows_from_tally_minus_rows() -> None:
    every = frozenset(GROUPS)
    possible = {"A": frozenset({"agree"}), "B": frozenset({"disagree"}), "C": every}
    count = PrintedCount(frozenset("ABC"), {"agree": 1, "disagree": 1, "none": 1})
    assert inferable_groups(possible, [count])["C"] == "none"


def test_two_unprinted_rows_in_different_groups_stay_hidden() -> None:
    possible = dict.fromkeys("ABC", frozenset(GROUPS))
    count = PrintedCount(frozenset("ABC"), {"agree": 2, "disagree": 1, "none": 0})
    assert inferable_groups(possible, [count]) == {}


def test_group_of_a_new_respondent_follows_from_two_editions() -> None:
    possible = dict.fromkeys("ABC", frozenset(GROUPS))
    first = PrintedCount(frozenset("AB"), {"agree": 1, "disagree": 1, "none": 0})
    second = PrintedCount(frozenset("ABC"), {"agree": 2, "disagree": 1, "none": 0})
    assert inferable_groups(possible, [second, first]) == {"C": "agree"}


def test_count_that_contradicts_the_others_is_not_used() -> None:
    possible = dict.fromkeys("AB", frozenset(GROUPS))
    newer = PrintedCount(frozenset("AB"), {"agree": 1, "disagree": 1, "none": 0})
    older = PrintedCount(frozenset("AB"), {"agree": 2, "disagree": 0, "none": 0})
    assert inferable_groups(possible, [newer, older]) == {}


def test_large_counts_are_answered_quickly() -> None:
    possible = {f"Respondent {n}": frozenset(GROUPS) for n in range(3_000)}
    everybody = frozenset(possible)
    some = frozenset(list(possible)[:2_000])
    counts = [
        PrintedCount(everybody, {"agree": 1_500, "disagree": 1_499, "none": 1}),
        PrintedCount(some, {"agree": 1_000, "disagree": 999, "none": 1}),
    ]
    assert inferable_groups(possible, counts) == {}
