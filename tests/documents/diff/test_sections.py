"""Comparison of two documents by section."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.documents.conclusion.compose import compose
from consultations.documents.diff.texts import (
    ComparedSection,
    Renumbering,
    compare_documents,
)
from consultations.documents.tree import (
    AttachmentList,
    Document,
    Section,
    Table,
    Text,
    plain_paragraph,
)
from tests.documents.diff.test_texts import Heard, printed, words_without
from tests.support.content_strategies import contents, make_content
from tests.support.document_strategies import documents, make_document, numbered

pytestmark = pytest.mark.once


def with_sections(*sections: Section) -> Document:
    """Return a document of these sections, numbered."""
    return numbered(replace(make_document(), sections=sections))


def section(heading: str, *words: str, inner: tuple[Section, ...] = ()) -> Section:
    return Section(heading, "", tuple(map(plain_paragraph, words)), inner)


def states(before: Document, after: Document) -> list[str]:
    """Return `state: heading` of every section."""
    compared = compare_documents(before, after)[1:]
    return [f"{each.state}: {each.number} {each.heading}" for each in compared]


def named(name: str, before: Document, after: Document) -> ComparedSection:
    compared = compare_documents(before, after)
    return next(each for each in compared if each.heading == name)


def reworded(value: Any, old: str, new: str) -> Any:
    """Return a document in which one word is another, wherever it is printed."""
    if isinstance(value, Text):
        return replace(value, text=value.text.replace(old, new))
    if isinstance(value, tuple):
        return tuple(reworded(each, old, new) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        names = [each.name for each in fields(value)]
        parts = {name: reworded(getattr(value, name), old, new) for name in names}
        return replace(value, **parts)
    return value


BACKGROUND = section("Background", "The version in force is 6.2.", "It is public.")
ANALYSIS = section("Analysis", "DCC has read what each respondent wrote to it.")
CHANGES = section("Changes", "Clause 12.4 is amended so that the caveat is removed.")
NEXT = section("Next Steps", "DCC will publish the redline in September 2027.")


# --- generated documents ------------------------------------------------------------


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Document, Document]:
    """Draw two documents; the second has sections of the first, in any order."""
    before, other = draw(documents()), draw(documents())
    pool = before.sections + other.sections
    after = draw(st.permutations(pool))[: draw(st.integers(0, len(pool)))]
    changed = replace(draw(st.sampled_from((before, other))), sections=tuple(after))
    return before, numbered(changed)


def words_of(document: Document) -> Counter[tuple[str, ...]]:
    """Count the sections of a document by their text."""
    return Counter(
        (each.heading, *(line for b in each.blocks for line in lines([b])))
        for each in document.every_section()
    )


def lines(blocks: list[Any]) -> list[str]:
    """Return the words of blocks; of attachments, their titles."""
    if isinstance(blocks[0], AttachmentList):
        return [item.title for item in blocks[0].items]
    return printed(blocks)


def compared_words(
    compared: tuple[ComparedSection, ...], without: str
) -> Counter[tuple[str, ...]]:
    state = {"inserted": "inserted", "deleted": "deleted"}[without]
    return Counter(
        (
            "".join(run.text for run in each.heading_runs if run.kind != without),
            *words_without(each.blocks, without),
        )
        for each in compared[1:]
        if each.state != state
    )


def without_files(document: Document) -> Document:
    """Return a document whose attachments have no files."""

    def bare(value: Any) -> Any:
        if isinstance(value, AttachmentList):
            items = tuple(replace(i, filename="", size=0) for i in value.items)
            return AttachmentList(items)
        if isinstance(value, Section):
            blocks = tuple(map(bare, value.blocks))
            return replace(
                value, blocks=blocks, sections=tuple(map(bare, value.sections))
            )
        return value

    return replace(document, sections=tuple(map(bare, document.sections)))


@settings(max_examples=20)
@given(pairs())
def test_comparison_has_all_words_of_both_documents(
    pair: tuple[Document, Document],
) -> None:
    before, after = map(without_files, pair)

    compared = compare_documents(before, after)

    found = compared_words(compared, "inserted"), compared_words(compared, "deleted")
    assert found == (words_of(before), words_of(after))


@settings(max_examples=20)
@given(pairs())
def test_compared_sections_follow_the_new_order(
    pair: tuple[Document, Document],
) -> None:
    compared = compare_documents(*pair)[1:]

    anchors = [each.anchor for each in compared if each.state != "deleted"]
    assert anchors == [each.anchor for each in pair[1].every_section()]


@settings(max_examples=20)
@given(pairs())
def test_section_comparison_html_is_well_formed(
    pair: tuple[Document, Document],
) -> None:
    heard = [Heard(each.html) for each in compare_documents(*pair)]

    assert [each.faults + each.open for each in heard if each.faults or each.open] == []


@settings(max_examples=30)
@given(st.one_of(documents(), contents().map(compose)))
def test_document_compared_with_itself_is_unchanged(document: Document) -> None:
    compared = compare_documents(document, document)

    assert {(each.state, each.html) for each in compared} == {("kept", "")}


@settings(max_examples=50)
@given(contents(), contents())
def test_any_two_conclusions_can_be_compared(one: Any, other: Any) -> None:
    before, after = compose(one), compose(other)

    compared = compare_documents(before, after)

    assert all(each.state != "moved" or not each.html for each in compared)


# --- sections ------------------------------------------------------------------------


def test_only_renumbered_section_is_kept() -> None:
    before = with_sections(BACKGROUND, ANALYSIS, NEXT)
    after = with_sections(BACKGROUND, CHANGES, ANALYSIS, NEXT)

    assert states(before, after) == [
        "kept: 1 Background",
        "inserted: 2 Changes",
        "kept: 3 Analysis",
        "kept: 4 Next Steps",
    ]


def test_renumbering_is_reported_separately_from_change() -> None:
    before = make_document()
    sections = before.sections[1:]
    renumbered = tuple(replace(s, number=str(n)) for n, s in enumerate(sections, 1))

    found = named("Summary of Changes", before, replace(before, sections=renumbered))

    assert (found.state, found.renumbered) == (
        "kept",
        (Renumbering("Section 4", "Section 3"),),
    )


def test_renumbered_table_is_kept() -> None:
    before = make_document()
    changes = before.sections[3]
    table = changes.blocks[1]
    assert isinstance(table, Table)
    later = replace(changes, blocks=(changes.blocks[0], replace(table, number=5)))
    after = replace(before, sections=(*before.sections[:3], later))

    found = named("Summary of Changes", before, after)

    assert (found.html, found.renumbered) == ("", (Renumbering("Table 4", "Table 5"),))


def test_deleted_section_follows_its_former_predecessor() -> None:
    before = with_sections(BACKGROUND, ANALYSIS, CHANGES, NEXT)

    assert states(before, with_sections(BACKGROUND, NEXT)) == [
        "kept: 1 Background",
        "deleted: 2 Analysis",
        "deleted: 3 Changes",
        "kept: 2 Next Steps",
    ]


def test_minimal_number_of_sections_is_marked_moved() -> None:
    before = with_sections(BACKGROUND, ANALYSIS, CHANGES, NEXT)

    assert states(before, with_sections(NEXT, BACKGROUND, ANALYSIS, CHANGES)) == [
        "moved: 1 Next Steps",
        "kept: 2 Background",
        "kept: 3 Analysis",
        "kept: 4 Changes",
    ]


def test_section_with_another_parent_is_moved() -> None:
    before = with_sections(BACKGROUND, ANALYSIS, NEXT)
    after = with_sections(BACKGROUND, replace(ANALYSIS, sections=(NEXT,)))

    assert states(before, after) == [
        "kept: 1 Background",
        "kept: 2 Analysis",
        "moved: 2.1 Next Steps",
    ]


def test_subsections_of_moved_section_are_kept() -> None:
    parent = replace(ANALYSIS, sections=(CHANGES,))

    found = states(
        with_sections(parent, BACKGROUND, NEXT), with_sections(BACKGROUND, NEXT, parent)
    )
    assert found == [
        "kept: 1 Background",
        "kept: 2 Next Steps",
        "moved: 3 Analysis",
        "kept: 3.1 Changes",
    ]


def test_section_with_changed_heading_is_matched_by_text() -> None:
    renamed = replace(NEXT, heading="What happens now")
    before, after = with_sections(BACKGROUND, NEXT), with_sections(BACKGROUND, renamed)

    found = named("What happens now", before, after)

    assert (found.state, found.html, found.heading_html) == (
        "changed",
        "",
        '<del><span class="away">deleted: </span>Next Steps</del>'
        '<ins><span class="away">inserted: </span>What happens now</ins>',
    )


def test_section_text_is_matched_before_heading() -> None:
    """An inserted question takes the number of the next, not its comments."""
    comments = "Two respondents asked how long a device may take to report a failure."
    old = section("Comments relating to question 1", comments)
    moved_on = section("Comments relating to question 2", comments)
    new = section("Comments relating to question 1", "Nobody answered this one.")

    assert states(with_sections(old), with_sections(new, moved_on)) == [
        "inserted: 1 Comments relating to question 1",
        "changed: 2 Comments relating to question 2",
    ]


def test_only_changed_blocks_are_shown() -> None:
    longer = replace(
        BACKGROUND, blocks=(BACKGROUND.blocks[0], plain_paragraph("It is not public."))
    )

    found = named("Background", with_sections(BACKGROUND), with_sections(longer))

    assert found.html == (
        '<p>It is<ins><span class="away">inserted: </span> not'
        '<span class="away"> end of insertion </span></ins> public.</p>'
    )


def test_changed_row_is_shown_with_heading_row() -> None:
    before = make_document()
    after = reworded(before, "two hours start", "three hours start")

    found = named("Comments relating to question 1", before, after)

    rows = found.html.count("<tr>"), found.html.startswith("<p><span")
    assert rows == (2, True)
    assert "<strong>DCC Response</strong>" in found.html
    assert ">two</del><ins>" in found.html


def test_attachment_with_another_file_is_changed() -> None:
    before = make_document()
    attachments = before.sections[6].blocks[0]
    assert isinstance(attachments, AttachmentList)
    items = (*attachments.items[:2], replace(attachments.items[2], size=50_000))
    last = replace(before.sections[6], blocks=(AttachmentList(items),))
    after = replace(before, sections=(*before.sections[:6], last))

    found = named("Attachments", before, after)

    assert (found.state, '<li value="3">' in found.html) == ("changed", True)


def test_changed_title_line_is_shown() -> None:
    content = make_content()
    before = compose(content)
    after = compose(replace(content, title="Conclusion on the S2SR"))

    found = compare_documents(before, after)[0]

    assert (found.state, found.html) == (
        "changed",
        '<p>Title: Conclusion on the <del><span class="away">deleted: </span>S1SR</del>'
        '<ins><span class="away">inserted: </span>S2SR</ins></p>',
    )


@pytest.mark.parametrize(
    "change",
    [
        {"subtitle": "Other"},
        {"author": "Somebody else"},
        {"classification": "DCC Controlled"},
        {"date": None},
    ],
)
def test_every_title_block_line_is_compared(change: dict[str, Any]) -> None:
    content = make_content()

    compared = compare_documents(compose(content), compose(replace(content, **change)))

    assert [each.state for each in compared if each.state != "kept"] == ["changed"]


def test_edited_response_changes_only_its_section() -> None:
    content = make_content()
    question = content.questions[0]
    comment = replace(question.comments[0], response="<p>DCC has decided point 1.</p>")
    asked = replace(question, comments=(comment, *question.comments[1:]))
    after = replace(content, questions=(asked, *content.questions[1:]))

    compared = compare_documents(compose(content), compose(after))

    changed = [each.heading for each in compared if each.state != "kept"]
    assert changed == ["Comments relating to question 1"]
