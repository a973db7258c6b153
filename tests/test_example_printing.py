"""Failing random tests end: their examples are printed in linear time."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings, strategies

pytestmark = pytest.mark.once

DEPTH = 40
"""Printed by calls this would take 2 ** 40 steps."""


@dataclass(frozen=True)
class Node:
    child: Node | None


def nested_nodes() -> strategies.SearchStrategy[Node]:
    nodes = strategies.builds(Node, strategies.none())
    for _ in range(DEPTH):
        nodes = strategies.builds(Node, nodes)
    return nodes


def test_nested_example_of_failing_test_is_printed() -> None:
    @settings(max_examples=1, database=None)
    @given(nested_nodes())
    def fails(node: Node) -> None:
        raise ValueError(node)

    with pytest.raises(ValueError, match="Node"):
        fails()
