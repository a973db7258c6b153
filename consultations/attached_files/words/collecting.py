"""Collecting the words of a file and of the files inside it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from consultations.attached_files.budget import MAX_DEPTH, Budget, LimitReached
from consultations.attached_files.kinds import Kind, kind_of
from consultations.attached_files.values import FileReading, FileText
from consultations.attached_files.words.encodings import (
    as_text,
    base64_contents,
    decoded_text,
    has_private_characters,
    has_unreadable_order,
)

MAX_UNREAD = 200
"""The most reasons that are kept; how many more there are is said."""

MAX_NAME_SHOWN = 80

SEPARATOR = " | "
"""Stands between values that are no neighbours, so that no phrase spans two."""

_ENCODED_FILES = frozenset((Kind.PDF, Kind.OFFICE, Kind.ZIP, Kind.PICTURE))
"""Kinds of files that are read when they stand in a text in base64."""


class Collector:
    """Collects the texts of one file, and the reasons why something was not read.

    `read` reads a file inside this one into the collector it is given.
    """

    def __init__(
        self,
        budget: Budget,
        read: Callable[[Collector, str, bytes], None],
        *,
        depth: int = 0,
        seen: set[bytes] | None = None,
    ) -> None:
        self.budget = budget
        self.depth = depth
        self.texts: list[FileText] = []
        self.unread: dict[str, None] = {}
        self._pictures: set[bytes] = set()
        self._read = read
        self._seen = set() if seen is None else seen

    def add(self, place: str, words: str) -> None:
        """Add words with their place; words that were added before are left out.

        Words that are stored in an encoding are added as they stand, and decoded; files
        in base64 are read. Raise LimitReached after as many words as the limit allows.
        """
        where = f"in {place} " if place else ""
        if has_unreadable_order(words):
            self.add_unread(
                f"has text {where}in which invisible characters change the order of "
                "the letters"
            )
        if has_private_characters(words):
            self.add_unread(
                f"has characters {where}that only one font shows as letters"
            )
        self._add_once(place, words)
        decoded = decoded_text(words)
        if decoded != words:
            self._add_once(place, decoded)
        for content in base64_contents(decoded):
            if kind_of("", content) in _ENCODED_FILES:
                self.read_embedded("data in base64", content)
            else:
                self._add_once(place, as_text(content))

    def _add_once(self, place: str, words: str) -> None:
        words = _storable(" ".join(words.split()))
        if not words:
            return
        digest = hashlib.sha256(words.encode()).digest()
        if digest in self._seen:
            return
        self._seen.add(digest)
        try:
            self.budget.spend_characters(len(words))
        except LimitReached:
            self.texts.append(FileText(place, words[: self.budget.take_characters()]))
            raise
        self.texts.append(FileText(place, words))

    def add_values(self, place: str, values: Iterable[str]) -> None:
        """Add values that are no neighbours, each once."""
        self.add(place, SEPARATOR.join(dict.fromkeys(filter(None, values))))

    def add_unread(self, reason: str) -> None:
        """Add the end of a sentence that says what could not be read."""
        self.unread[_storable(reason)] = None

    def add_picture(self, content: bytes) -> None:
        """Count a picture; the same picture counts once."""
        self._pictures.add(hashlib.sha256(content).digest())

    def read_embedded(self, name: str, content: bytes) -> None:
        """Read a file inside this file; raise LimitReached."""
        self.budget.spend_file()
        shown = shown_name(name)
        if self.depth >= MAX_DEPTH:
            self.add_unread(
                f"contains the file “{shown}”, which is inside more than {MAX_DEPTH} "
                "other files and was not read"
            )
            return
        inner = Collector(
            self.budget, self._read, depth=self.depth + 1, seen=self._seen
        )
        try:
            self._read(inner, name, content)
        finally:
            if kind_of(name, content) is Kind.PICTURE:  # counted with those beside it
                self._pictures |= inner._pictures
                inner._pictures.clear()
            reading = inner.reading()
            where = f"the file “{shown}”"
            self.texts += [
                FileText(
                    f"{text.place} in {where}" if text.place else where, text.words
                )
                for text in reading.texts
            ]
            for reason in reading.unread:
                self.add_unread(f"contains {where}, which {reason}")

    def reading(self) -> FileReading:
        """Return what was collected."""
        reasons = list(self.unread)
        if count := len(self._pictures):
            pictures = "a picture" if count == 1 else f"{count} pictures"
            reasons.append(f"contains {pictures}, whose words cannot be read")
        if len(reasons) > MAX_UNREAD:
            more = len(reasons) - MAX_UNREAD
            parts = "part" if more == 1 else "parts"
            reasons[MAX_UNREAD:] = [f"has {more} more {parts} that cannot be read"]
        return FileReading(tuple(self.texts), tuple(reasons))


def _storable(words: str) -> str:
    """Return words without what a database cannot store: NUL, lone surrogates."""
    return words.replace("\0", " ").encode("utf-8", "replace").decode()


def shown_name(name: str) -> str:
    """Return a name as it stands in a place: printable, and shortened."""
    seen = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
    return seen if len(seen) <= MAX_NAME_SHOWN else f"{seen[:60]}…{seen[-15:]}"
