"""Widths of columns, weighed by their words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.documents.conclusion.column_widths import FULL_WIDTH, weigh_columns
from consultations.documents.table_layout import grid_widths
from consultations.documents.tree import Column, Row, Section, Table
from tests.support.document_strategies import cell, tables

pytestmark = pytest.mark.once


def widths(headings: tuple[str, ...], *rows: tuple[str, ...]) -> tuple[int, ...]:
    """Return the widths of a table in 24ths."""
    table = Table(
        tuple(Column(heading) for heading in headings),
        tuple(Row(tuple(map(cell, row))) for row in rows),
    )
    return grid_widths(weighed(table))


def weighed(table: Table) -> tuple[int, ...]:
    (section,) = weigh_columns([Section("Heading", "heading", (table,))])
    (found,) = section.blocks
    assert isinstance(found, Table)
    return tuple(column.width for column in found.columns)


def test_column_of_labels_is_as_wide_as_they_are() -> None:
    text = "Do you agree with the amendments to the document? " * 3
    assert widths(("Number", "Question"), ("Question 1", text)) == (4, 20)
    assert widths(("Number", "Question"), ("S1SR Question 12", text)) == (5, 19)


def test_column_of_one_word_leaves_the_room_to_texts() -> None:
    text = "A respondent asked how long this would take. " * 5
    assert widths(("Comment", "Outcome"), (text, "Noted")) == (21, 3)


def test_columns_of_texts_get_room_by_their_length() -> None:
    short, long = "words and words " * 20, "words and words " * 80
    assert widths(("A", "B"), (short, long)) == (8, 16)
    assert widths(("A", "B"), (short, short)) == ()


def test_longest_word_is_not_broken() -> None:
    text = "words and more words " * 100
    (first, second) = widths(("A", "B"), ("responsibilities of all", text))
    assert (first, second) == (5, 19)


def test_address_takes_no_more_than_a_long_word() -> None:
    text = "words and more words " * 100
    address = "https://example.org/" + "a" * 300
    assert widths(("A", "B"), (address, text))[0] < 10


def test_short_texts_share_the_whole_table() -> None:
    (first, second) = widths(("View", "Responses"), ("Agreed", "2"))
    assert first + second == 24


@given(tables(depth=1))
def test_widths_fill_the_table(table: Table) -> None:
    found = weighed(table)
    assert all(width > 0 for width in found)
    assert abs(sum(found) - FULL_WIDTH) <= len(found)


@given(st.lists(st.text("abc ", max_size=400), min_size=2, max_size=40))
def test_many_columns_fill_the_table(texts: list[str]) -> None:
    table = Table(
        tuple(Column("Heading") for _ in texts), (Row(tuple(map(cell, texts))),)
    )
    assert abs(sum(weighed(table)) - FULL_WIDTH) <= len(texts)
