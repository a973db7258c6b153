"""The cost of reading and loading a consultation file, in proportion to its length."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from django.db import transaction

from responses.consultation_file.loading import load_file
from responses.consultation_file.notation.errors import FileRefused
from responses.consultation_file.reading import read_file
from tests.support.big_file import file_with_texts
from tests.support.costly_files import COSTLY_FILES
from tests.support.costs import count_steps, processor_time
from tests.support.hostile_texts import HOSTILE_TEXTS

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


# --- loading files with long texts ----------------------------------------------------


LONG_TEXTS = ("words", "bullets", "items", "bold words", "less-than signs", "tabs")
"""Shapes of texts that are accepted at most lengths, and so are loaded."""


def load_and_roll_back(text: bytes) -> None:
    with transaction.atomic():
        load_file(read_file(text), Path())
        transaction.set_rollback(True)


def long_file(shape: str, length: int) -> bytes:
    return file_with_texts(HOSTILE_TEXTS[shape](length)).encode()


@pytest.mark.django_db
@pytest.mark.parametrize("shape", LONG_TEXTS)
def test_doubled_texts_take_at_most_twice_the_steps_to_load(shape: str) -> None:
    load_and_roll_back(long_file(shape, 100))  # what is cached once
    once, twice = (
        count_steps(partial(load_and_roll_back, long_file(shape, length)))
        for length in (600, 1_200)
    )
    assert twice <= MAX_RATIO * once


@pytest.mark.django_db
@pytest.mark.soak
@pytest.mark.soak_only
@pytest.mark.parametrize("shape", LONG_TEXTS)
def test_doubled_texts_take_at_most_twice_the_processor_time_to_load(
    shape: str,
) -> None:
    once, twice = (
        processor_time(partial(load_and_roll_back, long_file(shape, length)), times=3)
        for length in (12_000, 24_000)
    )
    assert twice <= MAX_RATIO * once + 0.02
