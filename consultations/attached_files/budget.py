"""Limits of one reading of a file, with all files inside it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import IO

MAX_CHARACTERS = 20_000_000
"""Characters of the words of one file."""

MAX_FILES = 10_000
MAX_DEPTH = 5
MAX_UNPACKED_SIZE = 600 * 1024 * 1024
MAX_MEMBER_SIZE = 64 * 1024 * 1024
"""Limits of the files inside a file; XML parts are read in chunks and may be larger."""

READING_SECONDS = 200
"""Processor seconds after which a reading ends and says what it left out."""

CHUNK_SIZE = 256 * 1024


class LimitReached(Exception):
    """A limit of the reading is reached; the message ends a sentence about the file."""


class Budget:
    """What is left of the limits; every method raises LimitReached when one is passed.

    The limits are for a file with all files inside it, whatever their nesting.
    """

    def __init__(
        self,
        *,
        characters: int = MAX_CHARACTERS,
        files: int = MAX_FILES,
        unpacked: int = MAX_UNPACKED_SIZE,
        seconds: float = READING_SECONDS,
    ) -> None:
        self.characters = self._characters = characters
        self.files = self._files = files
        self.unpacked = self._unpacked = unpacked
        self.seconds = seconds
        self._deadline = time.process_time() + seconds

    def spend_characters(self, count: int) -> None:
        """Count characters of words; raise LimitReached."""
        self.check_characters(count)
        self._characters -= count

    def take_characters(self) -> int:
        """Return how many characters are left, and leave none."""
        left, self._characters = max(0, self._characters), 0
        return left

    def check_characters(self, count: int) -> None:
        """Raise LimitReached when so many characters are too many to be added."""
        if count > self._characters:
            raise LimitReached(
                f"has more than {self.characters:,} characters, and the rest was not "
                "read"
            )

    def spend_file(self) -> None:
        """Count a file inside a file; raise LimitReached."""
        self._files -= 1
        if self._files < 0:
            raise LimitReached(
                f"contains more than {self.files:,} files, and the rest was not read"
            )
        self.check_time()

    def spend_unpacked(self, size: int) -> None:
        """Count unpacked bytes; raise LimitReached."""
        self._unpacked -= size
        if self._unpacked < 0:
            raise LimitReached(
                f"is larger than {self.unpacked // 1024 // 1024} MB when unpacked, and "
                "the rest was not read"
            )

    def check_time(self) -> None:
        """Raise LimitReached when the reading has taken too long."""
        if time.process_time() > self._deadline:
            raise LimitReached(
                f"takes more than {self.seconds:g} seconds to read, and the rest was "
                "not read"
            )

    def chunks(self, stream: IO[bytes]) -> Iterator[bytes]:
        """Yield the bytes of an unpacked stream and count them; raise LimitReached."""
        while chunk := stream.read(CHUNK_SIZE):
            self.spend_unpacked(len(chunk))
            self.check_time()
            yield chunk
