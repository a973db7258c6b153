"""Errors in a consultation file: line, path, value found, value expected."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""A path in a file: ("comments", 2, "from", 0) is `comments[2].from[0]`."""

MAX_PRINTED_PATH = 150

MAX_CANDIDATES = 50

MAX_ERRORS = 10_000
"""Reading stops at this number: the file is of another kind, or malicious."""


@dataclass(frozen=True)
class FileError:
    """An error in a file; `message` is a sentence that quotes `value`.

    `structural` is set for errors that violate the JSON Schema as well.
    """

    line: int
    path: str
    value: str
    message: str
    structural: bool = False

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{self.line}: {where}{self.message}"


class FileRefused(Exception):
    """The file is refused; `errors` are all its errors, in order of lines."""

    def __init__(self, errors: Iterable[FileError]) -> None:
        found = dict.fromkeys(errors)
        self.errors = tuple(sorted(found, key=lambda error: error.line))
        super().__init__("\n".join(map(str, self.errors)))


class Errors:
    """Collects the errors of a file while it is read."""

    def __init__(self) -> None:
        self.errors: list[FileError] = []
        self.paths: set[Path] = set()
        self.ancestor_paths: set[Path] = set()

    def add(
        self,
        line: int,
        path: Path,
        message: str,
        *,
        value: object = None,
        structural: bool = False,
    ) -> None:
        """Add an error; raise FileRefused at the maximum number of errors."""
        if len(self.errors) >= MAX_ERRORS:
            message = f"Reading stopped here: {MAX_ERRORS:,} errors is the maximum."
            raise FileRefused([*self.errors, FileError(line, "", "", message)])
        found = "" if value is None else quote_value(value)
        self.errors.append(
            FileError(line, format_path(path), found, message, structural)
        )
        self.paths.add(path)
        self.ancestor_paths.update(path[:length] for length in range(len(path)))

    def is_empty_at(self, path: Path) -> bool:
        """True when there is no error at a path or above it."""
        outer_paths = (path[:length] for length in range(1, len(path) + 1))
        return not any(outer in self.paths for outer in outer_paths)

    def is_empty_around(self, path: Path) -> bool:
        """True when there is no error at a path, above or below it."""
        return path not in self.ancestor_paths and self.is_empty_at(path)

    def refuse(self) -> None:
        """Raise FileRefused with the errors, if there are any."""
        if self.errors:
            raise FileRefused(self.errors)


def format_path(path: Path) -> str:
    """Return a path as it is printed: `comments[2].from[0]`."""
    words = ""
    for step in path:
        if isinstance(step, int):
            words += f"[{step}]"
        else:
            words += ("." if words else "") + strip_unprintable(step, 60)
    return words if len(words) <= MAX_PRINTED_PATH else f"{words[:MAX_PRINTED_PATH]}…"


def quote_value(value: object) -> str:
    """Return a value as quoted in messages: short, and on one line.

    Raise TypeError for a value that no file can hold.
    """
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return strip_unprintable(str(value), 60)
        case str():
            return f'"{strip_unprintable(value, 60)}"'
        case list():
            return "a list"
        case dict():
            return "a mapping"
    raise TypeError(f"A file cannot have a {type(value).__name__}.")


def strip_unprintable(text: str, longest: int) -> str:
    """Return text with control characters escaped, truncated if long."""
    cut = text[:longest]
    plain = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)
    if len(text) <= longest:
        return plain
    return f"{plain}… ({len(text):,} characters)"


def join_alternatives(values: Iterable[object], last: str = "or") -> str:
    """Return values as words: `a, b or c`."""
    words = [str(value) for value in values]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean x?` where a known word is similar to the word.

    Very long lists are not searched: it is slow, and the result is mostly wrong.
    """
    candidates = list(itertools.islice(known, MAX_CANDIDATES + 1))
    if len(candidates) > MAX_CANDIDATES:
        return ""
    matches = difflib.get_close_matches(word[:100], candidates, 1, 0.7)
    return f' Did you mean "{matches[0]}"?' if matches else ""
