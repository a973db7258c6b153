"""The cost of comparing hostile texts: in proportion to their length."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from consultations.documents.diff import runs, texts
from consultations.documents.diff.texts import comparison_html
from consultations.documents.rich_text import markup
from consultations.documents.rich_text.markup import (
    MAX_ANSWER_LENGTH,
    MarkupError,
    normalise,
)
from tests.support.costs import count_steps, processor_time
from tests.support.hostile_texts import HOSTILE_TEXTS

SHAPES = pytest.mark.parametrize("shape", HOSTILE_TEXTS)
MAX_RATIO = 2.2


def forget() -> None:
    """Forget what was read of earlier texts."""
    texts._read_text.cache_clear()
    markup._PARSED.clear()


def pair(shape: str, length: int) -> tuple[str, str]:
    """Return a stored text and a changed one; the first as typed if it is refused."""
    text = HOSTILE_TEXTS[shape](length)
    try:
        return normalise(text), normalise(text + "<p>More words.</p>")
    except MarkupError:
        return text, f"{text} more words"


def compare(before: str, after: str) -> None:
    """Compare as the page of a conflict does: both texts, and their differences."""
    forget()
    comparison_html(before, before)
    comparison_html(after, after)
    comparison_html(before, after)


@SHAPES
def test_comparing_takes_steps_in_proportion_to_length(shape: str) -> None:
    once, twice = (
        count_steps(partial(compare, *pair(shape, length))) for length in (700, 1_400)
    )
    assert twice <= MAX_RATIO * once + 200


@pytest.mark.parametrize("shape", ["long lines", "styles in one link"])
def test_each_run_is_made_once(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that grew piece by piece was copied each time, which no steps show."""
    made: list[Any] = []
    run = runs.Run

    def count(*args: Any) -> runs.Run:
        made.append(args)
        return run(*args)

    monkeypatch.setattr(runs, "Run", count)
    before, _ = pair(shape, 2_000)
    forget()
    (block,) = texts.compare_texts(before, before)
    assert len(made) == len(block.runs)
    assert [text for _, text, *_ in made] == [each.text for each in block.runs]


@SHAPES
@pytest.mark.soak
@pytest.mark.soak_only
def test_comparing_longest_texts_costs_less_than_a_second_and_a_half(
    shape: str,
) -> None:
    length = MAX_ANSWER_LENGTH
    while length > 1_000:
        before = HOSTILE_TEXTS[shape](length)
        after = f"words {before[: -len(before) // 100]}"
        try:
            texts_compared = [
                normalise(each, MAX_ANSWER_LENGTH) for each in (before, after)
            ]
        except MarkupError:
            length = length * 3 // 4
            continue
        assert processor_time(partial(compare, *texts_compared), times=2) < 1.5
        return
