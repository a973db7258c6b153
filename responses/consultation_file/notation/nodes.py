"""A file as a tree of values that know their line, whichever notation it is in."""

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
"""Most lists and mappings one value may stand inside."""

MOST_VALUES = 3_000_000
"""Most values a file may hold, those repeated by aliases counted each time."""

MOST_REPEATED = 1_000_000
"""Most characters that aliases may repeat, together."""

KEY_IS_TEXT = "A key is a list or a mapping; write plain text."


@dataclass(slots=True)
class Node:
    """A value and the line it begins on."""

    value: Scalar | list[Node] | dict[str, Pair]
    line: int

    def at(self, path: Path) -> Node:
        """Return the value at a path below, or the last one on the way to it."""
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
class _Open:
    """A list or mapping that has begun; sizes are of what it will be when repeated."""

    node: Node
    path: Path
    anchor: Hashable = None
    key: Node | None = None
    characters: int = 0
    values: int = 1
    height: int = 1


@dataclass(slots=True)
class _Anchored:
    """A value that an alias may repeat, and its sizes."""

    node: Node
    characters: int
    values: int
    height: int


@dataclass
class Builder:
    """Takes the events of a notation and builds the tree within the limits.

    Duplicate keys are collected as faults; what cannot be read on from is raised.
    """

    faults: Errors
    root: Node | None = None
    values: int = 0
    repeated: int = 0
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[Hashable, _Anchored] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where the next value goes."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.node.value, list):
            return (*top.path, len(top.node.value))
        return (*top.path, _spelling(top.key)) if top.key else top.path

    def open(self, empty: list[Node] | dict[str, Pair], line: int) -> _Open:
        """Begin a list or a mapping; what an anchor repeats is known at its end.

        Raise FileRefused where it is too deep or too large.
        """
        if len(self.stack) >= MAX_NESTING:
            raise self.refusal(
                line,
                f"Lists and mappings are nested over {MAX_NESTING} "
                "deep; nothing in a consultation file is.",
            )
        if self._awaits_key():
            raise self.refusal(line, KEY_IS_TEXT)
        self._count(1, line)
        opened = _Open(Node(empty, line), self.path)
        self.stack.append(opened)
        return opened

    def close(self) -> None:
        """End the list or mapping that began last."""
        done = self.stack.pop()
        anchored = _Anchored(done.node, done.characters, done.values, done.height)
        if done.anchor is not None:
            self.anchors[done.anchor] = anchored
        self._put(anchored)

    def scalar(self, value: Scalar, line: int, anchor: Hashable = None) -> None:
        """Take a key or a single value."""
        node = Node(value, line)
        size = len(value) if isinstance(value, str) else 1
        anchored = _Anchored(node, size, 1, 0)
        if anchor is not None:
            self.anchors[anchor] = anchored
        self._count(1, line)
        self._put(anchored)

    def alias(self, anchor: Hashable, line: int) -> None:
        """Repeat an anchored value, if that is small and does not hold itself.

        Raise FileRefused where it is too deep or too large.
        """
        if any(opened.anchor == anchor for opened in self.stack):
            raise self.refusal(
                line,
                f"The alias *{anchor} stands inside the value it "
                "repeats, which would never end; write it out.",
            )
        repeated = self.anchors.get(anchor)
        if repeated is None:
            raise self.refusal(
                line,
                f"The alias *{anchor} repeats nothing: no value "
                f"before it is marked &{anchor}.",
            )
        self.repeated += repeated.characters + repeated.values
        too_deep = len(self.stack) + repeated.height > MAX_NESTING
        if too_deep or self.repeated > MOST_REPEATED:
            raise self.refusal(
                line,
                f"The alias *{anchor} repeats too much: aliases "
                f"may stand for {MOST_REPEATED:,} characters, {MAX_NESTING} "
                "deep; write the values out.",
            )
        self._count(repeated.values, line)
        self._put(repeated)

    def refusal(self, line: int, message: str) -> FileRefused:
        """Return a fault after which nothing more can be read, with those so far."""
        self.faults.add(line, self.path, message)
        return FileRefused(self.faults.errors)

    def _count(self, values: int, line: int) -> None:
        self.values += values
        if self.values > MOST_VALUES:
            raise self.refusal(line, f"The file holds over {MOST_VALUES:,} values.")

    def _awaits_key(self) -> bool:
        top = self.stack[-1] if self.stack else None
        return bool(top and isinstance(top.node.value, dict) and top.key is None)

    def _put(self, taken: _Anchored) -> None:
        if not self.stack:
            self.root = taken.node
            return
        top = self.stack[-1]
        top.characters += taken.characters
        top.values += taken.values
        top.height = max(top.height, taken.height + 1)
        inner = top.node.value
        if isinstance(inner, list):
            inner.append(taken.node)
        elif top.key is None:
            self._take_key(top, taken.node)
        elif isinstance(inner, dict):
            inner.setdefault(_spelling(top.key), Pair(top.key, taken.node))
            top.key = None

    def _take_key(self, top: _Open, key: Node) -> None:
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
                f"The key {quote_value(spelling)} stands here a second time; the "
                "first is in "
                f"line {first}. Keep one of them.",
                value=spelling,
            )


def _spelling(key: Node) -> str:
    return key.value if isinstance(key.value, str) else quote_value(key.value)
