"""What is wrong with a consultation file: where, what was found, what was expected."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Where in a file: ("comments", 2, "from", 0) is `comments[2].from[0]`."""

MAX_PRINTED_PATH = 150

MOST_CANDIDATES = 50

MOST_ERRORS = 10_000
"""More are not looked for: the file is of another kind, or made to keep us busy."""


@dataclass(frozen=True)
class FileError:
    """One thing that is wrong; `message` is a sentence that quotes `value`.

    `structural` is set where the shape is wrong, which the JSON Schema sees too.
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
    """Nothing of the file is taken; `errors` are all its faults in order of lines."""

    def __init__(self, errors: Iterable[FileError]) -> None:
        found = dict.fromkeys(errors)
        self.errors = tuple(sorted(found, key=lambda error: error.line))
        super().__init__("\n".join(map(str, self.errors)))


class Errors:
    """Collects what is wrong while reading goes on."""

    def __init__(self) -> None:
        self.errors: list[FileError] = []
        self.places: set[Path] = set()
        self.around: set[Path] = set()

    def add(
        self,
        line: int,
        path: Path,
        message: str,
        *,
        value: object = None,
        structural: bool = False,
    ) -> None:
        """Note one fault; give up when there are very many.

        Raise FileRefused with the faults.
        """
        if len(self.errors) >= MOST_ERRORS:
            message = f"Reading stopped here, after {MOST_ERRORS:,} errors."
            raise FileRefused([*self.errors, FileError(line, "", "", message)])
        found = "" if value is None else quote_value(value)
        self.errors.append(
            FileError(line, format_path(path), found, message, structural)
        )
        self.places.add(path)
        self.around.update(path[:length] for length in range(len(path)))

    def clear(self, path: Path) -> bool:
        """True when nothing is wrong at a path nor with what it stands in."""
        above = (path[:length] for length in range(1, len(path) + 1))
        return not any(place in self.places for place in above)

    def sound(self, path: Path) -> bool:
        """True when nothing is wrong at a path, below it, or with what it stands in."""
        return path not in self.around and self.clear(path)

    def refuse(self) -> None:
        """Raise everything found, if anything was.

        Raise FileRefused with the faults.
        """
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
    """Return a value as messages quote it: short, and on one line.

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
    raise TypeError(f"{type(value).__name__} does not occur in a file.")


def strip_unprintable(text: str, longest: int) -> str:
    """Return text without characters that a terminal would act on, cut if long."""
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
    """Return ` Did you mean x?` where something known is spelt much like the word.

    Among very many names nothing is looked for: it takes long, and is mostly wrong.
    """
    candidates = list(itertools.islice(known, MOST_CANDIDATES + 1))
    if len(candidates) > MOST_CANDIDATES:
        return ""
    matches = difflib.get_close_matches(word[:100], candidates, 1, 0.7)
    return f' Did you mean "{matches[0]}"?' if matches else ""
