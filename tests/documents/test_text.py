"""Plain-text output."""

import dataclasses

import pytest
from hypothesis import given

from consultations.documents.text import to_text
from consultations.documents.tree import (
    Block,
    Cell,
    Column,
    Document,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Row,
    Section,
    Table,
    Text,
    plain_paragraph,
)
from tests.support.document_strategies import cell, documents, make_document

pytestmark = pytest.mark.once


def text_of(*blocks: Block) -> str:
    section = Section("Heading", "heading", blocks, number="1")
    document = Document("Title", "Publisher", sections=(section,))
    start = "Title\n\nContents\n\n1. Heading\n\n1. Heading"
    return to_text(document).removeprefix(start).strip("\n")


def test_text_starts_with_title_block_and_contents() -> None:
    text = to_text(make_document())
    assert text.startswith(
        "Conclusion on the Device Behaviour Requirements for Heron\n"
        "\n"
        "DCC's conclusion on proposed changes to the Device Behaviour Requirements for "
        "the Heron release\n"
        "\n"
        "Date: 12 February 2027\n"
        "Author: consultations@example.com\n"
        "Classification: DCC Public\n"
        "\n"
        "Contents\n"
        "\n"
        "1. Introduction and Context\n"
        "2. Consultation\n"
        "2.1. Respondents\n"
    )


def test_text_ends_with_attachments_and_one_line_end() -> None:
    assert to_text(make_document()).endswith(
        "\n\n7. Attachments\n"
        "\n"
        "Attachment 1: Device Behaviour Requirements - clean\n"
        "Attachment 2: Device Behaviour Requirements - redline\n"
        "Attachment 3: Annex A Device Model Matrix\n"
    )


def test_document_without_sections_has_no_contents() -> None:
    assert to_text(Document("Title", "Publisher")) == "Title\n"


def test_table_is_tab_separated_with_caption_below() -> None:
    table = Table(
        (Column("Comment"), Column("DCC Response")),
        (Row((cell("Why?"), cell("Because.", "It is so."))),),
        name="question 1",
        number=2,
    )
    assert text_of(table) == (
        "Comment\tDCC Response\nWhy?\tBecause. / It is so.\n\nTable 2"
    )


def test_table_without_headings_has_no_heading_line() -> None:
    table = Table((Column(""), Column("")), (Row((cell("One"), cell("Two"))),))
    assert text_of(table) == "One\tTwo"


def test_line_breaks_and_tabs_in_cell_become_spaces() -> None:
    lines = Paragraph((Text("One\ttwo"), LineBreak(), Text("three\nfour")))
    table = Table((Column("A"), Column("B")), (Row((Cell((lines,)), cell("x"))),))
    assert text_of(table) == "A\tB\nOne two three four\tx"


def test_empty_cell_keeps_its_place() -> None:
    table = Table((Column("A"), Column("B")), (Row((Cell(()), cell("x"))),))
    assert text_of(table) == "A\tB\n\tx"


def test_nested_lists_are_marked_and_indented() -> None:
    inner = ListBlock(
        ((plain_paragraph("b"),), (plain_paragraph("c"),)), ordered=True, start=9
    )
    outer = ListBlock(((plain_paragraph("a"), inner), (plain_paragraph("d"),)))
    assert text_of(outer) == "- a\n  9. b\n  10. c\n- d"


def test_line_break_is_kept_and_other_space_collapsed() -> None:
    inlines = (Text("One  two "), LineBreak(), Text("three\nfour", bold=True))
    assert text_of(Paragraph(inlines)) == "One two\nthree four"


def test_link_is_its_text_and_no_break_space_is_kept() -> None:
    link = Link("https://www.example.com/", (Text("our\u00a0website"),))
    assert text_of(Paragraph((Text("See "), link))) == "See our\u00a0website"


def test_unresolved_reference_is_printed_as_written() -> None:
    assert "See also [[section: Nowhere]]." in to_text(make_document())


def test_empty_paragraphs_leave_no_gap() -> None:
    assert (
        text_of(plain_paragraph("One"), plain_paragraph("  "), plain_paragraph("Two"))
        == "One\n\nTwo"
    )


@given(documents())
def test_no_trailing_spaces_or_double_blank_lines(
    document: Document,
) -> None:
    text = to_text(document)
    assert "\n\n\n" not in text
    assert not any(line.endswith(" ") for line in text.split("\n"))


@given(documents())
def test_every_table_heading_row_is_tab_separated(document: Document) -> None:
    lines = to_text(document).split("\n")
    for section in document.every_section():
        for block in section.blocks:
            if isinstance(block, Table) and block.has_headings:
                heading = "\t".join(column.heading for column in block.columns)
                assert heading in lines


@given(documents())
def test_classification_and_language_do_not_change_text(document: Document) -> None:
    plain = dataclasses.replace(document, classification="", language="cy")
    assert to_text(plain) == to_text(document)
