"""The sections of a conclusion as a tree: moving a section, and storing the tree.

A tree maps each parent's primary key to its sections in order; top-level sections are
under None. Functions of trees change no row and make no query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction

from consultations.audit.history import save_all
from consultations.editions.workflow import Refusal
from consultations.models import Conclusion, ConclusionSection
from responses.editing.ordering import move_by_steps, order_by_keys

Tree = dict[int | None, list[ConclusionSection]]

QUESTION_SECTION_MESSAGE = (
    "A section of the type “Analysis of one question” must stay inside the section of "
    "the type “Analysis of all questions”."
)


class SectionStep(StrEnum):
    """A step by which a section is moved."""

    UP = "up"
    DOWN = "down"
    IN = "in"
    OUT = "out"


def tree_of(given: Iterable[ConclusionSection]) -> Tree:
    """Return the tree of rows that are in order.

    Sections about questions come first: they are printed in the order of questions,
    and no section moves over them. Sections without a valid parent are at the top.
    """
    rows = sorted(given, key=lambda row: row.kind != "question")
    keys = {row.pk for row in rows}
    tree: Tree = {}
    for row in rows:
        parent = row.parent_id if row.parent_id in keys else None
        tree.setdefault(parent, []).append(row)
    reached = {row.pk for row in every_section_below(tree)}
    for row in rows:  # in a cycle of parents, which no outline would show
        if row.pk not in reached:
            tree[row.parent_id].remove(row)
            tree.setdefault(None, []).append(row)
            reached |= {
                row.pk,
                *(each.pk for each in every_section_below(tree, row.pk)),
            }
    return tree


def every_section_below(
    tree: Tree, below: int | None = None
) -> Iterator[ConclusionSection]:
    """Yield the sections below one at every depth, in order."""
    for row in tree.get(below, ()):
        yield row
        yield from every_section_below(tree, row.pk)


def parent_in(tree: Tree, row: ConclusionSection) -> ConclusionSection | None:
    """Return the parent of a section, None at the top."""
    parent_keys = {each.pk: parent for parent, rows in tree.items() for each in rows}
    rows = {each.pk: each for each in every_section_below(tree)}
    parent = parent_keys[row.pk]
    return None if parent is None else rows[parent]


def tree_after_step(tree: Tree, row: ConclusionSection, move: SectionStep) -> Tree:
    """Return the tree after one step; the same tree if the step is impossible."""
    above = parent_in(tree, row)
    key = above.pk if above else None
    own = tree[key]
    place = own.index(row)
    if move in (SectionStep.UP, SectionStep.DOWN):
        return tree | {
            key: move_by_steps(own, row, -1 if move == SectionStep.UP else 1)
        }
    remaining = [each for each in own if each != row]
    if move == SectionStep.IN and place:
        before = own[place - 1].pk
        return tree | {key: remaining, before: [*tree.get(before, ()), row]}
    if move == SectionStep.OUT and above:
        grandparent = parent_in(tree, above)
        outer = grandparent.pk if grandparent else None
        rows = list(tree[outer])
        rows.insert(rows.index(above) + 1, row)
        return tree | {key: remaining, outer: rows}
    return tree


def possible_moves(tree: Tree, row: ConclusionSection) -> frozenset[SectionStep]:
    """Return the steps that change the printed outline and are allowed.

    A section about a question has none: it is in the order of questions.
    """
    misplaced = set(misplaced_question_sections(tree))
    if row.kind == "question" and row.pk not in misplaced:
        return frozenset()
    return frozenset(
        move
        for move in SectionStep
        for after in [tree_after_step(tree, row, move)]
        if _shape(after) != _shape(tree)
        and set(misplaced_question_sections(after)) <= misplaced
    )


def misplaced_question_sections(tree: Tree) -> list[int]:
    """Return the sections about a question that are outside of an analysis."""

    def walk(below: int | None, is_inside: bool) -> Iterator[int]:
        for row in tree.get(below, ()):
            if row.kind == "question" and not is_inside:
                yield row.pk
            yield from walk(row.pk, is_inside or row.kind == "analysis")

    return list(walk(None, False))


def is_in_analysis(tree: Tree, key: int | None) -> bool:
    """Return whether a section, given by key, is or is inside an analysis."""
    row = {each.pk: each for each in every_section_below(tree)}.get(key or 0)
    while row:
        if row.kind == "analysis":
            return True
        row = parent_in(tree, row)
    return False


def insert_after(
    rows: Sequence[ConclusionSection], row: ConclusionSection, after: int | None
) -> list[ConclusionSection]:
    """Return rows with a new one inserted after one of them, or appended."""
    place = [each.pk for each in rows].index(after) + 1 if after else len(rows)
    return [*rows[:place], row, *rows[place:]]


def _shape(tree: Tree) -> dict[int | None, list[int]]:
    """Return a tree as primary keys, without sections about questions."""
    shape = {
        key: [row.pk for row in rows if row.kind != "question"]
        for key, rows in tree.items()
    }
    return {key: rows for key, rows in shape.items() if rows}


# --- storing ------------------------------------------------------------------------


@transaction.atomic
def move_section(
    conclusion: Conclusion, key: int, move: SectionStep, *, by: User
) -> None:
    """Move a section by one step; raise Refusal where it may not stand there."""
    tree = locked_tree(conclusion)
    row = next((each for each in every_section_below(tree) if each.pk == key), None)
    if row is None:
        raise Refusal(["This section has been deleted. Reload the page."])
    after = tree_after_step(tree, row, move)
    if set(misplaced_question_sections(after)) - set(misplaced_question_sections(tree)):
        raise Refusal([QUESTION_SECTION_MESSAGE])
    store_tree(after, by=by)


@transaction.atomic
def order_sections(
    conclusion: Conclusion, parent: int | None, keys: Sequence[str], *, by: User
) -> None:
    """Store the order of the sections below a parent, given by primary keys."""
    tree = locked_tree(conclusion)
    if parent in tree:
        store_tree(tree | {parent: order_by_keys(tree[parent], keys)}, by=by)


def locked_tree(conclusion: Conclusion) -> Tree:
    """Lock the sections until the end of the transaction and return their tree.

    Without the lock, two moves at once could put A into B and B into A.
    """
    Conclusion.objects.select_for_update().get(pk=conclusion.pk)
    return tree_of(conclusion.sections.select_for_update())


def store_tree(tree: Tree, *, by: User) -> None:
    """Store the parents and positions of sections, where they changed."""
    changed = []
    for parent, rows in tree.items():
        for position, row in enumerate(rows, 1):
            if (row.parent_id, row.position) != (parent, position):
                row.parent_id, row.position = parent, position
                changed.append(row)
    if changed:
        fields = ["parent", "position"]
        save_all(ConclusionSection, changed, fields, by=by, reason="Reordered")
