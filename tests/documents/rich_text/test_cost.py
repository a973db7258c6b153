"""The cost of hostile texts: in proportion to their length, and bounded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from consultations.documents.rich_text.markup import (
    MAX_ANSWER_LENGTH,
    MAX_TAG_CHARACTERS,
    MAX_TEXT_LENGTH,
    MarkupError,
    is_markup,
    normalise,
    parse,
    to_source,
)
from consultations.fields.rich_text_field import editor_content, textarea_source
from tests.support.costs import count_steps, processor_time
from tests.support.hostile_texts import HOSTILE_TEXTS

SHAPES = pytest.mark.parametrize("shape", HOSTILE_TEXTS)
READERS: dict[str, Callable[[str], object]] = {
    "parse": parse,
    "normalise": normalise,
    "textarea_source": textarea_source,
    "editor_content": editor_content,
}
MAX_RATIO = 2.2
"""Most steps for a text twice as long; four times would be quadratic."""


def read_or_refuse(reader: Callable[[str], object], text: str) -> None:
    with suppress(MarkupError):
        reader(text)


@SHAPES
@pytest.mark.parametrize("reader", READERS)
def test_reading_takes_steps_in_proportion_to_length(shape: str, reader: str) -> None:
    once, twice = (
        count_steps(
            partial(read_or_refuse, READERS[reader], HOSTILE_TEXTS[shape](length))
        )
        for length in (2_000, 4_000)
    )
    assert twice <= MAX_RATIO * once + 100


def test_quadratic_reader_takes_four_times_the_steps() -> None:
    """The test above can fail: this is a reader that it refuses."""

    def search_again(text: str) -> list[bool]:
        return [any(each == "x" for each in text[:end]) for end in range(len(text))]

    once, twice = (count_steps(partial(search_again, "a" * n)) for n in (200, 400))
    assert twice > 3 * once


@SHAPES
def test_normalised_hostile_text_is_normal(shape: str) -> None:
    try:
        markup = normalise(HOSTILE_TEXTS[shape](3_000))
    except MarkupError:
        return
    assert normalise(markup) == markup
    assert normalise(to_source(markup)) == markup


@SHAPES
@pytest.mark.soak
@pytest.mark.soak_only
def test_doubled_text_at_most_doubles_processor_time(shape: str) -> None:
    # The longest that is parsed; some noise comes on top of twice the time.
    length = (MAX_TEXT_LENGTH + MAX_TAG_CHARACTERS) // 4
    texts = [HOSTILE_TEXTS[shape](size) for size in (length // 2, length)]
    once, twice = (
        processor_time(partial(read_or_refuse, parse, text)) for text in texts
    )
    assert twice <= 2.6 * once + 0.01


@SHAPES
@pytest.mark.soak
@pytest.mark.soak_only
@pytest.mark.parametrize("longest", [MAX_TEXT_LENGTH, MAX_ANSWER_LENGTH])
@pytest.mark.parametrize("beyond", [0, MAX_TAG_CHARACTERS, 2_000_000])
def test_longest_text_costs_less_than_a_second(
    shape: str, longest: int, beyond: int
) -> None:
    text = HOSTILE_TEXTS[shape](longest + beyond)
    reader = partial(normalise, max_length=longest)
    taken = processor_time(partial(read_or_refuse, reader, text), times=2)
    assert taken < 1


@pytest.mark.parametrize("longest", [MAX_TEXT_LENGTH, MAX_ANSWER_LENGTH])
def test_longest_plain_text_is_accepted_and_one_character_more_refused(
    longest: int,
) -> None:
    text = ("word " * (longest // 5))[: longest - 1] + "x"
    assert normalise(text, longest) == f"<p>{text}</p>"
    assert normalise(normalise(text, longest), longest) == f"<p>{text}</p>"
    with pytest.raises(MarkupError) as refused:
        normalise(f"{text}x", longest)
    assert refused.value.problems == (
        f"The text has {longest + 1:,} characters; the maximum is {longest:,}. "
        "Shorten the text.",
    )


def test_tags_do_not_count_as_characters() -> None:
    words = "x" * MAX_TEXT_LENGTH
    assert normalise(f"<p><b>{words}</b></p>") == f"<p><strong>{words}</strong></p>"
    with pytest.raises(MarkupError, match="has 200,001 characters; the maximum"):
        normalise(f"<p><b>{words}</b>x</p>")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("<p>" + "<b></b>" * 100_000, "700,003 characters, including tags"),
        ("<p>a</p>" * 30_000, "60,000 tags; the maximum is 30,000"),
        ("<p " + "a " * 11 + ">b</p>", "more than 10 attributes"),
        ("[[section: x]] " * 5_001, "5,001 cross-references ([[ ]]); the maximum"),
        ("- a\n" * 30_000, "30,001 lines; the maximum is 30,000"),
        ("&" * MAX_TEXT_LENGTH, "characters, including tags; the maximum is 500,000"),
        (f'<a href="https://{"a" * 2_000}">a</a>', "2,008 characters; the maximum"),
        (f"<table><tr>{'<td>a</td>' * 64}</tr></table>", "64 columns; the maximum"),
        ("\n".join(" " * n + "- a" for n in range(9)), "nested more than 8 deep"),
        ("".join(f"<x{n}>" for n in range(60)) + "<p>", "10 more problems"),
    ],
)
def test_costly_text_is_refused_with_number_found_and_limit(
    source: str, problem: str
) -> None:
    with pytest.raises(MarkupError) as refused:
        normalise(source)
    assert problem in str(refused.value)
    assert len(refused.value.problems) <= 51


def test_deepest_lists_of_plain_text_are_read_back() -> None:
    markup = normalise("\n".join(" " * n + "- a" for n in range(8)))
    assert normalise(markup) == markup
    assert markup.count("<ul>") == 8


def test_stored_text_longer_than_the_limit_is_parsed() -> None:
    stored = "<p>" + "x" * (2 * MAX_TEXT_LENGTH) + "</p>"
    assert is_markup(stored)
    assert len(parse(stored)) == 1


@SHAPES
def test_normal_text_has_the_blocks_of_the_text_typed(shape: str) -> None:
    """So that what was read when a text was typed serves for the stored text too."""
    source = HOSTILE_TEXTS[shape](3_000)
    try:
        markup = normalise(source)
    except MarkupError:
        return
    assert parse(markup) == parse(source)
