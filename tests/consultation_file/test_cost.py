"""The cost of reading a consultation file, in proportion to its length."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import pytest

from responses.consultation_file.notation.errors import FileRefused
from responses.consultation_file.reading import read_file
from tests.support.costly_files import COSTLY_FILES
from tests.support.costs import count_steps, processor_time

SHAPES = pytest.mark.parametrize("shape", COSTLY_FILES)
MAX_RATIO = 2.2


def read_or_refuse(text: bytes) -> None:
    with suppress(FileRefused):
        read_file(text)


def files(shape: str, size: int) -> list[bytes]:
    """Return a file and one of twice its size."""
    return [COSTLY_FILES[shape](each).encode() for each in (size, 2 * size)]


@SHAPES
def test_doubled_file_takes_at_most_twice_the_steps(shape: str) -> None:
    once, twice = (
        count_steps(partial(read_or_refuse, text)) for text in files(shape, 200)
    )
    assert twice <= MAX_RATIO * once + 100


@SHAPES
@pytest.mark.soak
@pytest.mark.soak_only
def test_doubled_file_takes_at_most_twice_the_processor_time(shape: str) -> None:
    once, twice = (
        processor_time(partial(read_or_refuse, text)) for text in files(shape, 8_000)
    )
    assert twice <= MAX_RATIO * once + 0.02
