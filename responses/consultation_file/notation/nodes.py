"""A file in either notation as a tree of nodes with lines."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from responses.consultation_file.notation.errors import (
    Errors,
    FileRefused,
    Path,
    quote_value,
)

Scalar = str | int | float | bool | None

MAX_NESTING = 60
"""Maximum depth of lists and mappings."""

TOO_DEEP = (
    f"Lists and mappings are nested more than {MAX_NESTING} deep; use fewer levels."
)

MAX_VALUES = 3_000_000
"""Maximum number of values in a file, with aliases expanded."""

MAX_REPEATED = 1_000_000
"""Maximum number of characters that all aliases repeat."""

KEY_IS_TEXT = "A key is a list or a mapping; use plain text."


@dataclass(slots=True)
class Node:
    """A value and the line it begins on."""

    value: Scalar | list[Node] | dict[str, Pair]
    line: int

    def node_at(self, path: Path) -> Node:
        """Return the node at a path below, or the last existing node on the path."""
        node = self
        for step in path:
            inner = node.value
            if isinstance(inner, list) and isinstance(step, int) and step < len(inner):
                node = inner[step]
            elif isinstance(inner, dict) and step in inner:
                node = inner[str(step)].value
            else:
                break
        return node


class Pair(NamedTuple):
    """A key of a mapping and its value."""

    key: Node
    value: Node


@dataclass(slots=True)
class _OpenCollection:
    """A list or mapping that is not closed yet, and its sizes so far."""

    node: Node
    path: Path
    anchor: Hashable = None
    key: Node | None = None
    characters: int = 0
    values: int = 1
    height: int = 1


@dataclass(slots=True)
class _AnchoredValue:
    """A value that an alias may repeat, and its sizes."""

    node: Node
    characters: int
    values: int
    height: int


@dataclass
class Builder:
    """Builds the tree from the events of a parser, within limits.

    Duplicate keys are added to `faults`; errors that prevent further reading are
    raised.
    """

    faults: Errors
    root: Node | None = None
    values: int = 0
    repeated_size: int = 0
    stack: list[_OpenCollection] = field(default_factory=list)
    anchors: dict[Hashable, _AnchoredValue] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The path of the next value."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.node.value, list):
            return (*top.path, len(top.node.value))
        return (*top.path, _spelling(top.key)) if top.key else top.path

    def open_collection(
        self, empty: list[Node] | dict[str, Pair], line: int
    ) -> _OpenCollection:
        """Open a list or a mapping; the caller may set its anchor.

        Raise FileRefused where it is too deep or too large.
        """
        if len(self.stack) >= MAX_NESTING:
            raise self.refusal(line, TOO_DEEP)
        if self._awaits_key():
            raise self.refusal(line, KEY_IS_TEXT)
        self._count_values(1, line)
        opened = _OpenCollection(Node(empty, line), self.path)
        self.stack.append(opened)
        return opened

    def close_collection(self) -> None:
        """Close the innermost list or mapping."""
        done = self.stack.pop()
        anchored = _AnchoredValue(done.node, done.characters, done.values, done.height)
        if done.anchor is not None:
            self.anchors[done.anchor] = anchored
        self._add_value(anchored)

    def add_scalar(self, value: Scalar, line: int, anchor: Hashable = None) -> None:
        """Add a key or a scalar value."""
        node = Node(value, line)
        size = len(value) if isinstance(value, str) else 1
        anchored = _AnchoredValue(node, size, 1, 0)
        if anchor is not None:
            self.anchors[anchor] = anchored
        self._count_values(1, line)
        self._add_value(anchored)

    def add_alias(self, anchor: Hashable, line: int) -> None:
        """Repeat an anchored value that does not contain the alias.

        Raise FileRefused where it is too deep or too large.
        """
        if any(opened.anchor == anchor for opened in self.stack):
            raise self.refusal(
                line,
                f"The alias *{anchor} is inside the value that it repeats; write the "
                "value out.",
            )
        repeated = self.anchors.get(anchor)
        if repeated is None:
            raise self.refusal(
                line,
                f"The alias *{anchor} has no value: mark the value with &{anchor} "
                "before the alias.",
            )
        self.repeated_size += repeated.characters + repeated.values
        too_deep = len(self.stack) + repeated.height > MAX_NESTING
        if too_deep or self.repeated_size > MAX_REPEATED:
            raise self.refusal(
                line,
                f"The alias *{anchor} repeats too much: aliases can repeat up to "
                f"{MAX_REPEATED:,} characters, nested up to {MAX_NESTING} deep; "
                "write the values out.",
            )
        self._count_values(repeated.values, line)
        self._add_value(repeated)

    def refusal(self, line: int, message: str) -> FileRefused:
        """Add an error that prevents further reading; return all as FileRefused."""
        self.faults.add(line, self.path, message)
        return FileRefused(self.faults.errors)

    def _count_values(self, values: int, line: int) -> None:
        self.values += values
        if self.values > MAX_VALUES:
            raise self.refusal(
                line, f"The file has more than {MAX_VALUES:,} values, the maximum."
            )

    def _awaits_key(self) -> bool:
        top = self.stack[-1] if self.stack else None
        return bool(top and isinstance(top.node.value, dict) and top.key is None)

    def _add_value(self, value: _AnchoredValue) -> None:
        if not self.stack:
            self.root = value.node
            return
        top = self.stack[-1]
        top.characters += value.characters
        top.values += value.values
        top.height = max(top.height, value.height + 1)
        inner = top.node.value
        if isinstance(inner, list):
            inner.append(value.node)
        elif top.key is None:
            self._add_key(top, value.node)
        elif isinstance(inner, dict):
            inner.setdefault(_spelling(top.key), Pair(top.key, value.node))
            top.key = None

    def _add_key(self, top: _OpenCollection, key: Node) -> None:
        if isinstance(key.value, list | dict):  # by an alias
            raise self.refusal(key.line, KEY_IS_TEXT)
        top.key = key
        spelling = _spelling(key)
        entries = top.node.value
        if isinstance(entries, dict) and spelling in entries:
            first = entries[spelling].key.line
            self.faults.add(
                key.line,
                (*top.path, spelling),
                f"The key {quote_value(spelling)} is repeated; the first is on line "
                f"{first}. Keep one of them.",
                value=spelling,
            )


def _spelling(key: Node) -> str:
    return key.value if isinstance(key.value, str) else quote_value(key.value)
