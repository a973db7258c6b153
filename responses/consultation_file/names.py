"""The keys and codes in a file, read before the references to them."""

from __future__ import annotations

from dataclasses import dataclass

from responses.consultation_file.notation.nodes import Node


@dataclass(frozen=True)
class Names:
    """Codes and keys in the order of the file; None for a list that is malformed.

    References to a malformed list are not checked.
    """

    questions: tuple[str, ...] | None
    by_list: dict[str, dict[str, None] | None]

    def names_of(self, list_name: str) -> dict[str, None] | None:
        """Return the names of `documents`, `questions`, `respondents` or `comments`."""
        return self.by_list[list_name]


def read_names(root: Node) -> Names:
    """Return the names in a file, which may have errors."""
    given = _listed_keys(root, "questions", "key")
    questions = None if given is None else _question_keys(given)
    return Names(
        questions,
        {
            "documents": _distinct_keys(_listed_keys(root, "documents", "code")),
            "questions": None if questions is None else dict.fromkeys(questions),
            "respondents": _distinct_keys(_listed_keys(root, "respondents", "key")),
            "comments": _distinct_keys(_listed_keys(root, "comments", "key")),
        },
    )


def _listed_keys(root: Node, list_name: str, key: str) -> list[str | None] | None:
    """Return the key or None of each item; None where the list is malformed."""
    node = root.node_at((list_name,))
    if node is root:
        return []
    if node.value is None:
        return []
    if not isinstance(node.value, list):
        return None
    return [_key_in(item, key) for item in node.value]


def _key_in(item: Node, key: str) -> str | None:
    found = item.node_at((key,))
    if found is item or not isinstance(found.value, str):
        return None
    return " ".join(found.value.split()) or None


def _distinct_keys(keys: list[str | None] | None) -> dict[str, None] | None:
    return None if keys is None else dict.fromkeys(key for key in keys if key)


def _question_keys(keys: list[str | None]) -> tuple[str, ...]:
    """Return the keys of questions; the default key is q and its number."""
    used = {key for key in keys if key}
    keys_with_defaults = []
    for number, key in enumerate(keys, 1):
        name = key or f"q{number}"
        while key is None and name in used:
            name += "-"
        used.add(name)
        keys_with_defaults.append(name)
    return tuple(keys_with_defaults)
