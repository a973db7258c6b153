"""The names that things in a file have, read before anything refers to them."""

from __future__ import annotations

from dataclasses import dataclass

from responses.consultation_file.notation.nodes import Node


@dataclass(frozen=True)
class Names:
    """Codes and keys in the order of the file; None where the list is not one.

    Where a list is missing or broken, nothing that refers to it is found fault with.
    """

    questions: tuple[str, ...] | None
    known: dict[str, dict[str, None] | None]

    def of(self, things: str) -> dict[str, None] | None:
        """Return the names of `documents`, `questions`, `respondents` or `comments`."""
        return self.known[things]


def names_in(root: Node) -> Names:
    """Return the names of what a file lists, whatever else is wrong with it."""
    given = _given(root, "questions", "key")
    questions = None if given is None else _numbered(given)
    return Names(
        questions,
        {
            "documents": _written(_given(root, "documents", "code")),
            "questions": None if questions is None else dict.fromkeys(questions),
            "respondents": _written(_given(root, "respondents", "key")),
            "comments": _written(_given(root, "comments", "key")),
        },
    )


def _given(root: Node, things: str, key: str) -> list[str | None] | None:
    """Return each item's key, None where it has none; None where there is no list."""
    node = root.at((things,))
    if node is root:
        return []
    if node.value is None:
        return []
    if not isinstance(node.value, list):
        return None
    return [_key_of(item, key) for item in node.value]


def _key_of(item: Node, key: str) -> str | None:
    found = item.at((key,))
    if found is item or not isinstance(found.value, str):
        return None
    return " ".join(found.value.split()) or None


def _written(keys: list[str | None] | None) -> dict[str, None] | None:
    return None if keys is None else dict.fromkeys(key for key in keys if key)


def _numbered(keys: list[str | None]) -> tuple[str, ...]:
    """Return questions' keys, with q and its number for one that has none."""
    taken = {key for key in keys if key}
    named = []
    for number, key in enumerate(keys, 1):
        own = key or f"q{number}"
        while key is None and own in taken:
            own += "-"
        taken.add(own)
        named.append(own)
    return tuple(named)
